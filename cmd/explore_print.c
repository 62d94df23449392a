// SPDX-License-Identifier: MIT
/*
 * What `lockstep explore` says: KTAP, one line for each case, with what was found in "# " lines
 * before it.
 */
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "exploring.h"

static struct {
	unsigned int hold, open, fail, trouble; /* cases */
	bool progress;				/* there is a line of it on the terminal */
} p;

static const char *const verdict_text[LS_VERDICT_NR] = {
	[LS_VERDICT_FAILED] = "a check of the case failed",
	[LS_VERDICT_DEADLOCK] = "deadlock: no task can run, and one waits for a lock",
	[LS_VERDICT_LOST] = "lost wake-up: no task can run, and nobody is left to wake the sleepers",
	[LS_VERDICT_LIVELOCK] = "livelock: the same goes round for ever",
	[LS_VERDICT_STARVED] = "starvation: the oldest acquire context was told to back off",
	[LS_VERDICT_SPIN] = "a task spins without a scheduling point",
	[LS_VERDICT_CRASH] = "crash",
};

/* 1234567 as "1,234,567". Four at a time may be in use. */
static const char *grouped(unsigned long long n)
{
	static char bufs[4][32];
	static unsigned int at;
	char *buf = bufs[at++ % 4], digits[24];
	int len = snprintf(digits, sizeof(digits), "%llu", n), out = 0;

	for (int i = 0; i < len; i++) {
		if (i && (len - i) % 3 == 0)
			buf[out++] = ',';
		buf[out++] = digits[i];
	}
	buf[out] = '\0';
	return buf;
}

static const char *plural(unsigned long long n)
{
	return n == 1 ? "" : "s";
}

/* "dpor", "at most 2 preemptions", "pct of depth 3". */
static const char *strategy_text(const struct ls_explore *how)
{
	static char buf[64];

	switch (how->strategy) {
	case LS_BOUND:
		snprintf(buf, sizeof(buf), "at most %u preemption%s", how->bound, plural(how->bound));
		return buf;
	case LS_PCT:
		snprintf(buf, sizeof(buf), "pct of depth %u", how->depth);
		return buf;
	default:
		return ls_strategy_name(how->strategy);
	}
}

static void schedule_length(const struct finding *f, unsigned int *steps, unsigned int *switches)
{
	int last = -1;

	*steps = *switches = 0;
	for (unsigned int i = 0; i < f->nr_schedule; i++) {
		const struct ls_choice *c = &f->schedule[i];

		if (c->value != LS_STEP)
			continue;
		++*steps;
		*switches += last >= 0 && last != c->task;
		last = c->task;
	}
}

void explore_progress(const char *name, const struct explore_counts *c)
{
	static struct timespec shown;
	struct timespec now;

	if (!isatty(STDERR_FILENO))
		return;
	if (!name) {
		if (p.progress)
			fputs("\r\033[K", stderr);
		p.progress = false;
		return;
	}
	clock_gettime(CLOCK_MONOTONIC, &now);
	if ((now.tv_sec - shown.tv_sec) * 1000 + (now.tv_nsec - shown.tv_nsec) / 1000000 < 200)
		return;
	shown = now;
	p.progress = true;
	fprintf(stderr, "\r\033[K%.40s: %s executions (%s/s), depth %u, %s classes, %.0f s", name,
		grouped(c->executions),
		grouped(c->seconds > 0 ? c->executions / c->seconds : 0), c->max_depth,
		grouped(c->classes), c->seconds);
	fflush(stderr);
}

static void print_finding(const struct explored *e, const struct finding *f)
{
	char line[160];

	if (f->verdict != LS_VERDICT_FAILED && !f->nr_reports) {
		snprintf(line, sizeof(line), "%s", verdict_text[f->verdict]);
		ktap_line(line);
	}
	for (size_t i = 0; i < f->lines.nr; i++) {
		ktap_line(f->lines.v[i]);
		json_line(f->lines.v[i]);
	}
	for (unsigned int i = 0; i < f->nr_reports; i++)
		ktap_report(&f->reports[i], e->name, true);
	if (f->replayed) {
		puts("#");
		explore_ladder(f, e->name, "# ");
		puts("#");
	}
	if (e->nr_findings > 1) {
		snprintf(line, sizeof(line), "found in execution %s, seen %s time%s%s%s",
			 grouped(f->execution), grouped(f->seen), plural(f->seen),
			 f->file ? "; schedule in " : "", f->file ? f->file : "");
		ktap_line(line);
	}
}

/* Behind "not ok 2 - suite.case # ". */
static void print_failure(const struct explore *x, const struct explored *e)
{
	const char *all = e->counts.exhaustive ? ", which cover every interleaving" : "";
	const struct finding *f = &e->findings[0];
	unsigned int steps, switches;

	if (e->nr_findings > 1) {
		printf("%zu kinds of failure in %s executions%s (%s, %.2f s)\n", e->nr_findings,
		       grouped(e->counts.executions), x->nr_shards ? "" : all,
		       strategy_text(&x->how), e->counts.seconds);
		return;
	}
	schedule_length(f, &steps, &switches);
	printf("found in execution %s", grouped(f->execution));
	if (e->counts.executions > f->execution)
		printf(", seen in %s of %s%s", grouped(f->seen), grouped(e->counts.executions),
		       x->nr_shards ? "" : all);
	printf(" (%s, %.2f s)", strategy_text(&x->how), e->counts.seconds);
	if (f->file)
		printf(", schedule in %s", f->file);
	printf(" (%u step%s, %u switch%s)\n", steps, plural(steps), switches,
	       switches == 1 ? "" : "es");
}

/* Behind "ok 1 - suite.case # ". */
static void print_coverage(const struct explore *x, const struct explored *e)
{
	const struct explore_counts *c = &e->counts;

	if (c->exhaustive && x->nr_shards) {
		printf("%s execution%s cover part %u of %u (%s, %.2f s)\n", grouped(c->executions),
		       plural(c->executions), x->shard, x->nr_shards, strategy_text(&x->how),
		       c->seconds);
		return;
	}
	if (c->exhaustive) {
		printf("%s execution%s cover%s every interleaving (%s, ", grouped(c->executions),
		       plural(c->executions), c->executions == 1 ? "s" : "",
		       strategy_text(&x->how));
		if (c->blocked > c->executions)
			printf("%s more given up on the way, ", grouped(c->blocked));
		printf("%.2f s)\n", c->seconds);
		return;
	}
	if (c->complete && x->how.strategy == LS_BOUND) {
		printf("%s execution%s cover%s all with %s (%.2f s)\n", grouped(c->executions),
		       plural(c->executions), c->executions == 1 ? "s" : "", strategy_text(&x->how),
		       c->seconds);
		return;
	}
	printf("not exhaustive: ");
	if (c->classes)
		printf("%s class%s seen in %.1f s, last new one in execution %s of %s",
		       grouped(c->classes), c->classes == 1 ? "" : "es", c->seconds,
		       grouped(c->last_new), grouped(c->executions));
	else
		printf("%s execution%s in %.1f s", grouped(c->executions), plural(c->executions),
		       c->seconds);
	printf(" (%s%s%s)\n", strategy_text(&x->how), e->why_not[0] ? "; " : "", e->why_not);
}

void explore_print_begin(int nr_cases)
{
	ktap_begin(nr_cases);
	fflush(stdout);
}

void explore_print_case(const struct explore *x, int nr, const struct explored *e)
{
	for (size_t i = 0; i < e->nr_findings; i++)
		print_finding(e, &e->findings[i]);
	if (e->error[0])
		printf("# %s\n", e->error);
	printf("%sok %d - %s # ", e->nr_findings || e->error[0] ? "not " : "", nr, e->name);
	if (e->nr_findings) {
		p.fail++;
		print_failure(x, e);
	} else if (e->error[0]) {
		p.trouble++;
		printf("cannot be explored\n");
	} else {
		p.hold += e->counts.exhaustive;
		p.open += !e->counts.exhaustive;
		print_coverage(x, e);
	}
	fflush(stdout);
}

int explore_print_summary(void)
{
	bool found = ktap_findings();

	printf("# cases: %u hold in every interleaving, %u not explored to the end, %u failed", p.hold,
	       p.open, p.fail);
	if (p.trouble)
		printf(", %u could not be explored", p.trouble);
	putchar('\n');
	fflush(stdout);
	if (found || p.fail)
		return EXIT_FINDINGS;
	return p.trouble ? EXIT_TROUBLE : EXIT_CLEAN;
}

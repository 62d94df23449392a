// SPDX-License-Identifier: MIT
/*
 * `lockstep check`: how far it is, and what it did.
 */
#include <stdio.h>
#include <sys/resource.h>
#include <time.h>
#include <unistd.h>

#include "check.h"
#include "lockstep/convention.h"

#define MOST_NAMES 10	/* the JSON has all of them */

static bool on_screen;

void check_progress(void *arg, const char *what, size_t done, size_t all)
{
	static struct timespec last;
	struct timespec now;

	if (!isatty(STDERR_FILENO))
		return;
	clock_gettime(CLOCK_MONOTONIC_COARSE, &now);
	/* Ten times a second is enough, but the end of it is always told. */
	if (done < all && now.tv_sec == last.tv_sec && now.tv_nsec - last.tv_nsec < 100000000)
		return;
	last = now;
	if (all)
		fprintf(stderr, "\r\033[K%s %zu/%zu", what, done, all);
	else
		fprintf(stderr, "\r\033[K%s", what);
	fflush(stderr);
	on_screen = true;
}

void check_progress_end(void)
{
	if (on_screen)
		fputs("\r\033[K", stderr);
	on_screen = false;
}

static void tell_files(const struct check *c, const struct ls_tree *tree)
{
	const struct ls_output *o = &c->output;

	fprintf(stderr, "lockstep: %s%s%s%s, held to the rules of %s\n",
		tree->release ? "Linux " : "", tree->release ? tree->release : tree->root,
		tree->config ? ", " : "", tree->config ? tree->config : "",
		ls_release_names[c->release]);
	fprintf(stderr, "  files: %zu (%zu compiled, %zu cached", tree->nr, tree->compiled,
		tree->cached);
	fprintf(stderr, tree->failed ? ", %zu left out)" : ")", tree->failed);
	fprintf(stderr, "; groups: %zu (%zu cached)\n", c->groups, c->groups_cached);
	for (size_t i = 0; i < o->nr_failed && i < MOST_NAMES; i++)
		fprintf(stderr, "  left out: %s: %s\n", o->failed[i].path,
			o->failed[i].why ? o->failed[i].why : "it does not compile");
	if (o->nr_failed > MOST_NAMES)
		fprintf(stderr, "  left out: %zu more files; --format json names all\n",
			o->nr_failed - MOST_NAMES);
}

static void tell_bounded(const struct ls_output *o)
{
	if (!o->nr_bounded)
		return;
	fprintf(stderr, "  too large to be followed to the end:");
	for (size_t i = 0; i < o->nr_bounded && i < MOST_NAMES; i++)
		fprintf(stderr, "%s %s()", i ? "," : "", o->bounded[i]);
	if (o->nr_bounded > MOST_NAMES)
		fprintf(stderr, " and %zu more", o->nr_bounded - MOST_NAMES);
	putc('\n', stderr);
}

static void tell_changes(const struct check *c)
{
	const struct ls_output *o = &c->output;
	size_t adds = 0;

	for (size_t i = 0; i < o->nr; i++)
		adds += o->item[i].change == LS_ADDS;
	fprintf(stderr, "  the patch adds %zu and mends %zu", adds, o->nr - adds);
	if (o->hidden)
		fprintf(stderr, "; %zu changes of low confidence are not shown (--all)", o->hidden);
	putc('\n', stderr);
}

static void tell_findings(const struct check *c)
{
	const struct ls_output *o = &c->output;
	size_t low = 0;

	for (size_t i = 0; i < o->nr; i++)
		low += o->item[i].finding->confidence == LS_CONFIDENCE_LOW;
	fprintf(stderr, "  found: %zu", o->nr - low);
	if (c->all)
		fprintf(stderr, ", and %zu of low confidence", low);
	else if (o->hidden)
		fprintf(stderr, "; %zu of low confidence are not shown (--all)", o->hidden);
	if (c->baseline)
		fprintf(stderr, "; %zu known, %zu of the baseline mended", o->known, o->mended);
	putc('\n', stderr);
}

/* For scripts/bench-check: where time and memory go. */
static void tell_stats(const struct check *c)
{
	struct rusage own;
	long peak = c->peak_kib;

	getrusage(RUSAGE_SELF, &own);
	if (own.ru_maxrss > peak)
		peak = own.ru_maxrss;
	fprintf(stderr, "stats: tree_s=%.3f analysis_s=%.3f analysis_cpu_s=%.3f peak_mib=%.1f "
		"functions=%zu contexts=%zu\n", c->tree_seconds, c->run_seconds, c->cpu_seconds,
		peak / 1024.0, c->functions, c->contexts);
}

void check_summary(const struct check *c, const struct ls_tree *tree)
{
	tell_files(c, tree);
	tell_bounded(&c->output);
	if (c->patch)
		tell_changes(c);
	else
		tell_findings(c);
	if (c->stats)
		tell_stats(c);
}

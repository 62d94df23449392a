// SPDX-License-Identifier: MIT
/*
 * The cells of the demo's tables: each is explored by a worker of its own, forked before any of
 * the kernel world runs.
 */
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "lockstep/boot.h"
#include "demo.h"
#include "explore_pool.h"

#define CELL_SECONDS  100  /* nobody waits longer for a cell that can be covered */
#define LARGE_SECONDS 1.2 /* and a sample of one that cannot */
#define AT_ONCE	      2
#define SHARED_BYTES  (1 << 20)

static enum demo_kind kind_of(const struct ls_report *report)
{
	switch (report->class) {
	case LS_BREACH:
		return BREACHES;
	case LS_DEADLOCK:
		return DEADLOCKS;
	case LS_LEAK:
		return LEAKS;
	default:
		return OTHER;
	}
}

/*
 * Does a further report say more than the one so far? The worst verdict decides; and of
 * all that a lost mapping leaves behind the mapping itself, not its scatterlist.
 */
static bool outdoes(const struct ls_report *report, const struct demo_cell *cell)
{
	enum demo_kind verdict = kind_of(report);

	if (verdict != cell->verdict)
		return verdict > cell->verdict;
	return verdict == LEAKS && strstr(report->what, "mapped attachment") &&
	       !strstr(cell->report->what, "mapped attachment");
}

static void judge(struct demo_cell *cell)
{
	const struct finding *f = cell->e.findings;

	cell->verdict = KEEPS;
	cell->report = NULL;
	if (!cell->e.nr_findings)
		return;
	for (unsigned int i = 0; i < f->nr_reports; i++) {
		if (!outdoes(&f->reports[i], cell))
			continue;
		cell->verdict = kind_of(&f->reports[i]);
		cell->report = &f->reports[i];
	}
	if (!f->nr_reports)
		cell->verdict = f->verdict == LS_VERDICT_DEADLOCK ? DEADLOCKS : OTHER;
}

/* How often the exporter's lock was held over bindings: the case counts it. */
static const struct ls_demo *observed;

static unsigned int observe(const struct one_case *c)
{
	return observed->wide_locks;
}

/* What is the same for all cells. */
static const struct explore how = {
	.how = { .strategy = LS_DPOR, .max_seconds = CELL_SECONDS },
	.timeout = CELL_SECONDS,
	.observe = observe,
};

/* The module hears of the cell before the worker is forked. */
static struct one_case set_cell(struct demo *demo, unsigned int placement, unsigned int path)
{
	demo->info->run_placement = placement;
	demo->info->run_path = path;
	return (struct one_case){ .run = &demo->run, .item = &demo->item, .param = -1 };
}

static struct worker *start(struct demo *demo, unsigned int placement, unsigned int path)
{
	struct demo_cell *cell = &demo->cells[placement][path];
	struct one_case c = set_cell(demo, placement, path);
	struct explore x = how;
	char name[64];

	if (path >= demo->info->large) {
		x.how.strategy = LS_POS;
		x.how.max_seconds = LARGE_SECONDS;
	}
	cell->e.name = xprintf("placement %s, %s", demo->info->placement[placement],
			       demo_path_name(demo, path, name));
	observed = demo->info;
	cell->e.counts.exhaustive = true; /* until a worker says otherwise */
	return explore_start(&x, &x.how, &c, (struct job){ 0 }, &cell->e, NULL, false);
}

static int check(const struct demo_cell *cell)
{
	if (cell->e.error[0])
		return trouble("%s: %s", cell->e.name, cell->e.error);
	return 0;
}

static int wait_one(struct worker **workers)
{
	int over;

	do {
		for (int i = 0; i < AT_ONCE; i++) {
			if (workers[i])
				explore_progress(workers[i]->out->name, &workers[i]->shared->counts);
		}
		over = explore_wait(workers, AT_ONCE);
	} while (over < 0);
	explore_progress(NULL, NULL);
	return over;
}

/*
 * A row, a few cells at a time. What one cell has learnt (where the lock is held already) is known
 * to those after it; another placement has other code.
 */
static int run_row(struct demo *demo, unsigned int placement)
{
	const struct ls_demo *info = demo->info;
	struct worker *workers[AT_ONCE] = { NULL };
	unsigned int next = 0, of[AT_ONCE], running = 0;
	int ret = 0;

	if (ls_shared_reserve(SHARED_BYTES))
		return trouble("no memory to share with the workers");
	while ((next < info->nr_paths && !ret) || running) {
		int i;

		for (i = 0; i < AT_ONCE && next < info->nr_paths && !ret; i++) {
			if (workers[i])
				continue;
			of[i] = info->order[next++];
			workers[i] = start(demo, placement, of[i]);
			if (!workers[i])
				ret = EXIT_TROUBLE;
			else
				running++;
		}
		if (!running)
			break;
		i = wait_one(workers);
		running--;
		judge(&demo->cells[placement][of[i]]);
		if (!ret)
			ret = check(&demo->cells[placement][of[i]]);
		if (interrupted())
			ret = 128 + interrupted();
	}
	return ret;
}

const enum demo_kind demo_kinds[DEMO_NR_KINDS] = { BREACHES, DEADLOCKS, LEAKS, OTHER };

/* Does @placement keep the convention on the path that is called like the race @path? */
static bool keeps_alone(const struct demo *demo, unsigned int placement, unsigned int path)
{
	for (unsigned int k = 0; k < demo->info->first_race; k++) {
		if (!strcmp(demo->info->path[k], demo->info->path[path]))
			return demo->cells[placement][k].verdict == KEEPS;
	}
	return false;
}

/* One that comes of a race alone says more than others. */
const struct demo_cell *demo_first(const struct demo *demo, enum demo_kind verdict,
				   unsigned int *placement, unsigned int *path)
{
	const struct demo_cell *first = NULL;

	for (unsigned int i = 0; i < demo->info->nr_placements; i++) {
		for (unsigned int k = 0; k < demo->info->nr_paths; k++) {
			const struct demo_cell *cell = &demo->cells[i][k];
			bool race = k >= demo->info->first_race && keeps_alone(demo, i, k);

			if (cell->verdict != verdict || (first && !race))
				continue;
			*placement = i;
			*path = k;
			first = cell;
			if (race)
				return cell;
		}
	}
	return first;
}

/* What will be shown has to be had with its steps. */
static void run_again(struct demo *demo)
{
	unsigned int placement, path;

	for (int i = 0; i < DEMO_NR_KINDS; i++) {
		const struct demo_cell *cell = demo_first(demo, demo_kinds[i], &placement, &path);
		struct demo_cell *shown;
		struct one_case c;

		if (!cell)
			continue;
		c = set_cell(demo, placement, path);
		shown = &demo->cells[placement][path];
		explore_shrink(&how, &c, &shown->e.findings[0]);
		explore_again(&how, &c, &shown->e.findings[0]);
		judge(shown); /* its reports are new */
	}
}

int demo_run(struct demo *demo)
{
	for (unsigned int i = 0; i < demo->info->nr_placements; i++) {
		int ret = run_row(demo, i);

		if (ret)
			return ret;
	}
	run_again(demo);
	return 0;
}

const char *demo_path_name(const struct demo *demo, unsigned int path, char buf[64])
{
	size_t len;

	snprintf(buf, 64, "%s%s", path < demo->info->first_race ? "" : "free against ",
		 demo->info->path[path]);
	for (char *p = buf; *p; p++)
		if (*p == '\n')
			*p = ' ';
	len = strlen(buf);
	while (len && buf[len - 1] == ' ')
		buf[--len] = '\0';
	return buf;
}

/* SPDX-License-Identifier: MIT */
#ifndef LS_LADDER_H
#define LS_LADDER_H

#include "view.h"

/* Between ladder.c, which decides what is shown, and ladder_text.c, which says it. */

#define COLUMN_MIN 22
#define COLUMN_MAX 64
#define GAP	   2 /* between columns */
#define GUTTER	   6 /* for the number of the step, when each is shown */

enum {
	MARK_SHARED = 1, /* its object is one that others notice */
	MARK_OUT = 2,	 /* not shown; a note says how many */
	MARK_FOLD = 4,	 /* shown as "... N steps ..." with its neighbours */
	MARK_BEFORE = 8, /* not shown: before the others begin */
	MARK_AFTER = 64, /* not shown: after the others ended */
	MARK_TESTED = 16,  /* the code under test is in its call chain */
	MARK_CONDUCT = 32, /* starts another task, or waits */
	MARK_CALLED = 128, /* something called it that is not the runner */
};

/**
 * struct plan - a ladder in the making
 * @mark: of each step
 * @object: of each step: 1 to @nr_objects, 0 for none
 * @wait: of each step: the first one that waits from there on, -1 for none; @next_wait: the next
 * @main: the task that stands alone at both ends, -1 if there is none such
 * @others_stuck: steps of other tasks that wait for ever
 * @before, @after: its steps there that are left out; @between: those while the others ran
 * @rest: steps after the failure that are left out
 * @machinery: steps of the runner and of threads that begin and end, left out
 * @task: of each column
 * @column: of each task
 * @other: tasks that share the last column
 * @width: of a column
 */
struct plan {
	const struct ls_view *v;
	const struct ls_ladder *l;
	void (*line)(void *arg, const char *text);
	void *arg;
	unsigned char *mark;
	uint32_t *object, nr_objects;
	int *wait, *next_wait;
	int main;
	unsigned int others_stuck;
	unsigned int before, between, after, rest, machinery;
	unsigned int nr_columns, nr_others, width;
	unsigned int task[LS_TASKS_MAX];
	unsigned int column[LS_TASKS_MAX];
	bool other[LS_TASKS_MAX];
};

void ladder_head(struct plan *p);
/* A step; @waits: that its task came there and has to wait. */
void ladder_step(struct plan *p, unsigned int step, bool waits);
void ladder_fold(struct plan *p, unsigned int task, unsigned int nr);
void ladder_time(struct plan *p, unsigned long long ns);
void ladder_foot(struct plan *p);

#endif /* LS_LADDER_H */

/* SPDX-License-Identifier: MIT */
#ifndef LS_VIEWS_MADE_H
#define LS_VIEWS_MADE_H

#include <stdlib.h>
#include <string.h>

#include "view.h"

/*
 * Executions made up for tests of the views. A call chain is written as text, innermost first:
 * "ww_mutex_lock<dma_resv_lock<put_pages!<thread_fn!". A "!" marks a function of the driver, a "~"
 * one that was inlined from a kernel header, a "^" one of the machinery that runs cases.
 */

#define MADE_STEPS_MAX 40000
#define MADE_FRAMES    4096

static struct ls_step made[MADE_STEPS_MAX];
static unsigned int nr_made;
static struct os_frame made_frames[MADE_FRAMES];
static unsigned int nr_made_frames;

static int made_symbolize(unsigned long pc, struct os_frame *frames, int max)
{
	if (!pc || pc > nr_made_frames || !max)
		return 0;
	frames[0] = made_frames[pc - 1];
	return 1;
}

static unsigned long made_pc(const char *word, size_t len)
{
	char *name = strndup(word, len);
	char kind = len ? name[len - 1] : 0;
	struct os_frame f = { .func = name, .file = "kernel/locking/mutex.c", .line = 42,
			      .object = "lockstep" };

	if (kind == '!' || kind == '~' || kind == '^')
		name[len - 1] = '\0';
	if (kind == '!' || kind == '~') {
		f.object = "driver";
		f.file = kind == '!' ? "drivers/gpu/driver.c" : "include/linux/dma-resv.h";
	}
	if (kind == '^')
		f.file = "kernel/sched/kthread.c";
	for (unsigned int i = 0; i < nr_made_frames; i++) {
		const struct os_frame *o = &made_frames[i];

		if (!strcmp(o->func, name) && !strcmp(o->file, f.file)) {
			free(name);
			return i + 1;
		}
	}
	if (nr_made_frames == MADE_FRAMES)
		abort();
	made_frames[nr_made_frames++] = f;
	return nr_made_frames;
}

/* The next step, to be refined by the caller. */
static struct ls_step *step(unsigned int task, const char *comm, enum ls_op op, int access,
			    unsigned int object, const char *name, const char *chain)
{
	struct ls_step *s = &made[nr_made++];

	memset(s, 0, sizeof(*s));
	s->choice = (struct ls_choice){ .task = task, .value = LS_STEP, .op = op, .object = object };
	s->access = access;
	s->blocked = s->waited_for = -1;
	snprintf(s->name, sizeof(s->name), "%s", name);
	snprintf(s->task_name, sizeof(s->task_name), "%s", comm);
	for (const char *w = chain; *w && s->stack.nr < LS_STACK_MAX;) {
		size_t len = strcspn(w, "<");

		s->stack.pc[s->stack.nr++] = made_pc(w, len);
		w += len + (w[len] == '<');
	}
	return s;
}

static struct ls_view made_view(enum ls_verdict verdict, const char *rule)
{
	struct ls_view v = {
		.title = "suite.case", .steps = made, .nr = nr_made, .verdict = verdict, .rule = rule,
		.failed = verdict == LS_VERDICT_OK ? -1 : (int)nr_made - 1, .report_row = -1,
		.symbolize = made_symbolize,
	};

	if (ls_view_init(&v))
		abort();
	return v;
}

#endif /* LS_VIEWS_MADE_H */

/* SPDX-License-Identifier: MIT */
#ifndef LS_EXPLORE_DEPTH_H
#define LS_EXPLORE_DEPTH_H

/* The stack of a search depth first: dpor.c, and job.c which gives parts of it away. */

#include "internal.h"

enum node_kind { NODE_STEP, NODE_CHOICE };

/**
 * struct node - a place where the strategy decided
 * @event: steps made before it
 * @chosen: task that goes on
 * @value: of a choice; one of @nr
 * @ready, @backtrack, @done: tasks that could go on, are to be tried, were tried
 * @sleep: first of its sleepers; @nr_sleep of them
 * @accs: footprints below belong to nodes before
 * @extra: accesses that its step made with other values of the choices in it
 * @preemptions: so far
 */
struct node {
	uint32_t event;
	uint8_t kind;
	uint16_t chosen, value, nr;
	uint32_t sleep, nr_sleep, extra, accs;
	uint32_t preemptions;
	struct set ready, backtrack, done;
};

/* A task that was explored from here, and the footprint of its next step. */
struct sleeper {
	uint16_t task;
	uint16_t nr;
	uint32_t acc;
};

struct footprint {
	uint32_t object;
	uint32_t kind;
};

struct depth {
	struct node *nodes;
	unsigned int nr, max, pos;
	struct sleeper *sleepers;
	uint32_t nr_sleepers, max_sleepers;
	struct footprint *accs;
	uint32_t nr_accs, max_accs;
	/* sleepers of the node that comes next: indices of those of the current one that stay */
	uint32_t *next;
	uint32_t nr_next, max_next;
	unsigned int last_cur;
	unsigned int frozen; /* nodes before this one get no more tasks to try */
	bool bounded, reduce;
};

extern struct depth D;

#define GROW(array, nr, max)                                                                       \
	do {                                                                                       \
		if ((nr) == (max)) {                                                               \
			uint32_t more = (max) ? 2 * (max) : 256;                                   \
			void *p = realloc((array), more * sizeof(*(array)));                       \
                                                                                                   \
			if (!p)                                                                    \
				engine_error("out of memory for what is still to be explored");    \
			(array) = p;                                                               \
			(max) = more;                                                              \
		}                                                                                  \
	} while (0)

struct node *depth_push(enum node_kind kind);
bool depth_sleeps(const struct node *n, unsigned int task);

/* job.c: give the largest part there is away; begin with what another process gave. */
void job_give(void);
bool job_start(void);

#endif /* LS_EXPLORE_DEPTH_H */

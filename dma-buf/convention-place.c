// SPDX-License-Identifier: MIT
/*
 * Where should the lock have been taken?
 */
#include <linux/dma-resv.h>
#include <linux/sched.h>
#include <linux/sprintf.h>
#include <lockstep/boot.h>
#include <lockstep/os.h>
#include <lockstep/symbol.h>
#include "convention-internal.h"

/**
 * DOC: the place for the lock
 *
 * When a function is called without the lock it needs, one of its callers should
 * have taken it; but which? Not one that other callers enter with the lock held: it
 * would take it twice. So each time a rule *is* kept, the frames between the one
 * that took the lock and the check are noted: those functions are entered with
 * the lock held. At a breach the walk goes outwards from the call, over the
 * driver's frames, past functions that were noted, and stops at the first other
 * one: the lock belongs there, before the call on the way to the breach.
 *
 * Return addresses are noted as they are; what functions they belong to is asked
 * at a breach only. The notes outlive a worker: evidence from one test case
 * serves the next.
 */

#define NOTES 4096 /* power of two */
#define PROBES 16

struct note {
	unsigned long pc;	/* in a function that was entered with the lock held */
	unsigned long taker;	/* in the function that held it; 0 for a moment */
};

static struct note *notes;
static struct note private_notes[NOTES];

/**
 * ls_place_init - get memory for the notes
 *
 * Context: boot.
 */
void ls_place_init(void)
{
	notes = ls_shared_alloc(sizeof(private_notes));
	if (!notes)
		notes = private_notes;
}

static void note(unsigned long pc, unsigned long taker)
{
	unsigned long hash = (pc ^ (pc >> 12)) * 0x9e3779b97f4a7c15UL >> 32;
	unsigned int i;

	for (i = 0; i < PROBES; i++) {
		struct note *n = &notes[(hash + i) & (NOTES - 1)];
		unsigned long seen = __atomic_load_n(&n->pc, __ATOMIC_RELAXED);

		if (seen == pc)
			return;
		if (!seen && __atomic_compare_exchange_n(&n->pc, &seen, pc, false,
							 __ATOMIC_RELAXED, __ATOMIC_RELAXED)) {
			__atomic_store_n(&n->taker, taker, __ATOMIC_RELAXED);
			return;
		}
	}
	/* Full here: advice gets a little worse, nothing else. */
}

/* --- frames --------------------------------------------------------------- */

struct frame {
	unsigned long up;
	unsigned long ret;
};

/**
 * ls_chain_walk - the current call chain with its frames
 * @chain: out: entry i is a return address and the frame it was found in, so the
 *	function that it lies in has frame i + 1
 * @fp: frame to begin with
 * @max: entries wanted
 */
__attribute__((no_sanitize("address", "thread", "undefined"))) noinline void
ls_chain_walk(struct ls_chain *chain, unsigned long fp, unsigned int max)
{
	unsigned long low = current->stack_low, high = current->stack_high;

	if (!high)
		os_stack_bounds(&low, &high);
	chain->nr = 0;
	while (chain->nr < max && fp >= low && fp + sizeof(struct frame) <= high &&
	       !(fp & (sizeof(long) - 1))) {
		const struct frame *frame = (const struct frame *)fp;

		if (!frame->ret)
			return;
		chain->fp[chain->nr] = fp;
		chain->pc[chain->nr++] = frame->ret;
		if (frame->up <= fp)
			return;
		fp = frame->up;
	}
}

/*
 * The innermost frame of @chain that was there when the lock was taken. A frame
 * is the same one if it returns to the same place: two calls of one function to two
 * others never do. @taken begins with an address in the function that called the
 * primitive, so that one's own frame returns to the second address. 0: not found.
 */
static unsigned int same_return(const struct ls_chain *chain, const struct ls_trace *taken)
{
	unsigned int i, j;

	for (i = 1; i < chain->nr; i++) {
		for (j = 1; j < taken->nr; j++) {
			if (chain->pc[i] != taken->pc[j])
				continue;
			if (i + 1 == chain->nr || j + 1 == taken->nr ||
			    chain->pc[i + 1] == taken->pc[j + 1])
				return i;
		}
	}
	return 0;
}

/* Mostly it is near: look there first. */
#define NEAR 8

static unsigned int taker_frame(struct ls_chain *chain, const struct ls_trace *taken,
				unsigned long fp)
{
	unsigned int i;

	ls_chain_walk(chain, fp, NEAR);
	i = same_return(chain, taken);
	if (i || chain->nr < NEAR)
		return i;
	ls_chain_walk(chain, fp, LS_STACK_MAX);
	i = same_return(chain, taken);
	if (i)
		return i;
	/* Too deep for the short trace: the first frame that is no younger. */
	for (i = 1; i < chain->nr; i++)
		if (chain->fp[i] >= taken->frame)
			return i;
	return 0;
}

static bool in_library(unsigned long pc)
{
	extern const char __ehdr_start[] __attribute__((visibility("hidden")));
	extern const char _end[] __attribute__((visibility("hidden")));

	return pc >= (unsigned long)__ehdr_start && pc < (unsigned long)_end;
}

/**
 * ls_place_note - a rule was kept: note who is entered with the lock held
 * @resv: reservation object, held by the current task
 * @fp: frame of the check
 */
void ls_place_note(struct dma_resv *resv, unsigned long fp)
{
	const struct ls_trace *taken = ls_mutex_acquired(&resv->lock.base);
	struct ls_chain chain;
	unsigned int i, taker;

	if (!taken || taken->nr < 2 || taken->pid != current->pid)
		return;
	taker = taker_frame(&chain, taken, fp);
	if (!taker)
		return;
	/* Entry i lies in the function of frame i + 1. */
	for (i = 0; i + 1 < taker; i++)
		if (!in_library(chain.pc[i]))
			note(chain.pc[i], chain.pc[taker - 1]);
}

/* --- advice --------------------------------------------------------------- */

/* Was the function at @pc entered with the lock held? Who held it then, in @taker. */
static bool entered_held(unsigned long pc, unsigned long *taker)
{
	unsigned long start = os_function_start(pc);
	unsigned int i;

	for (i = 0; start && i < NOTES; i++) {
		unsigned long seen = __atomic_load_n(&notes[i].pc, __ATOMIC_RELAXED);

		if (seen && os_function_start(seen) == start) {
			*taker = __atomic_load_n(&notes[i].taker, __ATOMIC_RELAXED);
			return true;
		}
	}
	return false;
}

/* Name, file and line of the function (not of what is inlined there) at @pc. */
static void place_name(unsigned long pc, const char **func, const char **file, int *line)
{
	struct os_frame frames[8];
	int n = os_symbolize(pc, frames, 8);

	*func = n && frames[n - 1].func ? frames[n - 1].func : "a function";
	*file = n && frames[n - 1].file ? frames[n - 1].file : "?";
	*line = n ? frames[n - 1].line : 0;
}

static void explain(struct ls_report *r, unsigned long callee, unsigned long taker)
{
	const char *func, *file, *from = NULL, *from_file = NULL;
	int line, from_line = 0;

	if (!callee) {
		snprintf(r->suggest_why, sizeof(r->suggest_why),
			 "nothing on the way to the call was seen entered with the lock held");
		return;
	}
	place_name(callee, &func, &file, &line);
	if (taker)
		place_name(taker, &from, &from_file, &from_line);
	if (from)
		snprintf(r->suggest_why, sizeof(r->suggest_why),
			 "%s is also entered with the lock held (from %s, %s:%d), so it cannot take it itself",
			 func, from, from_file, from_line);
	else
		snprintf(r->suggest_why, sizeof(r->suggest_why),
			 "%s is also entered with the lock held, so it cannot take it itself", func);
}

/**
 * ls_place_advise - fill in where the lock should have been taken
 * @r: a breach
 * @chain: the call chain to it
 */
void ls_place_advise(struct ls_report *r, const struct ls_chain *chain)
{
	unsigned long callee = 0, taker = 0;
	unsigned int i;

	for (i = 0; i < chain->nr; i++) {
		if (in_library(chain->pc[i]))
			continue;
		if (entered_held(chain->pc[i], &taker)) {
			callee = chain->pc[i];
			continue;
		}
		r->suggest_pc = chain->pc[i];
		explain(r, callee, taker);
		return;
	}
}

// SPDX-License-Identifier: MIT
/*
 * The parts of sequence counts that are too large for a header.
 */

#include <linux/seqlock.h>
#include <linux/export.h>
#include "locking.h"

/**
 * __seqcount_init() - make a sequence count; use seqcount_init()
 * @s: memory of the count
 * @name: shown in reports, static storage
 * @key: lock class
 *
 * Context: Any.
 */
void __seqcount_init(seqcount_t *s, const char *name, struct lock_class_key *key)
{
	lockdep_init_map(&s->dep_map, name, key, 0);
	ls_lockdep_init_kind(&s->dep_map, LS_LOCK_SEQCOUNT);
	s->sequence = 0;
}
EXPORT_SYMBOL(__seqcount_init);

static bool ls_seq_is_even(const void *s)
{
	return !(__atomic_load_n(&((const seqcount_t *)s)->sequence, __ATOMIC_ACQUIRE) & 1);
}

/**
 * ls_seqcount_point() - a reader is about to begin, and somebody schedules by hand
 * @s: the count
 *
 * An explorer lets the reader begin when no writer is at work: one step, not a loop.
 *
 * Context: Any.
 */
noinline void ls_seqcount_point(const seqcount_t *s)
{
	if (!ls_stepping()) {
		ls_point(LS_OP_LOAD, s);
		return;
	}
	ls_explorer->wait(LS_OP_LOAD, s, LS_NONE, ls_seq_is_even, s, OS_NEVER);
	ls_explorer->touch(s, LS_READ);
}
EXPORT_SYMBOL(ls_seqcount_point);

/**
 * ls_seqcount_wait() - wait for a writer to finish
 * @s: the count, odd a moment ago
 *
 * Context: Any. The writer may have been put aside by the operating system, so after a
 * moment of spinning each round yields.
 * Return: an even count.
 */
unsigned int ls_seqcount_wait(const seqcount_t *s)
{
	unsigned int seq, i = 0;

	/* With each round like the one before, an explorer sees when it goes round for ever. */
	for (;;) {
		seq = __atomic_load_n(&s->sequence, __ATOMIC_ACQUIRE);
		if (!(seq & 1))
			return seq;
		if (ls_point_hook_now() || i >= LS_SPIN_ROUNDS) {
			ls_step_touch(s, LS_READ);
			ls_point(LS_OP_YIELD, s);
			ls_seam->yield();
		} else {
			i++;
			ls_pause();
		}
	}
}
EXPORT_SYMBOL(ls_seqcount_wait);

/**
 * ls_seqcount_reader() - a reader is about to look
 * @s: the count
 *
 * A reader waits for a writer. If the reader interrupted that writer it waits for
 * ever, so the validator learns where readers run.
 *
 * Context: Any.
 */
void ls_seqcount_reader(const seqcount_t *s)
{
	struct lockdep_map *map = (struct lockdep_map *)&s->dep_map;

	if (!ls_checking(LS_CHECK_LOCKDEP))
		return;
	__ls_lock_acquire(map, 0, 0, 2, 1, NULL, NULL, __builtin_frame_address(0));
	__ls_lock_release(map, __builtin_frame_address(0));
}
EXPORT_SYMBOL(ls_seqcount_reader);

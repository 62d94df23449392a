// SPDX-License-Identifier: MIT
/*
 * What is alive: see lockstep/track.h.
 *
 * Entries hang on one of 64 rings, chosen by address, each under a lock word of its
 * own. The lock is not a spinlock_t: the spinlock's own checks allocate nothing, but
 * tracking is called from below them, and must not announce scheduling points.
 */
#include <linux/types.h>
#include <linux/compiler.h>
#include <linux/sched.h>
#include <lockstep/checks.h>
#include <lockstep/os.h>
#include <lockstep/report.h>
#include <lockstep/track.h>
#include "core.h"

#define NR_SHARDS 64

struct shard {
	struct ls_word lock;
	struct ls_track head; /* links only; linked at first use */
} __attribute__((aligned(64)));

static struct shard shards[NR_SHARDS];
static unsigned int current_epoch; /* 0 until the first case */

static struct shard *shard_lock(unsigned int i)
{
	struct shard *s = &shards[i];

	ls_word_lock(&s->lock);
	if (unlikely(!s->head.next))
		s->head.next = s->head.prev = &s->head;
	return s;
}

static unsigned int shard_of(const struct ls_track *t)
{
	unsigned long at = (unsigned long)t;

	return (at >> 5 ^ at >> 12) % NR_SHARDS;
}

/**
 * ls_track_add() - an object is born
 * @t: its embedded entry; need not be initialised
 * @kind: what it is
 * @what: name of the type or call, static storage
 * @obj: identity, for reports
 * @size: bytes, 0 if that means nothing
 *
 * The call chain is remembered from the caller's caller on: the caller is the allocator.
 *
 * Context: Any.
 */
noinline void ls_track_add(struct ls_track *t, enum ls_kind kind, const char *what,
					    const void *obj, unsigned long size)
{
	struct task_struct *task;
	struct shard *s;

	if (!ls_checking(LS_CHECK_LEAKS)) {
		t->live = 0;
		return;
	}

	task = current;
	t->nr = ls_stack_walk(t->pc, ARRAY_SIZE(t->pc), 1);
	t->kind = kind;
	t->what = what;
	t->obj = obj;
	t->size = size;
	t->epoch = task && task->track_paused ? 0 :
		   __atomic_load_n(&current_epoch, __ATOMIC_RELAXED);
	t->shard = shard_of(t);
	t->live = 1;

	s = shard_lock(t->shard);
	t->next = s->head.next;
	t->prev = &s->head;
	t->next->prev = t;
	s->head.next = t;
	ls_word_unlock(&s->lock);
}

/**
 * ls_track_del() - an object is gone
 * @t: its embedded entry, zeroed or once given to ls_track_add()
 *
 * Context: Any.
 */
void ls_track_del(struct ls_track *t)
{
	struct shard *s;

	if (!t->live)
		return;
	s = shard_lock(t->shard);
	t->next->prev = t->prev;
	t->prev->next = t->next;
	t->live = 0;
	ls_word_unlock(&s->lock);
}

/**
 * ls_track_pause() - what this task makes from now on lives as long as the process
 *
 * Context: Task context. Nests; undone by ls_track_resume().
 */
void ls_track_pause(void)
{
	current->track_paused++;
}

/**
 * ls_track_resume() - undo ls_track_pause()
 *
 * Context: Task context.
 */
void ls_track_resume(void)
{
	current->track_paused--;
}

/**
 * ls_track_epoch_begin() - a case begins
 *
 * Context: Only while no other case runs.
 * Return: the epoch that objects are born in from now on.
 */
unsigned int ls_track_epoch_begin(void)
{
	return __atomic_add_fetch(&current_epoch, 1, __ATOMIC_RELAXED);
}

/**
 * ls_track_epoch_end() - what is alive of an epoch
 * @epoch: from ls_track_epoch_begin()
 * @fn: called for each entry, with a lock held: it must not allocate or free. May be NULL.
 * @arg: for @fn
 *
 * Context: Any.
 * Return: number of entries.
 */
unsigned int ls_track_epoch_end(unsigned int epoch,
				void (*fn)(const struct ls_track *t, void *arg), void *arg)
{
	unsigned int count = 0;

	for (unsigned int i = 0; i < NR_SHARDS; i++) {
		struct shard *s = shard_lock(i);

		for (const struct ls_track *t = s->head.next; t != &s->head; t = t->next) {
			if (t->epoch != epoch)
				continue;
			count++;
			if (fn)
				fn(t, arg);
		}
		ls_word_unlock(&s->lock);
	}
	return count;
}

/**
 * ls_track_find() - look for an object that is alive
 * @kind: what it is
 * @fn: called for each object, with a lock held that keeps it alive: it must not allocate or
 *	free. Returns true to end the search.
 * @arg: for @fn
 *
 * Context: Any.
 * Return: true if @fn ever did.
 */
bool ls_track_find(enum ls_kind kind, bool (*fn)(const void *obj, void *arg), void *arg)
{
	bool found = false;

	for (unsigned int i = 0; i < NR_SHARDS && !found; i++) {
		struct shard *s = shard_lock(i);

		for (const struct ls_track *t = s->head.next; t != &s->head && !found; t = t->next)
			found = t->kind == kind && fn(t->obj, arg);
		ls_word_unlock(&s->lock);
	}
	return found;
}

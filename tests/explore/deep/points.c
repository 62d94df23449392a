// SPDX-License-Identifier: MIT
/*
 * What the deep copies call: a point for each atomic, and a futex.
 */
#include <linux/kernel.h>
#include <linux/sched.h>
#include <lockstep/explore.h>
#include <lockstep/os.h>

#include "deep_cases.h"

#define SLEEPERS_MAX 8

void deep_point(enum ls_op op, const volatile void *addr);
int deep_park(const unsigned int *word, unsigned int expect);
void deep_unpark(const unsigned int *word, int nr);

/**
 * struct sleeper - a task that is parked
 * @word: where; NULL: the slot is free
 * @woken: it was unparked
 * @since: who came first is woken first
 */
static struct sleeper {
	const unsigned int *word;
	bool woken;
	unsigned int since;
} sleepers[SLEEPERS_MAX];
static unsigned int arrivals;

/* The state of a task is known by the task, as to the scheduler. */
static const volatile void *object_of(const volatile void *addr)
{
	unsigned int i;

	for (i = 0; i < SLEEPERS_MAX; i++) {
		const struct task_struct *t = deep_task(i);

		if (t && (unsigned long)addr - (unsigned long)t < sizeof(*t))
			return t;
	}
	return addr;
}

void deep_point(enum ls_op op, const volatile void *addr)
{
	ls_point(op, object_of(addr));
}

/* The queue of a word is an object of its own. */
static const void *queue_of(const unsigned int *word)
{
	return (const char *)word + 1;
}

static _Bool is_woken(const void *arg)
{
	return ((const struct sleeper *)arg)->woken;
}

/* One step: look at the word and, if it is as expected, queue. */
int deep_park(const unsigned int *word, unsigned int expect)
{
	struct sleeper *s = sleepers;

	ls_point(LS_OP_LOAD, word);
	if (*word != expect)
		return 0;
	while (s->word)
		s++;
	*s = (struct sleeper){ .word = word, .since = arrivals++ };
	ls_touch(queue_of(word), LS_WRITE);
	while (ls_point_wait(LS_OP_WAIT, queue_of(word), LS_READ, is_woken, s, OS_NEVER) ==
	       LS_WAIT_STUCK)
		;
	s->word = NULL;
	return 0;
}

void deep_unpark(const unsigned int *word, int nr)
{
	ls_point(LS_OP_WAKE, queue_of(word));
	while (nr-- > 0) {
		struct sleeper *first = NULL, *s;

		for (s = sleepers; s < sleepers + SLEEPERS_MAX; s++) {
			if (s->word == word && !s->woken && (!first || s->since < first->since))
				first = s;
		}
		if (!first)
			return;
		first->woken = true;
	}
}

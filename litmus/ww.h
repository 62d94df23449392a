/* SPDX-License-Identifier: MIT */
#ifndef LITMUS_WW_H
#define LITMUS_WW_H

#include "litmus.h"
#include <linux/ww_mutex.h>

#define WW_MAX 3

static DEFINE_WD_CLASS(litmus_wait_die);
static DEFINE_WW_CLASS(litmus_wound_wait);

struct ww_table {
	struct ww_class *class;
	struct ww_mutex lock[WW_MAX];
	unsigned int nr; /* locks in use */
	unsigned int taken[WW_MAX]; /* by its lock */
};

static inline struct ww_table *ww_table_new(struct kunit *test, struct ww_class *class,
					    unsigned int nr)
{
	struct ww_table *t = litmus_zalloc(test, struct ww_table);
	unsigned int i;

	t->class = class;
	t->nr = nr;
	for (i = 0; i < nr; i++)
		ww_mutex_init(&t->lock[i], class);
	return t;
}

/* Release those whose bits are set. */
static inline void ww_drop(struct ww_table *t, unsigned long held)
{
	unsigned int i;

	for (i = 0; i < t->nr; i++) {
		if (held & BIT(i))
			ww_mutex_unlock(&t->lock[i]);
	}
}

/* The next one that is not held, from @first on and round. */
static inline unsigned int ww_missing(const struct ww_table *t, unsigned int first,
				      unsigned long held)
{
	unsigned int i = first % t->nr;

	while (held & BIT(i))
		i = (i + 1) % t->nr;
	return i;
}

#endif /* LITMUS_WW_H */

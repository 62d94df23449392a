// SPDX-License-Identifier: MIT
/*
 * What explore_random_52x4 and explore_dpor_52x4 explore: four tasks with thirteen scheduling
 * points each, on two mutexes and four atomics.
 */
#include <linux/atomic.h>
#include <linux/mutex.h>
#include <linux/sched.h>
#include <linux/slab.h>

#include "bench.h"

/* In the heap, which goes back with each execution; variables of this program do not. */
static struct work {
	struct mutex first, second;
	atomic_t counts[4];
	int flags[4];
} *w;

int bench_explore_init(void)
{
	w = kzalloc(sizeof(*w), GFP_KERNEL);
	if (!w)
		return -ENOMEM;
	mutex_init(&w->first);
	mutex_init(&w->second);
	return 0;
}

/* A thread of the host gets its task at the first use of current: not in the measured part. */
void bench_explore_enter(void)
{
	(void)current;
}

/* Six points of mutexes, seven of data. */
void bench_explore_task(unsigned int task)
{
	WRITE_ONCE(w->flags[task], 1);
	mutex_lock(&w->first);
	atomic_inc(&w->counts[task % 2]);
	mutex_unlock(&w->first);
	(void)READ_ONCE(w->flags[(task + 1) % 4]);
	mutex_lock(task % 2 ? &w->first : &w->second);
	atomic_inc(&w->counts[2 + task % 2]);
	mutex_unlock(task % 2 ? &w->first : &w->second);
	(void)atomic_read(&w->counts[0]);
	mutex_lock(&w->second);
	(void)READ_ONCE(w->flags[(task + 2) % 4]);
	mutex_unlock(&w->second);
	WRITE_ONCE(w->flags[task], 0);
}

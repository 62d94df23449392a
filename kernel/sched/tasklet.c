// SPDX-License-Identifier: MIT
/* Tasklets, carried by items of a workqueue that runs in softirq context. */
#include <linux/interrupt.h>
#include <linux/workqueue.h>
#include "internal.h"

static void tasklet_work(struct work_struct *work)
{
	struct tasklet_struct *t = container_of(work, struct tasklet_struct, work);
	bool run;

	ls_quiet_begin(); /* with the start of the work */
	set_bit(TASKLET_STATE_RUN, &t->state);
	/* Scheduled while disabled: it runs when it is enabled. */
	run = !atomic_read(&t->count) && test_and_clear_bit(TASKLET_STATE_SCHED, &t->state);
	ls_quiet_end();
	if (run) {
		if (t->use_callback)
			t->callback(t);
		else
			t->func(t->data);
	}
	ls_quiet_begin(); /* with its end */
	clear_bit_unlock(TASKLET_STATE_RUN, &t->state);
	ls_quiet_end();
}

/**
 * tasklet_setup() - initialise a tasklet
 * @t: the tasklet
 * @callback: its function
 *
 * Context: Any.
 */
void tasklet_setup(struct tasklet_struct *t, void (*callback)(struct tasklet_struct *))
{
	memset(t, 0, sizeof(*t));
	t->callback = callback;
	t->use_callback = true;
	INIT_WORK(&t->work, tasklet_work);
}

/**
 * tasklet_init() - initialise a tasklet of the old kind
 * @t: the tasklet
 * @func: its function
 * @data: for @func
 *
 * Context: Any.
 */
void tasklet_init(struct tasklet_struct *t, void (*func)(unsigned long), unsigned long data)
{
	tasklet_setup(t, NULL);
	t->func = func;
	t->use_callback = false;
	t->data = data;
}

/**
 * tasklet_schedule() - have a tasklet run once
 * @t: the tasklet
 *
 * Context: Any.
 */
void tasklet_schedule(struct tasklet_struct *t)
{
	ls_point(LS_OP_QUEUE, t);
	ls_quiet_begin();
	if (!test_and_set_bit(TASKLET_STATE_SCHED, &t->state))
		queue_work(system_bh_wq, &t->work);
	ls_quiet_end();
}

/**
 * tasklet_kill() - wait until a tasklet is neither scheduled nor running
 * @t: the tasklet, enabled
 *
 * Context: Process context. Sleeps.
 */
void tasklet_kill(struct tasklet_struct *t)
{
	ls_point(LS_OP_FLUSH, t);
	while (test_bit(TASKLET_STATE_SCHED, &t->state) || work_busy(&t->work)) {
		flush_work(&t->work);
		cond_resched();
	}
}

/**
 * tasklet_disable_nosync() - keep a tasklet from running
 * @t: the tasklet; it may run still
 *
 * Context: Any. Nests.
 */
void tasklet_disable_nosync(struct tasklet_struct *t)
{
	atomic_inc(&t->count);
}

/**
 * tasklet_disable() - keep a tasklet from running and wait if it does
 * @t: the tasklet
 *
 * Context: Process context. Sleeps. Nests.
 */
void tasklet_disable(struct tasklet_struct *t)
{
	tasklet_disable_nosync(t);
	flush_work(&t->work);
}

/**
 * tasklet_enable() - undo tasklet_disable()
 * @t: the tasklet
 *
 * Context: Any.
 */
void tasklet_enable(struct tasklet_struct *t)
{
	if (atomic_dec_and_test(&t->count) && test_bit(TASKLET_STATE_SCHED, &t->state))
		queue_work(system_bh_wq, &t->work);
}

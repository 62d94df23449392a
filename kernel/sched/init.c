// SPDX-License-Identifier: MIT
/* Start of the scheduler. */
#include <lockstep/boot.h>
#include <linux/sched.h>
#include "internal.h"

/**
 * ls_sched_init() - start the scheduler
 *
 * The caller becomes the first task. The timer task is started; workers and
 * the RCU callback thread come when they are first needed.
 *
 * Context: Called once, by ls_boot().
 * Return: 0, or -ENOMEM when out of memory or threads.
 */
int ls_sched_init(void)
{
	int err;

	ls_percpu_boot();
	ls_track_pause();
	err = ls_time_boot();
	if (!err)
		err = ls_wait_bit_boot();
	if (!err)
		err = ls_timer_boot();
	if (!err)
		err = ls_workqueue_boot();
	ls_track_resume();
	return err;
}

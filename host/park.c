// SPDX-License-Identifier: MIT
/*
 * Sleeping on a word: futexes. The futex syscall compares and sleeps in one
 * step, so a wake-up that comes between the caller's check and the sleep is
 * never lost.
 */
#include <errno.h>
#include <linux/futex.h>
#include <sched.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#include "native.h"

/*
 * FUTEX_WAIT_BITSET takes an absolute deadline on CLOCK_MONOTONIC, the clock
 * of os_now(): a caller that loops after a spurious wake-up does not sleep longer.
 */
int ls_native_park(const unsigned int *word, unsigned int expect, os_ns deadline)
{
	struct timespec ts, *until = NULL;
	int saved = errno, ret = 0;

	if (deadline != OS_NEVER) {
		ts.tv_sec = (time_t)(deadline / 1000000000ULL);
		ts.tv_nsec = (long)(deadline % 1000000000ULL);
		until = &ts;
	}
	if (syscall(SYS_futex, word, FUTEX_WAIT_BITSET | FUTEX_PRIVATE_FLAG, expect, until, NULL,
		    FUTEX_BITSET_MATCH_ANY) == -1 &&
	    errno == ETIMEDOUT)
		ret = -ETIMEDOUT;
	errno = saved;
	return ret;
}

void ls_native_unpark(const unsigned int *word, int nr)
{
	int saved = errno;

	syscall(SYS_futex, word, FUTEX_WAKE | FUTEX_PRIVATE_FLAG, nr, NULL, NULL, 0);
	errno = saved;
}

void ls_native_yield(void)
{
	sched_yield();
}

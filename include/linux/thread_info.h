/* SPDX-License-Identifier: MIT */
#ifndef _LINUX_THREAD_INFO_H
#define _LINUX_THREAD_INFO_H

#include <linux/types.h>
#include <linux/bug.h>
#include <lockstep/task.h>

#define THREAD_SIZE (1UL << 20)

/* Kept by the uaccess layer, which knows what a user pointer is here. */
#define TIF_SIGPENDING   2
#define TIF_NEED_RESCHED 3

static inline bool test_thread_flag(int flag)
{
	return flag == TIF_SIGPENDING &&
	       (__atomic_load_n(&current->signal_flags, __ATOMIC_SEQ_CST) & 1);
}

#endif

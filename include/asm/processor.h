/* SPDX-License-Identifier: MIT */
#ifndef _ASM_PROCESSOR_H
#define _ASM_PROCESSOR_H

#include <linux/types.h>

/* Called in a loop that waits for another task: a point, and now and then a yield. */
void cpu_relax(void);
#define cpu_relax_yield() cpu_relax()

static inline void prefetch(const void *p)
{
	__builtin_prefetch(p);
}

static inline void prefetchw(const void *p)
{
	__builtin_prefetch(p, 1);
}

#define spin_begin()      ((void)0)
#define spin_cpu_relax()  cpu_relax()
#define spin_end()        ((void)0)
#define spin_until_cond(c)                                                                         \
	do {                                                                                       \
		while (!(c))                                                                       \
			cpu_relax();                                                               \
	} while (0)

#endif

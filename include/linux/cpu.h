/* SPDX-License-Identifier: MIT */
#ifndef _LINUX_CPU_H
#define _LINUX_CPU_H

#include <linux/cpumask.h>
#include <linux/smp.h>

/* Processors neither come nor go. */
static inline void cpus_read_lock(void)
{
}

static inline void cpus_read_unlock(void)
{
}

#endif

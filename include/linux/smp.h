/* SPDX-License-Identifier: MIT */
#ifndef _LINUX_SMP_H
#define _LINUX_SMP_H

#include <linux/types.h>
#include <linux/errno.h>
#include <linux/list.h>
#include <linux/cpumask.h>
#include <linux/preempt.h>
#include <asm/smp.h>

typedef void (*smp_call_func_t)(void *info);

/*
 * A task has a slot number instead of a processor. It never changes, but other
 * tasks may share it and run at the same time: data behind it is to be touched
 * with the this_cpu operations, which are atomic here.
 */
#define smp_processor_id()   raw_smp_processor_id()
#define __smp_processor_id() raw_smp_processor_id()
#define get_cpu()                                                                                  \
	({                                                                                         \
		preempt_disable();                                                                 \
		smp_processor_id();                                                                \
	})
#define put_cpu() preempt_enable()

int smp_call_function_single(int cpuid, smp_call_func_t func, void *info, int wait);
void on_each_cpu(smp_call_func_t func, void *info, int wait);
#define smp_call_function(func, info, wait) on_each_cpu(func, info, wait)

#endif

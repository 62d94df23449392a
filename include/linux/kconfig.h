/* SPDX-License-Identifier: MIT */
#ifndef _LINUX_KCONFIG_H
#define _LINUX_KCONFIG_H

/*
 * IS_ENABLED() and kin look at whether a macro expands to 1: pasting the value
 * onto a prefix gives a name that is defined to insert one more argument only
 * for 1, so that the second argument picked is 1 or the default 0.
 */
#define __LS_ARG_PLACEHOLDER_1 0,
#define __ls_second(ignored, val, ...) val
#define __ls_defined_pick(arg)  __ls_second(arg 1, 0)
#define __ls_defined_paste(val) __ls_defined_pick(__LS_ARG_PLACEHOLDER_##val)
#define __is_defined(x)         __ls_defined_paste(x)
#define __ls_or_pick(arg, y)    __ls_second(arg 1, y)
#define __ls_or_paste(x, y)     __ls_or_pick(__LS_ARG_PLACEHOLDER_##x, y)
#define __ls_or_expand(x, y)    __ls_or_paste(x, y)
#define __or(x, y)              __ls_or_expand(x, y)

#define IS_BUILTIN(option)   __is_defined(option)
#define IS_MODULE(option)    __is_defined(option##_MODULE)
#define IS_REACHABLE(option) IS_ENABLED(option)
#define IS_ENABLED(option)   __or(IS_BUILTIN(option), IS_MODULE(option))

/* The release a module is written for: 0xMMmmpp. `lockstep build` sets it from the tree. */
#ifndef LOCKSTEP_LINUX
#define LOCKSTEP_LINUX 0x060c00
#endif

/* The configuration of this kernel. */
#define CONFIG_64BIT 1
#define CONFIG_X86 1
#define CONFIG_X86_64 1
#define CONFIG_SMP 1
#define CONFIG_MMU 1
#define CONFIG_PREEMPTION 1
#define CONFIG_PREEMPT_COUNT 1
#define CONFIG_HZ 1000
#define CONFIG_NR_CPUS 64
#define CONFIG_BUG 1
#define CONFIG_PRINTK 1
#define CONFIG_MODULES 1
#define CONFIG_DEBUG_FS 1
#define CONFIG_PROC_FS 1
#define CONFIG_SYSFS 1
#define CONFIG_SHMEM 1
#define CONFIG_NET 1
#define CONFIG_KUNIT 1
#define CONFIG_PROVE_LOCKING 1
#define CONFIG_LOCKDEP 1
#define CONFIG_DEBUG_LOCK_ALLOC 1
#define CONFIG_DEBUG_MUTEXES 1
#define CONFIG_DEBUG_WW_MUTEX_SLOWPATH 1
#define CONFIG_DEBUG_SPINLOCK 1
#define CONFIG_DEBUG_ATOMIC_SLEEP 1
#define CONFIG_DEBUG_KERNEL 1
#define CONFIG_INTERVAL_TREE 1
#define CONFIG_DMA_SHARED_BUFFER 1
#define CONFIG_SYNC_FILE 1
#define CONFIG_HAS_DMA 1
#define CONFIG_HAS_IOMEM 1
#define CONFIG_NEED_SG_DMA_LENGTH 1
#define CONFIG_GENERIC_ATOMIC64 1
#define CONFIG_DRM 1
#define CONFIG_IRQ_WORK 1
#define CONFIG_COMPAT_32BIT_TIME 1
#define CONFIG_DRM_KUNIT_TEST 1

#endif

/* SPDX-License-Identifier: MIT */
#ifndef _LINUX_KERNEL_H
#define _LINUX_KERNEL_H

#include <linux/stdarg.h>
#include <linux/align.h>
#include <linux/array_size.h>
#include <linux/limits.h>
#include <linux/linkage.h>
#include <linux/stddef.h>
#include <linux/types.h>
#include <linux/compiler.h>
#include <linux/container_of.h>
#include <linux/bitops.h>
#include <linux/hex.h>
#include <linux/kstrtox.h>
#include <linux/log2.h>
#include <linux/math.h>
#include <linux/minmax.h>
#include <linux/typecheck.h>
#include <linux/panic.h>
#include <linux/printk.h>
#include <linux/build_bug.h>
#include <linux/bug.h>
#include <linux/sprintf.h>
#include <linux/static_call_types.h>
#include <linux/instruction_pointer.h>
#include <linux/util_macros.h>
#include <linux/wordpart.h>
#include <asm/byteorder.h>
#include <lockstep/checks.h>

#define STACK_MAGIC 0xdeadbeef
#define REPEAT_BYTE(x) ((~0ul / 0xff) * (x))

void ls_might_sleep(const char *file, int line);
int ls_cond_resched(void);

/*
 * Both say that the caller may sleep here; ls_might_sleep() (kernel/sched) reports when it
 * must not.
 */
#define might_sleep()                                                                              \
	((void)(ls_checking(LS_CHECK_SLEEP) && (ls_might_sleep(__FILE__, __LINE__), 1)))
#define might_sleep_if(cond)                                                                       \
	do {                                                                                       \
		if (cond)                                                                          \
			might_sleep();                                                             \
	} while (0)
#define might_resched()     ((void)0)
#define cant_sleep()        ((void)0)
#define cant_migrate()      ((void)0)
#define non_block_start()   ((void)0)
#define non_block_end()     ((void)0)

enum system_states {
	SYSTEM_BOOTING,
	SYSTEM_SCHEDULING,
	SYSTEM_FREEING_INITMEM,
	SYSTEM_RUNNING,
	SYSTEM_HALT,
	SYSTEM_POWER_OFF,
	SYSTEM_RESTART,
	SYSTEM_SUSPEND,
};
extern enum system_states system_state;

#define trace_printk(fmt, ...)      ({ if (0) no_printk(fmt, ##__VA_ARGS__); })
#define trace_puts(str)             ({ (void)(str); 0; })
#define ftrace_vprintk(fmt, vargs)  ((void)0)
#define trace_dump_stack(skip)      ((void)0)
#define tracing_on()                ((void)0)
#define tracing_off()               ((void)0)
#define ftrace_dump(mode)           ((void)0)
#define VERIFY_OCTAL_PERMISSIONS(perms) (perms)
#define core_kernel_text(addr)      1
#define func_ptr_is_kernel_text(p)  1

#endif

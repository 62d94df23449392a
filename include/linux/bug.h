/* SPDX-License-Identifier: MIT */
#ifndef _LINUX_BUG_H
#define _LINUX_BUG_H

#include <linux/compiler.h>
#include <linux/build_bug.h>
#include <linux/instruction_pointer.h>
#include <linux/panic.h>
#include <linux/printk.h>
#include <linux/once_lite.h>

/**
 * DOC: WARN and BUG
 *
 * Both become reports. WARN*() evaluates to its condition and goes on; the
 * _ONCE forms report the first time in a test case. BUG*() ends the task.
 */
__printf(3, 4) void ls_warn(const char *where, const char *cond, const char *fmt, ...);
void __noreturn ls_bug(const char *where, const char *cond);
/* Whether this is the first time since the case began, for the flag at @seen. */
bool ls_once(unsigned int *seen);
/* A new case begins: every *_ONCE may fire again. Called by the test runner. */
void ls_once_reset(void);

#define BUG()        ls_bug(FILE_LINE, NULL)
#define BUG_ON(condition)                                                                          \
	do {                                                                                       \
		if (unlikely(condition))                                                           \
			ls_bug(FILE_LINE, #condition);                                             \
	} while (0)

#define WARN_ON(condition)                                                                         \
	({                                                                                         \
		int __ret_warn_on = !!(condition);                                                 \
		if (unlikely(__ret_warn_on))                                                       \
			ls_warn(FILE_LINE, #condition, NULL);                                      \
		unlikely(__ret_warn_on);                                                           \
	})
#define WARN(condition, format...)                                                                 \
	({                                                                                         \
		int __ret_warn_on = !!(condition);                                                 \
		if (unlikely(__ret_warn_on))                                                       \
			ls_warn(FILE_LINE, #condition, format);                                    \
		unlikely(__ret_warn_on);                                                           \
	})
#define WARN_ON_ONCE(condition)                                                                    \
	({                                                                                         \
		static unsigned int __ls_seen;                                                     \
		int __ret_warn_on = !!(condition);                                                 \
		if (unlikely(__ret_warn_on) && ls_once(&__ls_seen))                                \
			ls_warn(FILE_LINE, #condition, NULL);                                      \
		unlikely(__ret_warn_on);                                                           \
	})
#define WARN_ONCE(condition, format...)                                                            \
	({                                                                                         \
		static unsigned int __ls_seen;                                                     \
		int __ret_warn_on = !!(condition);                                                 \
		if (unlikely(__ret_warn_on) && ls_once(&__ls_seen))                                \
			ls_warn(FILE_LINE, #condition, format);                                    \
		unlikely(__ret_warn_on);                                                           \
	})
#define WARN_TAINT(condition, taint, format...)      WARN(condition, format)
#define WARN_TAINT_ONCE(condition, taint, format...) WARN_ONCE(condition, format)
#define WARN_ON_SMP(x)  WARN_ON(x)
#define __WARN()        WARN_ON(1)
#define __WARN_printf(taint, arg...) WARN(1, arg)
#define CHECK_DATA_CORRUPTION(condition, fmt...) WARN(condition, fmt)

#define TAINT_USER       6
#define TAINT_WARN       9
#define TAINT_CRAP       10
#define TAINT_SOFTLOCKUP 14
#define TAINT_TEST       18
static inline void add_taint(unsigned int flag, int lockdep_ok)
{
}
#define LOCKDEP_STILL_OK    1
#define LOCKDEP_NOW_UNRELIABLE 0

#endif

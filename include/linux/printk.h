/* SPDX-License-Identifier: MIT */
#ifndef _LINUX_PRINTK_H
#define _LINUX_PRINTK_H

#include <linux/stdarg.h>
#include <linux/init.h>
#include <linux/kern_levels.h>
#include <linux/linkage.h>
#include <linux/once_lite.h>
#include <linux/ratelimit_types.h>

/**
 * DOC: printk
 *
 * _printk() formats and hands one message to ls_printk_emit() (kernel/core),
 * which decides where it goes by level: LOGLEVEL_EMERG to LOGLEVEL_DEBUG,
 * LOGLEVEL_DEFAULT for none, LS_PRINTK_CONT for more of the line before.
 */
#define LS_PRINTK_CONT (-2)
void ls_printk_emit(int level, const char *text);

struct va_format {
	const char *fmt;
	va_list *va;
};

__printf(1, 2) int _printk(const char *fmt, ...);
__printf(1, 0) int vprintk(const char *fmt, va_list args);
void dump_stack(void);
void dump_stack_lvl(const char *log_lvl);

static inline __printf(1, 2) int no_printk(const char *fmt, ...)
{
	return 0;
}

static inline int printk_get_level(const char *buffer)
{
	if (buffer[0] == KERN_SOH_ASCII && buffer[1] &&
	    ((buffer[1] >= '0' && buffer[1] <= '7') || buffer[1] == 'c'))
		return buffer[1];
	return 0;
}

static inline const char *printk_skip_level(const char *buffer)
{
	return printk_get_level(buffer) ? buffer + 2 : buffer;
}

#define CONSOLE_LOGLEVEL_DEFAULT 7
#define oops_in_progress 0
#define console_trylock() 1
#define is_console_locked() 0

#ifndef pr_fmt
#define pr_fmt(fmt) fmt
#endif

#define printk(fmt, ...)          _printk(fmt, ##__VA_ARGS__)
#define printk_deferred(fmt, ...) _printk(fmt, ##__VA_ARGS__)
#define pr_emerg(fmt, ...)   printk(KERN_EMERG pr_fmt(fmt), ##__VA_ARGS__)
#define pr_alert(fmt, ...)   printk(KERN_ALERT pr_fmt(fmt), ##__VA_ARGS__)
#define pr_crit(fmt, ...)    printk(KERN_CRIT pr_fmt(fmt), ##__VA_ARGS__)
#define pr_err(fmt, ...)     printk(KERN_ERR pr_fmt(fmt), ##__VA_ARGS__)
#define pr_warn(fmt, ...)    printk(KERN_WARNING pr_fmt(fmt), ##__VA_ARGS__)
#define pr_warning pr_warn
#define pr_notice(fmt, ...)  printk(KERN_NOTICE pr_fmt(fmt), ##__VA_ARGS__)
#define pr_info(fmt, ...)    printk(KERN_INFO pr_fmt(fmt), ##__VA_ARGS__)
#define pr_cont(fmt, ...)    printk(KERN_CONT fmt, ##__VA_ARGS__)
#ifdef DEBUG
#define pr_devel(fmt, ...)   printk(KERN_DEBUG pr_fmt(fmt), ##__VA_ARGS__)
#define pr_debug(fmt, ...)   printk(KERN_DEBUG pr_fmt(fmt), ##__VA_ARGS__)
#else
#define pr_devel(fmt, ...)   ({ if (0) printk(KERN_DEBUG pr_fmt(fmt), ##__VA_ARGS__); })
#define pr_debug(fmt, ...)   ({ if (0) printk(KERN_DEBUG pr_fmt(fmt), ##__VA_ARGS__); })
#endif

#define printk_once(fmt, ...)     DO_ONCE_LITE(printk, fmt, ##__VA_ARGS__)
#define pr_emerg_once(fmt, ...)   printk_once(KERN_EMERG pr_fmt(fmt), ##__VA_ARGS__)
#define pr_err_once(fmt, ...)     printk_once(KERN_ERR pr_fmt(fmt), ##__VA_ARGS__)
#define pr_warn_once(fmt, ...)    printk_once(KERN_WARNING pr_fmt(fmt), ##__VA_ARGS__)
#define pr_notice_once(fmt, ...)  printk_once(KERN_NOTICE pr_fmt(fmt), ##__VA_ARGS__)
#define pr_info_once(fmt, ...)    printk_once(KERN_INFO pr_fmt(fmt), ##__VA_ARGS__)
#define pr_debug_once(fmt, ...)   ({ if (0) printk(KERN_DEBUG pr_fmt(fmt), ##__VA_ARGS__); })

#define printk_ratelimit() 1
#define printk_ratelimited(fmt, ...)                                                               \
	({                                                                                         \
		static struct ratelimit_state __ls_rs =                                            \
			RATELIMIT_STATE_INIT(__ls_rs, DEFAULT_RATELIMIT_INTERVAL,                  \
					     DEFAULT_RATELIMIT_BURST);                             \
		if (___ratelimit(&__ls_rs, __func__))                                              \
			printk(fmt, ##__VA_ARGS__);                                                \
	})
#define pr_err_ratelimited(fmt, ...)    printk_ratelimited(KERN_ERR pr_fmt(fmt), ##__VA_ARGS__)
#define pr_warn_ratelimited(fmt, ...)   printk_ratelimited(KERN_WARNING pr_fmt(fmt), ##__VA_ARGS__)
#define pr_notice_ratelimited(fmt, ...) printk_ratelimited(KERN_NOTICE pr_fmt(fmt), ##__VA_ARGS__)
#define pr_info_ratelimited(fmt, ...)   printk_ratelimited(KERN_INFO pr_fmt(fmt), ##__VA_ARGS__)
#define pr_debug_ratelimited(fmt, ...)  pr_debug(fmt, ##__VA_ARGS__)

enum { DUMP_PREFIX_NONE, DUMP_PREFIX_ADDRESS, DUMP_PREFIX_OFFSET };
void print_hex_dump(const char *level, const char *prefix_str, int prefix_type, int rowsize,
		    int groupsize, const void *buf, size_t len, bool ascii);
int hex_dump_to_buffer(const void *buf, size_t len, int rowsize, int groupsize, char *linebuf,
		       size_t linebuflen, bool ascii);
#define print_hex_dump_bytes(prefix_str, prefix_type, buf, len)                                    \
	print_hex_dump(KERN_DEBUG, prefix_str, prefix_type, 16, 1, buf, len, true)
#define print_hex_dump_debug(...) ({ if (0) print_hex_dump(KERN_DEBUG, __VA_ARGS__); })

#endif

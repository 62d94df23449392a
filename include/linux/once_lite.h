/* SPDX-License-Identifier: MIT */
#ifndef _LINUX_ONCE_LITE_H
#define _LINUX_ONCE_LITE_H

#include <linux/types.h>

bool ls_once(unsigned int *seen);

#define DO_ONCE_LITE(func, ...) DO_ONCE_LITE_IF(true, func, ##__VA_ARGS__)
#define DO_ONCE_LITE_IF(condition, func, ...)                                                      \
	({                                                                                         \
		static unsigned int __ls_seen;                                                     \
		bool __ls_do = !!(condition);                                                      \
		if (__builtin_expect(__ls_do, 0) && ls_once(&__ls_seen))                           \
			func(__VA_ARGS__);                                                         \
		__ls_do;                                                                           \
	})
#define __ONCE_LITE_IF(condition)                                                                  \
	({                                                                                         \
		static unsigned int __ls_seen;                                                     \
		(condition) && ls_once(&__ls_seen);                                                \
	})
#endif

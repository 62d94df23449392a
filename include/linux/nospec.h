/* SPDX-License-Identifier: MIT */
#ifndef _LINUX_NOSPEC_H
#define _LINUX_NOSPEC_H
#include <linux/compiler.h>
/* @index, or 0 if it is out of bounds. */
#define array_index_nospec(index, size)                                                            \
	({                                                                                         \
		typeof(index) __ns_i = (index);                                                    \
		(typeof(index))(__ns_i < (size) ? __ns_i : 0);                                     \
	})
#define barrier_nospec() barrier()
#endif

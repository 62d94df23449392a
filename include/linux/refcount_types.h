/* SPDX-License-Identifier: MIT */
#ifndef _LINUX_REFCOUNT_TYPES_H
#define _LINUX_REFCOUNT_TYPES_H
#include <linux/types.h>

/** struct refcount_struct - a counter that saturates instead of wrapping */
typedef struct refcount_struct {
	atomic_t refs;
} refcount_t;
#endif

/* SPDX-License-Identifier: MIT */
#ifndef _LINUX_COMPAT_H
#define _LINUX_COMPAT_H

#include <linux/types.h>

/* Clients are of the library's own word size: there is no 32-bit layer. */
typedef u32 compat_uptr_t;
typedef s32 compat_int_t;
typedef u32 compat_uint_t;
typedef u32 compat_ulong_t;

static inline void __user *compat_ptr(compat_uptr_t uptr)
{
	return (void __user *)(unsigned long)uptr;
}

static inline bool in_compat_syscall(void)
{
	return false;
}

#endif /* _LINUX_COMPAT_H */

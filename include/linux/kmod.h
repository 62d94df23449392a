/* SPDX-License-Identifier: MIT */
#ifndef _LINUX_KMOD_H
#define _LINUX_KMOD_H

#include <linux/errno.h>
#include <linux/compiler.h>
#include <linux/types.h>

/* There is no user-space helper that could load a module: asking for one fails. */
#define request_module(...)            (-ENOSYS)
#define request_module_nowait(...)     (-ENOSYS)
#define try_then_request_module(x, ...) (x)

#endif /* _LINUX_KMOD_H */

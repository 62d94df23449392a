/* SPDX-License-Identifier: MIT */
#ifndef _LINUX_SYSCALLS_H
#define _LINUX_SYSCALLS_H

#include <linux/types.h>
#include <linux/linkage.h>
#include <linux/fs.h>

/* System calls are functions of lockstep/syscall.h here; nothing is defined by drivers. */

#endif /* _LINUX_SYSCALLS_H */

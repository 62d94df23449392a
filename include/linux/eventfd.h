/* SPDX-License-Identifier: MIT */
#ifndef _LINUX_EVENTFD_H
#define _LINUX_EVENTFD_H

#include <linux/wait.h>
#include <linux/err.h>
#include <linux/spinlock.h>
#include <linux/types.h>
#include <linux/fcntl.h>

struct eventfd_ctx;
struct file;

#define EFD_SEMAPHORE	(1 << 0)
#define EFD_CLOEXEC	O_CLOEXEC
#define EFD_NONBLOCK	O_NONBLOCK

struct eventfd_ctx *eventfd_ctx_fdget(int fd);
struct eventfd_ctx *eventfd_ctx_fileget(struct file *file);
void eventfd_ctx_put(struct eventfd_ctx *ctx);
void eventfd_signal_mask(struct eventfd_ctx *ctx, __poll_t mask);
int ls_eventfd(unsigned int count, int flags);

#if defined(LOCKSTEP_LINUX) && LOCKSTEP_LINUX < 0x060800
#define eventfd_signal(ctx, n)	eventfd_signal_mask(ctx, 0)
#else
static inline void eventfd_signal(struct eventfd_ctx *ctx)
{
	eventfd_signal_mask(ctx, 0);
}
#endif

#endif /* _LINUX_EVENTFD_H */

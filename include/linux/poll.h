/* SPDX-License-Identifier: MIT */
#ifndef _LINUX_POLL_H
#define _LINUX_POLL_H

#include <linux/compiler.h>
#include <linux/types.h>
#include <linux/ktime.h>
#include <linux/wait.h>
#include <linux/string.h>
#include <uapi/linux/poll.h>
#include <uapi/linux/eventpoll.h>

struct file;
struct poll_table_struct;

typedef void (*poll_queue_proc)(struct file *file, wait_queue_head_t *queue,
				struct poll_table_struct *table);

/**
 * struct poll_table_struct - handed to ->poll()
 * @_qproc: registers a waiter; NULL when the caller only wants the state
 * @_key: events the caller is interested in
 */
typedef struct poll_table_struct {
	poll_queue_proc _qproc;
	__poll_t _key;
} poll_table;

#define DEFAULT_POLLMASK (EPOLLIN | EPOLLOUT | EPOLLRDNORM | EPOLLWRNORM)

/**
 * poll_wait() - say which queue wakes pollers of a file
 * @filp: the file
 * @wait_address: queue
 * @p: table given to ->poll(); may be NULL
 *
 * Context: from ->poll() only. May allocate and sleep.
 */
static inline void poll_wait(struct file *filp, wait_queue_head_t *wait_address, poll_table *p)
{
	if (p && p->_qproc && wait_address)
		p->_qproc(filp, wait_address, p);
}

static inline bool poll_does_not_wait(const poll_table *p)
{
	return !p || !p->_qproc;
}

static inline __poll_t poll_requested_events(const poll_table *p)
{
	return p ? p->_key : ~(__poll_t)0;
}

static inline void init_poll_funcptr(poll_table *pt, poll_queue_proc qproc)
{
	pt->_qproc = qproc;
	pt->_key = ~(__poll_t)0;
}

__poll_t vfs_poll(struct file *file, poll_table *pt);
bool file_can_poll(struct file *file);

static inline __poll_t mangle_poll(__poll_t val)
{
	return val;
}

static inline __poll_t demangle_poll(u16 val)
{
	return (__force __poll_t)val;
}

#endif /* _LINUX_POLL_H */

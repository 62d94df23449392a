/* SPDX-License-Identifier: MIT */
#ifndef _LINUX_NOTIFIER_H
#define _LINUX_NOTIFIER_H

#include <linux/errno.h>
#include <linux/mutex.h>
#include <linux/rwsem.h>
#include <linux/spinlock.h>
#include <linux/srcu.h>

#define NOTIFY_DONE		0x0000
#define NOTIFY_OK		0x0001
#define NOTIFY_STOP_MASK	0x8000
#define NOTIFY_BAD		(NOTIFY_STOP_MASK | 0x0002)
#define NOTIFY_STOP		(NOTIFY_OK | NOTIFY_STOP_MASK)

struct notifier_block;

typedef int (*notifier_fn_t)(struct notifier_block *nb, unsigned long action, void *data);

struct notifier_block {
	notifier_fn_t notifier_call;
	struct notifier_block __rcu *next;
	int priority;
};

/** struct atomic_notifier_head - a chain that is called in any context */
struct atomic_notifier_head {
	spinlock_t lock;
	struct notifier_block __rcu *head;
};

/** struct blocking_notifier_head - a chain whose callbacks may sleep */
struct blocking_notifier_head {
	struct rw_semaphore rwsem;
	struct notifier_block __rcu *head;
};

/** struct raw_notifier_head - a chain that its owner locks */
struct raw_notifier_head {
	struct notifier_block __rcu *head;
};

#define ATOMIC_INIT_NOTIFIER_HEAD(n) \
	do { spin_lock_init(&(n)->lock); (n)->head = NULL; } while (0)
#define BLOCKING_INIT_NOTIFIER_HEAD(n) \
	do { init_rwsem(&(n)->rwsem); (n)->head = NULL; } while (0)
#define RAW_INIT_NOTIFIER_HEAD(n)	do { (n)->head = NULL; } while (0)

#define ATOMIC_NOTIFIER_HEAD(n)	struct atomic_notifier_head n = \
	{ .lock = __SPIN_LOCK_UNLOCKED(n.lock), .head = NULL }
#define BLOCKING_NOTIFIER_HEAD(n) struct blocking_notifier_head n = \
	{ .rwsem = __RWSEM_INITIALIZER(n.rwsem), .head = NULL }
#define RAW_NOTIFIER_HEAD(n)	struct raw_notifier_head n = { .head = NULL }

int atomic_notifier_chain_register(struct atomic_notifier_head *nh, struct notifier_block *nb);
int atomic_notifier_chain_unregister(struct atomic_notifier_head *nh, struct notifier_block *nb);
int atomic_notifier_call_chain(struct atomic_notifier_head *nh, unsigned long val, void *v);
int blocking_notifier_chain_register(struct blocking_notifier_head *nh, struct notifier_block *nb);
int blocking_notifier_chain_unregister(struct blocking_notifier_head *nh,
				       struct notifier_block *nb);
int blocking_notifier_call_chain(struct blocking_notifier_head *nh, unsigned long val, void *v);
int raw_notifier_chain_register(struct raw_notifier_head *nh, struct notifier_block *nb);
int raw_notifier_chain_unregister(struct raw_notifier_head *nh, struct notifier_block *nb);
int raw_notifier_call_chain(struct raw_notifier_head *nh, unsigned long val, void *v);

static inline int notifier_from_errno(int err)
{
	return err ? NOTIFY_STOP_MASK | (NOTIFY_OK - err) : NOTIFY_OK;
}

static inline int notifier_to_errno(int ret)
{
	ret &= ~NOTIFY_STOP_MASK;
	return ret > NOTIFY_OK ? NOTIFY_OK - ret : 0;
}

#endif /* _LINUX_NOTIFIER_H */

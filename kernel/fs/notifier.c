// SPDX-License-Identifier: MIT
/*
 * Chains of callbacks, highest priority first.
 */
#include <linux/notifier.h>
#include <linux/rcupdate.h>
#include <linux/lockdep.h>
#include <linux/mmu_notifier.h>
#include <linux/export.h>

/* "Inside an invalidation of client mappings", for lockdep. */
struct lockdep_map __mmu_notifier_invalidate_range_start_map = {
	.name = "mmu_notifier_invalidate_range_start",
};
EXPORT_SYMBOL_GPL(__mmu_notifier_invalidate_range_start_map);

static int chain_add(struct notifier_block **p, struct notifier_block *nb)
{
	while (*p) {
		if (*p == nb)
			return -EEXIST;
		if (nb->priority > (*p)->priority)
			break;
		p = &(*p)->next;
	}
	nb->next = *p;
	rcu_assign_pointer(*p, nb);
	return 0;
}

static int chain_del(struct notifier_block **p, struct notifier_block *nb)
{
	for (; *p; p = &(*p)->next) {
		if (*p == nb) {
			rcu_assign_pointer(*p, nb->next);
			return 0;
		}
	}
	return -ENOENT;
}

static int chain_call(struct notifier_block **p, unsigned long val, void *v)
{
	struct notifier_block *nb = rcu_dereference_raw(*p), *next;
	int ret = NOTIFY_DONE;

	while (nb && !(ret & NOTIFY_STOP_MASK)) {
		next = rcu_dereference_raw(nb->next);
		ret = nb->notifier_call(nb, val, v);
		nb = next;
	}
	return ret;
}

/** atomic_notifier_chain_register() - add a callback; 0, or -EEXIST */
int atomic_notifier_chain_register(struct atomic_notifier_head *nh, struct notifier_block *nb)
{
	unsigned long flags;
	int ret;

	spin_lock_irqsave(&nh->lock, flags);
	ret = chain_add(&nh->head, nb);
	spin_unlock_irqrestore(&nh->lock, flags);
	return ret;
}
EXPORT_SYMBOL_GPL(atomic_notifier_chain_register);

/** atomic_notifier_chain_unregister() - remove a callback; 0, or -ENOENT. Sleeps */
int atomic_notifier_chain_unregister(struct atomic_notifier_head *nh, struct notifier_block *nb)
{
	unsigned long flags;
	int ret;

	spin_lock_irqsave(&nh->lock, flags);
	ret = chain_del(&nh->head, nb);
	spin_unlock_irqrestore(&nh->lock, flags);
	synchronize_rcu();
	return ret;
}
EXPORT_SYMBOL_GPL(atomic_notifier_chain_unregister);

/** atomic_notifier_call_chain() - call all, until one says stop */
int atomic_notifier_call_chain(struct atomic_notifier_head *nh, unsigned long val, void *v)
{
	int ret;

	rcu_read_lock();
	ret = chain_call(&nh->head, val, v);
	rcu_read_unlock();
	return ret;
}
EXPORT_SYMBOL_GPL(atomic_notifier_call_chain);

/** blocking_notifier_chain_register() - add a callback; 0, or -EEXIST. Sleeps */
int blocking_notifier_chain_register(struct blocking_notifier_head *nh, struct notifier_block *nb)
{
	int ret;

	down_write(&nh->rwsem);
	ret = chain_add(&nh->head, nb);
	up_write(&nh->rwsem);
	return ret;
}
EXPORT_SYMBOL_GPL(blocking_notifier_chain_register);

/** blocking_notifier_chain_unregister() - remove a callback; 0, or -ENOENT. Sleeps */
int blocking_notifier_chain_unregister(struct blocking_notifier_head *nh,
				       struct notifier_block *nb)
{
	int ret;

	down_write(&nh->rwsem);
	ret = chain_del(&nh->head, nb);
	up_write(&nh->rwsem);
	return ret;
}
EXPORT_SYMBOL_GPL(blocking_notifier_chain_unregister);

/** blocking_notifier_call_chain() - call all, until one says stop. Sleeps */
int blocking_notifier_call_chain(struct blocking_notifier_head *nh, unsigned long val, void *v)
{
	int ret;

	down_read(&nh->rwsem);
	ret = chain_call(&nh->head, val, v);
	up_read(&nh->rwsem);
	return ret;
}
EXPORT_SYMBOL_GPL(blocking_notifier_call_chain);

/** raw_notifier_chain_register() - add a callback; the owner locks */
int raw_notifier_chain_register(struct raw_notifier_head *nh, struct notifier_block *nb)
{
	return chain_add(&nh->head, nb);
}
EXPORT_SYMBOL_GPL(raw_notifier_chain_register);

/** raw_notifier_chain_unregister() - remove a callback; the owner locks */
int raw_notifier_chain_unregister(struct raw_notifier_head *nh, struct notifier_block *nb)
{
	return chain_del(&nh->head, nb);
}
EXPORT_SYMBOL_GPL(raw_notifier_chain_unregister);

/** raw_notifier_call_chain() - call all, until one says stop; the owner locks */
int raw_notifier_call_chain(struct raw_notifier_head *nh, unsigned long val, void *v)
{
	return chain_call(&nh->head, val, v);
}
EXPORT_SYMBOL_GPL(raw_notifier_call_chain);

/* SPDX-License-Identifier: MIT */
#ifndef _LINUX_MMU_NOTIFIER_H
#define _LINUX_MMU_NOTIFIER_H

/*
 * MMU notifiers: what other code annotates. Client mappings here are only ever
 * changed by their own client, so nothing is notified; the lockdep map that
 * stands for "inside an invalidation" is real, since dma-buf and drivers teach
 * lockdep their order with it.
 */
#include <linux/list.h>
#include <linux/spinlock.h>
#include <linux/mm_types.h>
#include <linux/srcu.h>
#include <linux/lockdep.h>

struct mmu_notifier;
struct mmu_notifier_range;
struct mmu_interval_notifier;

enum mmu_notifier_event {
	MMU_NOTIFY_UNMAP,
	MMU_NOTIFY_CLEAR,
	MMU_NOTIFY_PROTECTION_VMA,
	MMU_NOTIFY_PROTECTION_PAGE,
	MMU_NOTIFY_SOFT_DIRTY,
	MMU_NOTIFY_RELEASE,
	MMU_NOTIFY_MIGRATE,
	MMU_NOTIFY_EXCLUSIVE,
};

struct mmu_interval_notifier_ops {
	bool (*invalidate)(struct mmu_interval_notifier *mni,
			   const struct mmu_notifier_range *range, unsigned long cur_seq);
};

struct mmu_interval_notifier {
	const struct mmu_interval_notifier_ops *ops;
	struct mm_struct *mm;
	unsigned long invalidate_seq;
};

extern struct lockdep_map __mmu_notifier_invalidate_range_start_map;

#endif /* _LINUX_MMU_NOTIFIER_H */

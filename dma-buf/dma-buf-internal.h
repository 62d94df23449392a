/* SPDX-License-Identifier: MIT */
#ifndef LS_DMA_BUF_INTERNAL_H
#define LS_DMA_BUF_INTERNAL_H

#include <linux/dma-buf.h>
#include <linux/dma-resv.h>
#include <linux/spinlock.h>
#include <lockstep/convention.h>
#include <lockstep/explore.h>

/**
 * struct dma_resv_list - slots of a reservation object; readers under RCU
 * @rcu: frees it
 * @num_fences: slots in use
 * @max_fences: slots that may be used: reserved ones
 * @capacity: slots there are
 * @mask: buckets of @index, less one
 * @hand: where the search for fences that are over goes on
 * @index: heads of chains by context, then the links of each slot; lock held
 * @table: fence and, in the low bits, its usage
 */
struct dma_resv_list {
	struct rcu_head rcu;
	u32 num_fences, max_fences;
	u32 capacity, mask, hand;
	u32 *index;
	struct dma_fence __rcu *table[];
};

/*
 * Release a fence's lock in the step of an explorer that is running: nobody who waits for the
 * lock could have gone on before. What waited for interrupts may be a driver's.
 */
static inline void ls_fence_unlock(struct dma_fence *fence, unsigned long flags)
{
	if (likely(!ls_exploring())) {
		spin_unlock_irqrestore(fence->lock, flags);
		return;
	}
	ls_quiet_begin();
	spin_unlock(fence->lock);
	ls_quiet_end();
	local_irq_restore(flags);
}

#define LS_RESV_USAGE_BITS 3UL

/* Fence and usage of a slot: lock held, or under RCU without a reference. */
static inline void ls_resv_slot(struct dma_resv_list *list, unsigned int slot,
				struct dma_fence **fence, enum dma_resv_usage *usage)
{
	unsigned long entry = (unsigned long)rcu_dereference_check(list->table[slot], true);

	*fence = (struct dma_fence *)(entry & ~LS_RESV_USAGE_BITS);
	if (usage)
		*usage = entry & LS_RESV_USAGE_BITS;
}

/* "dma_buf#3 (exporter 'i915', name 'fb')", or of a reservation object alone "resv#7" */
void ls_describe_resv(const struct dma_resv *resv, const struct dma_buf *dmabuf, char *buf,
		      unsigned long size);

/* ls_convention_enter() for an attachment: 6.1 asks whether either side is dynamic. */
static __always_inline bool ls_attach_enter(enum ls_rule_no no, struct dma_buf_attachment *attach)
{
	struct dma_buf *dmabuf = attach->dmabuf;

	if (!ls_checking(LS_CHECK_CONVENTION))
		return true;
	return __ls_convention_enter(no, dmabuf->resv, dmabuf, NULL,
				     dma_buf_is_dynamic(dmabuf) ||
					     dma_buf_attachment_is_dynamic(attach));
}

int ls_dma_resv_lockdep(void);
int ls_convention_init(void);
void ls_dma_buf_describe_init(void);

/* dma-buf.c */
struct dma_buf *ls_dma_buf_of_file(struct file *file); /* NULL if it is another kind */

/* dma-buf-file.c */
extern const struct file_operations ls_dma_buf_fops;

/* dma-buf-debugfs.c */
int ls_dma_buf_debugfs_init(void);
void ls_dma_buf_debugfs_add(struct dma_buf *dmabuf);
void ls_dma_buf_debugfs_del(struct dma_buf *dmabuf);

#endif /* LS_DMA_BUF_INTERNAL_H */

// SPDX-License-Identifier: MIT
/*
 * Reservation objects: the list of fences, changed under the lock. Reading it is
 * in dma-resv-iter.c.
 */
#include <linux/dma-fence-array.h>
#include <linux/dma-resv.h>
#include <linux/export.h>
#include <linux/fs.h>
#include <linux/mm.h>
#include <linux/mmu_notifier.h>
#include <linux/sched/mm.h>
#include <lockstep/convention.h>
#include <lockstep/report.h>
#include "dma-buf-internal.h"

DEFINE_WD_CLASS(reservation_ww_class);
EXPORT_SYMBOL(reservation_ww_class);

static atomic_t next_id = ATOMIC_INIT(0);

/* --- the list ------------------------------------------------------------- */

/*
 * Lists longer than this get an index by context. Without it adding the n-th
 * fence costs n steps.
 */
#define INDEX_FROM 16
#define NO_SLOT (~0U)

static struct dma_resv_list *list_alloc(unsigned int want)
{
	struct dma_resv_list *list;
	unsigned int capacity, buckets;
	size_t size;

	size = kmalloc_size_roundup(struct_size(list, table, want));
	capacity = (size - offsetof(struct dma_resv_list, table)) / sizeof(list->table[0]);
	list = kmalloc(size, GFP_KERNEL);
	if (!list)
		return NULL;

	list->num_fences = 0;
	list->max_fences = capacity;
	list->capacity = capacity;
	list->mask = 0;
	list->hand = 0;
	list->index = NULL;
	if (capacity <= INDEX_FROM)
		return list;

	buckets = roundup_pow_of_two(capacity);
	list->index = kmalloc_array(buckets + capacity, sizeof(u32), GFP_KERNEL);
	if (!list->index) {
		kfree(list);
		return NULL;
	}
	list->mask = buckets - 1;
	memset(list->index, 0xff, buckets * sizeof(u32));
	return list;
}

/* The memory only; references have gone elsewhere. */
static void list_free_rcu(struct dma_resv_list *list)
{
	kfree(list->index); /* readers do not use it */
	kfree_rcu(list, rcu);
}

/* With all its references. */
static void list_put(struct dma_resv_list *list)
{
	struct dma_fence *fence;
	unsigned int i;

	if (!list)
		return;
	for (i = 0; i < list->num_fences; i++) {
		ls_resv_slot(list, i, &fence, NULL);
		dma_fence_put(fence);
	}
	list_free_rcu(list);
}

static u32 *bucket(struct dma_resv_list *list, u64 context)
{
	/* Contexts count up: the low bits spread them well. */
	return &list->index[(u32)context & list->mask];
}

static u32 *chain_next(struct dma_resv_list *list, unsigned int slot)
{
	return &list->index[list->mask + 1 + slot];
}

static void index_add(struct dma_resv_list *list, unsigned int slot, u64 context)
{
	u32 *head;

	if (!list->index)
		return;
	head = bucket(list, context);
	*chain_next(list, slot) = *head;
	*head = slot;
}

static void index_del(struct dma_resv_list *list, unsigned int slot, u64 context)
{
	u32 *link;

	if (!list->index)
		return;
	for (link = bucket(list, context); *link != NO_SLOT; link = chain_next(list, *link)) {
		if (*link == slot) {
			*link = *chain_next(list, slot);
			return;
		}
	}
}

/* Put a fence, and the reference that comes with it, into a slot. */
static void slot_set(struct dma_resv_list *list, unsigned int slot, struct dma_fence *fence,
		     enum dma_resv_usage usage)
{
	/* As a publication: readers find the fence by this pointer. */
	rcu_assign_pointer(list->table[slot],
			   (struct dma_fence __rcu *)((unsigned long)fence | usage));
}

/* Put it behind the last one; the caller has made sure that there is room. */
static void slot_append(struct dma_resv_list *list, struct dma_fence *fence,
			enum dma_resv_usage usage)
{
	unsigned int slot = list->num_fences;

	slot_set(list, slot, fence, usage);
	index_add(list, slot, fence->context);
	/* Readers look at no slot beyond the count. */
	smp_store_release(&list->num_fences, slot + 1);
}

static void slot_replace(struct dma_resv_list *list, unsigned int slot, struct dma_fence *old,
			 struct dma_fence *fence, enum dma_resv_usage usage)
{
	if (old->context != fence->context) {
		index_del(list, slot, old->context);
		index_add(list, slot, fence->context);
	}
	slot_set(list, slot, fence, usage);
	dma_fence_put(old);
}

static struct dma_resv_list *resv_list(struct dma_resv *obj)
{
	/* Whoever called without the lock has been told: no second report for it. */
	return rcu_dereference_check(obj->fences, true);
}

/* --- the object ----------------------------------------------------------- */

/**
 * dma_resv_init - set up a reservation object
 * @obj: memory of it
 *
 * Context: any.
 */
void dma_resv_init(struct dma_resv *obj)
{
	ww_mutex_init(&obj->lock, &reservation_ww_class);
	RCU_INIT_POINTER(obj->fences, NULL);
	obj->ls_id = atomic_inc_return(&next_id);
}
EXPORT_SYMBOL(dma_resv_init);

/**
 * dma_resv_fini - undo dma_resv_init(): drop the fences
 * @obj: the reservation object; nobody uses it any more
 *
 * Context: any; @obj not locked.
 */
void dma_resv_fini(struct dma_resv *obj)
{
	list_put(rcu_dereference_protected(obj->fences, true));
	ww_mutex_destroy(&obj->lock);
}
EXPORT_SYMBOL(dma_resv_fini);

/* Carry what is not over yet from @old to @new; drop the rest once @new is in place. */
static void carry_over(struct dma_resv *obj, struct dma_resv_list *old, struct dma_resv_list *new)
{
	unsigned int i, dead = new->capacity;
	enum dma_resv_usage usage;
	struct dma_fence *fence;

	for (i = 0; old && i < old->num_fences; i++) {
		ls_resv_slot(old, i, &fence, &usage);
		/* The dead wait at the far end, beyond the count. */
		if (dma_fence_is_signaled(fence))
			RCU_INIT_POINTER(new->table[--dead], (struct dma_fence __rcu *)fence);
		else
			slot_append(new, fence, usage);
	}

	rcu_assign_pointer(obj->fences, new);
	for (i = dead; i < new->capacity; i++)
		dma_fence_put(rcu_dereference_protected(new->table[i], true));
	if (old)
		list_free_rcu(old);
}

/**
 * dma_resv_reserve_fences - make room, so that dma_resv_add_fence() cannot fail
 * @obj: the reservation object
 * @num_fences: fences to be added before the lock is dropped, at least one
 *
 * Calls do not add up: reserve for everything at once.
 *
 * Context: lock held; allocates with GFP_KERNEL, so not in a signalling section.
 * Return: 0; -ENOMEM; -EINVAL: @num_fences is 0.
 */
int dma_resv_reserve_fences(struct dma_resv *obj, unsigned int num_fences)
{
	struct dma_resv_list *old, *new;
	unsigned int want;

	ls_convention_enter(LS_RULE_dma_resv_reserve_fences, obj, NULL);
	if (WARN_ON(!num_fences))
		return -EINVAL;

	old = resv_list(obj);
	if (old && old->num_fences + num_fences <= old->max_fences)
		return 0;
	if (old && old->num_fences + num_fences <= old->capacity) {
		/* Room that the last unlock took back. */
		old->max_fences = old->capacity;
		return 0;
	}

	if (old && old->capacity)
		want = max(old->num_fences + num_fences, old->capacity * 2);
	else
		want = max(4UL, roundup_pow_of_two(num_fences));
	new = list_alloc(want);
	if (!new)
		return -ENOMEM;
	carry_over(obj, old, new);
	return 0;
}
EXPORT_SYMBOL(dma_resv_reserve_fences);

/**
 * dma_resv_reset_max_fences - take back slots that were reserved and not used
 * @obj: the reservation object
 *
 * dma_resv_unlock() calls it, so that a fence added without a reservation under
 * the same hold of the lock is noticed.
 *
 * Context: lock held.
 */
void dma_resv_reset_max_fences(struct dma_resv *obj)
{
	struct dma_resv_list *list;

	/* Unlocking a lock that is not held is for lockdep to report. */
	if (ls_checking(LS_CHECK_LOCKDEP) && !dma_resv_held(obj))
		return;
	list = rcu_dereference_protected(obj->fences, true);
	if (list)
		list->max_fences = list->num_fences;
}
EXPORT_SYMBOL(dma_resv_reset_max_fences);

/* May @fence take over the slot of @old, which it makes superfluous? */
static bool supersedes(struct dma_fence *fence, enum dma_resv_usage usage, struct dma_fence *old,
		       enum dma_resv_usage old_usage)
{
	return old->context == fence->context && old_usage >= usage &&
	       dma_fence_is_later_or_same(fence, old);
}

/* First slot that @fence may take over, or NO_SLOT. */
static unsigned int find_slot(struct dma_resv_list *list, struct dma_fence *fence,
			      enum dma_resv_usage usage)
{
	unsigned int i, best = NO_SLOT;
	enum dma_resv_usage old_usage;
	struct dma_fence *old;

	if (list->index) {
		/*
		 * By the index; and a look at a few others, one after the other
		 * over time, for fences that are over.
		 */
		for (i = *bucket(list, fence->context); i != NO_SLOT; i = *chain_next(list, i)) {
			ls_resv_slot(list, i, &old, &old_usage);
			if (i < best && supersedes(fence, usage, old, old_usage))
				best = i;
		}
		if (best != NO_SLOT || !list->num_fences)
			return best;
		for (i = 0; i < 4; i++) {
			unsigned int slot = list->hand++ % list->num_fences;

			ls_resv_slot(list, slot, &old, NULL);
			if (dma_fence_is_signaled(old))
				return slot;
		}
		return NO_SLOT;
	}

	for (i = 0; i < list->num_fences; i++) {
		ls_resv_slot(list, i, &old, &old_usage);
		if (supersedes(fence, usage, old, old_usage) || dma_fence_is_signaled(old))
			return i;
	}
	return NO_SLOT;
}

static void __noreturn no_slot(struct dma_resv *obj)
{
	struct ls_report r;

	ls_report_init(&r, LS_BUG, "resv-no-slot",
		       "a fence is added only to a slot reserved under the same hold of the lock");
	ls_describe_resv(obj, NULL, r.object, sizeof(r.object));
	snprintf(r.what, sizeof(r.what), "dma_resv_add_fence() found no reserved slot");
	r.lock = obj;
	ls_report_fatal(&r);
}

/**
 * dma_resv_add_fence - add a fence
 * @obj: the reservation object
 * @fence: the fence, no container; one more reference is taken
 * @usage: what it means
 *
 * Takes the place of an earlier fence of the same context with the same or a
 * larger usage, or of one that is over.
 *
 * Context: lock held, and a slot reserved since it was taken.
 */
void dma_resv_add_fence(struct dma_resv *obj, struct dma_fence *fence, enum dma_resv_usage usage)
{
	struct dma_resv_list *list;
	struct dma_fence *old;
	unsigned int slot;

	ls_convention_enter(LS_RULE_dma_resv_add_fence, obj, NULL);
	WARN_ON(dma_fence_is_container(fence));

	list = resv_list(obj);
	if (!list)
		no_slot(obj);

	slot = find_slot(list, fence, usage);
	if (slot != NO_SLOT) {
		ls_resv_slot(list, slot, &old, NULL);
		slot_replace(list, slot, old, dma_fence_get(fence), usage);
		return;
	}
	if (list->num_fences >= list->max_fences)
		no_slot(obj);
	slot_append(list, dma_fence_get(fence), usage);
}
EXPORT_SYMBOL(dma_resv_add_fence);

/**
 * dma_resv_replace_fences - put one fence in the place of all of a context
 * @obj: the reservation object
 * @context: whose fences go
 * @replacement: when it is over, nothing they stood for uses the buffer any more
 * @usage: what it means
 *
 * Context: lock held.
 */
void dma_resv_replace_fences(struct dma_resv *obj, uint64_t context,
			     struct dma_fence *replacement, enum dma_resv_usage usage)
{
	struct dma_resv_list *list;
	struct dma_fence *old;
	unsigned int i;

	ls_convention_enter(LS_RULE_dma_resv_replace_fences, obj, NULL);

	list = resv_list(obj);
	for (i = 0; list && i < list->num_fences; i++) {
		ls_resv_slot(list, i, &old, NULL);
		if (old->context == context)
			slot_replace(list, i, old, dma_fence_get(replacement), usage);
	}
}
EXPORT_SYMBOL(dma_resv_replace_fences);

/**
 * dma_resv_copy_fences - replace the fences of one object by those of another
 * @dst: gets them
 * @src: has them, in whatever state
 *
 * Context: lock of @dst held; allocates with GFP_KERNEL.
 * Return: 0, or -ENOMEM (then @dst is as before).
 */
int dma_resv_copy_fences(struct dma_resv *dst, struct dma_resv *src)
{
	struct dma_resv_list *list = NULL;
	struct dma_resv_iter cursor;
	struct dma_fence *fence;

	ls_convention_enter(LS_RULE_dma_resv_copy_fences, dst, NULL);

	dma_resv_iter_begin(&cursor, src, DMA_RESV_USAGE_BOOKKEEP);
	dma_resv_for_each_fence_unlocked(&cursor, fence) {
		if (dma_resv_iter_is_restarted(&cursor)) {
			list_put(list);
			list = list_alloc(cursor.num_fences);
			if (!list) {
				dma_resv_iter_end(&cursor);
				return -ENOMEM;
			}
		}
		slot_append(list, dma_fence_get(fence), dma_resv_iter_usage(&cursor));
	}
	dma_resv_iter_end(&cursor);

	list_put(rcu_replace_pointer(dst->fences, list, true));
	return 0;
}
EXPORT_SYMBOL(dma_resv_copy_fences);

/* --- lock order ----------------------------------------------------------- */

/**
 * ls_dma_resv_lockdep - teach lockdep the order that all drivers share
 *
 * mmap_lock, acquire context, reservation lock, reclaim; and under reclaim the
 * locks of unmapping, the MMU notifier and waiting for a fence. So one driver in
 * one run is held to what others rely on: GFP_KERNEL is fine under a reservation
 * lock, user memory is not; neither is allowed while a fence has to be signaled.
 *
 * Context: boot.
 * Return: 0 or -ENOMEM.
 */
int ls_dma_resv_lockdep(void)
{
	struct mm_struct *mm = mm_alloc();
	struct address_space mapping;
	struct ww_acquire_ctx ctx;
	struct dma_resv obj;

	if (!mm)
		return -ENOMEM;
	dma_resv_init(&obj);
	address_space_init_once(&mapping);

	mmap_read_lock(mm);
	ww_acquire_init(&ctx, &reservation_ww_class);
	if (dma_resv_lock(&obj, &ctx) == -EDEADLK)
		dma_resv_lock_slow(&obj, &ctx); /* injected */
	fs_reclaim_acquire(GFP_KERNEL);
	i_mmap_lock_write(&mapping);
	i_mmap_unlock_write(&mapping);
	lock_map_acquire(&__mmu_notifier_invalidate_range_start_map);
	__dma_fence_might_wait();
	lock_map_release(&__mmu_notifier_invalidate_range_start_map);
	fs_reclaim_release(GFP_KERNEL);
	ww_mutex_unlock(&obj.lock);
	ww_acquire_fini(&ctx);
	mmap_read_unlock(mm);

	dma_resv_fini(&obj);
	mmput(mm);
	return 0;
}

/* SPDX-License-Identifier: MIT */
#ifndef _LINUX_XARRAY_H
#define _LINUX_XARRAY_H

#include <linux/bitmap.h>
#include <linux/bug.h>
#include <linux/compiler.h>
#include <linux/err.h>
#include <linux/gfp.h>
#include <linux/kconfig.h>
#include <linux/limits.h>
#include <linux/rcupdate.h>
#include <linux/sched/mm.h>
#include <linux/spinlock.h>
#include <linux/types.h>

/**
 * DOC: XArray
 *
 * An array of pointers indexed by unsigned long, sparse, with up to three marks
 * an entry. The plain functions take xa_lock themselves or, to look up, the RCU
 * read lock; the __ forms want xa_lock held and may drop it to allocate; the
 * xas_ ones want it held and never allocate: loop with xas_nomem().
 *
 * Entries are pointers aligned to 4, or xa_mk_value() integers. Internal entries
 * (low bits 10) are links of the tree, XA_ZERO_ENTRY (a reservation) and errors.
 * Entries span one index each: there are no multi-index entries.
 */
#define XA_CHUNK_SHIFT 6
#define XA_CHUNK_SIZE  (1UL << XA_CHUNK_SHIFT)
#define XA_CHUNK_MASK  (XA_CHUNK_SIZE - 1)
#define XA_MAX_MARKS   3
#define XA_MARK_LONGS  BITS_TO_LONGS(XA_CHUNK_SIZE)

typedef unsigned int xa_mark_t;
#define XA_MARK_0   ((xa_mark_t)0U)
#define XA_MARK_1   ((xa_mark_t)1U)
#define XA_MARK_2   ((xa_mark_t)2U)
#define XA_PRESENT  ((xa_mark_t)8U)
#define XA_MARK_MAX XA_MARK_2
#define XA_FREE_MARK XA_MARK_0

enum xa_lock_type { XA_LOCK_IRQ = 1, XA_LOCK_BH = 2 };

#define XA_FLAGS_LOCK_IRQ   ((gfp_t)XA_LOCK_IRQ)
#define XA_FLAGS_LOCK_BH    ((gfp_t)XA_LOCK_BH)
#define XA_FLAGS_TRACK_FREE ((gfp_t)4U)
#define XA_FLAGS_ZERO_BUSY  ((gfp_t)8U)
#define XA_FLAGS_ALLOC_WRAPPED ((gfp_t)16U)
#define XA_FLAGS_ACCOUNT    ((gfp_t)32U)
#define XA_FLAGS_MARK(mark) ((gfp_t)((1U << __GFP_BITS_SHIFT) << (mark)))
#define XA_FLAGS_ALLOC      (XA_FLAGS_TRACK_FREE | XA_FLAGS_MARK(XA_FREE_MARK))
#define XA_FLAGS_ALLOC1     (XA_FLAGS_TRACK_FREE | XA_FLAGS_ZERO_BUSY)

/**
 * struct xarray - anchor of the tree
 * @xa_lock: protects all changes
 * @xa_flags: XA_FLAGS_*
 * @xa_head: NULL, the entry at 0 when it is the only one, or the root node
 */
struct xarray {
	spinlock_t xa_lock;
	gfp_t xa_flags;
	void __rcu *xa_head;
};

/**
 * struct xa_node - 64 slots of one level
 * @shift: bits of index below this level
 * @offset: slot in @parent
 * @count: slots in use
 * @nr_values: of these, values
 */
struct xa_node {
	unsigned char shift;
	unsigned char offset;
	unsigned char count;
	unsigned char nr_values;
	struct xa_node __rcu *parent;
	struct xarray *array;
	union {
		struct list_head private_list;
		struct rcu_head rcu_head;
	};
	void __rcu *slots[XA_CHUNK_SIZE];
	unsigned long marks[XA_MAX_MARKS][XA_MARK_LONGS];
};

struct xa_limit {
	u32 max;
	u32 min;
};

#define XA_LIMIT(_min, _max) (struct xa_limit){ .min = _min, .max = _max }
#define xa_limit_32b XA_LIMIT(0, UINT_MAX)
#define xa_limit_31b XA_LIMIT(0, INT_MAX)
#define xa_limit_16b XA_LIMIT(0, USHRT_MAX)

#define XARRAY_INIT(name, flags)                                                                   \
	{                                                                                          \
		.xa_lock = __SPIN_LOCK_UNLOCKED(name.xa_lock), .xa_flags = flags, .xa_head = NULL, \
	}
#define DEFINE_XARRAY_FLAGS(name, flags) struct xarray name = XARRAY_INIT(name, flags)
#define DEFINE_XARRAY(name)        DEFINE_XARRAY_FLAGS(name, 0)
#define DEFINE_XARRAY_ALLOC(name)  DEFINE_XARRAY_FLAGS(name, XA_FLAGS_ALLOC)
#define DEFINE_XARRAY_ALLOC1(name) DEFINE_XARRAY_FLAGS(name, XA_FLAGS_ALLOC1)

/* Entries. */
static inline void *xa_mk_value(unsigned long v)
{
	WARN_ON((long)v < 0);
	return (void *)((v << 1) | 1);
}

static inline unsigned long xa_to_value(const void *entry)
{
	return (unsigned long)entry >> 1;
}

static inline bool xa_is_value(const void *entry)
{
	return (unsigned long)entry & 1;
}

static inline void *xa_tag_pointer(void *p, unsigned long tag)
{
	return (void *)((unsigned long)p | tag);
}

static inline void *xa_untag_pointer(void *entry)
{
	return (void *)((unsigned long)entry & ~3UL);
}

static inline unsigned int xa_pointer_tag(void *entry)
{
	return (unsigned long)entry & 3UL;
}

static inline void *xa_mk_internal(unsigned long v)
{
	return (void *)((v << 2) | 2);
}

static inline unsigned long xa_to_internal(const void *entry)
{
	return (unsigned long)entry >> 2;
}

static inline bool xa_is_internal(const void *entry)
{
	return ((unsigned long)entry & 3) == 2;
}

#define XA_ZERO_ENTRY  xa_mk_internal(257)
#define XA_RETRY_ENTRY xa_mk_internal(256)

static inline bool xa_is_zero(const void *entry)
{
	return unlikely(entry == XA_ZERO_ENTRY);
}

static inline bool xa_is_retry(const void *entry)
{
	return unlikely(entry == XA_RETRY_ENTRY);
}

static inline bool xa_is_err(const void *entry)
{
	return unlikely(xa_is_internal(entry) && entry >= xa_mk_internal(-MAX_ERRNO));
}

static inline int xa_err(void *entry)
{
	return xa_is_err(entry) ? (int)((long)entry >> 2) : 0;
}

static inline bool xa_is_node(const void *entry)
{
	return xa_is_internal(entry) && (unsigned long)entry > 4096;
}

static inline struct xa_node *xa_to_node(const void *entry)
{
	return (struct xa_node *)((unsigned long)entry - 2);
}

static inline void *xa_mk_node(const struct xa_node *node)
{
	return (void *)((unsigned long)node | 2);
}

static inline bool xa_is_sibling(const void *entry)
{
	return false;
}

static inline bool xa_is_advanced(const void *entry)
{
	return xa_is_internal(entry) && entry <= XA_RETRY_ENTRY;
}

/* The array. */
static inline void xa_init_flags(struct xarray *xa, gfp_t flags)
{
	spin_lock_init(&xa->xa_lock);
	xa->xa_flags = flags;
	xa->xa_head = NULL;
}

static inline void xa_init(struct xarray *xa)
{
	xa_init_flags(xa, 0);
}

static inline bool xa_empty(const struct xarray *xa)
{
	return __READ_ONCE(xa->xa_head) == NULL;
}

static inline bool xa_marked(const struct xarray *xa, xa_mark_t mark)
{
	return __READ_ONCE(xa->xa_flags) & XA_FLAGS_MARK(mark);
}

#define xa_trylock(xa)        spin_trylock(&(xa)->xa_lock)
#define xa_lock(xa)           spin_lock(&(xa)->xa_lock)
#define xa_unlock(xa)         spin_unlock(&(xa)->xa_lock)
#define xa_lock_bh(xa)        spin_lock_bh(&(xa)->xa_lock)
#define xa_unlock_bh(xa)      spin_unlock_bh(&(xa)->xa_lock)
#define xa_lock_irq(xa)       spin_lock_irq(&(xa)->xa_lock)
#define xa_unlock_irq(xa)     spin_unlock_irq(&(xa)->xa_lock)
#define xa_lock_irqsave(xa, flags)      spin_lock_irqsave(&(xa)->xa_lock, flags)
#define xa_unlock_irqrestore(xa, flags) spin_unlock_irqrestore(&(xa)->xa_lock, flags)
#define xa_lock_nested(xa, subclass)    spin_lock_nested(&(xa)->xa_lock, subclass)

void *xa_load(struct xarray *xa, unsigned long index);
void *xa_store(struct xarray *xa, unsigned long index, void *entry, gfp_t gfp);
void *xa_erase(struct xarray *xa, unsigned long index);
bool xa_get_mark(struct xarray *xa, unsigned long index, xa_mark_t mark);
void xa_set_mark(struct xarray *xa, unsigned long index, xa_mark_t mark);
void xa_clear_mark(struct xarray *xa, unsigned long index, xa_mark_t mark);
void *xa_find(struct xarray *xa, unsigned long *index, unsigned long max, xa_mark_t filter);
void *xa_find_after(struct xarray *xa, unsigned long *index, unsigned long max, xa_mark_t filter);
unsigned int xa_extract(struct xarray *xa, void **dst, unsigned long start, unsigned long max,
			unsigned int n, xa_mark_t filter);
void xa_destroy(struct xarray *xa);

void *__xa_store(struct xarray *xa, unsigned long index, void *entry, gfp_t gfp);
void *__xa_erase(struct xarray *xa, unsigned long index);
void *__xa_cmpxchg(struct xarray *xa, unsigned long index, void *old, void *entry, gfp_t gfp);
int __must_check __xa_insert(struct xarray *xa, unsigned long index, void *entry, gfp_t gfp);
int __must_check __xa_alloc(struct xarray *xa, u32 *id, void *entry, struct xa_limit limit,
			    gfp_t gfp);
int __must_check __xa_alloc_cyclic(struct xarray *xa, u32 *id, void *entry, struct xa_limit limit,
				   u32 *next, gfp_t gfp);
void __xa_set_mark(struct xarray *xa, unsigned long index, xa_mark_t mark);
void __xa_clear_mark(struct xarray *xa, unsigned long index, xa_mark_t mark);

#define LS_XA_LOCKED(suffix, lock, unlock)                                                    \
	static inline void *xa_store##suffix(struct xarray *xa, unsigned long index, void *entry,  \
					     gfp_t gfp)                                            \
	{                                                                                          \
		void *curr;                                                                        \
		might_alloc(gfp);                                                                  \
		lock(xa);                                                                          \
		curr = __xa_store(xa, index, entry, gfp);                                          \
		unlock(xa);                                                                        \
		return curr;                                                                       \
	}                                                                                          \
	static inline void *xa_erase##suffix(struct xarray *xa, unsigned long index)               \
	{                                                                                          \
		void *entry;                                                                       \
		lock(xa);                                                                          \
		entry = __xa_erase(xa, index);                                                     \
		unlock(xa);                                                                        \
		return entry;                                                                      \
	}
LS_XA_LOCKED(_irq, xa_lock_irq, xa_unlock_irq)
LS_XA_LOCKED(_bh, xa_lock_bh, xa_unlock_bh)

#define LS_XA_LOCKED2(suffix, lock, unlock)                                                        \
	static inline void *xa_cmpxchg##suffix(struct xarray *xa, unsigned long index, void *old,  \
					       void *entry, gfp_t gfp)                             \
	{                                                                                          \
		void *curr;                                                                        \
		might_alloc(gfp);                                                                  \
		lock(xa);                                                                          \
		curr = __xa_cmpxchg(xa, index, old, entry, gfp);                                   \
		unlock(xa);                                                                        \
		return curr;                                                                       \
	}                                                                                          \
	static inline int __must_check xa_insert##suffix(struct xarray *xa, unsigned long index,   \
							 void *entry, gfp_t gfp)                   \
	{                                                                                          \
		int err;                                                                           \
		might_alloc(gfp);                                                                  \
		lock(xa);                                                                          \
		err = __xa_insert(xa, index, entry, gfp);                                          \
		unlock(xa);                                                                        \
		return err;                                                                        \
	}                                                                                          \
	static inline int __must_check xa_alloc##suffix(struct xarray *xa, u32 *id, void *entry,   \
							struct xa_limit limit, gfp_t gfp)          \
	{                                                                                          \
		int err;                                                                           \
		might_alloc(gfp);                                                                  \
		lock(xa);                                                                          \
		err = __xa_alloc(xa, id, entry, limit, gfp);                                       \
		unlock(xa);                                                                        \
		return err;                                                                        \
	}                                                                                          \
	static inline int xa_alloc_cyclic##suffix(struct xarray *xa, u32 *id, void *entry,         \
						  struct xa_limit limit, u32 *next, gfp_t gfp)     \
	{                                                                                          \
		int err;                                                                           \
		might_alloc(gfp);                                                                  \
		lock(xa);                                                                          \
		err = __xa_alloc_cyclic(xa, id, entry, limit, next, gfp);                          \
		unlock(xa);                                                                        \
		return err;                                                                        \
	}                                                                                          \
	static inline int __must_check xa_reserve##suffix(struct xarray *xa, unsigned long index,  \
							  gfp_t gfp)                               \
	{                                                                                          \
		return xa_err(xa_cmpxchg##suffix(xa, index, NULL, XA_ZERO_ENTRY, gfp));            \
	}
LS_XA_LOCKED2(, xa_lock, xa_unlock)
LS_XA_LOCKED2(_irq, xa_lock_irq, xa_unlock_irq)
LS_XA_LOCKED2(_bh, xa_lock_bh, xa_unlock_bh)

static inline void xa_release(struct xarray *xa, unsigned long index)
{
	xa_cmpxchg(xa, index, XA_ZERO_ENTRY, NULL, 0);
}

#define xa_for_each_range(xa, index, entry, start, last)                                           \
	for (index = start, entry = xa_find(xa, &index, last, XA_PRESENT); entry;                  \
	     entry = xa_find_after(xa, &index, last, XA_PRESENT))
#define xa_for_each_start(xa, index, entry, start)                                                 \
	xa_for_each_range(xa, index, entry, start, ULONG_MAX)
#define xa_for_each(xa, index, entry) xa_for_each_start(xa, index, entry, 0)
#define xa_for_each_marked(xa, index, entry, filter)                                               \
	for (index = 0, entry = xa_find(xa, &index, ULONG_MAX, filter); entry;                     \
	     entry = xa_find_after(xa, &index, ULONG_MAX, filter))

/* The advanced interface: a cursor. */
typedef void (*xa_update_node_t)(struct xa_node *node);

/**
 * struct xa_state - a cursor into an array
 * @xa: the array
 * @xa_index: where it stands
 * @xa_shift: 0
 * @xa_sibs: 0
 * @xa_offset: slot in @xa_node
 * @xa_node: NULL for the head, XAS_RESTART, XAS_BOUNDS, an error, or a node
 * @xa_alloc: a node allocated ahead by xas_nomem()
 */
struct xa_state {
	struct xarray *xa;
	unsigned long xa_index;
	unsigned char xa_shift;
	unsigned char xa_sibs;
	unsigned char xa_offset;
	unsigned char xa_pad;
	struct xa_node *xa_node;
	struct xa_node *xa_alloc;
	xa_update_node_t xa_update;
	struct list_lru *xa_lru;
};

#define XA_ERROR(errno) ((struct xa_node *)(((unsigned long)errno << 2) | 2UL))
#define XAS_BOUNDS      ((struct xa_node *)1UL)
#define XAS_RESTART     ((struct xa_node *)3UL)
#define __XA_STATE(array, index, shift, sibs)                                                      \
	{                                                                                          \
		.xa = array, .xa_index = index, .xa_shift = shift, .xa_sibs = sibs,                \
		.xa_offset = 0, .xa_node = XAS_RESTART, .xa_alloc = NULL, .xa_update = NULL,       \
	}
#define XA_STATE(name, array, index) struct xa_state name = __XA_STATE(array, index, 0, 0)

#define xas_marked(xas, mark)  xa_marked((xas)->xa, (mark))
#define xas_trylock(xas)       xa_trylock((xas)->xa)
#define xas_lock(xas)          xa_lock((xas)->xa)
#define xas_unlock(xas)        xa_unlock((xas)->xa)
#define xas_lock_bh(xas)       xa_lock_bh((xas)->xa)
#define xas_unlock_bh(xas)     xa_unlock_bh((xas)->xa)
#define xas_lock_irq(xas)      xa_lock_irq((xas)->xa)
#define xas_unlock_irq(xas)    xa_unlock_irq((xas)->xa)
#define xas_lock_irqsave(xas, flags)      xa_lock_irqsave((xas)->xa, flags)
#define xas_unlock_irqrestore(xas, flags) xa_unlock_irqrestore((xas)->xa, flags)

static inline int xas_error(const struct xa_state *xas)
{
	return xa_err(xas->xa_node);
}

static inline void xas_set_err(struct xa_state *xas, long err)
{
	xas->xa_node = XA_ERROR(err);
}

static inline bool xas_invalid(const struct xa_state *xas)
{
	return (unsigned long)xas->xa_node & 3;
}

static inline bool xas_valid(const struct xa_state *xas)
{
	return !xas_invalid(xas);
}

static inline bool xas_is_node(const struct xa_state *xas)
{
	return xas_valid(xas) && xas->xa_node;
}

static inline bool xas_not_node(struct xa_node *node)
{
	return ((unsigned long)node & 3) || !node;
}

static inline void xas_reset(struct xa_state *xas)
{
	xas->xa_node = XAS_RESTART;
}

static inline bool xas_retry(struct xa_state *xas, const void *entry)
{
	if (xa_is_zero(entry))
		return true;
	if (!xa_is_retry(entry))
		return false;
	xas_reset(xas);
	return true;
}

static inline void xas_set(struct xa_state *xas, unsigned long index)
{
	xas->xa_index = index;
	xas->xa_node = XAS_RESTART;
}

static inline void xas_set_order(struct xa_state *xas, unsigned long index, unsigned int order)
{
	WARN_ON_ONCE(order);
	xas_set(xas, index);
}

static inline void xas_set_update(struct xa_state *xas, xa_update_node_t update)
{
	xas->xa_update = update;
}

void *xas_load(struct xa_state *xas);
void *xas_store(struct xa_state *xas, void *entry);
void *xas_find(struct xa_state *xas, unsigned long max);
void *xas_find_conflict(struct xa_state *xas);
void *xas_find_marked(struct xa_state *xas, unsigned long max, xa_mark_t mark);
void *xas_next(struct xa_state *xas);
void *xas_prev(struct xa_state *xas);
bool xas_get_mark(const struct xa_state *xas, xa_mark_t mark);
void xas_set_mark(const struct xa_state *xas, xa_mark_t mark);
void xas_clear_mark(const struct xa_state *xas, xa_mark_t mark);
void xas_init_marks(const struct xa_state *xas);
bool xas_nomem(struct xa_state *xas, gfp_t gfp);
void xas_destroy(struct xa_state *xas);
void xas_pause(struct xa_state *xas);
void xas_create_range(struct xa_state *xas);

static inline void *xas_reload(struct xa_state *xas)
{
	return xas_load(xas);
}

#define xas_next_entry(xas, max) xas_find(xas, max)
#define xas_for_each(xas, entry, max)                                                              \
	for (entry = xas_find(xas, max); entry; entry = xas_next_entry(xas, max))
#define xas_for_each_marked(xas, entry, max, mark)                                                 \
	for (entry = xas_find_marked(xas, max, mark); entry;                                       \
	     entry = xas_find_marked(xas, max, mark))
#define xas_for_each_conflict(xas, entry)                                                          \
	while ((entry = xas_find_conflict(xas)))
enum { XA_CHECK_SCHED = 4096 };

#endif

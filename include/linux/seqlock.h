/* SPDX-License-Identifier: MIT */
#ifndef __LINUX_SEQLOCK_H
#define __LINUX_SEQLOCK_H

#include <linux/compiler.h>
#include <linux/lockdep.h>
#include <linux/mutex.h>
#include <linux/preempt.h>
#include <linux/seqlock_types.h>
#include <linux/spinlock.h>
#include <asm/processor.h>
#include <lockstep/point.h>

/**
 * DOC: sequence counts
 *
 * Readers never wait for readers and never stop a writer: they read, look whether the
 * count moved meanwhile, and read again if it did. What they read must be read with
 * READ_ONCE() and not be followed as a pointer. Writers exclude each other by a lock of
 * their own; the seqcount_LOCKNAME_t types know which one and check that it is held.
 */

void __seqcount_init(seqcount_t *s, const char *name, struct lock_class_key *key);
/* Wait until the count is even; spins, then yields. Returns it. */
unsigned int ls_seqcount_wait(const seqcount_t *s);
void ls_seqcount_point(const seqcount_t *s);
/* A reader looks: notes for the validator that @s may be waited for here. */
void ls_seqcount_reader(const seqcount_t *s);

#define seqcount_init(s)                                                                           \
	do {                                                                                       \
		static struct lock_class_key __key;                                                \
                                                                                                   \
		__seqcount_init((s), #s, &__key);                                                  \
	} while (0)

#define SEQCOUNT_DEP_MAP_INIT(lockname)                                                            \
	.dep_map = { .name = #lockname, .ls_kind = LS_LOCK_SEQCOUNT }
#define SEQCNT_ZERO(lockname) { .sequence = 0, SEQCOUNT_DEP_MAP_INIT(lockname) }

#define LS_SEQCOUNT_ZERO(name, assoc_lock)                                                         \
	{                                                                                          \
		.seqcount = SEQCNT_ZERO(name.seqcount), .lock = (assoc_lock)                       \
	}
#define SEQCNT_RAW_SPINLOCK_ZERO(name, lock) LS_SEQCOUNT_ZERO(name, lock)
#define SEQCNT_SPINLOCK_ZERO(name, lock)     LS_SEQCOUNT_ZERO(name, lock)
#define SEQCNT_RWLOCK_ZERO(name, lock)	     LS_SEQCOUNT_ZERO(name, lock)
#define SEQCNT_MUTEX_ZERO(name, lock)	     LS_SEQCOUNT_ZERO(name, lock)

#define LS_SEQCOUNT_INIT(s, _lock, lockname)                                                       \
	do {                                                                                       \
		seqcount_##lockname##_t *____s = (s);                                              \
                                                                                                   \
		seqcount_init(&____s->seqcount);                                                   \
		____s->lock = (_lock);                                                             \
	} while (0)
#define seqcount_raw_spinlock_init(s, lock) LS_SEQCOUNT_INIT(s, lock, raw_spinlock)
#define seqcount_spinlock_init(s, lock)	    LS_SEQCOUNT_INIT(s, lock, spinlock)
#define seqcount_rwlock_init(s, lock)	    LS_SEQCOUNT_INIT(s, lock, rwlock)
#define seqcount_mutex_init(s, lock)	    LS_SEQCOUNT_INIT(s, lock, mutex)

static __always_inline const seqcount_t *ls_seq_plain_c(const seqcount_t *s)
{
	return s;
}

static __always_inline seqcount_t *ls_seq_plain(seqcount_t *s)
{
	return s;
}

static __always_inline void ls_seq_assert_plain(const seqcount_t *s)
{
	lockdep_assert_preemption_disabled();
}

static __always_inline bool ls_seq_preempt_plain(const seqcount_t *s)
{
	return false;
}

/* Access and checks for one kind; a writer under a mutex must keep preemption off itself. */
#define LS_SEQCOUNT_KIND(lockname, preemptible)                                                    \
	static __always_inline const seqcount_t *ls_seq_##lockname##_c(                            \
		const seqcount_##lockname##_t *s)                                                  \
	{                                                                                          \
		return &s->seqcount;                                                               \
	}                                                                                          \
	static __always_inline seqcount_t *ls_seq_##lockname(seqcount_##lockname##_t *s)           \
	{                                                                                          \
		return &s->seqcount;                                                               \
	}                                                                                          \
	static __always_inline void ls_seq_assert_##lockname(const seqcount_##lockname##_t *s)     \
	{                                                                                          \
		lockdep_assert_held(s->lock);                                                      \
	}                                                                                          \
	static __always_inline bool ls_seq_preempt_##lockname(const seqcount_##lockname##_t *s)    \
	{                                                                                          \
		return preemptible;                                                                \
	}

LS_SEQCOUNT_KIND(raw_spinlock, false)
LS_SEQCOUNT_KIND(spinlock, false)
LS_SEQCOUNT_KIND(rwlock, false)
LS_SEQCOUNT_KIND(mutex, true)

#undef LS_SEQCOUNT_KIND

#define ls_seq_by_kind(s, prefix, suffix)                                                          \
	_Generic(*(s),                                                                             \
		seqcount_t: prefix##plain##suffix,                                                 \
		const seqcount_t: prefix##plain##suffix,                                           \
		seqcount_raw_spinlock_t: prefix##raw_spinlock##suffix,                             \
		const seqcount_raw_spinlock_t: prefix##raw_spinlock##suffix,                       \
		seqcount_spinlock_t: prefix##spinlock##suffix,                                     \
		const seqcount_spinlock_t: prefix##spinlock##suffix,                               \
		seqcount_rwlock_t: prefix##rwlock##suffix,                                         \
		const seqcount_rwlock_t: prefix##rwlock##suffix,                                   \
		seqcount_mutex_t: prefix##mutex##suffix,                                           \
		const seqcount_mutex_t: prefix##mutex##suffix)(s)

#define seqprop_ptr(s)		ls_seq_by_kind(s, ls_seq_, )
#define seqprop_const_ptr(s)	ls_seq_by_kind(s, ls_seq_, _c)
#define seqprop_assert(s)	ls_seq_by_kind(s, ls_seq_assert_, )
#define seqprop_preemptible(s)	ls_seq_by_kind(s, ls_seq_preempt_, )
#define seqprop_sequence(s)	__atomic_load_n(&seqprop_const_ptr(s)->sequence, __ATOMIC_ACQUIRE)

/*
 * What a reader sees in a section that it repeats may be torn, and what a writer does in its own
 * one is seen so: for data races both count as marked, and a reader's section that is
 * never checked ends after so many accesses.
 */
#define LS_SEQ_REGION 1000

/* --- readers ---------------------------------------------------------------- */

static inline unsigned int ls_seq_begin(const seqcount_t *s)
{
	unsigned int seq;

	if (unlikely(ls_point_hook_now()))
		ls_seqcount_point(s);
	kcsan_atomic_next(LS_SEQ_REGION);
	seq = __atomic_load_n(&s->sequence, __ATOMIC_ACQUIRE);
	return unlikely(seq & 1) ? ls_seqcount_wait(s) : seq;
}

static inline unsigned int ls_seq_begin_checked(const seqcount_t *s)
{
	ls_seqcount_reader(s);
	return ls_seq_begin(s);
}

static inline unsigned int ls_seq_raw(const seqcount_t *s)
{
	ls_point(LS_OP_LOAD, s);
	kcsan_atomic_next(LS_SEQ_REGION);
	return __atomic_load_n(&s->sequence, __ATOMIC_ACQUIRE);
}

static inline int ls_seq_retry(const seqcount_t *s, unsigned int start)
{
	kcsan_atomic_next(0);
	ls_point(LS_OP_LOAD, s);
	smp_rmb();
	return unlikely(__atomic_load_n(&s->sequence, __ATOMIC_RELAXED) != start);
}

#define __read_seqcount_begin(s)	ls_seq_begin(seqprop_const_ptr(s))
#define raw_read_seqcount_begin(s)	ls_seq_begin(seqprop_const_ptr(s))
#define read_seqcount_begin(s)		ls_seq_begin_checked(seqprop_const_ptr(s))
#define raw_read_seqcount(s)		ls_seq_raw(seqprop_const_ptr(s))
#define raw_seqcount_begin(s)		(ls_seq_raw(seqprop_const_ptr(s)) & ~1U)
#define raw_seqcount_try_begin(s, start)                                                           \
	({                                                                                         \
		start = raw_read_seqcount(s);                                                      \
		!(start & 1);                                                                      \
	})
#define __read_seqcount_retry(s, start) ls_seq_retry(seqprop_const_ptr(s), start)
#define read_seqcount_retry(s, start)	ls_seq_retry(seqprop_const_ptr(s), start)

/* --- writers ---------------------------------------------------------------- */

static inline void ls_seq_inc(seqcount_t *s)
{
	/* readers that see the odd count must not have seen later stores, and vice versa */
	__atomic_store_n(&s->sequence, __atomic_load_n(&s->sequence, __ATOMIC_RELAXED) + 1,
			 __ATOMIC_RELAXED);
}

static inline void do_raw_write_seqcount_begin(seqcount_t *s)
{
	kcsan_nestable_atomic_begin();
	ls_point(LS_OP_STORE, s);
	ls_seq_inc(s);
	smp_wmb();
}

static inline void do_raw_write_seqcount_end(seqcount_t *s)
{
	ls_point(LS_OP_STORE, s);
	__atomic_store_n(&s->sequence, __atomic_load_n(&s->sequence, __ATOMIC_RELAXED) + 1,
			 __ATOMIC_RELEASE);
	kcsan_nestable_atomic_end();
}

static inline void do_write_seqcount_begin_nested(seqcount_t *s, int subclass)
{
	seqcount_acquire(&s->dep_map, subclass, 0, _THIS_IP_);
	do_raw_write_seqcount_begin(s);
}

static inline void do_write_seqcount_begin(seqcount_t *s)
{
	do_write_seqcount_begin_nested(s, 0);
}

static inline void do_write_seqcount_end(seqcount_t *s)
{
	seqcount_release(&s->dep_map, _THIS_IP_);
	do_raw_write_seqcount_end(s);
}

#define raw_write_seqcount_begin(s)                                                                \
	do {                                                                                       \
		if (seqprop_preemptible(s))                                                        \
			preempt_disable();                                                         \
		do_raw_write_seqcount_begin(seqprop_ptr(s));                                       \
	} while (0)

#define raw_write_seqcount_end(s)                                                                  \
	do {                                                                                       \
		do_raw_write_seqcount_end(seqprop_ptr(s));                                         \
		if (seqprop_preemptible(s))                                                        \
			preempt_enable();                                                          \
	} while (0)

#define write_seqcount_begin_nested(s, subclass)                                                   \
	do {                                                                                       \
		seqprop_assert(s);                                                                 \
		if (seqprop_preemptible(s))                                                        \
			preempt_disable();                                                         \
		do_write_seqcount_begin_nested(seqprop_ptr(s), subclass);                          \
	} while (0)

#define write_seqcount_begin(s) write_seqcount_begin_nested(s, 0)

#define write_seqcount_end(s)                                                                      \
	do {                                                                                       \
		do_write_seqcount_end(seqprop_ptr(s));                                             \
		if (seqprop_preemptible(s))                                                        \
			preempt_enable();                                                          \
	} while (0)

static inline void do_raw_write_seqcount_barrier(seqcount_t *s)
{
	ls_point(LS_OP_STORE, s);
	ls_seq_inc(s);
	smp_wmb();
	ls_seq_inc(s);
}

static inline void do_write_seqcount_invalidate(seqcount_t *s)
{
	ls_point(LS_OP_STORE, s);
	smp_wmb();
	__atomic_store_n(&s->sequence, __atomic_load_n(&s->sequence, __ATOMIC_RELAXED) + 2,
			 __ATOMIC_RELAXED);
}

#define raw_write_seqcount_barrier(s) do_raw_write_seqcount_barrier(seqprop_ptr(s))
#define write_seqcount_invalidate(s)  do_write_seqcount_invalidate(seqprop_ptr(s))

/* --- latch: two copies, readers take the one that is not being written ------- */

typedef struct {
	seqcount_t seqcount;
} seqcount_latch_t;

#define SEQCNT_LATCH_ZERO(seq_name) { .seqcount = SEQCNT_ZERO(seq_name.seqcount) }
#define seqcount_latch_init(s)	    seqcount_init(&(s)->seqcount)

static __always_inline unsigned int raw_read_seqcount_latch(const seqcount_latch_t *s)
{
	return ls_seq_raw(&s->seqcount);
}

static __always_inline unsigned int read_seqcount_latch(const seqcount_latch_t *s)
{
	return raw_read_seqcount_latch(s);
}

static __always_inline int raw_read_seqcount_latch_retry(const seqcount_latch_t *s,
							 unsigned int start)
{
	return ls_seq_retry(&s->seqcount, start);
}

static __always_inline int read_seqcount_latch_retry(const seqcount_latch_t *s, unsigned int start)
{
	return raw_read_seqcount_latch_retry(s, start);
}

static __always_inline void raw_write_seqcount_latch(seqcount_latch_t *s)
{
	ls_point(LS_OP_STORE, s);
	smp_wmb();
	ls_seq_inc(&s->seqcount);
	smp_wmb();
}

static __always_inline void write_seqcount_latch_begin(seqcount_latch_t *s)
{
	kcsan_nestable_atomic_begin();
	raw_write_seqcount_latch(s);
}

static __always_inline void write_seqcount_latch(seqcount_latch_t *s)
{
	raw_write_seqcount_latch(s);
}

static __always_inline void write_seqcount_latch_end(seqcount_latch_t *s)
{
	kcsan_nestable_atomic_end();
}

/* --- seqlock_t ----------------------------------------------------------------- */

#define __SEQLOCK_UNLOCKED(lockname)                                                               \
	{                                                                                          \
		.seqcount = SEQCNT_SPINLOCK_ZERO(lockname.seqcount, &(lockname).lock),             \
		.lock = ___SPIN_LOCK_INITIALIZER(lockname)                                         \
	}
#define DEFINE_SEQLOCK(sl) seqlock_t sl = __SEQLOCK_UNLOCKED(sl)

#define seqlock_init(sl)                                                                           \
	do {                                                                                       \
		spin_lock_init(&(sl)->lock);                                                       \
		seqcount_spinlock_init(&(sl)->seqcount, &(sl)->lock);                              \
	} while (0)

static inline unsigned int read_seqbegin(const seqlock_t *sl)
{
	return read_seqcount_begin(&sl->seqcount);
}

static inline unsigned int read_seqretry(const seqlock_t *sl, unsigned int start)
{
	return read_seqcount_retry(&sl->seqcount, start);
}

/* The writer forms, one for each way of taking the spinlock. */
#define LS_SEQLOCK_FORM(suffix)                                                                    \
	static inline void write_seqlock##suffix(seqlock_t *sl)                                    \
	{                                                                                          \
		spin_lock##suffix(&sl->lock);                                                      \
		do_write_seqcount_begin(&sl->seqcount.seqcount);                                   \
	}                                                                                          \
	static inline void write_sequnlock##suffix(seqlock_t *sl)                                  \
	{                                                                                          \
		do_write_seqcount_end(&sl->seqcount.seqcount);                                     \
		spin_unlock##suffix(&sl->lock);                                                    \
	}                                                                                          \
	static inline void read_seqlock_excl##suffix(seqlock_t *sl)                                \
	{                                                                                          \
		spin_lock##suffix(&sl->lock);                                                      \
	}                                                                                          \
	static inline void read_sequnlock_excl##suffix(seqlock_t *sl)                              \
	{                                                                                          \
		spin_unlock##suffix(&sl->lock);                                                    \
	}

LS_SEQLOCK_FORM()
LS_SEQLOCK_FORM(_bh)
LS_SEQLOCK_FORM(_irq)

#undef LS_SEQLOCK_FORM

static inline unsigned long __write_seqlock_irqsave(seqlock_t *sl)
{
	unsigned long flags;

	spin_lock_irqsave(&sl->lock, flags);
	do_write_seqcount_begin(&sl->seqcount.seqcount);
	return flags;
}

static inline void write_sequnlock_irqrestore(seqlock_t *sl, unsigned long flags)
{
	do_write_seqcount_end(&sl->seqcount.seqcount);
	spin_unlock_irqrestore(&sl->lock, flags);
}

static inline unsigned long __read_seqlock_excl_irqsave(seqlock_t *sl)
{
	unsigned long flags;

	spin_lock_irqsave(&sl->lock, flags);
	return flags;
}

static inline void read_sequnlock_excl_irqrestore(seqlock_t *sl, unsigned long flags)
{
	spin_unlock_irqrestore(&sl->lock, flags);
}

#define write_seqlock_irqsave(lock, flags)     do { flags = __write_seqlock_irqsave(lock); } while (0)
#define read_seqlock_excl_irqsave(lock, flags) do { flags = __read_seqlock_excl_irqsave(lock); } while (0)

/* First attempt without the lock (even *seq), the next ones with it (odd). */
static inline void read_seqbegin_or_lock(seqlock_t *lock, int *seq)
{
	if (!(*seq & 1))
		*seq = read_seqbegin(lock);
	else
		read_seqlock_excl(lock);
}

static inline int need_seqretry(seqlock_t *lock, int seq)
{
	return !(seq & 1) && read_seqretry(lock, seq);
}

static inline void done_seqretry(seqlock_t *lock, int seq)
{
	if (seq & 1)
		read_sequnlock_excl(lock);
}

static inline unsigned long read_seqbegin_or_lock_irqsave(seqlock_t *lock, int *seq)
{
	unsigned long flags = 0;

	if (!(*seq & 1))
		*seq = read_seqbegin(lock);
	else
		read_seqlock_excl_irqsave(lock, flags);
	return flags;
}

static inline void done_seqretry_irqrestore(seqlock_t *lock, int seq, unsigned long flags)
{
	if (seq & 1)
		read_sequnlock_excl_irqrestore(lock, flags);
}

#endif /* __LINUX_SEQLOCK_H */

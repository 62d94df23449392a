/* SPDX-License-Identifier: MIT */
#ifndef LS_LOCKING_H
#define LS_LOCKING_H

/*
 * Shared by the locks and the validator, private to this directory.
 *
 * Everything here is below the scheduling points: words, not primitives. The
 * validator and the wait lists use struct arch_spinlock words, never kernel
 * locks, so that they cannot recurse into themselves.
 */

#include <linux/sched.h>
#include <linux/sched/signal.h>
#include <linux/sched/wake_q.h>
#include <linux/lockdep.h>
#include <linux/mutex.h>
#include <linux/ww_mutex.h>
#include <linux/rwsem.h>
#include <linux/spinlock.h>
#include <lockstep/checks.h>
#include <lockstep/os.h>
#include <lockstep/point.h>
#include "step.h"

#ifdef LOCKSTEP_COVERAGE
/* One copy of each function, so that a branch counts once and not once for each caller. */
#undef __always_inline
#define __always_inline inline
#endif

/* Rounds of spinning before a task parks; another processor needs a few hundred cycles. */
#ifndef LS_SPIN_ROUNDS
#define LS_SPIN_ROUNDS 64
#endif

static __always_inline void ls_pause(void)
{
#if defined(__x86_64__) || defined(__i386__)
	__builtin_ia32_pause();
#elif defined(__aarch64__)
	__asm__ __volatile__("yield");
#endif
}

/*
 * Nobody looks: the locks' checks are off and nobody schedules by hand. The common calls
 * ask this once, then take what is free without a function call or a saved register.
 */
static __always_inline bool ls_unwatched(void)
{
	return !(ls_checks & (LS_CHECK_LOCKDEP | LS_CHECK_CONVENTION | LS_CHECK_SLEEP)) &&
	       !ls_point_hook_now();
}

/*
 * A common call is short: it takes what is free, or else calls a function *_long, which is
 * not inlined and uses this to find the frame of the public function. A macro, because it
 * speaks of the function it stands in, also where nothing is inlined.
 */
#define ls_caller_frame() (*(const void *const *)__builtin_frame_address(0))

/*
 * An argument that is still needed behind a call on the long way. Under another name it
 * takes a saved register there, and GCC pushes none on entry.
 */
#define ls_long_way(arg) OPTIMIZER_HIDE_VAR(arg)

/*
 * set_current_state() as the inside of a primitive. The exchange makes it a full barrier: it
 * comes before the look at what the task waits for.
 */
static __always_inline void ls_state_set(struct task_struct *me, unsigned int state)
{
	__atomic_exchange_n(&me->__state, state, __ATOMIC_SEQ_CST);
}

/* --- a word as a lock ------------------------------------------------------- */

void ls_word_lock_slow(arch_spinlock_t *l);

static __always_inline bool ls_word_trylock(arch_spinlock_t *l)
{
	unsigned int old = 0;

	return __atomic_compare_exchange_n(&l->val, &old, 1, false, __ATOMIC_ACQUIRE,
					   __ATOMIC_RELAXED);
}

static __always_inline void ls_word_lock(arch_spinlock_t *l)
{
	if (unlikely(!ls_word_trylock(l)))
		ls_word_lock_slow(l);
}

static __always_inline void ls_word_unlock(arch_spinlock_t *l)
{
	/* After the exchange the word may be gone: unpark only takes its address. */
	if (unlikely(__atomic_exchange_n(&l->val, 0, __ATOMIC_RELEASE) == 2))
		os_unpark(&l->val, 1);
}

/* --- where am I --------------------------------------------------------------- */

/* Read by other tasks while a report is made; worth a torn frame, not a barrier. */
#if LS_TSAN
#define LS_TRACE_FN static noinline __attribute__((no_sanitize("thread"), unused))
#else
#define LS_TRACE_FN static __always_inline
#endif

typedef u64 __attribute__((__may_alias__)) ls_u64_alias;

/**
 * ls_trace_fill() - remember the call chain of a primitive
 * @t: where to
 * @me: the current task
 * @fp: frame of the primitive
 */
LS_TRACE_FN void ls_trace_fill(struct ls_trace *t, const struct task_struct *me, const void *fp)
{
	const unsigned long low = me->stack_low, span = me->stack_high - me->stack_low;
	const unsigned long *frame = fp;
	unsigned int n = 0;

	t->pid = me->pid;
	((ls_u64_alias *)t->comm)[0] = ((const ls_u64_alias *)me->comm)[0];
	((ls_u64_alias *)t->comm)[1] = ((const ls_u64_alias *)me->comm)[1];
	t->frame = 0;
	while (n < LS_TRACE_MAX && (unsigned long)frame - low < span - 2 * sizeof(long) &&
	       !((unsigned long)frame & 7)) {
		const unsigned long *up = (const unsigned long *)frame[0];

		if (!n)
			t->frame = frame[0];
		t->pc[n++] = frame[1];
		if (up <= frame)
			break;
		frame = up;
	}
	t->nr = n;
}

static inline void ls_trace_to_stack(struct ls_stack *s, const struct ls_trace *t)
{
	unsigned int i, nr = t ? t->nr : 0;

	if (nr > LS_TRACE_MAX)
		nr = 0;
	for (i = 0; i < nr; i++)
		s->pc[i] = t->pc[i];
	s->nr = nr;
}

/* --- the validator's side of a lock ------------------------------------------ */

/*
 * @keep: a trace that the caller fills in once it has the lock, or NULL to have it
 * saved in the held lock; @fp: frame of the public function.
 */
void __ls_lock_acquire(struct lockdep_map *map, unsigned int subclass, int trylock, int read,
		       int check, struct lockdep_map *nest, const struct ls_trace *keep,
		       const void *fp);
/* Returns whether it was held. */
bool __ls_lock_release(struct lockdep_map *map, const void *fp);
void __ls_lockdep_irqs_on(struct task_struct *me, bool hard);

static __always_inline void ls_lock_acquire(struct lockdep_map *map, unsigned int subclass,
					    int trylock, int read, struct lockdep_map *nest,
					    const struct ls_trace *keep, const void *fp)
{
	if (ls_checking(LS_CHECK_LOCKDEP))
		__ls_lock_acquire(map, subclass, trylock, read, 1, nest, keep, fp);
}

static __always_inline void ls_lock_release(struct lockdep_map *map, const void *fp)
{
	if (ls_checking(LS_CHECK_LOCKDEP))
		__ls_lock_release(map, fp);
}

/*
 * ls_block_begin() - about to sleep for a lock
 *
 * Registers the task as blocked. If that closes a cycle of waiters which nothing will
 * break, reports it and ends the task, so the caller must not be on a wait list yet.
 */
void ls_block_begin(struct lockdep_map *map, struct ww_acquire_ctx *ctx, unsigned int state,
		    int read, const void *fp);
void ls_block_end(void);

static __always_inline void ls_lockdep_init_kind(struct lockdep_map *map, u8 kind)
{
	map->ls_kind = kind;
}

/* --- mutex owner words -------------------------------------------------------- */

#define MUTEX_FLAG_WAITERS 0x1UL /* unlock must wake a waiter */
#define MUTEX_FLAG_HANDOFF 0x2UL /* unlock must give it to the first waiter */
#define MUTEX_FLAG_PICKUP  0x4UL /* given to the owner, which has not taken it yet */
#define MUTEX_FLAG_CTX	   0x8UL /* held with an acquire context, which ww->ctx names soon */
#define MUTEX_FLAGS	   0xfUL

static inline struct task_struct *ls_owner_task(unsigned long owner)
{
	return (struct task_struct *)(owner & ~MUTEX_FLAGS);
}

static inline struct task_struct *ls_mutex_owner_now(const struct mutex *lock)
{
	return ls_owner_task(__atomic_load_n(&lock->owner, __ATOMIC_RELAXED));
}

/**
 * struct mutex_waiter - a task on the wait list of a mutex; lives on its stack
 * @list: link, protected by wait_lock
 * @task: who
 * @ww_ctx: its acquire context, or NULL
 */
struct mutex_waiter {
	struct list_head list;
	struct task_struct *task;
	struct ww_acquire_ctx *ww_ctx;
};

/* ww_mutex.c, called by the slow path of mutex.c with wait_lock held */
int ls_ww_add_waiter(struct ww_mutex *ww, struct mutex_waiter *waiter, struct wake_q_head *wake_q);
int ls_ww_check_kill(struct ww_mutex *ww, struct mutex_waiter *waiter);
int ls_ww_kill(struct ww_mutex *ww, struct ww_acquire_ctx *ctx);
void ls_ww_check_waiters(struct ww_mutex *ww, struct ww_acquire_ctx *ctx,
			 struct wake_q_head *wake_q);
void ls_ww_misuse(const void *lock, const char *what, const void *fp);
void ls_ww_lock_acquired(struct ww_mutex *ww, struct ww_acquire_ctx *ctx);
struct ww_acquire_ctx *ls_ww_hold_ctx(struct ww_mutex *ww);
void ls_ww_set_context_fastpath(struct ww_mutex *ww, struct ww_acquire_ctx *ctx);

/* ww_step.c, while exploring */
int ls_ww_step(struct ww_mutex *ww, struct ww_acquire_ctx *ctx, unsigned int state);
void ls_ww_step_unlock(struct ww_mutex *ww, struct ww_acquire_ctx *ctx);

/* The owner word of a task that holds the lock, with a context or without. */
static __always_inline unsigned long ls_owner_word(const struct task_struct *tsk, const void *ctx)
{
	return (unsigned long)tsk | (ctx ? MUTEX_FLAG_CTX : 0);
}

static __always_inline bool ls_mutex_trylock_fast(struct mutex *lock, unsigned long word)
{
	unsigned long free = 0;

	return __atomic_compare_exchange_n(&lock->owner, &free, word, false, __ATOMIC_ACQUIRE,
					   __ATOMIC_RELAXED);
}

/* a is younger than b; the difference survives a wrap of the stamps */
static inline bool ls_ww_younger(const struct ww_acquire_ctx *a, const struct ww_acquire_ctx *b)
{
	return (long)(a->stamp - b->stamp) > 0;
}

/* mutex.c */
bool ls_mutex_is_free(const void *lock);
int ls_mutex_lock_slow(struct mutex *lock, unsigned int state, struct ww_acquire_ctx *ctx,
		       const void *fp);
void ls_mutex_unlock_slow(struct mutex *lock);
void ls_mutex_bad_unlock(struct mutex *lock, struct task_struct *me, const void *fp);
void ls_mutex_bad_magic(struct mutex *lock);
void ls_mutex_add_waiter(struct mutex *lock, struct mutex_waiter *waiter, struct list_head *before);
struct task_struct *ls_mutex_flag_waiters(struct mutex *lock);
void ls_mutex_note_acquired(struct mutex *lock, struct ww_acquire_ctx *ctx, struct task_struct *me,
			    const void *fp);

/* --- forced release, when a task ends ------------------------------------------- */

bool ls_mutex_force_unlock(struct mutex *lock, struct task_struct *tsk);
bool ls_spin_force_unlock(raw_spinlock_t *lock, struct task_struct *tsk);
void ls_rwlock_force_unlock(rwlock_t *lock, int read);
void ls_rwsem_force_unlock(struct rw_semaphore *sem, int read);

#endif /* LS_LOCKING_H */

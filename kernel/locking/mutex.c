// SPDX-License-Identifier: MIT
/*
 * Mutexes: sleeping locks with an owner.
 *
 * The owner word is the lock: 0 is free, otherwise the task that holds it, with
 * flags in the low bits. Whoever finds it free takes it, also past tasks that
 * sleep (barging keeps a lock hot on one processor); a sleeper that was passed
 * too often asks for a handoff.
 *
 * MUTEX_FLAG_WAITERS means "unlock must wake the first waiter". Unlock clears it
 * with the owner, so that the next holders unlock without a system call while
 * the woken task is on its way; that task, or one that gives up in its place,
 * sets it again. Between the two there is always exactly one task that knows it
 * has to look after the list.
 */

#include "locking.h"
#include <linux/err.h>
#include <linux/export.h>

/* A waiter that was woken this often for nothing asks for a handoff. */
#define LS_HANDOFF_AFTER 8

/**
 * __mutex_init() - make a mutex; use mutex_init()
 * @lock: memory of the mutex, must not be locked
 * @name: shown in reports, static storage
 * @key: lock class
 *
 * Context: Any.
 */
void __mutex_init(struct mutex *lock, const char *name, struct lock_class_key *key)
{
	lock->owner = 0;
	lock->wait_lock.val = 0;
	lock->nr_waiters = 0;
	INIT_LIST_HEAD(&lock->wait_list);
	lock->magic = lock;
	lock->acquired.nr = 0;
	lock->acquired.pid = 0;
	lock->released.nr = 0;
	lock->released.pid = 0;
	lock->ww_link.next = lock->ww_link.prev = NULL;
	lockdep_init_map_wait(&lock->dep_map, name, key, 0, LD_WAIT_SLEEP);
	ls_lockdep_init_kind(&lock->dep_map, LS_LOCK_MUTEX);
}
EXPORT_SYMBOL(__mutex_init);

/*
 * With wait_lock held: take the lock, pick up one that was handed to us, or else make
 * sure that its holder wakes somebody.
 */
static bool ls_mutex_trylock_or_flag(struct mutex *lock, const struct mutex_waiter *w, bool handoff)
{
	unsigned long owner = __atomic_load_n(&lock->owner, __ATOMIC_RELAXED), want;
	bool mine;

	do {
		mine = !ls_owner_task(owner) ||
		       (ls_owner_task(owner) == w->task && (owner & MUTEX_FLAG_PICKUP));
		if (mine)
			want = ls_owner_word(w->task, w->ww_ctx) | (owner & MUTEX_FLAG_WAITERS);
		else
			want = owner | MUTEX_FLAG_WAITERS | (handoff ? MUTEX_FLAG_HANDOFF : 0);
	} while (!__atomic_compare_exchange_n(&lock->owner, &owner, want, false, __ATOMIC_ACQ_REL,
					      __ATOMIC_RELAXED));
	return mine;
}

/**
 * ls_mutex_flag_waiters() - make the holder's unlock come to the list
 * @lock: the mutex, with wait_lock held
 *
 * Return: the holder, which cannot get past its unlock before wait_lock is dropped,
 * or NULL when the lock is free.
 */
struct task_struct *ls_mutex_flag_waiters(struct mutex *lock)
{
	unsigned long owner = __atomic_load_n(&lock->owner, __ATOMIC_RELAXED);

	while (ls_owner_task(owner)) {
		if (__atomic_compare_exchange_n(&lock->owner, &owner, owner | MUTEX_FLAG_WAITERS,
						false, __ATOMIC_ACQ_REL, __ATOMIC_RELAXED))
			break;
	}
	return ls_owner_task(owner);
}

/**
 * ls_mutex_add_waiter() - put a task on the wait list
 * @lock: the mutex, with wait_lock held
 * @waiter: the task
 * @before: where
 */
void ls_mutex_add_waiter(struct mutex *lock, struct mutex_waiter *waiter, struct list_head *before)
{
	list_add_tail(&waiter->list, before);
	/* pairs with ls_ww_set_context_fastpath(): either it sees us or we see its context */
	__atomic_store_n(&lock->nr_waiters, lock->nr_waiters + 1, __ATOMIC_SEQ_CST);
}

/* Can somebody take it who comes now? */
bool ls_mutex_is_free(const void *lock)
{
	return !__atomic_load_n(&((const struct mutex *)lock)->owner, __ATOMIC_RELAXED);
}

/* With wait_lock held. Passes the duty to look after the list on to whoever comes next. */
static void ls_mutex_remove_waiter(struct mutex *lock, struct mutex_waiter *waiter,
				   struct wake_q_head *wake_q)
{
	list_del(&waiter->list);
	__atomic_store_n(&lock->nr_waiters, lock->nr_waiters - 1, __ATOMIC_SEQ_CST);
	if (!list_empty(&lock->wait_list) && !ls_mutex_flag_waiters(lock))
		ls_step_wake(wake_q,
			     list_first_entry(&lock->wait_list, struct mutex_waiter, list)->task);
}

/* Wait a moment for the holder to go. Pointless when all tasks share one thread. */
static bool ls_mutex_spin(struct mutex *lock, struct task_struct *me, unsigned long word)
{
	unsigned int i, pauses;

	if (ls_point_hook_now())
		return ls_mutex_trylock_fast(lock, word);
	/* Each look takes the cache line from the holder, so they become ever rarer. */
	for (pauses = 1; pauses < LS_SPIN_ROUNDS; pauses *= 2) {
		unsigned long owner = __atomic_load_n(&lock->owner, __ATOMIC_RELAXED);

		if (!owner && ls_mutex_trylock_fast(lock, word))
			return true;
		if (owner & (MUTEX_FLAG_HANDOFF | MUTEX_FLAG_PICKUP) || ls_owner_task(owner) == me)
			return false;
		for (i = 0; i < pauses; i++)
			ls_pause();
	}
	return false;
}

/* Sleep until the lock is ours. Called and returns with wait_lock held, @waiter queued. */
static int ls_mutex_wait(struct mutex *lock, struct mutex_waiter *waiter, unsigned int state,
			 struct wake_q_head *wake_q)
{
	struct task_struct *me = waiter->task;
	struct ww_mutex *ww = container_of(lock, struct ww_mutex, base);
	unsigned int passed = 0;
	bool first;
	int ret = 0;

	for (;;) {
		ls_state_set(me, state);
		first = lock->wait_list.next == &waiter->list;
		/* First of all: a handoff must be picked up even by a task that is to give up. */
		if (ls_mutex_trylock_or_flag(lock, waiter, first && passed >= LS_HANDOFF_AFTER))
			break;
		if (signal_pending_state(state, me)) {
			ret = -EINTR;
			break;
		}
		if (waiter->ww_ctx) {
			ret = ls_ww_check_kill(ww, waiter);
			if (ret)
				break;
		}
		ls_word_unlock(&lock->wait_lock);
		wake_up_q(wake_q);
		wake_q_init(wake_q);

		schedule();
		passed++;

		ls_word_lock(&lock->wait_lock);
	}
	ls_state_set(me, TASK_RUNNING);
	return ret;
}

/**
 * ls_mutex_lock_slow() - take a mutex that was not free
 * @lock: the mutex
 * @state: how to sleep
 * @ctx: acquire context; the lock is then the base of a ww_mutex
 * @fp: frame of the public function
 *
 * Return: 0; -EINTR; -EDEADLK if @ctx has to back off. Does not return if waiting could
 * never end.
 */
noinline int ls_mutex_lock_slow(struct mutex *lock, unsigned int state, struct ww_acquire_ctx *ctx,
				const void *fp)
{
	struct ww_mutex *ww = container_of(lock, struct ww_mutex, base);
	struct mutex_waiter waiter = { .task = current, .ww_ctx = ctx };
	DEFINE_WAKE_Q(wake_q);
	int ret = 0;

	if (ls_mutex_spin(lock, waiter.task, ls_owner_word(waiter.task, ctx))) {
		if (ctx)
			ls_ww_set_context_fastpath(ww, ctx);
		return 0;
	}

	ls_block_begin(&lock->dep_map, ctx, state, 0, fp);
	ls_word_lock(&lock->wait_lock);
	if (ls_mutex_trylock_or_flag(lock, &waiter, false)) {
		if (ctx)
			ls_ww_check_waiters(ww, ctx, &wake_q);
		/* the flag may have been lost with the former owner */
		if (!list_empty(&lock->wait_list))
			ls_mutex_flag_waiters(lock);
		goto acquired;
	}

	if (ctx)
		ret = ls_ww_add_waiter(ww, &waiter, &wake_q);
	else
		ls_mutex_add_waiter(lock, &waiter, &lock->wait_list);
	if (ret)
		goto out;

	ret = ls_mutex_wait(lock, &waiter, state, &wake_q);
	/* Who stole the lock from older waiters must let them wound it. */
	if (!ret && ctx && !ctx->is_wait_die && lock->wait_list.next != &waiter.list)
		ls_ww_check_waiters(ww, ctx, &wake_q);
	ls_mutex_remove_waiter(lock, &waiter, &wake_q);
	if (ret)
		goto out;
acquired:
	if (ctx)
		ls_ww_lock_acquired(ww, ctx);
out:
	ls_word_unlock(&lock->wait_lock);
	ls_step_touch(lock, ret ? LS_TRY_FAILED : LS_ACQUIRE);
	wake_up_q(&wake_q);
	ls_block_end();
	return ret;
}

/**
 * ls_mutex_unlock_slow() - release a mutex that somebody waits for
 * @lock: the mutex, held by the current task
 */
noinline void ls_mutex_unlock_slow(struct mutex *lock)
{
	unsigned long owner = __atomic_load_n(&lock->owner, __ATOMIC_RELAXED);
	struct mutex_waiter *first = NULL;
	DEFINE_WAKE_Q(wake_q);

	while (!(owner & MUTEX_FLAG_HANDOFF)) {
		if (!__atomic_compare_exchange_n(&lock->owner, &owner, 0, false, __ATOMIC_RELEASE,
						 __ATOMIC_RELAXED))
			continue;
		if (!(owner & MUTEX_FLAG_WAITERS))
			return;
		break;
	}

	/* no context any more: a waiter that has wait_lock must not expect to see one */
	if (owner & MUTEX_FLAG_HANDOFF)
		__atomic_fetch_and(&lock->owner, ~MUTEX_FLAG_CTX, __ATOMIC_RELEASE);
	ls_word_lock(&lock->wait_lock);
	if (!list_empty(&lock->wait_list)) {
		first = list_first_entry(&lock->wait_list, struct mutex_waiter, list);
		ls_step_wake(&wake_q, first->task);
	}
	if (owner & MUTEX_FLAG_HANDOFF)
		__atomic_store_n(&lock->owner,
				 first ? (unsigned long)first->task | MUTEX_FLAG_PICKUP : 0,
				 __ATOMIC_RELEASE);
	ls_word_unlock(&lock->wait_lock);
	wake_up_q(&wake_q);
}

/**
 * ls_mutex_note_acquired() - remember who has the lock now
 * @lock: the mutex, taken with a context or under a nest lock
 * @ctx: the context, or NULL
 * @me: the current task
 * @fp: frame of the public function
 *
 * Many such locks count as one held lock; this list knows them all.
 */
void ls_mutex_note_acquired(struct mutex *lock, struct ww_acquire_ctx *ctx, struct task_struct *me,
			    const void *fp)
{
	struct ls_ww_link *head = &me->lockdep.ww_held, *link = &lock->ww_link;

	ls_trace_fill(&lock->acquired, me, fp);
	if (!head->next)
		head->next = head->prev = head;
	link->ctx = ctx;
	link->next = head->next;
	link->prev = head;
	head->next->prev = link;
	head->next = link;
}

static __always_inline void ls_ww_unlink(struct mutex *lock)
{
	struct ls_ww_link *link = &lock->ww_link;

	if (!link->next)
		return;
	link->next->prev = link->prev;
	link->prev->next = link->next;
	link->next = link->prev = NULL;
}

#define LS_MUTEX_CHECKS (LS_CHECK_LOCKDEP | LS_CHECK_CONVENTION)

/* Without might_sleep(), so that its report begins at the public function. */
static __always_inline int ls_mutex_take(struct mutex *lock, unsigned int state,
					 unsigned int subclass, struct lockdep_map *nest,
					 const void *fp)
{
	struct task_struct *me = current;
	int ret;

	if (unlikely(lock->magic != lock))
		ls_mutex_bad_magic(lock);
	ls_lock_acquire(&lock->dep_map, subclass, 0, 0, nest, &lock->acquired, fp);
	ls_step_lock(lock, state, ls_mutex_is_free, LS_ACQUIRE);
	if (unlikely(!ls_mutex_trylock_fast(lock, (unsigned long)me))) {
		ret = ls_mutex_lock_slow(lock, state, NULL, fp);
		if (ret) {
			ls_lock_release(&lock->dep_map, fp);
			return ret;
		}
	}
	if (!ls_checking(LS_MUTEX_CHECKS))
		return 0;
	if (nest)
		ls_mutex_note_acquired(lock, NULL, me, fp);
	else
		ls_trace_fill(&lock->acquired, me, fp);
	return 0;
}

static __always_inline int ls_mutex_lock(struct mutex *lock, unsigned int state,
					 unsigned int subclass, struct lockdep_map *nest,
					 const void *fp)
{
	might_sleep();
	return ls_mutex_take(lock, state, subclass, nest, fp);
}

static noinline void ls_mutex_lock_long(struct mutex *lock)
{
	ls_mutex_take(lock, TASK_UNINTERRUPTIBLE, 0, NULL, ls_caller_frame());
}

/**
 * mutex_lock() - take a mutex
 * @lock: the mutex
 *
 * Context: Task; sleeps. The caller must not hold @lock: that is the fatal report self-deadlock.
 */
void mutex_lock(struct mutex *lock)
{
	struct task_struct *me = ls_current;

	if (likely(me) && ls_unwatched() && likely(lock->magic == lock) &&
	    ls_mutex_trylock_fast(lock, (unsigned long)me))
		return;
	ls_long_way(lock);
	might_sleep();
	ls_mutex_lock_long(lock);
}
EXPORT_SYMBOL(mutex_lock);

/**
 * mutex_lock_nested() - take a mutex while another of its class is held
 * @lock: the mutex
 * @subclass: its level, 0 to MAX_LOCKDEP_SUBCLASSES - 1
 *
 * Context: Task; sleeps.
 */
void mutex_lock_nested(struct mutex *lock, unsigned int subclass)
{
	ls_mutex_lock(lock, TASK_UNINTERRUPTIBLE, subclass, NULL, __builtin_frame_address(0));
}
EXPORT_SYMBOL_GPL(mutex_lock_nested);

/**
 * _mutex_lock_nest_lock() - take one of many mutexes of a class under a lock that orders them
 * @lock: the mutex
 * @nest_lock: map of the ordering lock, which the caller holds
 *
 * Context: Task; sleeps.
 */
void _mutex_lock_nest_lock(struct mutex *lock, struct lockdep_map *nest_lock)
{
	ls_mutex_lock(lock, TASK_UNINTERRUPTIBLE, 0, nest_lock, __builtin_frame_address(0));
}
EXPORT_SYMBOL_GPL(_mutex_lock_nest_lock);

/**
 * mutex_lock_interruptible() - take a mutex unless a signal comes first
 * @lock: the mutex
 *
 * Context: Task; sleeps.
 * Return: 0 or -EINTR.
 */
int mutex_lock_interruptible(struct mutex *lock)
{
	return ls_mutex_lock(lock, TASK_INTERRUPTIBLE, 0, NULL, __builtin_frame_address(0));
}
EXPORT_SYMBOL(mutex_lock_interruptible);

/**
 * mutex_lock_interruptible_nested() - mutex_lock_interruptible() with a level
 * @lock: the mutex
 * @subclass: its level
 *
 * Context: Task; sleeps.
 * Return: 0 or -EINTR.
 */
int mutex_lock_interruptible_nested(struct mutex *lock, unsigned int subclass)
{
	return ls_mutex_lock(lock, TASK_INTERRUPTIBLE, subclass, NULL, __builtin_frame_address(0));
}
EXPORT_SYMBOL_GPL(mutex_lock_interruptible_nested);

/**
 * mutex_lock_killable() - take a mutex unless a fatal signal comes first
 * @lock: the mutex
 *
 * Context: Task; sleeps.
 * Return: 0 or -EINTR.
 */
int mutex_lock_killable(struct mutex *lock)
{
	return ls_mutex_lock(lock, TASK_KILLABLE, 0, NULL, __builtin_frame_address(0));
}
EXPORT_SYMBOL(mutex_lock_killable);

/**
 * mutex_lock_killable_nested() - mutex_lock_killable() with a level
 * @lock: the mutex
 * @subclass: its level
 *
 * Context: Task; sleeps.
 * Return: 0 or -EINTR.
 */
int mutex_lock_killable_nested(struct mutex *lock, unsigned int subclass)
{
	return ls_mutex_lock(lock, TASK_KILLABLE, subclass, NULL, __builtin_frame_address(0));
}
EXPORT_SYMBOL_GPL(mutex_lock_killable_nested);

/**
 * mutex_lock_io() - mutex_lock() for a wait that counts as input or output
 * @lock: the mutex
 *
 * Context: Task; sleeps.
 */
void mutex_lock_io(struct mutex *lock)
{
	ls_mutex_lock(lock, TASK_UNINTERRUPTIBLE, 0, NULL, __builtin_frame_address(0));
}
EXPORT_SYMBOL_GPL(mutex_lock_io);

/**
 * mutex_lock_io_nested() - mutex_lock_io() with a level
 * @lock: the mutex
 * @subclass: its level
 *
 * Context: Task; sleeps.
 */
void mutex_lock_io_nested(struct mutex *lock, unsigned int subclass)
{
	ls_mutex_lock(lock, TASK_UNINTERRUPTIBLE, subclass, NULL, __builtin_frame_address(0));
}
EXPORT_SYMBOL_GPL(mutex_lock_io_nested);

/**
 * mutex_trylock() - take a mutex if it is free
 * @lock: the mutex
 *
 * Context: Task; does not sleep.
 * Return: 1 if it was taken, 0 if not (as spin_trylock(), unlike down_trylock()).
 */
int mutex_trylock(struct mutex *lock)
{
	const void *fp = __builtin_frame_address(0);
	struct task_struct *me = current;

	ls_point(LS_OP_TRYLOCK, lock);
	if (unlikely(lock->magic != lock))
		ls_mutex_bad_magic(lock);
	if (!ls_mutex_trylock_fast(lock, (unsigned long)me)) {
		ls_step_touch(lock, LS_TRY_FAILED);
		return 0;
	}
	ls_step_touch(lock, LS_TRY);
	ls_lock_acquire(&lock->dep_map, 0, 1, 0, NULL, &lock->acquired, fp);
	if (ls_checking(LS_MUTEX_CHECKS))
		ls_trace_fill(&lock->acquired, me, fp);
	return 1;
}
EXPORT_SYMBOL(mutex_trylock);

/* For a holder with nothing to tell the validator and nobody who waits. */
static __always_inline bool ls_mutex_unlock_quick(struct mutex *lock, unsigned long word)
{
	return __atomic_compare_exchange_n(&lock->owner, &word, 0, false, __ATOMIC_RELEASE,
					   __ATOMIC_RELAXED);
}

static __always_inline void ls_mutex_unlock(struct mutex *lock, const void *ctx, const void *fp)
{
	struct task_struct *me = current;
	unsigned long owner = ls_owner_word(me, ctx);

	if (ls_checking(LS_MUTEX_CHECKS)) {
		if (unlikely(ls_mutex_owner_now(lock) != me)) {
			ls_mutex_bad_unlock(lock, me, fp);
			return;
		}
		ls_lock_release(&lock->dep_map, fp);
		ls_ww_unlink(lock);
		ls_trace_fill(&lock->released, me, fp);
	}
	if (unlikely(!__atomic_compare_exchange_n(&lock->owner, &owner, 0, false, __ATOMIC_RELEASE,
						  __ATOMIC_RELAXED)))
		ls_mutex_unlock_slow(lock);
}

static noinline void ls_mutex_unlock_long(struct mutex *lock)
{
	ls_step_release(lock, ls_mutex_owner_now(lock) == current, LS_RELEASE);
	ls_mutex_unlock(lock, NULL, ls_caller_frame());
}

static noinline void ls_ww_mutex_unlock_long(struct ww_mutex *lock)
{
	struct ww_acquire_ctx *ctx = __atomic_load_n(&lock->ctx, __ATOMIC_RELAXED);
	const void *fp = ls_caller_frame();

	if (unlikely(ls_step_hook()))
		ls_ww_step_unlock(lock, ctx);
	if (ctx && likely(ls_mutex_owner_now(&lock->base) == current)) {
		if (likely(ctx->acquired > 0))
			ctx->acquired--;
		else
			ls_ww_misuse(lock, "the lock is held with a context that holds none", fp);
		__atomic_store_n(&lock->ctx, NULL, __ATOMIC_RELAXED);
	}
	ls_mutex_unlock(&lock->base, ctx, fp);
}

/**
 * mutex_unlock() - release a mutex
 * @lock: the mutex, held by the current task
 *
 * Context: Task; does not sleep. @lock must outlive the call: its waiters are looked at
 * after it was released.
 */
void mutex_unlock(struct mutex *lock)
{
	struct task_struct *me = ls_current;

	if (likely(me) && ls_unwatched() && likely(ls_mutex_unlock_quick(lock, (unsigned long)me)))
		return;
	ls_mutex_unlock_long(lock);
}
EXPORT_SYMBOL(mutex_unlock);

/**
 * ww_mutex_unlock() - release a w/w mutex
 * @lock: the mutex, taken by the current task with or without a context
 *
 * Context: Task; does not sleep.
 */
void ww_mutex_unlock(struct ww_mutex *lock)
{
	struct ww_acquire_ctx *ctx = __atomic_load_n(&lock->ctx, __ATOMIC_RELAXED);
	struct task_struct *me = ls_current;

	if (likely(me) && ls_unwatched() && likely(ls_mutex_owner_now(&lock->base) == me)) {
		if (ctx) {
			if (likely(ctx->acquired > 0))
				ctx->acquired--;
			__atomic_store_n(&lock->ctx, NULL, __ATOMIC_RELAXED);
		}
		if (unlikely(!ls_mutex_unlock_quick(&lock->base, ls_owner_word(me, ctx))))
			ls_mutex_unlock_slow(&lock->base);
		return;
	}
	ls_ww_mutex_unlock_long(lock);
}
EXPORT_SYMBOL(ww_mutex_unlock);

/**
 * mutex_is_locked() - does anybody hold it
 * @lock: the mutex
 *
 * Context: Any. The answer may be old when it arrives.
 * Return: true if it was locked.
 */
bool mutex_is_locked(struct mutex *lock)
{
	ls_point(LS_OP_LOAD, lock);
	return ls_mutex_owner_now(lock) != NULL;
}
EXPORT_SYMBOL(mutex_is_locked);

/**
 * ls_mutex_owner() - who holds it
 * @lock: the mutex
 *
 * Context: Any. Unless it is the current task, only good for comparing.
 * Return: the task, or NULL.
 */
struct task_struct *ls_mutex_owner(struct mutex *lock)
{
	return ls_mutex_owner_now(lock);
}

/**
 * ls_mutex_acquired() - who took it last, and where
 * @lock: the mutex
 *
 * Context: Any; the trace may change while it is read unless the caller holds @lock.
 * Return: a trace; nr is 0 if it was never taken while checks were on.
 */
const struct ls_trace *ls_mutex_acquired(struct mutex *lock)
{
	return &lock->acquired;
}

/**
 * ls_mutex_released() - who released it last, and where
 * @lock: the mutex
 *
 * Context: Any; the trace may change while it is read unless the caller holds @lock.
 * Return: a trace; nr is 0 if it was never released while checks were on.
 */
const struct ls_trace *ls_mutex_released(struct mutex *lock)
{
	return &lock->released;
}

/**
 * atomic_dec_and_mutex_lock() - count down, and take a mutex if that reached zero
 * @cnt: the counter
 * @lock: the mutex
 *
 * Context: Task; may sleep.
 * Return: 1 with @lock held if @cnt is now zero, else 0.
 */
int atomic_dec_and_mutex_lock(atomic_t *cnt, struct mutex *lock)
{
	if (atomic_add_unless(cnt, -1, 1))
		return 0;
	mutex_lock(lock);
	if (atomic_dec_and_test(cnt))
		return 1;
	mutex_unlock(lock);
	return 0;
}
EXPORT_SYMBOL(atomic_dec_and_mutex_lock);

/**
 * ls_mutex_force_unlock() - release a mutex of a task that ends
 * @lock: the mutex
 * @tsk: the task
 *
 * Return: false if @tsk does not hold it after all.
 */
bool ls_mutex_force_unlock(struct mutex *lock, struct task_struct *tsk)
{
	if (ls_mutex_owner_now(lock) != tsk)
		return false;
	ls_step_touch(lock, LS_RELEASE);
	ls_ww_unlink(lock);
	ls_mutex_unlock_slow(lock);
	return true;
}

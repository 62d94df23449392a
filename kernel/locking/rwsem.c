// SPDX-License-Identifier: MIT
/*
 * Reader-writer semaphores.
 *
 * While nobody waits, readers and writers only touch the count. Once bit 1 says that
 * somebody does, newcomers queue, and who releases it last hands it to the head of
 * the queue: one writer, or all readers up to the next writer. Waiters never take it
 * themselves, so nobody is passed and nobody starves.
 */

#include "locking.h"
#include "lockdep_internals.h"
#include <linux/percpu-rwsem.h>
#include <linux/export.h>

#define LS_RWSEM_WRITER	 1UL
#define LS_RWSEM_WAITERS 2UL
#define LS_RWSEM_READER	 256UL

/*
 * Under an explorer who finds a writer comes in when that is gone, in one step: nobody can tell
 * that it was there before. But a writer that waits for readers keeps new ones out. So it
 * queues in one step, is served in that of the last reader, and goes on in a third.
 */

/**
 * struct rwsem_waiter - a queued task; lives on its stack
 * @list: link
 * @task: who
 * @write: wants it exclusive
 * @granted: has it; written with wait_lock held
 * @queued: others could see it wait: an explorer has let them run since it came
 */
struct rwsem_waiter {
	struct list_head list;
	struct task_struct *task;
	bool write;
	bool granted;
	bool queued;
};

/**
 * __init_rwsem() - make a semaphore; use init_rwsem()
 * @sem: memory of the semaphore
 * @name: shown in reports, static storage
 * @key: lock class
 *
 * Context: Any.
 */
void __init_rwsem(struct rw_semaphore *sem, const char *name, struct lock_class_key *key)
{
	sem->count = 0;
	sem->owner = NULL;
	sem->wait_lock.val = 0;
	INIT_LIST_HEAD(&sem->wait_list);
	sem->magic = sem;
	lockdep_init_map_wait(&sem->dep_map, name, key, 0, LD_WAIT_SLEEP);
	ls_lockdep_init_kind(&sem->dep_map, LS_LOCK_RWSEM);
}
EXPORT_SYMBOL(__init_rwsem);

static void ls_rwsem_set_owner(struct rw_semaphore *sem, struct task_struct *owner)
{
	__atomic_store_n(&sem->owner, owner, __ATOMIC_RELAXED);
}

static bool ls_rwsem_try(struct rw_semaphore *sem, bool write)
{
	unsigned long count = __atomic_load_n(&sem->count, __ATOMIC_RELAXED);
	unsigned long busy = write ? ~0UL : LS_RWSEM_WRITER | LS_RWSEM_WAITERS;

	while (!(count & busy)) {
		if (__atomic_compare_exchange_n(&sem->count, &count,
						count + (write ? LS_RWSEM_WRITER : LS_RWSEM_READER),
						false, __ATOMIC_ACQUIRE, __ATOMIC_RELAXED))
			return true;
	}
	return false;
}

static void ls_rwsem_grant(struct rw_semaphore *sem, struct rwsem_waiter *w,
			   struct wake_q_head *wake_q)
{
	list_del(&w->list);
	if (w->write)
		ls_rwsem_set_owner(sem, w->task);
	ls_step_wake(wake_q, w->task);
	w->granted = true;
}

/*
 * With wait_lock held: hand the semaphore to whoever may have it, and keep bit 1 true.
 * Newcomers cannot interfere while the bit is set.
 */
static void ls_rwsem_serve(struct rw_semaphore *sem, struct wake_q_head *wake_q)
{
	struct rwsem_waiter *w, *tmp;
	unsigned long count;

	list_for_each_entry_safe(w, tmp, &sem->wait_list, list) {
		count = __atomic_load_n(&sem->count, __ATOMIC_RELAXED);
		if (count & LS_RWSEM_WRITER)
			break;
		if (w->write) {
			if (count >= LS_RWSEM_READER)
				break;
			__atomic_add_fetch(&sem->count, LS_RWSEM_WRITER, __ATOMIC_ACQUIRE);
			ls_rwsem_grant(sem, w, wake_q);
			break;
		}
		__atomic_add_fetch(&sem->count, LS_RWSEM_READER, __ATOMIC_ACQUIRE);
		ls_rwsem_grant(sem, w, wake_q);
	}
	if (list_empty(&sem->wait_list))
		__atomic_and_fetch(&sem->count, ~LS_RWSEM_WAITERS, __ATOMIC_RELAXED);
}

static bool ls_rwsem_is_free_read(const void *sem)
{
	return !(__atomic_load_n(&((const struct rw_semaphore *)sem)->count, __ATOMIC_RELAXED) &
		 (LS_RWSEM_WRITER | LS_RWSEM_WAITERS));
}

static bool ls_rwsem_is_free_write(const void *sem)
{
	return !__atomic_load_n(&((const struct rw_semaphore *)sem)->count, __ATOMIC_RELAXED);
}

/* Free, or held by readers that no writer waits for yet: time to queue. */
static bool ls_rwsem_can_queue(const void *sem)
{
	return ls_rwsem_is_free_write(sem) || ls_rwsem_is_free_read(sem);
}

static noinline void ls_rwsem_step_write(struct rw_semaphore *sem, unsigned int state)
{
	if (!ls_stepping())
		ls_point(LS_OP_LOCK, sem);
	else if (ls_step_wait(sem, state, ls_rwsem_can_queue, sem, OS_NEVER) == LS_WAIT_STUCK)
		return;
	else if (ls_rwsem_is_free_write(sem))
		ls_step_touch(sem, LS_TRY); /* earlier it might have queued instead */
	else if (!signal_pending_state(state, current))
		ls_step_touch(sem, LS_WRITE); /* it queues, unless that is found to be for ever */
}

static __always_inline void ls_rwsem_step(struct rw_semaphore *sem, bool write, unsigned int state)
{
	if (!write)
		ls_step_lock(sem, state, ls_rwsem_is_free_read, LS_ACQUIRE_SHARED);
	else if (unlikely(ls_step_hook()))
		ls_rwsem_step_write(sem, state);
}

static bool ls_rwsem_is_granted(const void *w)
{
	return ((const struct rwsem_waiter *)w)->granted;
}

/* Let others run until this waiter has something to do. */
static void ls_rwsem_sleep(struct rw_semaphore *sem, struct rwsem_waiter *w, unsigned int state)
{
	if (ls_stepping() && w->write) {
		if (state & (TASK_INTERRUPTIBLE | TASK_WAKEKILL))
			ls_step_touch(w->task, LS_READ); /* no signal was pending */
		w->queued = true;
		ls_state_set(w->task, TASK_RUNNING);
		if (ls_step_wait(sem, state, ls_rwsem_is_granted, w, OS_NEVER) != LS_WAIT_STUCK)
			return;
		ls_state_set(w->task, state);
	}
	schedule();
}

/* What the step that ends a wait did. Who never queued only looked. */
static void ls_rwsem_touch(struct rw_semaphore *sem, const struct rwsem_waiter *w,
			   unsigned int state)
{
	if (w->granted) {
		ls_step_touch(sem, ls_step_access(state, w->write ? LS_ACQUIRE :
								    LS_ACQUIRE_SHARED));
	} else {
		ls_step_touch(sem, w->queued ? LS_WRITE : LS_TRY_FAILED);
		ls_step_touch(w->task, LS_READ);
	}
}

static noinline int ls_rwsem_wait(struct rw_semaphore *sem, bool write, unsigned int state,
				  const void *fp)
{
	struct rwsem_waiter w = { .task = current, .write = write };
	DEFINE_WAKE_Q(wake_q);
	int ret = 0;

	ls_block_begin(&sem->dep_map, NULL, state, !write, fp);
	ls_word_lock(&sem->wait_lock);
	list_add_tail(&w.list, &sem->wait_list);
	__atomic_or_fetch(&sem->count, LS_RWSEM_WAITERS, __ATOMIC_ACQUIRE);
	/* it may have become free before our bit was seen */
	ls_rwsem_serve(sem, &wake_q);
	while (!w.granted) {
		ls_state_set(w.task, state);
		if (signal_pending_state(state, w.task)) {
			list_del(&w.list);
			ls_rwsem_serve(sem, &wake_q);
			ret = -EINTR;
			break;
		}
		ls_word_unlock(&sem->wait_lock);
		wake_up_q(&wake_q);
		wake_q_init(&wake_q);
		ls_rwsem_sleep(sem, &w, state);
		/* also keeps us here until the one that granted it is done with the semaphore */
		ls_word_lock(&sem->wait_lock);
	}
	ls_state_set(w.task, TASK_RUNNING);
	ls_word_unlock(&sem->wait_lock);
	ls_rwsem_touch(sem, &w, state);
	wake_up_q(&wake_q);
	ls_block_end();
	return ret;
}

static noinline void ls_rwsem_wake(struct rw_semaphore *sem)
{
	DEFINE_WAKE_Q(wake_q);

	ls_word_lock(&sem->wait_lock);
	ls_rwsem_serve(sem, &wake_q);
	ls_word_unlock(&sem->wait_lock);
	wake_up_q(&wake_q);
}

static __always_inline int ls_rwsem_lock(struct rw_semaphore *sem, bool write, unsigned int state,
					 int subclass, struct lockdep_map *nest, const void *fp)
{
	int ret;

	might_sleep();
	ls_lock_acquire(&sem->dep_map, subclass, 0, !write, nest, NULL, fp);
	ls_rwsem_step(sem, write, state);
	if (unlikely(!ls_rwsem_try(sem, write))) {
		ret = ls_rwsem_wait(sem, write, state, fp);
		if (ret) {
			ls_lock_release(&sem->dep_map, fp);
			return ret;
		}
	}
	if (write)
		ls_rwsem_set_owner(sem, current);
	return 0;
}

/**
 * down_read() - take a semaphore shared
 * @sem: the semaphore
 *
 * Context: Task; sleeps. The caller must not hold @sem, not even shared.
 */
void down_read(struct rw_semaphore *sem)
{
	ls_rwsem_lock(sem, false, TASK_UNINTERRUPTIBLE, 0, NULL, __builtin_frame_address(0));
}
EXPORT_SYMBOL(down_read);

/**
 * down_read_interruptible() - take it shared unless a signal comes first
 * @sem: the semaphore
 *
 * Context: Task; sleeps.
 * Return: 0 or -EINTR.
 */
int down_read_interruptible(struct rw_semaphore *sem)
{
	return ls_rwsem_lock(sem, false, TASK_INTERRUPTIBLE, 0, NULL, __builtin_frame_address(0));
}
EXPORT_SYMBOL(down_read_interruptible);

/**
 * down_read_killable() - take it shared unless a fatal signal comes first
 * @sem: the semaphore
 *
 * Context: Task; sleeps.
 * Return: 0 or -EINTR.
 */
int down_read_killable(struct rw_semaphore *sem)
{
	return ls_rwsem_lock(sem, false, TASK_KILLABLE, 0, NULL, __builtin_frame_address(0));
}
EXPORT_SYMBOL(down_read_killable);

/**
 * down_read_nested() - take it shared while another of its class is held
 * @sem: the semaphore
 * @subclass: its level
 *
 * Context: Task; sleeps.
 */
void down_read_nested(struct rw_semaphore *sem, int subclass)
{
	ls_rwsem_lock(sem, false, TASK_UNINTERRUPTIBLE, subclass, NULL, __builtin_frame_address(0));
}
EXPORT_SYMBOL(down_read_nested);

/**
 * down_read_killable_nested() - the same unless a fatal signal comes first
 * @sem: the semaphore
 * @subclass: its level
 *
 * Context: Task; sleeps.
 * Return: 0 or -EINTR.
 */
int down_read_killable_nested(struct rw_semaphore *sem, int subclass)
{
	return ls_rwsem_lock(sem, false, TASK_KILLABLE, subclass, NULL, __builtin_frame_address(0));
}
EXPORT_SYMBOL(down_read_killable_nested);

/**
 * down_write() - take a semaphore exclusive
 * @sem: the semaphore
 *
 * Context: Task; sleeps. The caller must not hold @sem.
 */
void down_write(struct rw_semaphore *sem)
{
	ls_rwsem_lock(sem, true, TASK_UNINTERRUPTIBLE, 0, NULL, __builtin_frame_address(0));
}
EXPORT_SYMBOL(down_write);

/**
 * down_write_killable() - take it exclusive unless a fatal signal comes first
 * @sem: the semaphore
 *
 * Context: Task; sleeps.
 * Return: 0 or -EINTR.
 */
int down_write_killable(struct rw_semaphore *sem)
{
	return ls_rwsem_lock(sem, true, TASK_KILLABLE, 0, NULL, __builtin_frame_address(0));
}
EXPORT_SYMBOL(down_write_killable);

/**
 * down_write_nested() - take it exclusive while another of its class is held
 * @sem: the semaphore
 * @subclass: its level
 *
 * Context: Task; sleeps.
 */
void down_write_nested(struct rw_semaphore *sem, int subclass)
{
	ls_rwsem_lock(sem, true, TASK_UNINTERRUPTIBLE, subclass, NULL, __builtin_frame_address(0));
}
EXPORT_SYMBOL(down_write_nested);

/**
 * down_write_killable_nested() - the same unless a fatal signal comes first
 * @sem: the semaphore
 * @subclass: its level
 *
 * Context: Task; sleeps.
 * Return: 0 or -EINTR.
 */
int down_write_killable_nested(struct rw_semaphore *sem, int subclass)
{
	return ls_rwsem_lock(sem, true, TASK_KILLABLE, subclass, NULL, __builtin_frame_address(0));
}
EXPORT_SYMBOL(down_write_killable_nested);

/**
 * _down_write_nest_lock() - take one of many under a lock that orders them
 * @sem: the semaphore
 * @nest_lock: map of the ordering lock
 *
 * Context: Task; sleeps.
 */
void _down_write_nest_lock(struct rw_semaphore *sem, struct lockdep_map *nest_lock)
{
	ls_rwsem_lock(sem, true, TASK_UNINTERRUPTIBLE, 0, nest_lock, __builtin_frame_address(0));
}
EXPORT_SYMBOL(_down_write_nest_lock);

/**
 * down_read_trylock() - take it shared if that needs no wait
 * @sem: the semaphore
 *
 * Context: Task; does not sleep.
 * Return: 1 if it was taken.
 */
int down_read_trylock(struct rw_semaphore *sem)
{
	ls_point(LS_OP_TRYLOCK, sem);
	if (!ls_rwsem_try(sem, false)) {
		ls_step_touch(sem, LS_TRY_FAILED);
		return 0;
	}
	ls_step_touch(sem, LS_TRY_SHARED);
	ls_lock_acquire(&sem->dep_map, 0, 1, 1, NULL, NULL, __builtin_frame_address(0));
	return 1;
}
EXPORT_SYMBOL(down_read_trylock);

/**
 * down_write_trylock() - take it exclusive if it is free
 * @sem: the semaphore
 *
 * Context: Task; does not sleep.
 * Return: 1 if it was taken.
 */
int down_write_trylock(struct rw_semaphore *sem)
{
	ls_point(LS_OP_TRYLOCK, sem);
	if (!ls_rwsem_try(sem, true)) {
		ls_step_touch(sem, LS_TRY_FAILED);
		return 0;
	}
	ls_step_touch(sem, LS_TRY);
	ls_lock_acquire(&sem->dep_map, 0, 1, 0, NULL, NULL, __builtin_frame_address(0));
	ls_rwsem_set_owner(sem, current);
	return 1;
}
EXPORT_SYMBOL(down_write_trylock);

static void ls_rwsem_put(struct rw_semaphore *sem, unsigned long what)
{
	unsigned long count = __atomic_sub_fetch(&sem->count, what, __ATOMIC_RELEASE);

	if (unlikely(count == LS_RWSEM_WAITERS))
		ls_rwsem_wake(sem);
}

static noinline bool ls_rwsem_bad_release(struct rw_semaphore *sem, bool write, const void *fp)
{
	unsigned long count = __atomic_load_n(&sem->count, __ATOMIC_RELAXED);
	bool held = write ? count & LS_RWSEM_WRITER : count >= LS_RWSEM_READER;

	ls_report_unlock(&sem->dep_map, held ? "wrong-unlocker" : "unlock-not-held",
			 held ? "only the task that took a lock may release it" :
				"a lock is released only while it is held",
			 held ? "the semaphore is held by another task" :
				"the semaphore is not held that way",
			 held && write ? __atomic_load_n(&sem->owner, __ATOMIC_RELAXED) : NULL,
			 NULL, fp);
	return held;
}

static bool ls_rwsem_is_mine(const struct rw_semaphore *sem, bool write)
{
	if (write)
		return __atomic_load_n(&sem->owner, __ATOMIC_RELAXED) == current;
	return lock_is_held(&sem->dep_map) == LOCK_STATE_HELD;
}

/**
 * up_read() - release a semaphore that was taken shared
 * @sem: the semaphore
 *
 * Context: Task, the one that took it; does not sleep.
 */
void up_read(struct rw_semaphore *sem)
{
	const void *fp = __builtin_frame_address(0);

	ls_step_release(sem, ls_rwsem_is_mine(sem, false), LS_RELEASE_SHARED);
	if (__atomic_load_n(&sem->count, __ATOMIC_RELAXED) < LS_RWSEM_READER) {
		ls_rwsem_bad_release(sem, false, fp);
		return;
	}
	ls_lock_release(&sem->dep_map, fp);
	ls_rwsem_put(sem, LS_RWSEM_READER);
}
EXPORT_SYMBOL(up_read);

/**
 * up_write() - release a semaphore that was taken exclusive
 * @sem: the semaphore
 *
 * Context: Task, the one that took it; does not sleep.
 */
void up_write(struct rw_semaphore *sem)
{
	const void *fp = __builtin_frame_address(0);

	ls_step_release(sem, ls_rwsem_is_mine(sem, true), LS_RELEASE);
	if (unlikely(__atomic_load_n(&sem->owner, __ATOMIC_RELAXED) != current)) {
		if (!ls_rwsem_bad_release(sem, true, fp))
			return;
	} else {
		ls_lock_release(&sem->dep_map, fp);
	}
	ls_rwsem_set_owner(sem, NULL);
	ls_rwsem_put(sem, LS_RWSEM_WRITER);
}
EXPORT_SYMBOL(up_write);

/**
 * downgrade_write() - go on as a reader
 * @sem: the semaphore, held exclusive
 *
 * Context: Task; does not sleep. Readers that wait at the head of the queue come in.
 */
void downgrade_write(struct rw_semaphore *sem)
{
	unsigned long count;

	ls_step_release(sem, true, LS_WRITE);
	lock_downgrade(&sem->dep_map, _RET_IP_);
	ls_rwsem_set_owner(sem, NULL);
	count = __atomic_add_fetch(&sem->count, LS_RWSEM_READER - LS_RWSEM_WRITER,
				   __ATOMIC_RELEASE);
	if (count & LS_RWSEM_WAITERS)
		ls_rwsem_wake(sem);
}
EXPORT_SYMBOL(downgrade_write);

/**
 * down_read_non_owner() - take it shared for somebody else to release
 * @sem: the semaphore
 *
 * Context: Task; sleeps. The validator does not see it.
 */
void down_read_non_owner(struct rw_semaphore *sem)
{
	might_sleep();
	ls_rwsem_step(sem, false, TASK_UNINTERRUPTIBLE);
	if (!ls_rwsem_try(sem, false))
		ls_rwsem_wait(sem, false, TASK_UNINTERRUPTIBLE, __builtin_frame_address(0));
}
EXPORT_SYMBOL(down_read_non_owner);

/**
 * up_read_non_owner() - release what down_read_non_owner() took
 * @sem: the semaphore
 *
 * Context: Any task; does not sleep.
 */
void up_read_non_owner(struct rw_semaphore *sem)
{
	ls_step_release(sem, false, LS_RELEASE_SHARED); /* nobody can tell */
	ls_rwsem_put(sem, LS_RWSEM_READER);
}
EXPORT_SYMBOL(up_read_non_owner);

/**
 * ls_rwsem_force_unlock() - release what a task that ends held
 * @sem: the semaphore
 * @read: it held it shared
 */
void ls_rwsem_force_unlock(struct rw_semaphore *sem, int read)
{
	ls_step_touch(sem, read ? LS_RELEASE_SHARED : LS_RELEASE);
	if (!read)
		ls_rwsem_set_owner(sem, NULL);
	ls_rwsem_put(sem, read ? LS_RWSEM_READER : LS_RWSEM_WRITER);
}

/**
 * __percpu_init_rwsem() - make a percpu_rw_semaphore; use percpu_init_rwsem()
 * @sem: memory of the semaphore
 * @name: shown in reports, static storage
 * @key: lock class
 *
 * Context: Any.
 * Return: 0.
 */
int __percpu_init_rwsem(struct percpu_rw_semaphore *sem, const char *name,
			struct lock_class_key *key)
{
	__init_rwsem(&sem->rw, name, key);
	return 0;
}
EXPORT_SYMBOL(__percpu_init_rwsem);

/**
 * percpu_free_rwsem() - the semaphore will not be used again
 * @sem: the semaphore
 *
 * Context: Any.
 */
void percpu_free_rwsem(struct percpu_rw_semaphore *sem)
{
}
EXPORT_SYMBOL(percpu_free_rwsem);

// SPDX-License-Identifier: MIT
/*
 * Workqueues, the half that waits: flush, cancel, drain; and delayed items.
 *
 * Each queueing has a number. Who waits for an item waits for the number to be
 * gone; who waits for a workqueue counts the items that have smaller ones.
 */
#include <linux/lockdep.h>
#include <linux/rcupdate.h>
#include <linux/slab.h>
#include "workqueue_internal.h"

#define DISABLE_ONE 2UL /* the pending bit lies below */

static void map_check(struct lockdep_map *map)
{
	lock_map_acquire(map);
	lock_map_release(map);
}

/* @object: what the end of these items changes. */
static void wait_flusher(struct ls_flusher *f, const void *object)
{
	unsigned long flags;

	if (ls_exploring()) {
		ls_work_explore_wait(f, object);
		return;
	}
	for (;;) {
		set_current_state(TASK_UNINTERRUPTIBLE);
		if (__atomic_load_n(&f->done, __ATOMIC_ACQUIRE))
			break;
		schedule();
	}
	__set_current_state(TASK_RUNNING);
	/* The waker is inside the lock until it is done with *f and with this task. */
	flags = ls_pool_lock();
	ls_pool_unlock(flags);
}

static void report_self(const char *call, const char *object, work_func_t func)
{
	struct ls_report r;

	ls_report_init(&r, LS_DEADLOCK, "self-deadlock",
		       "a work item must not wait for its own end");
	snprintf(r.object, sizeof(r.object), "%s", object);
	snprintf(r.what, sizeof(r.what), "%s from %ps, which it waits for, waits for ever", call,
		 (void *)func);
	ls_report_fatal(&r);
}

static void check_not_self(struct work_struct *work, const char *call)
{
	struct worker *w = current->worker;

	if (unlikely(w && w->current_work == work && w->current_func == work->func))
		report_self(call, "work item", w->current_func);
}

/* Wait for an item that is queued (if @queued counts) or runs. False if it is neither. */
static bool wait_item(struct work_struct *work, bool queued)
{
	struct ls_flusher f = { .task = current };
	struct workqueue_struct *wq = NULL;
	struct worker *w;
	unsigned long flags;
	bool wait = true;

	ls_touch(ls_running(work), LS_READ);
	flags = ls_pool_lock();
	if (queued && !list_empty(&work->entry)) {
		f.seq = work->ls_seq;
		wq = work->ls_wq;
	} else if ((w = ls_work_worker(work))) {
		f.seq = w->current_seq;
		wq = w->current_wq;
	} else {
		wait = false;
	}
	if (wait)
		list_add_tail(&f.node, &ls_pool.flushers);
	ls_pool_unlock(flags);
	if (!wait)
		return false;
	/* Behind others of its queue it may have to wait for them, too. */
	if (queued && wq->max_active == 1)
		map_check(&wq->lockdep_map);
	wait_flusher(&f, ls_running(work));
	return true;
}

/**
 * flush_work() - wait until an item has run
 * @work: the item
 *
 * Waits for the last queueing before the call. From the item itself this is a
 * fatal report, rule "self-deadlock".
 *
 * Context: Process context. Sleeps.
 * Return: false if it was neither queued nor running.
 */
bool flush_work(struct work_struct *work)
{
	ls_point(LS_OP_FLUSH, work);
	might_sleep();
	if (WARN_ON(!work->func))
		return false;
	check_not_self(work, "flush_work()");
	map_check(&work->lockdep_map);
	return wait_item(work, true);
}

/**
 * __flush_workqueue() - wait until all items queued so far have run
 * @wq: the workqueue
 *
 * From one of its items this is a fatal report, rule "self-deadlock".
 *
 * Context: Process context. Sleeps.
 */
void __flush_workqueue(struct workqueue_struct *wq)
{
	struct ls_flusher f = { .task = current };
	struct worker *w = current->worker;
	unsigned long flags;
	bool wait;

	ls_point(LS_OP_FLUSH, wq);
	might_sleep();
	if (unlikely(w && w->current_wq == wq))
		report_self("flush_workqueue()", wq->name, w->current_func);
	map_check(&wq->lockdep_map);

	flags = ls_pool_lock();
	f.seq = ls_pool.next_seq;
	f.remaining = wq->nr_inflight;
	wait = f.remaining;
	if (wait)
		list_add_tail(&f.node, &wq->flushers);
	ls_pool_unlock(flags);
	if (wait)
		wait_flusher(&f, wq);
}

static unsigned int inflight(struct workqueue_struct *wq)
{
	unsigned long flags;
	unsigned int nr;

	flags = ls_pool_lock();
	nr = wq->nr_inflight;
	ls_pool_unlock(flags);
	return nr;
}

static void set_draining(struct workqueue_struct *wq, bool on)
{
	unsigned long flags;

	ls_touch(wq, LS_WRITE);
	flags = ls_pool_lock();
	if (on) {
		if (!wq->drainers++)
			wq->flags |= __WQ_DRAINING;
	} else if (!--wq->drainers) {
		wq->flags &= ~__WQ_DRAINING;
	}
	ls_pool_unlock(flags);
}

/**
 * drain_workqueue() - wait until a workqueue is empty
 * @wq: the workqueue
 *
 * Meanwhile only its own items may queue on it.
 *
 * Context: Process context. Sleeps.
 */
void drain_workqueue(struct workqueue_struct *wq)
{
	ls_point(LS_OP_FLUSH, wq);
	set_draining(wq, true);
	do {
		__flush_workqueue(wq);
	} while (inflight(wq));
	set_draining(wq, false);
}

/**
 * destroy_workqueue() - drain a workqueue and free it
 * @wq: the workqueue; delayed items whose time has not come must be cancelled before
 *
 * Context: Process context. Sleeps.
 */
void destroy_workqueue(struct workqueue_struct *wq)
{
	unsigned long flags;

	ls_point(LS_OP_FLUSH, wq);
	flags = ls_pool_lock();
	wq->flags |= __WQ_DESTROYING;
	ls_pool_unlock(flags);
	drain_workqueue(wq);
	lockdep_free_key_range(&wq->lockdep_map, sizeof(wq->lockdep_map));
	kfree(wq);
}

/* --- cancel -------------------------------------------------------------------- */

/*
 * Get hold of the pending bit: from a timer, from a queue, or because it was
 * clear. Returns true if the item was pending.
 */
static bool grab(struct work_struct *work, struct delayed_work *dwork)
{
	unsigned long *data = work_data_bits(work);
	unsigned long flags;
	bool queued;

	for (;;) {
		if (dwork && ls_timer_stop(&dwork->timer.ls))
			return true;
		if (!(__atomic_fetch_or(data, WORK_STRUCT_PENDING, __ATOMIC_SEQ_CST) &
		      WORK_STRUCT_PENDING))
			return false;
		flags = ls_pool_lock();
		queued = !list_empty(&work->entry);
		if (queued)
			ls_work_remove(work);
		ls_pool_unlock(flags);
		if (queued)
			return true;
		/* Somebody has the bit and is about to queue the item. */
		cpu_relax();
	}
}

static void release_claim(struct work_struct *work)
{
	__atomic_fetch_and(work_data_bits(work), ~WORK_STRUCT_PENDING, __ATOMIC_SEQ_CST);
}

/* Nobody, not even its own function, can queue it while it is disabled. */
static void disable(struct work_struct *work)
{
	ls_touch(work, LS_WRITE);
	__atomic_fetch_add(work_data_bits(work), DISABLE_ONE, __ATOMIC_SEQ_CST);
}

static void enable(struct work_struct *work)
{
	ls_touch(work, LS_WRITE);
	__atomic_fetch_sub(work_data_bits(work), DISABLE_ONE, __ATOMIC_SEQ_CST);
}

static bool cancel(struct work_struct *work, struct delayed_work *dwork, bool and_disable)
{
	bool was;

	ls_point(LS_OP_QUEUE, work);
	if (and_disable)
		disable(work);
	was = grab(work, dwork);
	release_claim(work);
	return was;
}

static bool cancel_sync(struct work_struct *work, struct delayed_work *dwork, const char *call)
{
	bool was;

	ls_point(LS_OP_FLUSH, work);
	check_not_self(work, call);
	disable(work);
	was = grab(work, dwork);
	release_claim(work);
	map_check(&work->lockdep_map);
	wait_item(work, false);
	return was;
}

/**
 * cancel_work() - take a queued item back
 * @work: the item; it may run still
 *
 * Context: Any.
 * Return: true if it was pending.
 */
bool cancel_work(struct work_struct *work)
{
	return cancel(work, NULL, false);
}

/**
 * cancel_work_sync() - take a queued item back and wait if it runs
 * @work: the item; queueing it meanwhile does nothing
 *
 * From the item itself this is a fatal report, rule "self-deadlock".
 *
 * Context: Process context. Sleeps.
 * Return: true if it was pending.
 */
bool cancel_work_sync(struct work_struct *work)
{
	bool was;

	might_sleep();
	was = cancel_sync(work, NULL, "cancel_work_sync()");
	enable(work);
	return was;
}

/**
 * cancel_delayed_work() - take a delayed item back
 * @dwork: the item; it may run still
 *
 * Context: Any.
 * Return: true if it was pending.
 */
bool cancel_delayed_work(struct delayed_work *dwork)
{
	return cancel(&dwork->work, dwork, false);
}

/**
 * cancel_delayed_work_sync() - take a delayed item back and wait if it runs
 * @dwork: the item; queueing it meanwhile does nothing
 *
 * Context: Process context. Sleeps.
 * Return: true if it was pending.
 */
bool cancel_delayed_work_sync(struct delayed_work *dwork)
{
	bool was;

	might_sleep();
	was = cancel_sync(&dwork->work, dwork, "cancel_delayed_work_sync()");
	enable(&dwork->work);
	return was;
}

/**
 * disable_work() - cancel an item and keep it from being queued
 * @work: the item
 *
 * Context: Any. Nests; enable_work() undoes it.
 * Return: true if it was pending.
 */
bool disable_work(struct work_struct *work)
{
	return cancel(work, NULL, true);
}

/**
 * disable_work_sync() - disable_work() and wait if it runs
 * @work: the item
 *
 * Context: Process context. Sleeps.
 * Return: true if it was pending.
 */
bool disable_work_sync(struct work_struct *work)
{
	might_sleep();
	return cancel_sync(work, NULL, "disable_work_sync()");
}

/**
 * enable_work() - undo disable_work()
 * @work: the item
 *
 * Context: Any.
 * Return: true if it can be queued again.
 */
bool enable_work(struct work_struct *work)
{
	unsigned long *data = work_data_bits(work);
	unsigned long old;

	ls_point(LS_OP_RMW, work);
	old = __atomic_load_n(data, __ATOMIC_SEQ_CST);
	do {
		if (WARN_ONCE(old < DISABLE_ONE, "workqueue: enable_work() of one not disabled"))
			return true;
	} while (!__atomic_compare_exchange_n(data, &old, old - DISABLE_ONE, true, __ATOMIC_SEQ_CST,
					      __ATOMIC_SEQ_CST));
	return old - DISABLE_ONE < DISABLE_ONE;
}

/**
 * disable_delayed_work() - cancel a delayed item and keep it from being queued
 * @dwork: the item
 *
 * Context: Any. Nests.
 * Return: true if it was pending.
 */
bool disable_delayed_work(struct delayed_work *dwork)
{
	return cancel(&dwork->work, dwork, true);
}

/**
 * disable_delayed_work_sync() - disable_delayed_work() and wait if it runs
 * @dwork: the item
 *
 * Context: Process context. Sleeps.
 * Return: true if it was pending.
 */
bool disable_delayed_work_sync(struct delayed_work *dwork)
{
	might_sleep();
	return cancel_sync(&dwork->work, dwork, "disable_delayed_work_sync()");
}

/**
 * enable_delayed_work() - undo disable_delayed_work()
 * @dwork: the item
 *
 * Context: Any.
 * Return: true if it can be queued again.
 */
bool enable_delayed_work(struct delayed_work *dwork)
{
	return enable_work(&dwork->work);
}

/**
 * work_busy() - what is known of an item at this moment
 * @work: the item
 *
 * Context: Any.
 * Return: WORK_BUSY_*; out of date when it arrives.
 */
unsigned int work_busy(struct work_struct *work)
{
	unsigned int busy = work_pending(work) ? WORK_BUSY_PENDING : 0;
	unsigned long flags;

	ls_touch(ls_running(work), LS_READ);
	flags = ls_pool_lock();
	if (ls_work_worker(work))
		busy |= WORK_BUSY_RUNNING;
	ls_pool_unlock(flags);
	return busy;
}

/**
 * workqueue_congested() - do items wait because of max_active?
 * @cpu: of which processor; WORK_CPU_UNBOUND: the caller's
 * @wq: the workqueue
 *
 * Context: Any.
 * Return: true if so; out of date when it arrives.
 */
bool workqueue_congested(int cpu, struct workqueue_struct *wq)
{
	unsigned long flags;
	bool congested;

	ls_point(LS_OP_FLUSH, wq);
	flags = ls_pool_lock();
	if (wq->flags & (WQ_UNBOUND | __WQ_ORDERED))
		cpu = 0;
	else if (cpu < 0 || cpu >= (int)nr_cpu_ids)
		cpu = raw_smp_processor_id();
	congested = !list_empty(&wq->slots[cpu].waiting);
	ls_pool_unlock(flags);
	return congested;
}

/**
 * current_is_workqueue_rescuer() - is the caller a rescuer? There are none: the pool grows.
 *
 * Context: Any.
 * Return: false.
 */
bool current_is_workqueue_rescuer(void)
{
	return false;
}

/* --- delayed items --------------------------------------------------------------- */

/**
 * delayed_work_timer_fn() - the delay of an item is over
 * @t: its timer
 *
 * Context: Softirq.
 */
void delayed_work_timer_fn(struct timer_list *t)
{
	struct delayed_work *dwork = from_timer(dwork, t, timer);

	ls_work_insert(dwork->cpu, dwork->wq, &dwork->work);
}

/* The item is claimed. */
static void start_delay(int cpu, struct workqueue_struct *wq, struct delayed_work *dwork,
			unsigned long delay)
{
	if (!delay) {
		ls_work_insert(cpu, wq, &dwork->work);
		return;
	}
	WARN_ON_ONCE(dwork->timer.function != delayed_work_timer_fn);
	dwork->wq = wq;
	dwork->cpu = cpu;
	mod_timer(&dwork->timer, jiffies + delay);
}

/**
 * queue_delayed_work_on() - have an item run after a time
 * @cpu: as queue_work_on()
 * @wq: the workqueue
 * @dwork: the item
 * @delay: jiffies
 *
 * Context: Any.
 * Return: false if it was pending already, or is disabled.
 */
bool queue_delayed_work_on(int cpu, struct workqueue_struct *wq, struct delayed_work *dwork,
			   unsigned long delay)
{
	bool claimed;

	ls_point(LS_OP_QUEUE, dwork);
	ls_quiet_begin();
	claimed = ls_work_claim(&dwork->work);
	if (claimed)
		start_delay(cpu, wq, dwork, delay);
	ls_quiet_end();
	return claimed;
}

/**
 * mod_delayed_work_on() - have an item run after a time counted from now
 * @cpu: as queue_work_on()
 * @wq: the workqueue
 * @dwork: the item
 * @delay: jiffies
 *
 * Context: Any.
 * Return: true if it was pending, for its time or in a queue.
 */
bool mod_delayed_work_on(int cpu, struct workqueue_struct *wq, struct delayed_work *dwork,
			 unsigned long delay)
{
	bool was;

	ls_point(LS_OP_QUEUE, dwork);
	was = grab(&dwork->work, dwork);
	ls_quiet_begin();
	if (__atomic_load_n(work_data_bits(&dwork->work), __ATOMIC_SEQ_CST) >= DISABLE_ONE)
		release_claim(&dwork->work);
	else
		start_delay(cpu, wq, dwork, delay);
	ls_quiet_end();
	return was;
}

/**
 * flush_delayed_work() - run a delayed item now if it waits for its time, and wait for it
 * @dwork: the item
 *
 * Context: Process context. Sleeps.
 * Return: false if it was neither pending nor running.
 */
bool flush_delayed_work(struct delayed_work *dwork)
{
	if (timer_delete_sync(&dwork->timer))
		ls_work_insert(dwork->cpu, dwork->wq, &dwork->work);
	return flush_work(&dwork->work);
}

/* --- after a grace period --------------------------------------------------------- */

static void rcu_work_fn(struct rcu_head *rcu)
{
	struct rcu_work *rwork = container_of(rcu, struct rcu_work, rcu);

	ls_work_insert(WORK_CPU_UNBOUND, rwork->wq, &rwork->work);
}

/**
 * queue_rcu_work() - have an item run after a grace period
 * @wq: the workqueue
 * @rwork: the item
 *
 * Context: Any.
 * Return: false if it was pending already.
 */
bool queue_rcu_work(struct workqueue_struct *wq, struct rcu_work *rwork)
{
	bool claimed;

	ls_point(LS_OP_QUEUE, rwork);
	ls_quiet_begin();
	claimed = ls_work_claim(&rwork->work);
	if (claimed) {
		rwork->wq = wq;
		call_rcu(&rwork->rcu, rcu_work_fn);
	}
	ls_quiet_end();
	return claimed;
}

/**
 * flush_rcu_work() - wait until an item that waits for a grace period has run
 * @rwork: the item
 *
 * Context: Process context. Sleeps.
 * Return: false if it was neither pending nor running.
 */
bool flush_rcu_work(struct rcu_work *rwork)
{
	if (!work_pending(&rwork->work))
		return flush_work(&rwork->work);
	rcu_barrier();
	flush_work(&rwork->work);
	return true;
}

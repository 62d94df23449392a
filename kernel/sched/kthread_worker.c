// SPDX-License-Identifier: MIT
/* Workers of one kernel thread each. */
#include <linux/kthread.h>
#include <linux/err.h>
#include <linux/slab.h>
#include "internal.h"

/**
 * __kthread_init_worker() - initialise a worker
 * @worker: the worker
 * @name: for lockdep
 * @key: class of its lock
 *
 * Context: Any.
 */
void __kthread_init_worker(struct kthread_worker *worker, const char *name,
			   struct lock_class_key *key)
{
	*worker = (struct kthread_worker){};
	raw_spin_lock_init(&worker->lock);
	lockdep_set_class_and_name(&worker->lock, key, name);
	INIT_LIST_HEAD(&worker->work_list);
	INIT_LIST_HEAD(&worker->delayed_work_list);
}

/*
 * The lock is nobody else's. Under an explorer all that is done with it held is one step with
 * taking it.
 */
static unsigned long lock_worker(struct kthread_worker *worker)
{
	unsigned long flags;

	raw_spin_lock_irqsave(&worker->lock, flags);
	ls_quiet_begin();
	return flags;
}

static void unlock_worker(struct kthread_worker *worker, unsigned long flags)
{
	raw_spin_unlock_irqrestore(&worker->lock, flags);
	ls_quiet_end();
}

/**
 * kthread_worker_fn() - what the thread of a worker runs
 * @worker_ptr: the worker
 *
 * Context: A kernel thread. Returns after kthread_stop(), with the queue empty.
 * Return: 0.
 */
int kthread_worker_fn(void *worker_ptr)
{
	struct kthread_worker *worker = worker_ptr;
	struct kthread_work *work;
	unsigned long flags;

	flags = lock_worker(worker);
	WARN_ON(worker->task && worker->task != current);
	worker->task = current;
	unlock_worker(worker, flags);
	for (;;) {
		set_current_state(TASK_INTERRUPTIBLE);
		if (kthread_should_stop()) {
			__set_current_state(TASK_RUNNING);
			flags = lock_worker(worker);
			worker->task = NULL;
			unlock_worker(worker, flags);
			return 0;
		}
		flags = lock_worker(worker);
		work = list_first_entry_or_null(&worker->work_list, struct kthread_work, node);
		if (work)
			list_del_init(&work->node);
		worker->current_work = work;
		unlock_worker(worker, flags);

		if (work) {
			__set_current_state(TASK_RUNNING);
			work->func(work);
			/* *work may be gone. */
			flags = lock_worker(worker);
			worker->current_work = NULL;
			unlock_worker(worker, flags);
		} else {
			schedule();
		}
		if (!ls_exploring())
			cond_resched();
	}
}

/**
 * kthread_create_worker() - make a worker with a thread
 * @flags: KTW_*
 * @namefmt: printf format of the thread's name
 *
 * Context: Process context. Sleeps.
 * Return: the worker, or ERR_PTR(-ENOMEM).
 */
struct kthread_worker *kthread_create_worker(unsigned int flags, const char namefmt[], ...)
{
	struct kthread_worker *worker;
	struct task_struct *task;
	char name[TASK_COMM_LEN];
	va_list args;

	worker = kzalloc(sizeof(*worker), GFP_KERNEL);
	if (!worker)
		return ERR_PTR(-ENOMEM);
	kthread_init_worker(worker);
	worker->flags = flags;
	va_start(args, namefmt);
	vsnprintf(name, sizeof(name), namefmt, args);
	va_end(args);
	task = kthread_create(kthread_worker_fn, worker, "%s", name);
	if (IS_ERR(task)) {
		kfree(worker);
		return ERR_CAST(task);
	}
	worker->task = task;
	wake_up_process(task);
	return worker;
}

/* Under the lock, interrupts off. */
static void insert_work(struct kthread_worker *worker, struct kthread_work *work,
			struct list_head *pos)
{
	ls_touch(work, LS_WRITE);
	list_add_tail(&work->node, pos);
	__atomic_store_n(&work->worker, worker, __ATOMIC_RELAXED);
	if (!worker->current_work && worker->task)
		wake_up_process(worker->task);
}

static bool queuing_blocked(struct kthread_work *work)
{
	return !list_empty(&work->node) || work->canceling;
}

/**
 * kthread_queue_work() - queue an item
 * @worker: whose queue
 * @work: the item
 *
 * Context: Any. Takes the worker's lock.
 * Return: false if it was queued already or is being cancelled.
 */
bool kthread_queue_work(struct kthread_worker *worker, struct kthread_work *work)
{
	unsigned long flags;
	bool queued = false;

	ls_point(LS_OP_QUEUE, work);
	flags = lock_worker(worker);
	if (!queuing_blocked(work)) {
		insert_work(worker, work, &worker->work_list);
		queued = true;
	}
	unlock_worker(worker, flags);
	return queued;
}

/**
 * kthread_delayed_work_timer_fn() - the delay of an item is over
 * @t: its timer
 *
 * Context: Softirq.
 */
void kthread_delayed_work_timer_fn(struct timer_list *t)
{
	struct kthread_delayed_work *dwork = from_timer(dwork, t, timer);
	struct kthread_work *work = &dwork->work;
	struct kthread_worker *worker = __atomic_load_n(&work->worker, __ATOMIC_RELAXED);
	unsigned long flags;

	if (WARN_ON_ONCE(!worker))
		return;
	flags = lock_worker(worker);
	list_del_init(&work->node);
	if (!work->canceling)
		insert_work(worker, work, &worker->work_list);
	unlock_worker(worker, flags);
}

static void queue_delayed(struct kthread_worker *worker, struct kthread_delayed_work *dwork,
			  unsigned long delay)
{
	struct kthread_work *work = &dwork->work;

	if (!delay) {
		insert_work(worker, work, &worker->work_list);
		return;
	}
	ls_touch(work, LS_WRITE);
	list_add(&work->node, &worker->delayed_work_list);
	__atomic_store_n(&work->worker, worker, __ATOMIC_RELAXED);
	mod_timer(&dwork->timer, jiffies + delay);
}

/**
 * kthread_queue_delayed_work() - queue an item after a time
 * @worker: whose queue
 * @dwork: the item
 * @delay: jiffies
 *
 * Context: Any. Takes the worker's lock.
 * Return: false if it was queued already or is being cancelled.
 */
bool kthread_queue_delayed_work(struct kthread_worker *worker, struct kthread_delayed_work *dwork,
				unsigned long delay)
{
	unsigned long flags;
	bool queued = false;

	ls_point(LS_OP_QUEUE, dwork);
	flags = lock_worker(worker);
	if (!queuing_blocked(&dwork->work)) {
		queue_delayed(worker, dwork, delay);
		queued = true;
	}
	unlock_worker(worker, flags);
	return queued;
}

/* Under the lock, which is dropped in between. The timer's function takes it, too. */
static void cancel_timer(struct kthread_delayed_work *dwork, unsigned long *flags)
{
	struct kthread_worker *worker = dwork->work.worker;

	dwork->work.canceling++;
	unlock_worker(worker, *flags);
	del_timer_sync(&dwork->timer);
	*flags = lock_worker(worker);
	dwork->work.canceling--;
}

/**
 * kthread_mod_delayed_work() - queue an item after a time counted from now
 * @worker: whose queue
 * @dwork: the item
 * @delay: jiffies
 *
 * Context: Any but the item's timer. Takes the worker's lock.
 * Return: true if it waited already, for its time or in the queue.
 */
bool kthread_mod_delayed_work(struct kthread_worker *worker, struct kthread_delayed_work *dwork,
			      unsigned long delay)
{
	struct kthread_work *work = &dwork->work;
	unsigned long flags;
	bool waited = false;

	ls_point(LS_OP_QUEUE, dwork);
	flags = lock_worker(worker);
	if (work->worker) {
		cancel_timer(dwork, &flags);
		if (work->canceling) {
			unlock_worker(worker, flags);
			return true;
		}
		waited = !list_empty(&work->node);
		if (waited)
			list_del_init(&work->node);
	}
	queue_delayed(worker, dwork, delay);
	unlock_worker(worker, flags);
	return waited;
}

struct flush_work {
	struct kthread_work work;
	struct completion done;
};

static void flush_fn(struct kthread_work *work)
{
	complete(&container_of(work, struct flush_work, work)->done);
}

/* Under the lock. An item whose timer runs is on another list, where nothing would run. */
static bool is_queued(struct kthread_worker *worker, struct kthread_work *work)
{
	struct kthread_work *other;

	list_for_each_entry(other, &worker->work_list, node)
		if (other == work)
			return true;
	return false;
}

/**
 * kthread_flush_work() - wait until an item is neither queued nor running
 * @work: the item; one that waits for its time is not waited for
 *
 * Context: Process context, not the item itself. Sleeps.
 */
void kthread_flush_work(struct kthread_work *work)
{
	struct flush_work flush = { .work = KTHREAD_WORK_INIT(flush.work, flush_fn) };
	struct kthread_worker *worker;
	unsigned long flags;
	bool wait = true;

	ls_point(LS_OP_FLUSH, work);
	worker = __atomic_load_n(&work->worker, __ATOMIC_RELAXED);
	if (!worker)
		return;
	init_completion(&flush.done);
	flags = lock_worker(worker);
	if (is_queued(worker, work))
		insert_work(worker, &flush.work, work->node.next);
	else if (worker->current_work == work)
		insert_work(worker, &flush.work, worker->work_list.next);
	else
		wait = false;
	unlock_worker(worker, flags);
	if (wait)
		wait_for_completion(&flush.done);
}

/**
 * kthread_flush_worker() - wait until all items queued so far have run
 * @worker: whose
 *
 * Context: Process context, not an item of @worker. Sleeps.
 */
void kthread_flush_worker(struct kthread_worker *worker)
{
	struct flush_work flush = { .work = KTHREAD_WORK_INIT(flush.work, flush_fn) };

	init_completion(&flush.done);
	kthread_queue_work(worker, &flush.work);
	wait_for_completion(&flush.done);
}

static bool cancel_sync(struct kthread_work *work, struct kthread_delayed_work *dwork)
{
	struct kthread_worker *worker;
	unsigned long flags;
	bool waited = false;

	ls_point(LS_OP_FLUSH, work);
	worker = __atomic_load_n(&work->worker, __ATOMIC_RELAXED);
	if (!worker)
		return false;
	flags = lock_worker(worker);
	if (dwork)
		cancel_timer(dwork, &flags);
	if (!list_empty(&work->node)) {
		list_del_init(&work->node);
		waited = true;
	}
	if (worker->current_work == work) {
		work->canceling++;
		unlock_worker(worker, flags);
		kthread_flush_work(work);
		flags = lock_worker(worker);
		work->canceling--;
	}
	unlock_worker(worker, flags);
	return waited;
}

/**
 * kthread_cancel_work_sync() - take an item back, wait if it runs
 * @work: the item
 *
 * Context: Process context, not the item itself. Sleeps.
 * Return: true if it was queued.
 */
bool kthread_cancel_work_sync(struct kthread_work *work)
{
	return cancel_sync(work, NULL);
}

/**
 * kthread_cancel_delayed_work_sync() - take a delayed item back, wait if it runs
 * @work: the item
 *
 * Context: Process context, not the item itself. Sleeps.
 * Return: true if it waited for its time or in the queue.
 */
bool kthread_cancel_delayed_work_sync(struct kthread_delayed_work *work)
{
	return cancel_sync(&work->work, work);
}

/**
 * kthread_destroy_worker() - run what is queued, end the thread and free the worker
 * @worker: from kthread_create_worker()
 *
 * Context: Process context. Sleeps.
 */
void kthread_destroy_worker(struct kthread_worker *worker)
{
	struct task_struct *task = worker->task;

	if (WARN_ON(!task))
		return;
	kthread_flush_worker(worker);
	kthread_stop(task);
	WARN_ON(!list_empty(&worker->delayed_work_list));
	WARN_ON(!list_empty(&worker->work_list));
	kfree(worker);
}

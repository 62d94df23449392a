// SPDX-License-Identifier: MIT
/*
 * Workqueues, the half that runs items: queues, the pool, its workers.
 *
 * An item goes from its workqueue's waiting list, as max_active allows, to the
 * queue of the pool, and from there to a worker. The pool keeps a few workers
 * running. When one of them goes to sleep in an item, schedule() says so and
 * another takes over; when all of them are busy without sleeping for a while
 * (polling for something that a queued item does), one more is added.
 */
#include <linux/lockdep.h>
#include <linux/slab.h>
#include <linux/sched.h>
#include "workqueue_internal.h"

#define MAX_WORKERS 512
#define MAX_IDLE    16
#define STALL_NS    (10 * NSEC_PER_MSEC)

struct ls_pool ls_pool = {
	.lock = __RAW_SPIN_LOCK_INITIALIZER(ls_pool.lock),
	.queue = LIST_HEAD_INIT(ls_pool.queue),
	.idle = LIST_HEAD_INIT(ls_pool.idle),
	.busy = LIST_HEAD_INIT(ls_pool.busy),
	.flushers = LIST_HEAD_INIT(ls_pool.flushers),
};

struct lock_class_key ls_work_key;

/* --- the pool: who runs ------------------------------------------------------ */

static int running_limit(void)
{
	return nr_cpu_ids < 2 ? 4 : 2 * (int)nr_cpu_ids;
}

static int nr_running(void)
{
	return __atomic_load_n(&ls_pool.nr_running, __ATOMIC_SEQ_CST);
}

static void add_running(int n)
{
	__atomic_fetch_add(&ls_pool.nr_running, n, __ATOMIC_SEQ_CST);
}

static void set_queued(int change)
{
	__atomic_fetch_add(&ls_pool.nr_queued, (unsigned int)change, __ATOMIC_SEQ_CST);
}

static void arm_stall(void)
{
	ls_pool.nr_taken_seen = ls_pool.nr_taken;
	ls_timer_start(&ls_pool.stall, os_now() + STALL_NS);
}

/*
 * Under the lock: see to it that a queued item gets a worker. Returns true if
 * the caller has to make one, with spawn_worker(), once the lock is dropped.
 */
static bool __must_check kick(bool force)
{
	struct worker *w;

	if (list_empty(&ls_pool.queue))
		return false;
	if (!force && nr_running() >= running_limit()) {
		if (!__atomic_load_n(&ls_pool.stall.pending, __ATOMIC_RELAXED))
			arm_stall();
		return false;
	}
	w = list_first_entry_or_null(&ls_pool.idle, struct worker, node);
	if (w) {
		list_move(&w->node, &ls_pool.busy);
		ls_pool.nr_idle--;
		w->busy = true;
		add_running(1);
		wake_up_process(w->task);
		return false;
	}
	if (ls_pool.nr_workers >= MAX_WORKERS)
		return false;
	ls_pool.nr_workers++;
	add_running(1);
	return true;
}

static int worker_main(void *arg);

static void spawn_worker(void)
{
	struct worker *w = os_alloc(sizeof(*w));
	struct task_struct *t = NULL;
	unsigned long flags;

	if (w) {
		INIT_LIST_HEAD(&w->scheduled);
		w->busy = true;
		t = ls_task_create(worker_main, w, "kworker", LS_TASK_SERVICE);
	}
	flags = ls_pool_lock();
	if (t) {
		w->task = t;
		list_add(&w->node, &ls_pool.busy);
	} else {
		/* Out of threads: other workers come to it, or the timer tries again. */
		ls_pool.nr_workers--;
		add_running(-1);
		arm_stall();
	}
	ls_pool_unlock(flags);
	if (t)
		wake_up_process(t);
	else
		os_free(w);
}

/* Items have waited for a while. If nothing has moved, all workers are stuck without sleeping. */
static void stall_fire(struct ls_timer *timer)
{
	bool spawn = false;

	raw_spin_lock_irq(&ls_pool.lock);
	if (!list_empty(&ls_pool.queue)) {
		spawn = kick(ls_pool.nr_taken == ls_pool.nr_taken_seen);
		arm_stall();
	}
	raw_spin_unlock_irq(&ls_pool.lock);
	if (spawn)
		spawn_worker();
}

static void kick_unlocked(void)
{
	unsigned long flags;
	bool spawn;

	flags = ls_pool_lock();
	spawn = kick(false);
	ls_pool_unlock(flags);
	if (spawn)
		spawn_worker();
}

void ls_worker_sleeps(struct task_struct *t)
{
	struct worker *w = t->worker;

	if (!w->current_work || w->sleeping || ls_exploring())
		return;
	w->sleeping = true;
	/* Either this sees the item, or who queues it sees that one less is running. */
	add_running(-1);
	if (__atomic_load_n(&ls_pool.nr_queued, __ATOMIC_SEQ_CST))
		kick_unlocked();
}

void ls_worker_runs(struct task_struct *t)
{
	struct worker *w = t->worker;

	if (!w->sleeping)
		return;
	w->sleeping = false;
	add_running(1);
}

/* --- queueing ---------------------------------------------------------------- */

/* Under the lock: move waiting items of a slot to the pool as max_active allows. */
static void activate(struct workqueue_struct *wq, unsigned int nr)
{
	struct ls_wq_slot *slot = &wq->slots[nr];
	struct work_struct *work;

	while (slot->nr_active < wq->max_active && !list_empty(&slot->waiting)) {
		work = list_first_entry(&slot->waiting, struct work_struct, entry);
		work->ls_active = true;
		slot->nr_active++;
		if (ls_exploring()) {
			ls_work_explore_start(work);
			continue;
		}
		list_move_tail(&work->entry, &ls_pool.queue);
		set_queued(1);
	}
}

static void flusher_done(struct ls_flusher *f)
{
	list_del(&f->node);
	__atomic_store_n(&f->done, true, __ATOMIC_RELEASE);
	if (!ls_exploring())
		wake_up_process(f->task);
}

/* Under the lock: an item has returned, or was taken back. It may be freed memory. */
static void item_gone(struct workqueue_struct *wq, const void *work, unsigned int slot, u64 seq,
		      bool active)
{
	struct ls_flusher *f, *next;

	if (ls_exploring())
		ls_work_explore_gone(wq, work);
	wq->nr_inflight--;
	if (active) {
		wq->slots[slot].nr_active--;
		activate(wq, slot);
	}
	list_for_each_entry_safe(f, next, &wq->flushers, node)
		if (seq < f->seq && --f->remaining == 0)
			flusher_done(f);
	list_for_each_entry_safe(f, next, &ls_pool.flushers, node)
		if (seq == f->seq)
			flusher_done(f);
}

bool ls_work_claim(struct work_struct *work)
{
	unsigned long *data = work_data_bits(work);
	unsigned long old = __atomic_fetch_or(data, WORK_STRUCT_PENDING, __ATOMIC_SEQ_CST);

	if (old & WORK_STRUCT_PENDING)
		return false;
	if (!old)
		return true;
	__atomic_fetch_and(data, ~WORK_STRUCT_PENDING, __ATOMIC_SEQ_CST);
	return false;
}

static bool is_chained(struct workqueue_struct *wq)
{
	struct worker *w = current->worker;

	return w && w->current_wq == wq;
}

/* An unbound queue counts its items as a whole, another one by processor. */
static unsigned int slot_of(const struct workqueue_struct *wq, int cpu)
{
	if (wq->flags & (WQ_UNBOUND | __WQ_ORDERED))
		return 0;
	return cpu >= 0 && cpu < (int)nr_cpu_ids ? (unsigned int)cpu : raw_smp_processor_id();
}

void ls_work_insert(int cpu, struct workqueue_struct *wq, struct work_struct *work)
{
	unsigned long flags;
	bool spawn;

	flags = ls_pool_lock();
	ls_touch(work, LS_WRITE);
	ls_touch(wq, ls_exploring() ? ls_work_explore_access(wq) : LS_NONE);
	if (unlikely(wq->flags & (__WQ_DESTROYING | __WQ_DRAINING)) && !is_chained(wq)) {
		__atomic_fetch_and(work_data_bits(work), ~WORK_STRUCT_PENDING, __ATOMIC_SEQ_CST);
		ls_pool_unlock(flags);
		WARN_ONCE(1, "workqueue: cannot queue %ps on %s, which is draining",
			  (void *)work->func, wq->name);
		return;
	}
	work->ls_wq = wq;
	work->ls_seq = ls_pool.next_seq++;
	work->ls_active = false;
	work->ls_slot = slot_of(wq, cpu);
	wq->nr_inflight++;
	list_add_tail(&work->entry, &wq->slots[work->ls_slot].waiting);
	activate(wq, work->ls_slot);
	spawn = kick(false);
	ls_pool_unlock(flags);
	if (spawn)
		spawn_worker();
}

void ls_work_remove(struct work_struct *work)
{
	bool active = work->ls_active;

	/* Items that a worker has set aside count as queued no more. */
	if (ls_exploring())
		ls_work_explore_remove(work);
	else if (active && !ls_work_worker(work))
		set_queued(-1);
	list_del_init(&work->entry);
	work->ls_active = false;
	item_gone(work->ls_wq, work, work->ls_slot, work->ls_seq, active);
}

/**
 * queue_work_on() - have an item run by a worker
 * @cpu: whose max_active counts; any worker may run it
 * @wq: the workqueue
 * @work: the item
 *
 * Everything written before is visible to the item's function, also when the
 * item was pending already.
 *
 * Context: Any.
 * Return: false if it was pending already, or is disabled.
 */
bool queue_work_on(int cpu, struct workqueue_struct *wq, struct work_struct *work)
{
	ls_point(LS_OP_QUEUE, work);
	if (!ls_work_claim(work))
		return false;
	ls_work_insert(cpu, wq, work);
	return true;
}

/* --- workers ----------------------------------------------------------------- */

struct worker *ls_work_worker(struct work_struct *work)
{
	struct worker *w;

	list_for_each_entry(w, &ls_pool.busy, node)
		if (w->current_work == work && w->current_func == work->func)
			return w;
	return NULL;
}

/* Under the lock: the next item that runs nowhere else. */
static struct work_struct *take_item(struct worker *w)
{
	struct work_struct *work;
	struct worker *other;

	work = list_first_entry_or_null(&w->scheduled, struct work_struct, entry);
	if (work) {
		list_del_init(&work->entry);
		return work;
	}
	while ((work = list_first_entry_or_null(&ls_pool.queue, struct work_struct, entry))) {
		set_queued(-1);
		ls_pool.nr_taken++;
		other = ls_work_worker(work);
		if (!other) {
			list_del_init(&work->entry);
			return work;
		}
		list_move_tail(&work->entry, &other->scheduled);
	}
	return NULL;
}

/* What an item leaves behind would be blamed on the next one. */
static void check_left_behind(struct task_struct *t, work_func_t func)
{
	if (likely(!t->preempt_count && !t->irqs_off && !t->rcu_depth && !t->lockdep.depth))
		return;
	WARN(1, "workqueue: %ps returned with preempt_count 0x%x, rcu depth %d, %u locks held%s",
	     (void *)func, (unsigned int)t->preempt_count, t->rcu_depth, t->lockdep.depth,
	     t->irqs_off ? ", interrupts off" : "");
	ls_lockdep_task_exit(t);
	ls_preempt_reset(t);
	while (t->rcu_depth)
		rcu_read_unlock();
	local_irq_enable();
}

void ls_work_run(struct worker *w, struct work_struct *work)
{
	struct workqueue_struct *wq = work->ls_wq;
	work_func_t func = work->func;
	bool bh = wq->flags & WQ_BH;
	struct lockdep_map map;

	lockdep_copy_map(&map, &work->lockdep_map);
	w->current_work = work;
	w->current_func = func;
	w->current_wq = wq;
	w->current_seq = work->ls_seq;
	w->current_slot = work->ls_slot;
	work->ls_active = false;
	/* The last access but the item's own: from now on it can be queued again. */
	__atomic_fetch_and(work_data_bits(work), ~WORK_STRUCT_PENDING, __ATOMIC_SEQ_CST);
	ls_pool_unlock_irq();

	lock_map_acquire(&wq->lockdep_map);
	lock_map_acquire(&map);
	if (bh)
		__preempt_count_add(SOFTIRQ_OFFSET);
	func(work);
	if (bh)
		__preempt_count_sub(SOFTIRQ_OFFSET);
	lock_map_release(&map);
	lock_map_release(&wq->lockdep_map);
	check_left_behind(w->task, func);

	ls_pool_lock_irq();
	w->current_work = NULL;
	w->current_func = NULL;
	w->current_wq = NULL;
	item_gone(wq, work, w->current_slot, w->current_seq, true);
}

/* Under the lock. False if there are idle workers enough. */
static bool go_idle(struct worker *w)
{
	w->busy = false;
	add_running(-1);
	if (ls_pool.nr_idle >= MAX_IDLE) {
		list_del(&w->node);
		ls_pool.nr_workers--;
		return false;
	}
	list_move(&w->node, &ls_pool.idle);
	ls_pool.nr_idle++;
	return true;
}

static int worker_main(void *arg)
{
	struct worker *w = arg;
	struct work_struct *work;
	bool stay = true, spawn;

	current->worker = w;
	current->flags |= PF_WQ_WORKER;
	raw_spin_lock_irq(&ls_pool.lock);
	while (stay) {
		work = take_item(w);
		if (work) {
			/* More may wait than one worker should run. */
			spawn = kick(false);
			if (spawn) {
				raw_spin_unlock_irq(&ls_pool.lock);
				spawn_worker();
				raw_spin_lock_irq(&ls_pool.lock);
			}
			ls_work_run(w, work);
			continue;
		}
		stay = go_idle(w);
		while (stay && !w->busy) {
			set_current_state(TASK_IDLE);
			raw_spin_unlock_irq(&ls_pool.lock);
			schedule();
			raw_spin_lock_irq(&ls_pool.lock);
		}
		__set_current_state(TASK_RUNNING);
	}
	current->worker = NULL;
	raw_spin_unlock_irq(&ls_pool.lock);
	os_free(w);
	return 0;
}

/* A fatal report ended the worker in an item: others wait for the item, and for the worker. */
void ls_worker_aborted(struct task_struct *t)
{
	struct worker *w = t->worker;
	bool spawn;

	ls_pool_lock_irq();
	t->worker = NULL;
	list_del(&w->node);
	ls_pool.nr_workers--;
	if (!w->sleeping)
		add_running(-1);
	while (!list_empty(&w->scheduled)) {
		if (ls_exploring()) {
			ls_work_explore_start(list_first_entry(&w->scheduled, struct work_struct,
							       entry));
			continue;
		}
		list_move(w->scheduled.prev, &ls_pool.queue);
		set_queued(1);
	}
	if (w->current_work)
		item_gone(w->current_wq, w->current_work, w->current_slot, w->current_seq, true);
	spawn = kick(false);
	ls_pool_unlock_irq();
	os_free(w);
	if (spawn)
		spawn_worker();
}

/**
 * current_work() - the item that the caller runs in
 *
 * Context: Any.
 * Return: the item, NULL outside of one.
 */
struct work_struct *current_work(void)
{
	struct worker *w = current->worker;

	return w ? w->current_work : NULL;
}

/**
 * ls_init_work() - behind INIT_WORK()
 * @work: the item
 * @func: its function
 * @name: for lockdep
 * @key: lock class
 *
 * Context: Any.
 */
void ls_init_work(struct work_struct *work, work_func_t func, const char *name,
		  struct lock_class_key *key)
{
	memset(work, 0, sizeof(*work));
	INIT_LIST_HEAD(&work->entry);
	work->func = func;
	lockdep_init_map(&work->lockdep_map, name, key, 0);
}

/* --- workqueues -------------------------------------------------------------- */

struct workqueue_struct *system_wq;
struct workqueue_struct *system_highpri_wq;
struct workqueue_struct *system_long_wq;
struct workqueue_struct *system_unbound_wq;
struct workqueue_struct *system_freezable_wq;
struct workqueue_struct *system_power_efficient_wq;
struct workqueue_struct *system_freezable_power_efficient_wq;
struct workqueue_struct *system_bh_wq;
struct workqueue_struct *system_bh_highpri_wq;

/**
 * ls_alloc_workqueue() - behind alloc_workqueue()
 * @flags: WQ_*
 * @max_active: how many items may run at once, with WQ_UNBOUND in all, otherwise of those
 *	queued on one processor; 0 for a default
 * @key: lock class
 * @fmt: printf format of the name
 *
 * Context: Process context. Sleeps.
 * Return: the workqueue, or NULL when out of memory.
 */
struct workqueue_struct *ls_alloc_workqueue(unsigned int flags, int max_active,
					    struct lock_class_key *key, const char *fmt, ...)
{
	struct workqueue_struct *wq = kzalloc(sizeof(*wq), GFP_KERNEL);
	unsigned int i;
	va_list args;

	if (!wq)
		return NULL;
	va_start(args, fmt);
	vsnprintf(wq->name, sizeof(wq->name), fmt, args);
	va_end(args);
	for (i = 0; i < NR_CPUS; i++)
		INIT_LIST_HEAD(&wq->slots[i].waiting);
	INIT_LIST_HEAD(&wq->flushers);
	wq->flags = flags;
	if (max_active <= 0 || max_active > WQ_MAX_ACTIVE)
		max_active = max_active > 0 ? WQ_MAX_ACTIVE : WQ_DFL_ACTIVE;
	wq->max_active = flags & __WQ_ORDERED ? 1 : (unsigned int)max_active;
	lockdep_init_map(&wq->lockdep_map, wq->name, key, 0);
	return wq;
}

/**
 * workqueue_set_max_active() - change how many items may run at once
 * @wq: the workqueue, not an ordered one
 * @max_active: how many; 0 for a default
 *
 * Context: Any.
 */
void workqueue_set_max_active(struct workqueue_struct *wq, int max_active)
{
	unsigned long flags;
	unsigned int i;

	if (WARN_ON(wq->flags & __WQ_ORDERED))
		return;
	ls_point(LS_OP_QUEUE, wq);
	flags = ls_pool_lock();
	wq->max_active = max_active > 0 ? (unsigned int)max_active : WQ_DFL_ACTIVE;
	for (i = 0; i < nr_cpu_ids; i++)
		activate(wq, i);
	ls_pool_unlock(flags);
	kick_unlocked();
}

int ls_workqueue_boot(void)
{
	ls_pool.stall.fire = stall_fire;
	/*
	 * Taken in schedule(), by tasks that are noted as waiting for what they go to sleep
	 * for: to the validator such a holder would look asleep.
	 */
	lockdep_set_novalidate_class(&ls_pool.lock);
	system_wq = alloc_workqueue("events", 0, 0);
	system_highpri_wq = alloc_workqueue("events_highpri", WQ_HIGHPRI, 0);
	system_long_wq = alloc_workqueue("events_long", 0, 0);
	system_unbound_wq = alloc_workqueue("events_unbound", WQ_UNBOUND, 0);
	system_bh_wq = alloc_workqueue("events_bh", WQ_BH, 0);
	if (!system_wq || !system_highpri_wq || !system_long_wq || !system_unbound_wq ||
	    !system_bh_wq)
		return -ENOMEM;
	/* Nothing freezes and no power is saved. */
	system_freezable_wq = system_wq;
	system_power_efficient_wq = system_wq;
	system_freezable_power_efficient_wq = system_wq;
	system_bh_highpri_wq = system_bh_wq;
	return 0;
}

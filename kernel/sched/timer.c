// SPDX-License-Identifier: MIT
/*
 * Timers: a tree by time, and one task that fires them one after the other.
 */
#include <linux/timer.h>
#include <linux/hrtimer.h>
#include <linux/lockdep.h>
#include <linux/rbtree.h>
#include <linux/spinlock.h>
#include "timer_internal.h"

static struct {
	raw_spinlock_t lock;
	struct rb_root_cached tree;
	struct ls_timer *running; /* may be freed memory: for comparison only */
	struct task_struct *task;
	unsigned int kick;    /* changes when there is a new first timer */
	unsigned int fired;   /* changes when a function has returned */
	unsigned int waiters; /* tasks that park on @fired */
} base = {
	.lock = __RAW_SPIN_LOCK_INITIALIZER(base.lock),
	.tree = RB_ROOT_CACHED,
};

struct lock_class_key ls_timer_key;

/* Explored tasks run one at a time, and there is no point in here. */
static inline unsigned long lock_base(void)
{
	unsigned long flags = 0;

	if (likely(!ls_exploring()))
		raw_spin_lock_irqsave(&base.lock, flags);
	return flags;
}

static inline void unlock_base(unsigned long flags)
{
	if (likely(!ls_exploring()))
		raw_spin_unlock_irqrestore(&base.lock, flags);
}

static bool earlier(struct rb_node *a, const struct rb_node *b)
{
	return rb_entry(a, struct ls_timer, node)->when <
	       rb_entry(b, const struct ls_timer, node)->when;
}

/* The next four: under base.lock, interrupts off. */
static int dequeue(struct ls_timer *timer)
{
	if (ls_exploring())
		return ls_timer_explore_stop(timer);
	if (!timer->pending)
		return 0;
	rb_erase_cached(&timer->node, &base.tree);
	__atomic_store_n(&timer->pending, 0, __ATOMIC_RELAXED);
	return 1;
}

static void enqueue(struct ls_timer *timer, os_ns when)
{
	if (ls_exploring()) {
		ls_timer_explore_start(timer, when);
		return;
	}
	timer->when = when;
	rb_add_cached(&timer->node, &base.tree, earlier);
	__atomic_store_n(&timer->pending, 1, __ATOMIC_RELAXED);
	if (rb_first_cached(&base.tree) == &timer->node) {
		__atomic_fetch_add(&base.kick, 1, __ATOMIC_RELEASE);
		os_unpark(&base.kick, 1);
	}
}

static struct ls_timer *first_timer(void)
{
	struct rb_node *node = rb_first_cached(&base.tree);

	return node ? rb_entry(node, struct ls_timer, node) : NULL;
}

static void mark_fired(void)
{
	base.running = NULL;
	__atomic_fetch_add(&base.fired, 1, __ATOMIC_RELEASE);
	if (base.waiters)
		os_unpark(&base.fired, 0x7fffffff);
}

static int timer_main(void *unused)
{
	void (*fire)(struct ls_timer *);
	struct ls_timer *timer;
	unsigned int kick;
	os_ns until;

	for (;;) {
		raw_spin_lock_irq(&base.lock);
		timer = first_timer();
		if (!timer || timer->when > os_now()) {
			kick = base.kick;
			until = timer ? timer->when : OS_NEVER;
			raw_spin_unlock_irq(&base.lock);
			os_park(&base.kick, kick, until);
			continue;
		}
		dequeue(timer);
		base.running = timer;
		fire = timer->fire;
		raw_spin_unlock_irq(&base.lock);

		fire(timer);

		raw_spin_lock_irq(&base.lock);
		mark_fired();
		raw_spin_unlock_irq(&base.lock);
	}
	return 0;
}

int ls_timer_boot(void)
{
	if (ls_exploring())
		return 0;
	base.task = ls_task_create(timer_main, NULL, "timer", LS_TASK_SERVICE);
	if (!base.task)
		return -ENOMEM;
	wake_up_process(base.task);
	return 0;
}

/* A timer function ended in a fatal report: somebody else must fire the others. */
void ls_timer_task_aborted(struct task_struct *t)
{
	unsigned long flags;

	if (ls_exploring()) {
		ls_timer_explore_aborted(t);
		return;
	}
	if (t != base.task)
		return;
	/* Whatever the function held or disabled is not ours. */
	ls_preempt_reset(t);
	flags = lock_base();
	mark_fired();
	unlock_base(flags);
	ls_timer_boot();
}

/* Start a timer, or move it to another time. */
void ls_timer_start(struct ls_timer *timer, os_ns when)
{
	unsigned long flags;

	flags = lock_base();
	dequeue(timer);
	enqueue(timer, when);
	unlock_base(flags);
}

/* 1 if it was pending, 0 if not; it may run even so. */
int ls_timer_stop(struct ls_timer *timer)
{
	unsigned long flags;
	int was;

	flags = lock_base();
	was = dequeue(timer);
	unlock_base(flags);
	return was;
}

static bool is_running(struct ls_timer *timer)
{
	return ls_exploring() ? ls_timer_explore_runs(timer) : base.running == timer;
}

/* As above, or -1, with nothing done, while the timer's function runs. */
static int try_stop(struct ls_timer *timer, unsigned int *fired)
{
	unsigned long flags;
	int was = -1;

	flags = lock_base();
	if (!is_running(timer)) {
		was = dequeue(timer);
	} else if (fired && !ls_exploring()) {
		*fired = base.fired;
		base.waiters++;
	}
	unlock_base(flags);
	return was;
}

static void check_not_self(struct ls_timer *timer, const char *call)
{
	struct ls_report r;

	if (ls_exploring()) {
		if (!ls_timer_explore_self(timer))
			return;
	} else if (likely(current != base.task || base.running != timer)) {
		return;
	}
	ls_report_init(&r, LS_DEADLOCK, "self-deadlock",
		       "a timer's function must not wait for its own end");
	snprintf(r.object, sizeof(r.object), "timer %ps", (void *)timer->fire);
	snprintf(r.what, sizeof(r.what), "%s in the timer's own function waits for ever", call);
	ls_report_fatal(&r);
}

static int stop_sync(struct ls_timer *timer, const char *call)
{
	unsigned int fired = 0;
	unsigned long flags;
	int was;

	check_not_self(timer, call);
	while ((was = try_stop(timer, &fired)) < 0) {
		if (ls_exploring()) {
			ls_timer_explore_wait(timer);
			continue;
		}
		while (__atomic_load_n(&base.fired, __ATOMIC_ACQUIRE) == fired)
			os_park(&base.fired, fired, OS_NEVER);
		flags = lock_base();
		base.waiters--;
		unlock_base(flags);
	}
	return was;
}

/* --- timer_list ------------------------------------------------------------- */

static void fire_timer(struct ls_timer *ls)
{
	struct timer_list *timer = container_of(ls, struct timer_list, ls);
	void (*fn)(struct timer_list *) = __atomic_load_n(&timer->function, __ATOMIC_RELAXED);
	struct lockdep_map map;
	struct task_struct *t = current;

	if (!fn)
		return;
	/* The timer may be freed by its function: hold a copy of the map. */
	lockdep_copy_map(&map, &timer->lockdep_map);
	__preempt_count_add(SOFTIRQ_OFFSET);
	lock_map_acquire(&map);
	fn(timer);
	lock_map_release(&map);
	if (WARN_ONCE(t->preempt_count != SOFTIRQ_OFFSET || t->irqs_off,
		      "timer: %ps leaves preempt_count 0x%x", (void *)fn, t->preempt_count)) {
		ls_preempt_reset(t);
		t->preempt_count = SOFTIRQ_OFFSET;
		local_irq_enable();
	}
	__preempt_count_sub(SOFTIRQ_OFFSET);
}

/**
 * init_timer_key() - behind timer_setup()
 * @timer: the timer
 * @func: its function
 * @flags: TIMER_*
 * @name: for lockdep
 * @key: lock class
 *
 * Context: Any.
 */
void init_timer_key(struct timer_list *timer, void (*func)(struct timer_list *), unsigned int flags,
		    const char *name, struct lock_class_key *key)
{
	memset(&timer->ls, 0, sizeof(timer->ls));
	timer->function = func;
	timer->flags = flags;
	lockdep_init_map(&timer->lockdep_map, name, key, 0);
}

/* Under base.lock. 1 if it was pending, 0 if not. */
static int mod_locked(struct timer_list *timer, unsigned long expires)
{
	int was = dequeue(&timer->ls);

	if (!timer->function)
		return was;
	timer->expires = expires;
	timer->ls.fire = fire_timer;
	enqueue(&timer->ls, ls_jiffies_to_deadline(expires));
	return was;
}

/**
 * mod_timer() - start a timer, or move it to another time
 * @timer: the timer
 * @expires: jiffies
 *
 * Context: Any.
 * Return: 1 if it was pending, 0 if not, or if it was shut down.
 */
int mod_timer(struct timer_list *timer, unsigned long expires)
{
	unsigned long flags;
	int was;

	ls_point(LS_OP_QUEUE, timer);
	flags = lock_base();
	was = mod_locked(timer, expires);
	unlock_base(flags);
	return was;
}

/**
 * mod_timer_pending() - move a timer to another time if it is pending
 * @timer: the timer
 * @expires: jiffies
 *
 * Context: Any.
 * Return: 1 if it was pending, 0 if not.
 */
int mod_timer_pending(struct timer_list *timer, unsigned long expires)
{
	unsigned long flags;
	int was = 0;

	ls_point(LS_OP_QUEUE, timer);
	flags = lock_base();
	if (timer->ls.pending)
		was = mod_locked(timer, expires);
	unlock_base(flags);
	return was;
}

/**
 * timer_reduce() - start a timer, or move it to an earlier time
 * @timer: the timer
 * @expires: jiffies
 *
 * Context: Any.
 * Return: 1 if it was pending, 0 if not.
 */
int timer_reduce(struct timer_list *timer, unsigned long expires)
{
	unsigned long flags;
	int was = 1;

	ls_point(LS_OP_QUEUE, timer);
	flags = lock_base();
	if (!timer->ls.pending || time_before(expires, timer->expires))
		was = mod_locked(timer, expires);
	unlock_base(flags);
	return was;
}

/**
 * add_timer() - start a timer at the time that is set in it
 * @timer: the timer, not pending
 *
 * Context: Any.
 */
void add_timer(struct timer_list *timer)
{
	if (WARN_ON_ONCE(timer_pending(timer)))
		return;
	mod_timer(timer, timer->expires);
}

/**
 * add_timer_on() - add_timer(); which processor makes no difference
 * @timer: the timer, not pending
 * @cpu: ignored
 *
 * Context: Any.
 */
void add_timer_on(struct timer_list *timer, int cpu)
{
	add_timer(timer);
}

/**
 * timer_delete() - stop a timer
 * @timer: the timer; its function may run still
 *
 * Context: Any.
 * Return: 1 if it was pending, 0 if not.
 */
int timer_delete(struct timer_list *timer)
{
	ls_point(LS_OP_QUEUE, timer);
	return ls_timer_stop(&timer->ls);
}

/**
 * try_to_del_timer_sync() - stop a timer unless its function runs
 * @timer: the timer
 *
 * Context: Any.
 * Return: 1 if it was pending, 0 if not, -1 if its function runs.
 */
int try_to_del_timer_sync(struct timer_list *timer)
{
	ls_point(LS_OP_QUEUE, timer);
	return try_stop(&timer->ls, NULL);
}

static int delete_sync(struct timer_list *timer)
{
	unsigned long flags;

	check_not_self(&timer->ls, "timer_delete_sync()");
	local_irq_save(flags);
	lock_map_acquire(&timer->lockdep_map);
	lock_map_release(&timer->lockdep_map);
	local_irq_restore(flags);
	return stop_sync(&timer->ls, "timer_delete_sync()");
}

/**
 * timer_delete_sync() - stop a timer and wait for its function
 * @timer: the timer
 *
 * In its own function this is a fatal report, rule "self-deadlock". With a
 * lock held that the function takes it is one of lockdep's.
 *
 * Context: Process or softirq context. May wait.
 * Return: 1 if it was pending, 0 if not.
 */
int timer_delete_sync(struct timer_list *timer)
{
	ls_point(LS_OP_FLUSH, timer);
	return delete_sync(timer);
}

static void shut(struct timer_list *timer)
{
	unsigned long flags;

	flags = lock_base();
	__atomic_store_n(&timer->function, NULL, __ATOMIC_RELAXED);
	unlock_base(flags);
}

/**
 * timer_shutdown() - stop a timer for good
 * @timer: the timer; starting it again does nothing
 *
 * Context: Any.
 * Return: 1 if it was pending, 0 if not.
 */
int timer_shutdown(struct timer_list *timer)
{
	ls_point(LS_OP_QUEUE, timer);
	shut(timer);
	return ls_timer_stop(&timer->ls);
}

/**
 * timer_shutdown_sync() - stop a timer for good and wait for its function
 * @timer: the timer; starting it again does nothing
 *
 * Context: Process or softirq context. May wait.
 * Return: 1 if it was pending, 0 if not.
 */
int timer_shutdown_sync(struct timer_list *timer)
{
	ls_point(LS_OP_FLUSH, timer);
	shut(timer);
	return delete_sync(timer);
}

/* --- hrtimer ---------------------------------------------------------------- */

/* Expiry on the clock of the seam. */
static os_ns hrtimer_when(const struct hrtimer *timer)
{
	ktime_t at = timer->expires;

	if (timer->clock == CLOCK_REALTIME)
		at -= (ktime_t)(ktime_get_real_ns() - os_now());
	return at < 0 ? 0 : (os_ns)at;
}

static void fire_hrtimer(struct ls_timer *ls)
{
	struct hrtimer *timer = container_of(ls, struct hrtimer, ls);
	enum hrtimer_restart restart;
	unsigned long flags;

	local_irq_disable();
	__preempt_count_add(HARDIRQ_OFFSET);
	restart = timer->function(timer);
	if (restart == HRTIMER_RESTART) {
		flags = lock_base();
		if (!timer->ls.pending)
			enqueue(&timer->ls, hrtimer_when(timer));
		unlock_base(flags);
	}
	__preempt_count_sub(HARDIRQ_OFFSET);
	local_irq_enable();
}

/**
 * hrtimer_init() - initialise a timer
 * @timer: the timer; set its function
 * @which_clock: CLOCK_MONOTONIC, CLOCK_BOOTTIME or CLOCK_REALTIME
 * @mode: ignored
 *
 * Context: Any.
 */
void hrtimer_init(struct hrtimer *timer, int which_clock, enum hrtimer_mode mode)
{
	memset(timer, 0, sizeof(*timer));
	timer->clock = which_clock;
}

/**
 * hrtimer_setup() - initialise a timer with its function
 * @timer: the timer
 * @function: called in hardirq context
 * @clock_id: CLOCK_MONOTONIC, CLOCK_BOOTTIME or CLOCK_REALTIME
 * @mode: ignored
 *
 * Context: Any.
 */
void hrtimer_setup(struct hrtimer *timer, enum hrtimer_restart (*function)(struct hrtimer *),
		   int clock_id, enum hrtimer_mode mode)
{
	hrtimer_init(timer, clock_id, mode);
	timer->function = function;
}

/**
 * hrtimer_start_range_ns() - start a timer, or move it to another time
 * @timer: the timer
 * @tim: the time
 * @range_ns: how much later is all right
 * @mode: absolute or relative
 *
 * Context: Any.
 */
void hrtimer_start_range_ns(struct hrtimer *timer, ktime_t tim, u64 range_ns,
			    const enum hrtimer_mode mode)
{
	unsigned long flags;

	ls_point(LS_OP_QUEUE, timer);
	if (mode & HRTIMER_MODE_REL)
		tim = ktime_add_safe(tim, timer->clock == CLOCK_REALTIME ? ktime_get_real()
									 : ktime_get());
	flags = lock_base();
	dequeue(&timer->ls);
	timer->expires = tim;
	timer->ls.fire = fire_hrtimer;
	enqueue(&timer->ls, hrtimer_when(timer));
	unlock_base(flags);
}

/**
 * hrtimer_try_to_cancel() - stop a timer unless its function runs
 * @timer: the timer
 *
 * Context: Any.
 * Return: 1 if it was pending, 0 if not, -1 if its function runs.
 */
int hrtimer_try_to_cancel(struct hrtimer *timer)
{
	ls_point(LS_OP_QUEUE, timer);
	return try_stop(&timer->ls, NULL);
}

/**
 * hrtimer_cancel() - stop a timer and wait for its function
 * @timer: the timer
 *
 * Context: Any but the timer's function (a fatal report, rule "self-deadlock").
 * Return: 1 if it was pending, 0 if not.
 */
int hrtimer_cancel(struct hrtimer *timer)
{
	ls_point(LS_OP_FLUSH, timer);
	return stop_sync(&timer->ls, "hrtimer_cancel()");
}

/**
 * hrtimer_active() - is a timer pending, or does its function run?
 * @timer: the timer
 *
 * Context: Any.
 * Return: true if so.
 */
bool hrtimer_active(const struct hrtimer *timer)
{
	unsigned long flags;
	bool active;

	ls_point(LS_OP_LOAD, timer);
	flags = lock_base();
	active = timer->ls.pending || is_running((struct ls_timer *)&timer->ls);
	unlock_base(flags);
	return active;
}

/**
 * hrtimer_forward() - move the expiry past a time, in whole intervals
 * @timer: the timer, not pending
 * @now: the time
 * @interval: nanoseconds
 *
 * Context: Any.
 * Return: by how many intervals.
 */
u64 hrtimer_forward(struct hrtimer *timer, ktime_t now, ktime_t interval)
{
	ktime_t late = now - timer->expires;
	u64 n;

	if (late < 0 || interval <= 0 || WARN_ON(hrtimer_is_queued(timer)))
		return 0;
	n = (u64)(late / interval) + 1;
	timer->expires = ktime_add_safe(timer->expires, (ktime_t)n * interval);
	return n;
}

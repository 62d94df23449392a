// SPDX-License-Identifier: MIT
/*
 * Sleepable RCU.
 *
 * Readers count themselves in the phase that is current when they come. A
 * grace period waits for the other phase to be empty, makes it current, and
 * waits for the one that was. A reader that read the phase number long ago
 * counts itself in an old phase: the first wait of the next grace period is
 * for it.
 *
 * Under an explorer, where to read the phase number and to count oneself is one step, the
 * first wait is never needed. Footprints are as in rcu_explore.c: the domain's address is
 * read by readers that come and written by grace periods that begin; the counter of a phase is
 * written by readers that go and read by grace periods that end.
 */
#include <linux/srcu.h>
#include <linux/lockdep.h>
#include <linux/slab.h>
#include "internal.h"

/**
 * __init_srcu_struct() - behind init_srcu_struct(): initialise a domain
 * @ssp: the domain
 * @name: shown in reports, static storage
 * @key: lock class of its read sections
 *
 * Context: Any.
 * Return: 0.
 */
int __init_srcu_struct(struct srcu_struct *ssp, const char *name, struct lock_class_key *key)
{
	memset(ssp, 0, sizeof(*ssp));
	lockdep_init_map(&ssp->dep_map, name, key, 0);
	mutex_init(&ssp->mutex);
	spin_lock_init(&ssp->lock);
	INIT_WORK(&ssp->work, ls_srcu_work);
	return 0;
}

/**
 * cleanup_srcu_struct() - the domain is not used any more
 * @ssp: the domain
 *
 * Context: Process context. Sleeps.
 */
void cleanup_srcu_struct(struct srcu_struct *ssp)
{
	flush_work(&ssp->work);
	WARN_ON(ssp->callbacks);
	WARN_ON(__atomic_load_n(&ssp->nr[0], __ATOMIC_ACQUIRE) ||
		__atomic_load_n(&ssp->nr[1], __ATOMIC_ACQUIRE));
}

/**
 * __srcu_read_lock() - begin a read section, in which the task may sleep
 * @ssp: the domain
 *
 * Context: Any.
 * Return: what __srcu_read_unlock() wants.
 */
int __srcu_read_lock(struct srcu_struct *ssp)
{
	int idx;

	ls_point(LS_OP_LOAD, ssp);
	idx = (int)(__atomic_load_n(&ssp->idx, __ATOMIC_SEQ_CST) & 1);
	ls_touch(&ssp->nr[idx], LS_ACQUIRE_SHARED); /* commutes with its like */
	__atomic_fetch_add(&ssp->nr[idx], 1, __ATOMIC_SEQ_CST);
	return idx;
}

/**
 * __srcu_read_unlock() - end a read section
 * @ssp: the domain
 * @idx: from __srcu_read_lock()
 *
 * Context: Any.
 */
void __srcu_read_unlock(struct srcu_struct *ssp, int idx)
{
	unsigned int *nr = &ssp->nr[idx];

	WARN_ON_ONCE(idx & ~1);
	ls_touch(nr, LS_RELEASE_SHARED);
	if (!__atomic_sub_fetch(nr, 1, __ATOMIC_SEQ_CST) && !ls_exploring())
		os_unpark(nr, 0x7fffffff);
}

static bool is_empty(const void *nr)
{
	return !*(const unsigned int *)nr;
}

static void explore_synchronize(struct srcu_struct *ssp)
{
	unsigned int *nr;

	ls_point(LS_OP_RCU, ssp);
	nr = &ssp->nr[ssp->idx & 1];
	ssp->seq++;
	ls_touch(&ssp->seq, LS_WRITE);
	ssp->idx++;
	if (ls_point_wait(LS_OP_RCU, nr, LS_ACQUIRE, is_empty, nr, OS_NEVER) == LS_WAIT_STUCK)
		ls_sleep_for_good();
	ssp->seq++;
	ls_touch(&ssp->seq, LS_WRITE);
}

static void wait_empty(struct srcu_struct *ssp, unsigned int phase)
{
	unsigned int nr;

	while ((nr = __atomic_load_n(&ssp->nr[phase], __ATOMIC_SEQ_CST)))
		os_park(&ssp->nr[phase], nr, OS_NEVER);
}

static void check_not_reader(struct srcu_struct *ssp)
{
	struct ls_report r;

	if (!ls_checking(LS_CHECK_LOCKDEP))
		return;
	if (lock_is_held(&ssp->dep_map) != LOCK_STATE_HELD) {
		lock_map_sync(&ssp->dep_map); /* whatever is held here, no reader may wait for */
		return;
	}
	ls_report_init(&r, LS_DEADLOCK, "self-deadlock",
		       "a reader must not wait for the end of its own read section");
	snprintf(r.object, sizeof(r.object), "SRCU domain '%s'", ssp->dep_map.name);
	snprintf(r.what, sizeof(r.what),
		 "synchronize_srcu() in a read section of the same domain waits for ever");
	ls_report_fatal(&r);
}

/**
 * synchronize_srcu() - wait until every read section that runs now is over
 * @ssp: the domain
 *
 * In a read section of the same domain this is a fatal report, rule "self-deadlock".
 *
 * Context: Process context, not a reader of @ssp. Sleeps.
 */
void synchronize_srcu(struct srcu_struct *ssp)
{
	struct task_struct *t = current;
	unsigned int phase;

	might_sleep();
	check_not_reader(ssp);
	mutex_lock(&ssp->mutex);
	if (ls_exploring()) {
		ls_sleep_begin(t);
		explore_synchronize(ssp);
		ls_sleep_end(t);
		mutex_unlock(&ssp->mutex);
		return;
	}
	__atomic_fetch_add(&ssp->seq, 1, __ATOMIC_SEQ_CST);
	ls_sleep_begin(t);
	phase = ssp->idx & 1;
	wait_empty(ssp, !phase);
	__atomic_fetch_add(&ssp->idx, 1, __ATOMIC_SEQ_CST);
	wait_empty(ssp, phase);
	ls_sleep_end(t);
	__atomic_fetch_add(&ssp->seq, 1, __ATOMIC_SEQ_CST);
	mutex_unlock(&ssp->mutex);
}

/**
 * ls_srcu_work() - run the callbacks of a domain
 * @work: its work
 *
 * Context: Process context. Sleeps.
 */
void ls_srcu_work(struct work_struct *work)
{
	struct srcu_struct *ssp = container_of(work, struct srcu_struct, work);
	struct rcu_head *head, *next, *in_order = NULL;

	spin_lock_irq(&ssp->lock);
	head = ssp->callbacks;
	ssp->callbacks = NULL;
	spin_unlock_irq(&ssp->lock);
	if (!head)
		return;
	synchronize_srcu(ssp);
	for (; head; head = next) {
		next = head->next;
		head->next = in_order;
		in_order = head;
	}
	for (head = in_order; head; head = next) {
		next = head->next;
		local_bh_disable();
		head->func(head);
		local_bh_enable();
	}
}

/**
 * call_srcu() - call a function after a grace period of a domain
 * @ssp: the domain
 * @head: in the object
 * @func: called with softirqs off; must not sleep
 *
 * Context: Any.
 */
void call_srcu(struct srcu_struct *ssp, struct rcu_head *head, rcu_callback_t func)
{
	unsigned long flags;

	head->func = func;
	spin_lock_irqsave(&ssp->lock, flags);
	head->next = ssp->callbacks;
	ssp->callbacks = head;
	spin_unlock_irqrestore(&ssp->lock, flags);
	queue_work(system_unbound_wq, &ssp->work);
}

/**
 * srcu_barrier() - wait until all callbacks handed over so far have run
 * @ssp: the domain
 *
 * Context: Process context. Sleeps.
 */
void srcu_barrier(struct srcu_struct *ssp)
{
	flush_work(&ssp->work);
}

/**
 * srcu_read_lock_held() - is the caller in a read section of the domain?
 * @ssp: the domain
 *
 * Context: Any.
 * Return: non-zero if it is; also when lock validation is off.
 */
int srcu_read_lock_held(const struct srcu_struct *ssp)
{
	return debug_lockdep_rcu_enabled() ? lock_is_held(&ssp->dep_map) : 1;
}

/**
 * get_state_synchronize_srcu() - a cookie for "a grace period from now on"
 * @ssp: the domain
 *
 * Context: Any.
 * Return: the cookie.
 */
unsigned long get_state_synchronize_srcu(struct srcu_struct *ssp)
{
	ls_point(LS_OP_LOAD, &ssp->seq);
	/* Odd while one runs, which began too early to count. */
	return ((__atomic_load_n(&ssp->seq, __ATOMIC_SEQ_CST) + 1) & ~1UL) + 2;
}

/**
 * poll_state_synchronize_srcu() - is the grace period of a cookie over?
 * @ssp: the domain
 * @cookie: the cookie
 *
 * Context: Any.
 * Return: true if it is.
 */
bool poll_state_synchronize_srcu(struct srcu_struct *ssp, unsigned long cookie)
{
	ls_point(LS_OP_LOAD, &ssp->seq);
	return (long)(__atomic_load_n(&ssp->seq, __ATOMIC_SEQ_CST) - cookie) >= 0;
}

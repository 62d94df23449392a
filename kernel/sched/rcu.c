// SPDX-License-Identifier: MIT
/*
 * RCU over the seam's grace periods.
 *
 * kfree_rcu() collects objects in a few slots; each slot has at most one
 * callback with the seam, and whatever comes while it waits shares the next
 * grace period.
 */
#include <linux/rcupdate.h>
#include <linux/lockdep.h>
#include <linux/slab.h>
#include <linux/workqueue.h>
#include "internal.h"

#define SLOTS 8

struct slot {
	struct ls_gate gate;
	bool in_flight;
	struct rcu_head *queue;	  /* for the next grace period */
	struct rcu_head *waiting; /* for the one that runs */
	struct os_rcu_head head;
} ____cacheline_aligned;

static struct slot slots[SLOTS];

/* Grace periods begun, and the last one that is over, for the polling calls. */
static unsigned long gp_begun, gp_done;

/**
 * rcu_read_lock() - begin a read section
 *
 * Context: Any. Sections nest; a task must not sleep in one.
 */
void rcu_read_lock(void)
{
	struct task_struct *t = current;

	if (t->rcu_depth++)
		return;
	/* In a preempt_disable() section already: grace periods wait for that one. */
	if (!ls_exploring() || !t->rcu_nest)
		ls_point(LS_OP_RCU, ls_rcu_begin_of(t));
	t->rcu_ip = _RET_IP_;
	ls_rcu_enter(t);
}

/**
 * rcu_read_unlock() - end a read section
 *
 * Context: Any, in a read section.
 */
void rcu_read_unlock(void)
{
	struct task_struct *t = current;

	if (WARN_ON_ONCE(t->rcu_depth <= 0))
		return;
	if (--t->rcu_depth)
		return;
	ls_rcu_exit(t);
}

/**
 * preempt_disable() - begin a section in which the task must not sleep
 *
 * Excludes nobody else: as on a machine with many processors, the other tasks go on. But
 * synchronize_rcu() waits for its end.
 *
 * Context: Any. Sections nest.
 */
void preempt_disable(void)
{
	struct task_struct *t = current;

	/* Remembered for the report of a sleep. */
	if (!t->preempt_count++)
		t->preempt_ip = _RET_IP_;
	if (!t->preempt_readers++)
		ls_rcu_enter(t);
	barrier();
}

/**
 * preempt_enable() - end a section that preempt_disable() began
 *
 * Context: Any, in such a section.
 */
void preempt_enable(void)
{
	struct task_struct *t = current;

	barrier();
	t->preempt_count--;
	/* Beneath zero the count tells of it: see the check at the end of each item and task. */
	if (t->preempt_readers > 0 && !--t->preempt_readers)
		ls_rcu_exit(t);
}

/**
 * ls_preempt_reset() - end all sections of a task that ends, or went wrong
 * @t: the current task
 *
 * Context: Any.
 */
void ls_preempt_reset(struct task_struct *t)
{
	t->preempt_count = 0;
	if (t->preempt_readers) {
		t->preempt_readers = 0;
		ls_rcu_exit(t);
	}
}

static void check_not_reader(const char *call)
{
	struct task_struct *t = current;
	struct ls_report r;

	if (likely(!t->rcu_depth))
		return;
	ls_report_init(&r, LS_DEADLOCK, "self-deadlock",
		       "a reader must not wait for the end of its own read section");
	snprintf(r.object, sizeof(r.object), "RCU");
	snprintf(r.what, sizeof(r.what), "%s in a read section (depth %d) waits for ever", call,
		 t->rcu_depth);
	snprintf(r.holder, sizeof(r.holder), "rcu_read_lock() of this task");
	r.holder_trace.pid = t->pid;
	__get_task_comm(r.holder_trace.comm, sizeof(r.holder_trace.comm), t);
	r.holder_trace.nr = 1;
	r.holder_trace.pc[0] = t->rcu_ip;
	ls_report_fatal(&r);
}

/**
 * synchronize_rcu() - wait until every read section that runs now is over
 *
 * In a read section of the caller's own this is a fatal report, rule "self-deadlock".
 *
 * Context: Process context. Sleeps.
 */
void synchronize_rcu(void)
{
	struct task_struct *t = current;
	unsigned long n, done;

	check_not_reader("synchronize_rcu()");
	might_sleep();
	ls_sleep_begin(t);
	if (ls_exploring()) {
		n = ls_rcu_explore_synchronize(&gp_begun);
	} else {
		n = __atomic_add_fetch(&gp_begun, 1, __ATOMIC_SEQ_CST);
		ls_seam->rcu_synchronize();
	}
	ls_sleep_end(t);
	done = __atomic_load_n(&gp_done, __ATOMIC_RELAXED);
	while ((long)(n - done) > 0 &&
	       !__atomic_compare_exchange_n(&gp_done, &done, n, true, __ATOMIC_SEQ_CST,
					    __ATOMIC_RELAXED))
		;
}

/* Callbacks run in softirq context, as they may in the kernel: they must not sleep. */
void ls_rcu_run(struct rcu_head *head, rcu_callback_t func)
{
	struct task_struct *t = current;

	__preempt_count_add(SOFTIRQ_OFFSET);
	func(head);
	if (WARN_ON_ONCE(t->preempt_count != SOFTIRQ_OFFSET)) {
		ls_preempt_reset(t);
		t->preempt_count = SOFTIRQ_OFFSET;
	}
	__preempt_count_sub(SOFTIRQ_OFFSET);
}

static void run_callback(struct os_rcu_head *os)
{
	struct rcu_head *head = container_of((void *)os, struct rcu_head, ls_seam_words);
	struct task_struct *t = current;

	if (!(t->ls_flags & LS_TASK_SERVICE)) {
		t->ls_flags |= LS_TASK_SERVICE;
		__set_task_comm(t, "rcu", false);
	}
	ls_rcu_run(head, head->func);
}

/**
 * call_rcu() - call a function after a grace period
 * @head: in the object, untouched until then
 * @func: called in softirq context
 *
 * Context: Any.
 */
void call_rcu(struct rcu_head *head, rcu_callback_t func)
{
	ls_point(LS_OP_QUEUE, head);
	head->func = func;
	if (ls_exploring()) {
		ls_rcu_explore_call(head, func, NULL);
		return;
	}
	ls_seam->rcu_call((struct os_rcu_head *)head->ls_seam_words, run_callback);
}

static void free_batch(struct rcu_head *head)
{
	struct rcu_head *next;

	for (; head; head = next) {
		next = head->next;
		kvfree(head->ls_seam_words[0]);
	}
}

static void slot_done(struct os_rcu_head *os)
{
	struct slot *slot = container_of(os, struct slot, head);
	struct rcu_head *batch;
	bool again;

	ls_gate_lock(&slot->gate);
	batch = slot->waiting;
	slot->waiting = slot->queue;
	slot->queue = NULL;
	again = slot->in_flight = slot->waiting != NULL;
	ls_gate_unlock(&slot->gate);
	if (again)
		ls_seam->rcu_call(&slot->head, slot_done);

	__preempt_count_add(SOFTIRQ_OFFSET);
	free_batch(batch);
	__preempt_count_sub(SOFTIRQ_OFFSET);
}

/**
 * ls_kvfree_call_rcu() - behind kfree_rcu(ptr, member)
 * @head: in the object
 * @ptr: the object, from kmalloc or vmalloc
 *
 * Context: Any.
 */
void ls_kvfree_call_rcu(struct rcu_head *head, void *ptr)
{
	struct slot *slot = &slots[current->cpu % SLOTS];
	bool start;

	ls_point(LS_OP_QUEUE, ptr);
	if (ls_exploring()) {
		ls_rcu_explore_call(head, NULL, ptr);
		return;
	}
	head->ls_seam_words[0] = ptr;
	ls_gate_lock(&slot->gate);
	start = !slot->in_flight;
	if (start) {
		head->next = NULL;
		slot->waiting = head;
		slot->in_flight = true;
	} else {
		head->next = slot->queue;
		slot->queue = head;
	}
	ls_gate_unlock(&slot->gate);
	if (start)
		ls_seam->rcu_call(&slot->head, slot_done);
}

/**
 * ls_kvfree_rcu_mightsleep() - wait for a grace period, then free
 * @ptr: from kmalloc or vmalloc, may be NULL
 *
 * Context: Process context. Sleeps.
 */
void ls_kvfree_rcu_mightsleep(void *ptr)
{
	if (!ptr)
		return;
	synchronize_rcu();
	kvfree(ptr);
}

static bool slots_busy(void)
{
	bool busy = false;
	int i;

	for (i = 0; i < SLOTS; i++) {
		ls_gate_lock(&slots[i].gate);
		busy |= slots[i].in_flight;
		ls_gate_unlock(&slots[i].gate);
	}
	return busy;
}

/**
 * rcu_barrier() - wait until all callbacks handed over so far have run
 *
 * Objects given to kfree_rcu() are freed then, too.
 *
 * Context: Process context. Sleeps.
 */
void rcu_barrier(void)
{
	struct task_struct *t = current;

	check_not_reader("rcu_barrier()");
	might_sleep();
	ls_sleep_begin(t);
	if (ls_exploring()) {
		ls_rcu_explore_barrier();
	} else {
		ls_seam->rcu_barrier();
		/* One more for what queued up behind a batch that was on its way. */
		if (slots_busy())
			ls_seam->rcu_barrier();
	}
	ls_sleep_end(t);
}

/**
 * kvfree_rcu_barrier() - wait until all objects given to kfree_rcu() so far are freed
 *
 * Context: Process context. Sleeps.
 */
void kvfree_rcu_barrier(void)
{
	rcu_barrier();
}

/**
 * get_state_synchronize_rcu() - a cookie for "a grace period from now on"
 *
 * Context: Any.
 * Return: the cookie.
 */
unsigned long get_state_synchronize_rcu(void)
{
	/* A write, though it is none: it has to come before or after each end of a grace period. */
	ls_point(LS_OP_RMW, &ls_rcu_polls);
	return __atomic_load_n(&gp_begun, __ATOMIC_SEQ_CST) + 1;
}

static void poll_work_fn(struct work_struct *work)
{
	synchronize_rcu();
}

static DECLARE_WORK(poll_work, poll_work_fn);

/**
 * start_poll_synchronize_rcu() - get a cookie, and see to it that the grace period comes
 *
 * Context: Any.
 * Return: the cookie.
 */
unsigned long start_poll_synchronize_rcu(void)
{
	unsigned long cookie = get_state_synchronize_rcu();

	queue_work(system_unbound_wq, &poll_work);
	return cookie;
}

/**
 * poll_state_synchronize_rcu() - is the grace period of a cookie over?
 * @oldstate: the cookie
 *
 * Context: Any.
 * Return: true if it is.
 */
bool poll_state_synchronize_rcu(unsigned long oldstate)
{
	ls_point(LS_OP_RMW, &ls_rcu_polls);
	return (long)(__atomic_load_n(&gp_done, __ATOMIC_SEQ_CST) - oldstate) >= 0;
}

/**
 * cond_synchronize_rcu() - wait for the grace period of a cookie unless it is over
 * @oldstate: the cookie
 *
 * Context: Process context. Sleeps.
 */
void cond_synchronize_rcu(unsigned long oldstate)
{
	if (!poll_state_synchronize_rcu(oldstate))
		synchronize_rcu();
}

/**
 * debug_lockdep_rcu_enabled() - are RCU's checks on?
 *
 * Context: Any.
 * Return: non-zero if they are.
 */
int debug_lockdep_rcu_enabled(void)
{
	return ls_checking(LS_CHECK_LOCKDEP) && !ls_lockdep_recursing(current);
}

// SPDX-License-Identifier: MIT
/*
 * Locks and the end of things: of tasks, of memory, of a run.
 */

#include "lockdep_internals.h"
#include <linux/export.h>
#include <linux/kernel.h>
#include <lockstep/boot.h>
#include <lockstep/os.h>

/**
 * ls_lockdep_init() - start the validator
 *
 * Context: Boot, once.
 * Return: 0.
 */
int ls_lockdep_init(void)
{
	debug_locks = 1;
	return 0;
}

void lockdep_init(void)
{
}

/**
 * ls_lockdep_reset() - forget what was learnt about the order of locks
 *
 * The order lives across the cases of a module unless this is called. Classes stay.
 *
 * Context: Any; no other task takes locks meanwhile.
 */
void ls_lockdep_reset(void)
{
	struct ls_lockdep_task *lt = &current->lockdep;

	lt->recursion++;
	ls_graph_reset();
	ls_chain_cache_reset();
	lt->recursion--;
}
EXPORT_SYMBOL_GPL(ls_lockdep_reset);

/**
 * lockdep_reset() - the kernel's name for ls_lockdep_reset()
 *
 * Context: As ls_lockdep_reset().
 */
void lockdep_reset(void)
{
	ls_lockdep_reset();
}
EXPORT_SYMBOL_GPL(lockdep_reset);

/**
 * lockdep_init_task() - a new task holds nothing
 * @task: the task, zeroed
 *
 * Context: Any.
 */
void lockdep_init_task(struct task_struct *task)
{
	task->lockdep.depth = 0;
	task->lockdep.recursion = 0;
	task->lockdep.overflow = 0;
	task->lockdep.chain_key = 0;
	task->lockdep.blocked = NULL;
	task->lockdep.ww_held.next = NULL;
	task->lockdep.held = task->lockdep.few;
	task->lockdep.room = LS_HELD_FEW;
}

/**
 * lockdep_free_task() - a task's memory is about to be given back
 * @task: the task; nobody but RCU readers can still have come by it
 *
 * Context: Any, behind a grace period if tasks run at once.
 */
void lockdep_free_task(struct task_struct *task)
{
	struct held_lock *held = task->lockdep.held;

	if (held == task->lockdep.few)
		return;
	task->lockdep.held = task->lockdep.few;
	os_free(held);
}

/**
 * lockdep_off() - the validator ignores the current task until lockdep_on(); nests
 *
 * Context: Any.
 */
void lockdep_off(void)
{
	current->lockdep.recursion++;
}
EXPORT_SYMBOL_GPL(lockdep_off);

/**
 * lockdep_on() - undo lockdep_off()
 *
 * Context: Any.
 */
void lockdep_on(void)
{
	current->lockdep.recursion--;
}
EXPORT_SYMBOL_GPL(lockdep_on);

/**
 * ls_lockdep_depth() - how many locks a task holds
 * @tsk: the current task, or one that has ended
 *
 * Context: Any.
 * Return: the number; locks of one acquire context count once.
 */
unsigned int ls_lockdep_depth(struct task_struct *tsk)
{
	return ls_checking(LS_CHECK_LOCKDEP) ? tsk->lockdep.depth : 0;
}
EXPORT_SYMBOL_GPL(ls_lockdep_depth);

/**
 * ls_lockdep_recursing() - is the validator off or at work for a task
 * @tsk: the current task
 *
 * Context: Any.
 * Return: true if so.
 */
bool ls_lockdep_recursing(struct task_struct *tsk)
{
	return tsk->lockdep.recursion != 0;
}
EXPORT_SYMBOL_GPL(ls_lockdep_recursing);

int debug_locks_off(void)
{
	return 0;
}
EXPORT_SYMBOL_GPL(debug_locks_off);

static const struct held_lock *ls_innermost_atomic(void)
{
	struct ls_lockdep_task *lt = &current->lockdep;
	unsigned int i;

	for (i = lt->depth; i-- > 0;) {
		u8 kind = lt->held[i].instance->ls_kind;

		if (kind == LS_LOCK_SPIN || kind == LS_LOCK_RWLOCK)
			return &lt->held[i];
	}
	return NULL;
}

/**
 * ls_lockdep_atomic_trace() - where the current task took its innermost spinlock
 *
 * Context: Any. Good until that lock is released.
 * Return: the trace, NULL if it holds none.
 */
const struct ls_trace *ls_lockdep_atomic_trace(void)
{
	const struct held_lock *h = ls_innermost_atomic();

	return h ? h->trace : NULL;
}

/**
 * ls_lockdep_atomic_name() - name of that spinlock
 *
 * Context: Any.
 * Return: the name, "" if the task holds none.
 */
const char *ls_lockdep_atomic_name(void)
{
	const struct held_lock *h = ls_innermost_atomic();

	return h ? h->class->name : "";
}

/**
 * ls_lockdep_may_sleep_here() - a lock that sleeps may be taken here
 *
 * As in the kernel, held spinlocks, read sections and interrupts count; that preemption
 * or interrupts are off does not, as long as nobody really sleeps.
 */
void ls_lockdep_may_sleep_here(void)
{
	struct task_struct *me = current;

	if (me->lockdep.recursion || me->sleep_reported)
		return;
	if (me->rcu_depth || in_hardirq() || in_serving_softirq() || ls_innermost_atomic())
		__might_sleep("might_lock()", 0);
}

/* Was it released behind the task's back? Shared locks do not know who has them. */
static bool ls_still_held(struct task_struct *tsk, struct lockdep_map *map, int read)
{
	switch (map->ls_kind) {
	case LS_LOCK_MUTEX:
		return ls_mutex_owner_now(container_of(map, struct mutex, dep_map)) == tsk;
	case LS_LOCK_SPIN:
		return __atomic_load_n(&container_of(map, raw_spinlock_t, dep_map)->owner,
				       __ATOMIC_RELAXED) == tsk;
	case LS_LOCK_RWLOCK:
		return read || __atomic_load_n(&container_of(map, rwlock_t, dep_map)->owner,
					       __ATOMIC_RELAXED) == tsk;
	case LS_LOCK_RWSEM:
		return read || __atomic_load_n(&container_of(map, struct rw_semaphore,
							     dep_map)->owner,
					       __ATOMIC_RELAXED) == tsk;
	default:
		return false; /* an annotation: nobody waits for it */
	}
}

/* Calls @fn for each lock of @tsk, also those that share one entry. */
static unsigned int ls_for_each_held(struct task_struct *tsk,
				     void (*fn)(struct task_struct *tsk, struct lockdep_map *map,
						int read, const struct ls_trace *at))
{
	struct ls_lockdep_task *lt = &tsk->lockdep;
	struct ls_ww_link *head = &lt->ww_held, *link, *next;
	unsigned int nr = 0, i;

	for (link = head->next; link && link != head; link = next) {
		struct mutex *m = container_of(link, struct mutex, ww_link);

		next = link->next;
		nr++;
		fn(tsk, &m->dep_map, 0, &m->acquired);
	}
	for (i = lt->depth; i-- > 0;) {
		struct held_lock *h = &lt->held[i];
		struct lockdep_map *map = h->instance;

		if (map->ls_kind == LS_LOCK_MUTEX &&
		    container_of(map, struct mutex, dep_map)->ww_link.next)
			continue; /* seen above */
		if (!ls_still_held(tsk, map, h->read))
			continue;
		nr++;
		fn(tsk, map, h->read, h->trace);
	}
	return nr;
}

static void ls_report_held(struct task_struct *tsk, struct lockdep_map *map, int read,
			   const struct ls_trace *at)
{
	struct ls_report r;

	ls_report_init(&r, LS_LEAK, "lock-held", "a task releases its locks before it ends");
	ls_map_describe(r.object, sizeof(r.object), map);
	r.lock = ls_map_lock(map);
	snprintf(r.what, sizeof(r.what), "task %d (%.15s) ends while it holds the lock%s", tsk->pid,
		 tsk->comm, read ? " shared" : "");
	if (at && at->nr) {
		r.holder_trace = *at;
		ls_report_say_holder(&r, at->pid);
		ls_trace_to_stack(&r.stack, at);
	}
	ls_report_emit(&r);
}

/**
 * ls_lockdep_held_report() - report each lock a task holds as a leak
 * @tsk: the current task, or one that has ended
 *
 * Context: Any.
 * Return: how many.
 */
unsigned int ls_lockdep_held_report(struct task_struct *tsk)
{
	unsigned int nr;

	if (!ls_checking(LS_CHECK_LOCKDEP))
		return 0;
	current->lockdep.recursion++;
	nr = ls_for_each_held(tsk, ls_report_held);
	current->lockdep.recursion--;
	return nr;
}

static void ls_force_unlock(struct task_struct *tsk, struct lockdep_map *map, int read,
			    const struct ls_trace *at)
{
	struct mutex *m;

	switch (map->ls_kind) {
	case LS_LOCK_MUTEX:
		m = container_of(map, struct mutex, dep_map);
		/* a plain mutex has nothing behind it */
		if (m->ww_link.next && m->ww_link.ctx)
			__atomic_store_n(&container_of(m, struct ww_mutex, base)->ctx, NULL,
					 __ATOMIC_RELAXED);
		ls_mutex_force_unlock(m, tsk);
		break;
	case LS_LOCK_SPIN:
		ls_spin_force_unlock(container_of(map, raw_spinlock_t, dep_map), tsk);
		break;
	case LS_LOCK_RWLOCK:
		ls_rwlock_force_unlock(container_of(map, rwlock_t, dep_map), read);
		break;
	case LS_LOCK_RWSEM:
		ls_rwsem_force_unlock(container_of(map, struct rw_semaphore, dep_map), read);
		break;
	}
}

/**
 * ls_lockdep_task_exit() - a task ends: whatever it still holds is released
 * @tsk: the task, normally the current one
 *
 * Locks taken while locking was not checked are not known here and stay taken.
 *
 * Context: Task, its last act with locks.
 * Return: how many locks it held.
 */
unsigned int ls_lockdep_task_exit(struct task_struct *tsk)
{
	unsigned int nr;

	tsk->lockdep.recursion++;
	nr = ls_for_each_held(tsk, ls_force_unlock);
	tsk->lockdep.depth = 0;
	tsk->lockdep.chain_key = 0;
	tsk->lockdep.overflow = 0;
	tsk->lockdep.ww_held.next = NULL;
	tsk->lockdep.blocked_nested = 0;
	ls_block_end();
	tsk->lockdep.recursion = 0;
	return nr;
}

/**
 * debug_show_held_locks() - print the locks of a task
 * @task: the current task
 *
 * Context: Any.
 */
void debug_show_held_locks(struct task_struct *task)
{
	struct ls_lockdep_task *lt = &task->lockdep;
	unsigned int i;

	pr_info("%u locks held by %s/%d:\n", lt->depth, task->comm, task->pid);
	for (i = 0; i < lt->depth; i++)
		pr_info(" #%u: %s\n", i, lt->held[i].class->name);
}
EXPORT_SYMBOL_GPL(debug_show_held_locks);

static void ls_show_task(struct task_struct *task, void *arg)
{
	if (task->lockdep.depth)
		debug_show_held_locks(task);
}

/**
 * debug_show_all_locks() - print the locks of all tasks
 *
 * Context: Any; the answer is only exact for tasks that sleep.
 */
void debug_show_all_locks(void)
{
	ls_for_each_task(ls_show_task, NULL);
}
EXPORT_SYMBOL_GPL(debug_show_all_locks);

/**
 * debug_check_no_locks_freed() - memory goes away, or is made into something new
 * @from: of the memory
 * @len: bytes
 *
 * Reports a lock in it that the current task holds.
 *
 * Context: Any.
 */
void debug_check_no_locks_freed(const void *from, unsigned long len)
{
	struct ls_lockdep_task *lt = &current->lockdep;
	struct ls_report r;
	unsigned int i;

	if (!ls_checking(LS_CHECK_LOCKDEP) || lt->recursion)
		return;
	for (i = 0; i < lt->depth; i++) {
		struct held_lock *h = &lt->held[i];

		if ((unsigned long)h->instance - (unsigned long)from >= len)
			continue;
		lt->recursion++;
		ls_report_init(&r, LS_MISUSE, "lock-destroyed",
			       "a lock is destroyed only while nobody holds it");
		ls_report_stack(&r, __builtin_frame_address(0));
		ls_map_describe(r.object, sizeof(r.object), h->instance);
		r.lock = ls_map_lock(h->instance);
		snprintf(r.what, sizeof(r.what), "its memory is freed or made anew while it is held");
		if (h->trace->nr) {
			r.holder_trace = *h->trace;
			ls_report_say_holder(&r, h->trace->pid);
		}
		ls_report_emit(&r);
		lt->recursion--;
		return;
	}
}
EXPORT_SYMBOL_GPL(debug_check_no_locks_freed);

/**
 * debug_check_no_locks_held() - the current task must hold nothing
 *
 * Context: Any.
 */
void debug_check_no_locks_held(void)
{
	if (current->lockdep.depth)
		ls_lockdep_none_failed();
}
EXPORT_SYMBOL_GPL(debug_check_no_locks_held);

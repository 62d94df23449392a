// SPDX-License-Identifier: MIT
/*
 * What the validator says, and how.
 */

#include "lockdep_internals.h"
#include <linux/kernel.h>
#include <linux/export.h>
#include <linux/string.h>

static const char *const ls_kind_names[] = {
	[LS_LOCK_MAP] = "lock",		 [LS_LOCK_SPIN] = "spinlock",
	[LS_LOCK_RWLOCK] = "rwlock",	 [LS_LOCK_MUTEX] = "mutex",
	[LS_LOCK_RWSEM] = "rwsem",	 [LS_LOCK_PERCPU_RWSEM] = "percpu rwsem",
	[LS_LOCK_SEQCOUNT] = "seqcount",
};

static const char *const ls_usage_names[LS_USAGE_BITS] = {
	"taken in a hard interrupt",
	"taken shared in a hard interrupt",
	"taken with interrupts on",
	"taken shared with interrupts on",
	"taken in a softirq",
	"taken shared in a softirq",
	"taken with softirqs on",
	"taken shared with softirqs on",
};

/**
 * ls_map_lock() - the lock a map is embedded in
 * @map: the map
 *
 * Return: its address, for identity; that of the map if it is only an annotation.
 */
const void *ls_map_lock(const struct lockdep_map *map)
{
	switch (map->ls_kind) {
	case LS_LOCK_SPIN:
		return container_of(map, raw_spinlock_t, dep_map);
	case LS_LOCK_RWLOCK:
		return container_of(map, rwlock_t, dep_map);
	case LS_LOCK_MUTEX:
		return container_of(map, struct mutex, dep_map);
	case LS_LOCK_RWSEM:
		return container_of(map, struct rw_semaphore, dep_map);
	default:
		return map;
	}
}

/* "mutex 'obj->lock'", for the object line of a report. */
const char *ls_map_describe(char *buf, size_t size, const struct lockdep_map *map)
{
	unsigned int kind = map->ls_kind < ARRAY_SIZE(ls_kind_names) ? map->ls_kind : 0;

	if (map->ls_kind == LS_LOCK_MUTEX && ls_name_lock && ls_name_lock(map, buf, size))
		return buf;
	snprintf(buf, size, "%s '%s'", ls_kind_names[kind], map->name ? map->name : "(unnamed)");
	return buf;
}

const char *ls_class_describe(char *buf, size_t size, const struct lock_class *class)
{
	if (class->subclass)
		snprintf(buf, size, "'%s' (level %u)", class->name, class->subclass);
	else
		snprintf(buf, size, "'%s'", class->name);
	return buf;
}

/**
 * ls_stack_from() - call chain of the current task
 * @s: where to
 * @fp: frame of the function whose caller is the innermost entry
 */
void ls_stack_from(struct ls_stack *s, const void *fp)
{
	struct task_struct *me = current;
	const unsigned long low = me->stack_low, span = me->stack_high - me->stack_low;
	const unsigned long *frame = fp;

	s->nr = 0;
	while (s->nr < LS_STACK_MAX && (unsigned long)frame - low < span - 2 * sizeof(long) &&
	       !((unsigned long)frame & 7)) {
		const unsigned long *up = (const unsigned long *)frame[0];

		s->pc[s->nr++] = frame[1];
		if (up <= frame)
			break;
		frame = up;
	}
}

/* Let the report's call chain begin at the caller of the public function. */
void ls_report_stack(struct ls_report *r, const void *fp)
{
	struct ls_stack s;

	ls_stack_from(&s, fp);
	if (s.nr)
		r->stack = s;
}

struct ls_report_part *ls_report_add_part(struct ls_report *r)
{
	return r->nr_parts < LS_PARTS_MAX ? &r->parts[r->nr_parts++] : NULL;
}

static void ls_part_trace(struct ls_report *r, const struct ls_trace *t, const char *what,
			  const struct lock_class *class)
{
	struct ls_report_part *part;
	char name[64];

	if (!t || !t->nr)
		return;
	part = ls_report_add_part(r);
	if (!part)
		return;
	snprintf(part->label, sizeof(part->label), "%s was %s by task %d (%.15s) at",
		 ls_class_describe(name, sizeof(name), class), what, t->pid, t->comm);
	ls_trace_to_stack(&part->stack, t);
}

static void ls_part_edge(struct ls_report *r, const struct lock_edge *edge)
{
	struct ls_report_part *part = ls_report_add_part(r);
	char from[48], to[48];

	if (!part)
		return;
	snprintf(part->label, sizeof(part->label), "%s was taken under %s by task %d (%.15s) at",
		 ls_class_describe(to, sizeof(to), edge->to),
		 ls_class_describe(from, sizeof(from), edge->from), edge->pid, edge->comm);
	part->stack = edge->taken_at;
}

static bool ls_is_fence_map(const struct lock_class *class)
{
	return class->name && !strcmp(class->name, "dma_fence_map");
}

/**
 * ls_report_order() - two classes were taken in both orders
 * @prev: what the task holds
 * @next: what it is taking
 * @path: how @prev was taken after @next before
 * @fp: frame of the public function
 */
void ls_report_order(const struct held_lock *prev, const struct held_lock *next,
		     const struct ls_path *path, const void *fp)
{
	char a[44], b[44];
	struct ls_report r;
	unsigned int i;
	bool fence = ls_is_fence_map(prev->class) || ls_is_fence_map(next->class);

	for (i = 0; i < path->nr; i++)
		fence |= ls_is_fence_map(path->edge[i]->to);
	ls_report_init(&r, LS_ORDER, fence ? "fence-signalling" : "lock-order",
		       fence ? "what is needed to signal a fence must not wait for a fence" :
			       "locks of two classes are always taken in the same order");
	ls_report_stack(&r, fp);
	ls_map_describe(r.object, sizeof(r.object), next->instance);
	r.lock = ls_map_lock(next->instance);
	ls_class_describe(a, sizeof(a), prev->class);
	ls_class_describe(b, sizeof(b), next->class);
	if (path->nr > 1)
		snprintf(r.what, sizeof(r.what),
			 "%s is taken under %s, but %s was taken under %s before, over %u steps", b,
			 a, a, b, path->nr);
	else
		snprintf(r.what, sizeof(r.what),
			 "%s is taken under %s, but %s was taken under %s before", b, a, a, b);
	ls_part_trace(&r, prev->trace, "taken", prev->class);
	for (i = 0; i < path->nr; i++)
		ls_part_edge(&r, path->edge[i]);
	ls_report_emit(&r);
}

/**
 * ls_report_recursion() - a second lock of one class
 * @prev: what the task holds
 * @next: what it is taking
 * @fp: frame of the public function
 */
void ls_report_recursion(const struct held_lock *prev, const struct held_lock *next, const void *fp)
{
	bool same = prev->instance == next->instance;
	struct ls_report r;
	char name[64];

	ls_report_init(&r, LS_ORDER, "recursion",
		       "two locks of one class are held only in nesting levels or under a nest lock");
	ls_report_stack(&r, fp);
	ls_map_describe(r.object, sizeof(r.object), next->instance);
	r.lock = ls_map_lock(next->instance);
	snprintf(r.what, sizeof(r.what),
		 same ? "the task holds this very lock %s already" :
			"the task holds another lock of the class %s already",
		 ls_class_describe(name, sizeof(name), next->class));
	ls_part_trace(&r, prev->trace, "taken", prev->class);
	ls_report_emit(&r);
}

/**
 * ls_report_irq() - an interrupt could wait for the task it interrupted
 * @safe: class that is taken in interrupts
 * @used_bit: how
 * @unsafe: class that is taken with them on
 * @enabled_bit: how
 * @path: how @unsafe comes to be taken under @safe; empty if they are the same
 * @map: lock that is being taken now
 * @fp: frame of the public function
 */
void ls_report_irq(const struct lock_class *safe, int used_bit, const struct lock_class *unsafe,
		   int enabled_bit, const struct ls_path *path, const struct lockdep_map *map,
		   const void *fp)
{
	char a[44], b[44];
	struct ls_report r;
	unsigned int i;

	ls_report_init(&r, LS_ORDER, "irq-safety",
		       "a lock that interrupts take is never taken, nor waited for, with them on");
	ls_report_stack(&r, fp);
	ls_map_describe(r.object, sizeof(r.object), map);
	r.lock = ls_map_lock(map);
	if (safe == unsafe)
		snprintf(r.what, sizeof(r.what), "%s is %s and also %s",
			 ls_class_describe(a, sizeof(a), safe), ls_usage_names[used_bit],
			 ls_usage_names[enabled_bit]);
	else
		snprintf(r.what, sizeof(r.what), "%s is %s, and %s, which is taken under it, is %s",
			 ls_class_describe(a, sizeof(a), safe), ls_usage_names[used_bit],
			 ls_class_describe(b, sizeof(b), unsafe), ls_usage_names[enabled_bit]);
	ls_part_trace(&r, safe->usage_at[used_bit], ls_usage_names[used_bit], safe);
	ls_part_trace(&r, unsafe->usage_at[enabled_bit], ls_usage_names[enabled_bit], unsafe);
	for (i = 0; i < path->nr; i++)
		ls_part_edge(&r, path->edge[i]);
	ls_report_emit(&r);
}

/**
 * ls_report_unlock() - a lock is released wrongly
 * @map: the lock
 * @rule: "wrong-unlocker" or "unlock-not-held"
 * @text: the rule in words
 * @what: what was seen
 * @holder: who holds it, or NULL
 * @at: where it was taken, or NULL
 * @fp: frame of the public function
 */
void ls_report_unlock(struct lockdep_map *map, const char *rule, const char *text, const char *what,
		      struct task_struct *holder, const struct ls_trace *at, const void *fp)
{
	struct ls_lockdep_task *lt = &current->lockdep;
	struct ls_report r;

	lt->recursion++;
	ls_report_init(&r, LS_CONTEXT, rule, text);
	ls_report_stack(&r, fp);
	ls_map_describe(r.object, sizeof(r.object), map);
	r.lock = ls_map_lock(map);
	snprintf(r.what, sizeof(r.what), "%s", what);
	if (at && at->nr) {
		r.holder_trace = *at;
		ls_report_say_holder(&r, holder ? at->pid : 0);
	} else if (holder) {
		/* a task may end at any time: its name is only safe to read from a trace */
		snprintf(r.holder, sizeof(r.holder), "held by another task");
	}
	ls_report_emit(&r);
	lt->recursion--;
}

/**
 * ls_mutex_bad_unlock() - a task unlocks a mutex that it does not hold
 * @lock: the mutex
 * @me: the task
 * @fp: frame of the public function
 *
 * Releases it for whoever does hold it, as a kernel would; but one that is held with an
 * acquire context stays with it, because the context counts its locks.
 */
noinline void ls_mutex_bad_unlock(struct mutex *lock, struct task_struct *me, const void *fp)
{
	struct task_struct *owner = ls_mutex_owner_now(lock);
	const struct ls_trace *at = owner ? &lock->acquired : &lock->released;

	if (ls_checking(LS_CHECK_LOCKDEP))
		ls_report_unlock(&lock->dep_map, owner ? "wrong-unlocker" : "unlock-not-held",
				 owner ? "only the task that took a lock may release it" :
					 "a lock is released only while it is held",
				 owner ? "the mutex is held by another task" :
					 "the mutex is not held",
				 owner, at, fp);
	if (owner && !lock->ww_link.next)
		ls_mutex_unlock_slow(lock);
}

/**
 * ls_mutex_bad_magic() - a mutex is used that is none
 * @lock: the memory
 */
noinline void ls_mutex_bad_magic(struct mutex *lock)
{
	struct ls_report r;

	if (!ls_checking(LS_CHECK_LOCKDEP))
		return;
	ls_report_init(&r, LS_MISUSE, "lock-destroyed",
		       "a lock is used between its initialisation and its destruction");
	ls_map_describe(r.object, sizeof(r.object), &lock->dep_map);
	r.lock = lock;
	snprintf(r.what, sizeof(r.what), "%s", lock->magic ? "the mutex was never initialised, or overwritten" :
					      "the mutex was destroyed, or never initialised");
	ls_report_emit(&r);
}

/**
 * mutex_destroy() - a mutex will not be used again
 * @lock: the mutex, not held by anybody
 *
 * Context: Any. Using it afterwards is reported until it is initialised again.
 */
void mutex_destroy(struct mutex *lock)
{
	struct ls_report r;

	if (ls_checking(LS_CHECK_LOCKDEP) && ls_mutex_owner_now(lock)) {
		ls_report_init(&r, LS_MISUSE, "lock-destroyed",
			       "a lock is destroyed only while nobody holds it");
		ls_map_describe(r.object, sizeof(r.object), &lock->dep_map);
		r.lock = lock;
		snprintf(r.what, sizeof(r.what), "the mutex is locked");
		r.holder_trace = lock->acquired;
		ls_report_say_holder(&r, lock->acquired.pid);
		ls_report_emit(&r);
	}
	lock->magic = NULL;
}
EXPORT_SYMBOL_GPL(mutex_destroy);

/**
 * ls_lockdep_assert_failed() - lockdep_assert_held() and kin found otherwise
 * @lock: map of the lock
 * @how: what was demanded
 *
 * Context: Any.
 */
void ls_lockdep_assert_failed(const struct lockdep_map *lock, enum ls_lock_assert how)
{
	static const char *const what[] = {
		[LS_ASSERT_HELD] = "the current task does not hold the lock",
		[LS_ASSERT_HELD_WRITE] = "the current task does not hold the lock exclusive",
		[LS_ASSERT_HELD_READ] = "the current task does not hold the lock shared",
		[LS_ASSERT_NOT_HELD] = "the current task holds the lock",
	};
	struct ls_report r;

	current->lockdep.recursion++;
	if (how == LS_ASSERT_NOT_HELD)
		ls_report_init(&r, LS_WARN, "assert-not-held",
			       "lockdep_assert_not_held(): the caller does not hold the lock");
	else
		ls_report_init(&r, LS_WARN, "assert-held",
			       "lockdep_assert_held(): the caller holds the lock");
	ls_report_stack(&r, __builtin_frame_address(0));
	ls_map_describe(r.object, sizeof(r.object), lock);
	r.lock = ls_map_lock(lock);
	snprintf(r.what, sizeof(r.what), "%s", what[how]);
	if (lock->ls_kind == LS_LOCK_MUTEX) {
		struct mutex *m = container_of(lock, struct mutex, dep_map);
		bool held = ls_mutex_owner_now(m);
		const struct ls_trace *at = held ? &m->acquired : &m->released;

		if (at->nr) {
			r.holder_trace = *at;
			ls_report_say_holder(&r, held ? at->pid : 0);
		}
	}
	ls_report_emit(&r);
	current->lockdep.recursion--;
}
EXPORT_SYMBOL_GPL(ls_lockdep_assert_failed);

/**
 * ls_lockdep_none_failed() - lockdep_assert_none_held_once() found some
 *
 * Context: Any.
 */
void ls_lockdep_none_failed(void)
{
	struct ls_lockdep_task *lt = &current->lockdep;
	struct ls_report r;
	unsigned int i;

	if (!ls_checking(LS_CHECK_LOCKDEP) || !lt->depth)
		return;
	lt->recursion++;
	ls_report_init(&r, LS_WARN, "assert-not-held",
		       "lockdep_assert_none_held(): the caller holds no lock");
	ls_report_stack(&r, __builtin_frame_address(0));
	ls_map_describe(r.object, sizeof(r.object), lt->held[lt->depth - 1].instance);
	snprintf(r.what, sizeof(r.what), "the current task holds %u", lt->depth);
	for (i = lt->depth; i-- > 0;)
		ls_part_trace(&r, lt->held[i].trace, "taken", lt->held[i].class);
	ls_report_emit(&r);
	lt->recursion--;
}
EXPORT_SYMBOL_GPL(ls_lockdep_none_failed);

/**
 * lockdep_rcu_suspicious() - an RCU pointer is followed without protection
 * @file: where
 * @line: where
 * @s: what is wrong
 *
 * Context: Any.
 */
void lockdep_rcu_suspicious(const char *file, const int line, const char *s)
{
	struct ls_report r;

	if (!ls_checking(LS_CHECK_LOCKDEP))
		return;
	current->lockdep.recursion++;
	ls_report_init(&r, LS_WARN, "rcu-usage",
		       "an RCU pointer is followed in a read section or under its lock");
	ls_report_stack(&r, __builtin_frame_address(0));
	snprintf(r.what, sizeof(r.what), "%s (%s:%d)", s, file, line);
	ls_report_emit(&r);
	current->lockdep.recursion--;
}
EXPORT_SYMBOL_GPL(lockdep_rcu_suspicious);

// SPDX-License-Identifier: MIT
/*
 * The validator's fast half: which locks a task holds.
 *
 * Every acquisition extends a hash over the classes held, the chain key. A chain that was
 * validated once is found in a table and costs nothing more; only a new one goes to
 * the graph (lockdep_graph.c).
 */

#include "lockdep_internals.h"
#include <linux/export.h>
#include <linux/preempt.h>
#include <lockstep/explore.h>

#define LS_CHAIN_BITS  16
#define LS_CHAIN_SLOTS (1u << LS_CHAIN_BITS)
#define LS_CHAIN_PROBE 8
#define LS_CHAIN_NEAR  512

int debug_locks = 1;
int debug_locks_silent;

/*
 * A set of keys. Losing one costs a validation, so there are no locks and no growth. The first
 * ones lie close together, a cache line to a hash: what an explorer has to put back between
 * two executions is then a page, not a page for each chain.
 */
static u64 ls_chains_near[LS_CHAIN_NEAR] __aligned(4096);
static u64 ls_chains[LS_CHAIN_SLOTS];

static __always_inline u64 ls_chain_key(u64 key, u32 id, u32 how)
{
	key ^= ((u64)id << 8 | how) + 1;
	key *= 0x9e3779b97f4a7c15ULL;
	return key ^ key >> 32;
}

/* Under an explorer in one page: it has to be put back before each execution. */
static __always_inline unsigned int ls_chain_slot(u64 key)
{
	return ls_exploring() ? key >> (64 - 9) : key >> (64 - LS_CHAIN_BITS);
}

static __always_inline u64 *ls_chain_line(u64 key)
{
	return &ls_chains_near[(key & (LS_CHAIN_NEAR - 1)) & ~(LS_CHAIN_PROBE - 1ULL)];
}

static noinline bool ls_chain_known_far(u64 key)
{
	unsigned int i, at = key >> (64 - LS_CHAIN_BITS);

	for (i = 0; i < LS_CHAIN_PROBE; i++) {
		u64 seen = __atomic_load_n(&ls_chains[(at + i) & (LS_CHAIN_SLOTS - 1)],
					   __ATOMIC_RELAXED);

		if (seen == key)
			return true;
		if (!seen)
			return false;
	}
	return false;
}

static __always_inline bool ls_chain_known(u64 key)
{
	const u64 *line = ls_chain_line(key);
	unsigned int i;

	for (i = 0; i < LS_CHAIN_PROBE; i++) {
		u64 seen = __atomic_load_n(&line[i], __ATOMIC_RELAXED);

		if (seen == key)
			return true;
		if (!seen)
			return false;
	}
	return ls_chain_known_far(key);
}

static bool ls_chain_put(u64 *slot, u64 key)
{
	u64 none = 0;

	return __atomic_compare_exchange_n(slot, &none, key, false, __ATOMIC_RELAXED,
					   __ATOMIC_RELAXED) || none == key;
}

static void ls_chain_remember(u64 key)
{
	unsigned int i, at = key >> (64 - LS_CHAIN_BITS);
	u64 *line = ls_chain_line(key);

	for (i = 0; i < LS_CHAIN_PROBE; i++) {
		if (ls_chain_put(&line[i], key))
			return;
	}
	for (i = 0; i < LS_CHAIN_PROBE; i++) {
		if (ls_chain_put(&ls_chains[(at + i) & (LS_CHAIN_SLOTS - 1)], key))
			return;
	}
	__atomic_store_n(&ls_chains[at], key, __ATOMIC_RELAXED);
}

/* The graph was emptied: every chain has to be learnt anew. */
void ls_chain_cache_reset(void)
{
	unsigned int i;

	for (i = 0; i < LS_CHAIN_NEAR; i++)
		__atomic_store_n(&ls_chains_near[i], 0, __ATOMIC_RELAXED);
	for (i = 0; i < LS_CHAIN_SLOTS; i++)
		__atomic_store_n(&ls_chains[i], 0, __ATOMIC_RELAXED);
}

static __always_inline u32 ls_how(const struct held_lock *h)
{
	return h->read;
}

/* What taking a lock here says about the use of its class with interrupts. */
static __always_inline u32 ls_usage_now(const struct task_struct *me, int read, int trylock)
{
	unsigned int pc = me->preempt_count;
	u32 want = 0, shift = read ? 1 : 0;

	if (unlikely(pc & HARDIRQ_MASK)) {
		if (!trylock)
			want = LS_USED_IN_HARDIRQ << shift;
		return want;
	}
	if (unlikely(pc & SOFTIRQ_OFFSET)) {
		if (!trylock)
			want = LS_USED_IN_SOFTIRQ << shift;
		if (!me->irqs_off)
			want |= LS_ENABLED_HARDIRQ << shift;
		return want;
	}
	if (!me->irqs_off) {
		want = LS_ENABLED_HARDIRQ << shift;
		if (!(pc & SOFTIRQ_MASK))
			want |= LS_ENABLED_SOFTIRQ << shift;
	}
	return want;
}

static __always_inline u8 ls_irq_context(const struct task_struct *me)
{
	unsigned int pc = me->preempt_count;

	return unlikely(pc & HARDIRQ_MASK) ? 2 : unlikely(pc & SOFTIRQ_OFFSET) ? 1 : 0;
}

/*
 * All tasks carry room for a few locks, those that hold more get it for as many as there may be.
 * Others may be reading what the task holds while it is about to sleep; @few stays as it was.
 */
static noinline bool ls_held_grow(struct ls_lockdep_task *lt)
{
	struct held_lock *held;
	unsigned int i;

	if (lt->room == MAX_LOCK_DEPTH)
		return false;
	held = os_alloc(MAX_LOCK_DEPTH * sizeof(*held));
	if (!held)
		return false;
	for (i = 0; i < lt->depth; i++) {
		held[i] = lt->few[i];
		if (held[i].trace == &lt->few[i].own)
			held[i].trace = &held[i].own;
	}
	__atomic_store_n(&lt->held, held, __ATOMIC_RELEASE);
	lt->room = MAX_LOCK_DEPTH;
	return true;
}

static noinline void ls_too_deep(struct ls_lockdep_task *lt, const void *fp)
{
	struct ls_report r;

	if (lt->overflow++)
		return;
	lt->recursion++;
	ls_report_init(&r, LS_MISUSE, "lock-depth",
		       "a task may hold at most 48 locks that have no common nest lock");
	ls_report_stack(&r, fp);
	snprintf(r.object, sizeof(r.object), "task %d (%.15s)", r.pid, r.comm);
	snprintf(r.what, sizeof(r.what), "locks beyond the %u held ones are not checked",
		 lt->depth);
	ls_report_emit(&r);
	lt->recursion--;
}

/**
 * __ls_lock_acquire() - a task is about to take a lock, or took it by a trylock
 * @map: the lock
 * @subclass: nesting level
 * @trylock: it did not and will not wait
 * @read: 0 exclusive, 1 shared, 2 shared and recursive
 * @check: validate the order
 * @nest: lock that orders those of this class, or NULL
 * @keep: where the caller will record the call chain, or NULL to record it here
 * @fp: frame of the public function
 */
void __ls_lock_acquire(struct lockdep_map *map, unsigned int subclass, int trylock, int read,
		       int check, struct lockdep_map *nest, const struct ls_trace *keep,
		       const void *fp)
{
	struct task_struct *me = current;
	struct ls_lockdep_task *lt = &me->lockdep;
	struct lock_class *class = NULL;
	struct held_lock *h;
	u64 key = 0;
	u32 want;

	if (unlikely(lt->recursion || map->key == &__lockdep_no_track__))
		return;
	if (likely(subclass < NR_LOCKDEP_CACHING_CLASSES))
		class = __atomic_load_n(&map->class_cache[subclass], __ATOMIC_ACQUIRE);
	if (unlikely(!class)) {
		lt->recursion++;
		class = ls_class_find(map, subclass);
		lt->recursion--;
		if (!class)
			return;
	}

	h = &lt->held[lt->depth];
	if (lt->depth) {
		if (nest && h[-1].class == class && h[-1].nest_lock == nest) {
			h[-1].references = h[-1].references ? h[-1].references + 1 : 2;
			return;
		}
		if (unlikely(lt->depth == lt->room)) {
			if (!ls_held_grow(lt)) {
				ls_too_deep(lt, fp);
				return;
			}
			h = &lt->held[lt->depth];
		}
	}

	__atomic_store_n(&h->instance, map, __ATOMIC_RELAXED);
	h->class = class;
	h->nest_lock = nest;
	h->references = 0;
	h->pin_count = 0;
	h->read = read;
	h->trylock = trylock;
	h->check = check && class->validate;
	h->irq_context = ls_irq_context(me);
	h->hardirqs_off = me->irqs_off || h->irq_context == 2;
	h->trace = keep ? keep : &h->own;
	h->prev_chain_key = lt->chain_key;
	if (!keep)
		ls_trace_fill(&h->own, me, fp);

	/* An interrupt starts a chain of its own. */
	if (lt->depth && likely(h[-1].irq_context == h->irq_context))
		key = lt->chain_key;
	else
		key = 0x517cc1b727220a95ULL + h->irq_context;
	key = ls_chain_key(key, class->id, ls_how(h));

	if (likely(h->check)) {
		want = ls_usage_now(me, read, trylock);
		if (unlikely(want & ~__atomic_load_n(&class->usage, __ATOMIC_RELAXED)))
			ls_mark_usage(me, h, want, fp);
		/* A trylock cannot close a cycle, so it teaches nothing by itself. */
		if (!trylock && unlikely(!ls_chain_known(key))) {
			ls_validate(me, h, fp);
			ls_chain_remember(key);
		}
	}
	lt->chain_key = key;
	__atomic_store_n(&lt->depth, lt->depth + 1, __ATOMIC_RELEASE);
}

/* Does @h stand for @map? One entry may stand for many locks under one nest lock. */
static __always_inline bool ls_held_is(const struct held_lock *h, const struct lockdep_map *map)
{
	if (h->instance == map)
		return true;
	return unlikely(h->references) &&
	       __atomic_load_n(&map->class_cache[0], __ATOMIC_ACQUIRE) == h->class;
}

static void ls_rehash(struct ls_lockdep_task *lt, unsigned int from)
{
	unsigned int i;
	u64 key;

	for (i = from; i < lt->depth; i++) {
		struct held_lock *h = &lt->held[i];

		h->prev_chain_key = lt->chain_key;
		if (i && h[-1].irq_context == h->irq_context)
			key = lt->chain_key;
		else
			key = 0x517cc1b727220a95ULL + h->irq_context;
		lt->chain_key = ls_chain_key(key, h->class->id, ls_how(h));
	}
}

/* Remove entry @i, keeping those above it. */
static noinline void ls_held_remove(struct ls_lockdep_task *lt, unsigned int i)
{
	const struct ls_trace *own;

	lt->chain_key = lt->held[i].prev_chain_key;
	lt->depth--;
	for (; i < lt->depth; i++) {
		struct held_lock *h = &lt->held[i];

		own = h[1].trace == &h[1].own ? &h->own : h[1].trace;
		h[0] = h[1];
		h->trace = own;
	}
}

static noinline struct lockdep_map *ls_other_instance(struct ls_lockdep_task *lt,
						      const struct held_lock *h,
						      const struct lockdep_map *gone)
{
	struct ls_ww_link *head = &lt->ww_held, *link;

	for (link = head->next; link && link != head; link = link->next) {
		struct mutex *m = container_of(link, struct mutex, ww_link);

		if (&m->dep_map != gone && m->dep_map.class_cache[0] == h->class)
			return &m->dep_map;
	}
	return h->instance;
}

static noinline void ls_released_pinned(struct ls_lockdep_task *lt, struct lockdep_map *map,
					const void *fp)
{
	struct ls_report r;

	lt->recursion++;
	ls_report_init(&r, LS_CONTEXT, "lock-pinned", "a pinned lock is not released");
	ls_report_stack(&r, fp);
	ls_map_describe(r.object, sizeof(r.object), map);
	snprintf(r.what, sizeof(r.what), "the lock is released between pin and unpin");
	r.lock = ls_map_lock(map);
	ls_report_emit(&r);
	lt->recursion--;
}

/**
 * __ls_lock_release() - a task releases a lock
 * @map: the lock
 * @fp: frame of the public function
 *
 * Return: whether the task held it.
 */
bool __ls_lock_release(struct lockdep_map *map, const void *fp)
{
	struct task_struct *me = current;
	struct ls_lockdep_task *lt = &me->lockdep;
	unsigned int i = lt->depth;
	struct held_lock *h;

	if (unlikely(lt->recursion || map->key == &__lockdep_no_track__))
		return true;
	while (i-- > 0) {
		h = &lt->held[i];
		if (!ls_held_is(h, map))
			continue;
		if (unlikely(h->pin_count))
			ls_released_pinned(lt, map, fp);
		if (unlikely(h->references > 1)) {
			h->references--;
			/* the entry must not name a lock that may be freed now */
			if (h->instance == map) {
				h->instance = ls_other_instance(lt, h, map);
				if (h->instance->ls_kind == LS_LOCK_MUTEX)
					h->trace = &container_of(h->instance, struct mutex,
								 dep_map)->acquired;
			}
			return true;
		}
		if (likely(i == lt->depth - 1)) {
			lt->chain_key = h->prev_chain_key;
			lt->depth = i;
			return true;
		}
		ls_held_remove(lt, i);
		ls_rehash(lt, i);
		return true;
	}
	if (lt->overflow) {
		lt->overflow--;
		return true;
	}
	ls_report_unlock(map, "unlock-not-held", "a lock is released only while it is held",
			 "the task does not hold this lock", NULL, NULL, fp);
	return false;
}

/**
 * lock_acquire() - tell the validator about a lock, or about something that acts like one
 * @lock: its map
 * @subclass: nesting level
 * @trylock: taking it does not wait
 * @read: 0 exclusive, 1 shared, 2 shared and recursive
 * @check: 1 to validate its order
 * @nest_lock: map of a held lock that orders those of this class, or NULL
 * @ip: not used; call chains are walked
 *
 * Context: Any.
 */
void lock_acquire(struct lockdep_map *lock, unsigned int subclass, int trylock, int read, int check,
		  struct lockdep_map *nest_lock, unsigned long ip)
{
	if (!ls_checking(LS_CHECK_LOCKDEP))
		return;
	/* might_lock() of a lock that sleeps; locks themselves say might_sleep() before. */
	if (!trylock && lock->wait_type_inner == LD_WAIT_SLEEP)
		ls_lockdep_may_sleep_here();
	__ls_lock_acquire(lock, subclass, trylock, read, check, nest_lock, NULL,
			  __builtin_frame_address(0));
}
EXPORT_SYMBOL_GPL(lock_acquire);

/**
 * lock_release() - undo lock_acquire()
 * @lock: its map
 * @ip: not used
 *
 * Context: Any, in the task that acquired it.
 */
void lock_release(struct lockdep_map *lock, unsigned long ip)
{
	if (ls_checking(LS_CHECK_LOCKDEP))
		__ls_lock_release(lock, __builtin_frame_address(0));
}
EXPORT_SYMBOL_GPL(lock_release);

/**
 * lock_sync() - something waits for all sections of @lock, as synchronize_rcu() does
 * @lock: its map
 * @subclass: nesting level
 * @read: as lock_acquire()
 * @check: as lock_acquire()
 * @nest_lock: as lock_acquire()
 * @ip: not used
 *
 * Context: Any.
 */
void lock_sync(struct lockdep_map *lock, unsigned int subclass, int read, int check,
	       struct lockdep_map *nest_lock, unsigned long ip)
{
	const void *fp = __builtin_frame_address(0);

	if (!ls_checking(LS_CHECK_LOCKDEP))
		return;
	__ls_lock_acquire(lock, subclass, 0, read, check, nest_lock, NULL, fp);
	__ls_lock_release(lock, fp);
}
EXPORT_SYMBOL_GPL(lock_sync);

static struct held_lock *ls_held_find(struct ls_lockdep_task *lt, const struct lockdep_map *map)
{
	unsigned int i = lt->depth;

	while (i-- > 0) {
		if (ls_held_is(&lt->held[i], map))
			return &lt->held[i];
	}
	return NULL;
}

/**
 * lock_is_held_type() - does the current task hold a lock
 * @lock: its map
 * @read: 0 exclusive, 1 shared, -1 either
 *
 * Exact also for the many locks of one acquire context.
 *
 * Context: Any.
 * Return: LOCK_STATE_HELD, LOCK_STATE_NOT_HELD, or LOCK_STATE_UNKNOWN while locking is not
 * checked.
 */
int lock_is_held_type(const struct lockdep_map *lock, int read)
{
	struct task_struct *me = current;
	struct held_lock *h;

	if (!ls_checking(LS_CHECK_LOCKDEP) || me->lockdep.recursion ||
	    lock->key == &__lockdep_no_track__)
		return LOCK_STATE_UNKNOWN;
	h = ls_held_find(&me->lockdep, lock);
	if (!h)
		return me->lockdep.overflow ? LOCK_STATE_UNKNOWN : LOCK_STATE_NOT_HELD;
	if (unlikely(h->references) && lock->ls_kind == LS_LOCK_MUTEX &&
	    ls_mutex_owner_now(container_of(lock, struct mutex, dep_map)) != me)
		return LOCK_STATE_NOT_HELD;
	if (read == -1 || !!h->read == read)
		return LOCK_STATE_HELD;
	return LOCK_STATE_NOT_HELD;
}
EXPORT_SYMBOL_GPL(lock_is_held_type);

/**
 * lock_downgrade() - a lock held exclusive is now held shared
 * @lock: its map
 * @ip: not used
 *
 * Context: Any, in the task that holds it.
 */
void lock_downgrade(struct lockdep_map *lock, unsigned long ip)
{
	struct ls_lockdep_task *lt = &current->lockdep;
	struct held_lock *h;

	if (!ls_checking(LS_CHECK_LOCKDEP) || lt->recursion)
		return;
	h = ls_held_find(lt, lock);
	if (!h) {
		ls_report_unlock(lock, "unlock-not-held",
				 "a lock is released only while it is held",
				 "the task that downgrades this lock does not hold it", NULL, NULL,
				 __builtin_frame_address(0));
		return;
	}
	h->read = 1;
	lt->chain_key = h->prev_chain_key;
	ls_rehash(lt, h - lt->held);
}
EXPORT_SYMBOL_GPL(lock_downgrade);

/**
 * lock_set_class() - change the class of a lock that is held
 * @lock: its map
 * @name: shown in reports, static storage
 * @key: the new class
 * @subclass: its level
 * @ip: not used
 *
 * Context: Any, in the task that holds it.
 */
void lock_set_class(struct lockdep_map *lock, const char *name, struct lock_class_key *key,
		    unsigned int subclass, unsigned long ip)
{
	struct ls_lockdep_task *lt = &current->lockdep;
	struct lock_class *class;
	struct held_lock *h;

	h = ls_checking(LS_CHECK_LOCKDEP) && !lt->recursion ? ls_held_find(lt, lock) : NULL;
	lockdep_init_map_type(lock, name, key, 0, lock->wait_type_inner, lock->wait_type_outer,
			      lock->lock_type);
	if (!h)
		return;
	lt->recursion++;
	class = ls_class_find(lock, subclass);
	lt->recursion--;
	if (!class)
		return;
	h->class = class;
	h->check = class->validate;
	lt->chain_key = h->prev_chain_key;
	ls_rehash(lt, h - lt->held);
}
EXPORT_SYMBOL_GPL(lock_set_class);

/**
 * lock_pin_lock() - the lock must not be released before it is unpinned
 * @lock: its map
 *
 * Context: Any, in the task that holds it.
 * Return: what to unpin with.
 */
struct pin_cookie lock_pin_lock(struct lockdep_map *lock)
{
	struct ls_lockdep_task *lt = &current->lockdep;
	struct held_lock *h = ls_held_find(lt, lock);

	if (!h)
		return NIL_COOKIE;
	h->pin_count++;
	return (struct pin_cookie){ .val = 1 };
}
EXPORT_SYMBOL_GPL(lock_pin_lock);

/**
 * lock_repin_lock() - pin it again with the same cookie
 * @lock: its map
 * @cookie: from lock_pin_lock()
 *
 * Context: Any, in the task that holds it.
 */
void lock_repin_lock(struct lockdep_map *lock, struct pin_cookie cookie)
{
	struct held_lock *h = ls_held_find(&current->lockdep, lock);

	if (h)
		h->pin_count += cookie.val;
}
EXPORT_SYMBOL_GPL(lock_repin_lock);

/**
 * lock_unpin_lock() - undo lock_pin_lock()
 * @lock: its map
 * @cookie: from lock_pin_lock()
 *
 * Context: Any, in the task that holds it.
 */
void lock_unpin_lock(struct lockdep_map *lock, struct pin_cookie cookie)
{
	struct held_lock *h = ls_held_find(&current->lockdep, lock);

	if (h && !WARN_ON(h->pin_count < cookie.val))
		h->pin_count -= cookie.val;
}
EXPORT_SYMBOL_GPL(lock_unpin_lock);

/**
 * __ls_lockdep_irqs_on() - interrupts came back on while locks are held
 * @me: the current task
 * @hard: hard interrupts, else softirqs
 */
noinline void __ls_lockdep_irqs_on(struct task_struct *me, bool hard)
{
	struct ls_lockdep_task *lt = &me->lockdep;
	unsigned int i;
	u32 want;

	if (lt->recursion || (me->preempt_count & HARDIRQ_MASK))
		return;
	for (i = 0; i < lt->depth; i++) {
		struct held_lock *h = &lt->held[i];
		bool soft = !(me->preempt_count & SOFTIRQ_MASK);

		if (!h->check)
			continue;
		want = hard ? LS_ENABLED_HARDIRQ : 0;
		if (soft && !me->irqs_off)
			want |= LS_ENABLED_SOFTIRQ;
		want <<= h->read ? 1 : 0;
		if (want & ~__atomic_load_n(&h->class->usage, __ATOMIC_RELAXED))
			ls_mark_usage(me, h, want, __builtin_frame_address(0));
	}
}

/**
 * ls_lockdep_irqs_on() - interrupts of the current task were just allowed again
 *
 * Context: Any.
 */
void ls_lockdep_irqs_on(void)
{
	struct task_struct *me = current;

	if (me->lockdep.depth && ls_checking(LS_CHECK_LOCKDEP))
		__ls_lockdep_irqs_on(me, true);
}

/**
 * ls_lockdep_softirqs_on() - softirqs of the current task were just allowed again
 *
 * Context: Any.
 */
void ls_lockdep_softirqs_on(void)
{
	struct task_struct *me = current;

	if (me->lockdep.depth && ls_checking(LS_CHECK_LOCKDEP))
		__ls_lockdep_irqs_on(me, false);
}

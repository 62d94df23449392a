/* SPDX-License-Identifier: MIT */
#ifndef __LINUX_LOCKDEP_TYPES_H
#define __LINUX_LOCKDEP_TYPES_H

#include <linux/types.h>
#include <lockstep/report.h>

/**
 * DOC: what the lock validator keeps, and where
 *
 * Each lock embeds a &struct lockdep_map, which names its class. Each task
 * embeds a &struct ls_lockdep_task, the stack of locks it holds. The graph of
 * classes itself is private to kernel/locking/lockdep*.c.
 */

#define MAX_LOCKDEP_SUBCLASSES	   8UL
#define NR_LOCKDEP_CACHING_CLASSES 2
#define MAX_LOCK_DEPTH		   48UL
#define LS_HELD_FEW		   6 /* that a task usually holds at most */

enum lockdep_wait_type {
	LD_WAIT_INV = 0,
	LD_WAIT_FREE,
	LD_WAIT_SPIN,
	LD_WAIT_CONFIG = LD_WAIT_SPIN,
	LD_WAIT_SLEEP,
	LD_WAIT_MAX,
};

enum lockdep_lock_type {
	LD_LOCK_NORMAL = 0,
	LD_LOCK_PERCPU,
	LD_LOCK_WAIT_OVERRIDE,
	LD_LOCK_MAX,
};

/* What a map is embedded in, so that a report or a forced release finds the lock. */
enum ls_lock_kind {
	LS_LOCK_MAP = 0, /* an annotation only */
	LS_LOCK_SPIN,
	LS_LOCK_RWLOCK,
	LS_LOCK_MUTEX, /* also the base of a ww_mutex */
	LS_LOCK_RWSEM,
	LS_LOCK_PERCPU_RWSEM,
	LS_LOCK_SEQCOUNT,
};

struct lockdep_subclass_key {
	char __one_byte;
} __attribute__((__packed__));

/* Only its address counts. */
struct lock_class_key {
	union {
		struct hlist_node hash_entry;
		struct lockdep_subclass_key subkeys[MAX_LOCKDEP_SUBCLASSES];
	};
};

extern struct lock_class_key __lockdep_no_validate__;
extern struct lock_class_key __lockdep_no_track__;

struct lock_class; /* private to the validator */
struct task_struct;

/**
 * struct lockdep_map - what a lock is to the validator
 * @key: identity of its class; NULL: the map's own address
 * @class_cache: classes of subclass 0 and 1, once looked up
 * @name: shown in reports
 * @wait_type_outer: kept for the API
 * @wait_type_inner: kept for the API
 * @lock_type: enum lockdep_lock_type
 * @ls_kind: enum ls_lock_kind
 */
struct lockdep_map {
	struct lock_class_key *key;
	struct lock_class *class_cache[NR_LOCKDEP_CACHING_CLASSES];
	const char *name;
	u8 wait_type_outer;
	u8 wait_type_inner;
	u8 lock_type;
	u8 ls_kind;
};

struct pin_cookie {
	unsigned int val;
};

/**
 * struct held_lock - one lock held, or waited for, by a task
 * @instance: its map; read by other tasks, so stored atomically
 * @nest_lock: what orders locks of this class among each other
 * @class: its class
 * @prev_chain_key: chain key of the locks below
 * @references: with @nest_lock: how many of the class this entry stands for
 * @pin_count: lockdep_pin_lock()
 * @read: 0 exclusive, 1 shared, 2 shared and recursive
 * @trylock: taken without waiting
 * @check: its order is validated
 * @irq_context: 0 task, 1 softirq, 2 hardirq
 * @hardirqs_off: interrupts were off when it was taken
 * @trace: where it was taken; points to @own or into the mutex
 * @own: see @trace
 */
struct held_lock {
	struct lockdep_map *instance;
	struct lockdep_map *nest_lock;
	struct lock_class *class;
	u64 prev_chain_key;
	unsigned int references;
	unsigned int pin_count;
	u8 read;
	u8 trylock;
	u8 check;
	u8 irq_context;
	u8 hardirqs_off;
	const struct ls_trace *trace;
	struct ls_trace own;
};

/**
 * struct ls_ww_link - a mutex among those that share one entry of its holder's @held
 * @next: link
 * @prev: link
 * @ctx: acquire context it is held with; NULL if a nest lock orders them
 */
struct ls_ww_link {
	struct ls_ww_link *next, *prev;
	void *ctx;
};

/**
 * struct ls_lockdep_task - the validator's part of a task
 * @depth: entries of @held in use
 * @recursion: the validator is at work, or off, for this task
 * @overflow: locks beyond MAX_LOCK_DEPTH that were not noted
 * @chain_key: hash over the classes held in this irq context
 * @blocked: map of the lock the task is about to sleep on, or NULL
 * @blocked_ww: its acquire context there, or NULL
 * @blocked_state: task state it sleeps in
 * @blocked_read: it wants the lock shared
 * @blocked_depth: @depth when it registered; the entries below do not change until it is woken
 * @blocked_nested: waits for inner locks while it is registered, on its way to sleep
 * @blocked_next: list of blocked tasks
 * @blocked_prev: list of blocked tasks
 * @blocked_at: where it waits
 * @ww_held: mutexes held with an acquire context or under a nest lock
 * @held: innermost last; @few, until there are more
 * @room: entries of @held
 *
 * The @blocked* fields are protected by the validator's wait lock.
 */
struct ls_lockdep_task {
	unsigned int depth;
	unsigned int recursion;
	unsigned int overflow;
	u64 chain_key;
	struct lockdep_map *blocked;
	void *blocked_ww;
	unsigned int blocked_state;
	unsigned int blocked_read;
	unsigned int blocked_depth;
	unsigned int blocked_nested;
	struct ls_lockdep_task *blocked_next, *blocked_prev;
	struct ls_stack blocked_at;
	struct ls_ww_link ww_held;
	unsigned int room;
	struct held_lock *held;
	struct held_lock few[LS_HELD_FEW];
};

#endif /* __LINUX_LOCKDEP_TYPES_H */

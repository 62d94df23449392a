/* SPDX-License-Identifier: MIT */
#ifndef LS_LOCKDEP_INTERNALS_H
#define LS_LOCKDEP_INTERNALS_H

#include "locking.h"

/**
 * DOC: the graph of lock classes
 *
 * A class stands for all locks made in one place. When a task takes a lock of class B
 * while it holds one of class A, the edge A -> B is learnt. A cycle of edges means that
 * some tasks, somewhere, could wait for each other.
 *
 * Not every edge blocks. Each remembers in which ways it was seen: whether the first
 * lock was held shared or exclusive, and whether the second was taken by a reader that
 * passes waiting writers (a recursive reader). A path is strong, and can be part of a
 * deadlock, unless a recursive reader arrives at a lock that the next edge only holds
 * shared: that reader is let in.
 */

/* Ways in which an edge was seen: first lock (Shared, Exclusive), second (Recursive or Not). */
enum {
	LS_DEP_SR = 1 << 0,
	LS_DEP_ER = 1 << 1,
	LS_DEP_SN = 1 << 2,
	LS_DEP_EN = 1 << 3,
};

/* Ways in which a class was used; "read" is the next bit of each. */
enum {
	LS_USED_IN_HARDIRQ = 1 << 0,
	LS_USED_IN_HARDIRQ_READ = 1 << 1,
	LS_ENABLED_HARDIRQ = 1 << 2,
	LS_ENABLED_HARDIRQ_READ = 1 << 3,
	LS_USED_IN_SOFTIRQ = 1 << 4,
	LS_USED_IN_SOFTIRQ_READ = 1 << 5,
	LS_ENABLED_SOFTIRQ = 1 << 6,
	LS_ENABLED_SOFTIRQ_READ = 1 << 7,
};
#define LS_USAGE_BITS 8

/**
 * struct lock_edge - "to was taken while from was held"
 * @from: class of the lock that was held
 * @to: class of the lock that was taken
 * @after: next edge out of @from
 * @before: next edge into @to
 * @dep: LS_DEP_*
 * @bad: it was reported; no path may use it, or it would be reported again with each use
 * @held_at: where @from was taken
 * @taken_at: where @to was taken
 * @pid: by whom
 * @comm: by whom
 */
struct lock_edge {
	struct lock_class *from, *to;
	struct lock_edge *after, *before;
	u8 dep;
	bool bad;
	struct ls_trace held_at;
	struct ls_stack taken_at;
	int pid;
	char comm[16];
};

/**
 * struct lock_class - a class of locks
 * @hash_next: in its hash bucket; entries are never unlinked
 * @next: list of all classes
 * @key: identity, NULL once the key was unregistered
 * @name: for reports
 * @id: small number, for chain keys
 * @subclass: nesting level
 * @validate: check its order
 * @usage: LS_USED_IN_* and LS_ENABLED_*, read without a lock
 * @reported: usage conflicts that were reported
 * @after: edges out of it
 * @before: edges into it
 * @usage_at: where each usage was first seen
 * @visit: search number, for each of the two states of a search
 * @via: edge by which the search came here
 * @via_state: state of the class at the other end of @via
 * @queue_next: search queue
 */
struct lock_class {
	struct lock_class *hash_next, *next;
	const void *key;
	const char *name;
	u32 id;
	u8 subclass;
	bool validate;
	u32 usage;
	u32 reported;
	struct lock_edge *after, *before;
	struct ls_trace *usage_at[LS_USAGE_BITS];
	u32 visit[2];
	struct lock_edge *via[2];
	u8 via_state[2];
	struct lock_class *queue_next[2];
};

/* Protects the graph; taken with the task's recursion count raised. */
extern arch_spinlock_t ls_graph_lock;

struct lock_class *ls_class_find(struct lockdep_map *map, unsigned int subclass);
extern struct lock_class *ls_classes;

/* lockdep_graph.c; both are called with @hlock filled in but not counted yet */
void ls_validate(struct task_struct *me, struct held_lock *hlock, const void *fp);
void ls_mark_usage(struct task_struct *me, struct held_lock *hlock, u32 want, const void *fp);
void ls_graph_reset(void);

/* lockdep_task.c */
void ls_lockdep_may_sleep_here(void);

/* lockdep.c */
void ls_chain_cache_reset(void);

/* Longest path that is kept for a report. */
#define LS_PATH_MAX 12

/**
 * struct ls_path - what a search found, for the report
 * @nr: edges
 * @edge: in order of acquisition
 */
struct ls_path {
	unsigned int nr;
	const struct lock_edge *edge[LS_PATH_MAX];
};

/* lockdep_report.c */
void ls_report_order(const struct held_lock *prev, const struct held_lock *next,
		     const struct ls_path *path, const void *fp);
void ls_report_recursion(const struct held_lock *prev, const struct held_lock *next,
			 const void *fp);
void ls_report_irq(const struct lock_class *safe, int used_bit, const struct lock_class *unsafe,
		   int enabled_bit, const struct ls_path *path, const struct lockdep_map *map,
		   const void *fp);
void ls_report_unlock(struct lockdep_map *map, const char *rule, const char *text,
		      const char *what, struct task_struct *holder, const struct ls_trace *at,
		      const void *fp);
void ls_stack_from(struct ls_stack *s, const void *fp);
void ls_report_stack(struct ls_report *r, const void *fp);
const char *ls_map_describe(char *buf, size_t size, const struct lockdep_map *map);
const void *ls_map_lock(const struct lockdep_map *map);
const char *ls_class_describe(char *buf, size_t size, const struct lock_class *class);
struct ls_report_part *ls_report_add_part(struct ls_report *r);

#endif /* LS_LOCKDEP_INTERNALS_H */

/* SPDX-License-Identifier: MIT */
#ifndef LS_EXPLORE_INTERNAL_H
#define LS_EXPLORE_INTERNAL_H

/*
 * Shared by the files of explore/. One exploration at a time in a process, so its state is
 * global: a scheduling point has no time to look for it.
 */

#include <stdlib.h>
#include <string.h>

#include "lockstep/fibre.h"
#include "lockstep/os.h"
#include "explore.h"

#define likely(x)   __builtin_expect(!!(x), 1)
#define unlikely(x) __builtin_expect(!!(x), 0)
/* On the way of every step: a frame of its own would cost more than what it does. */
#define step_inline static inline __attribute__((always_inline))

/* --- sets of tasks ------------------------------------------------------------ */

#define SET_WORDS (LS_TASKS_MAX / 64)

struct set {
	uint64_t w[SET_WORDS];
};

static inline bool set_has(const struct set *s, unsigned int i)
{
	return s->w[i / 64] >> (i % 64) & 1;
}

static inline void set_add(struct set *s, unsigned int i)
{
	s->w[i / 64] |= 1ULL << (i % 64);
}

static inline void set_del(struct set *s, unsigned int i)
{
	s->w[i / 64] &= ~(1ULL << (i % 64));
}

static inline unsigned int set_count(const struct set *s)
{
	unsigned int n = 0;

	for (int i = 0; i < SET_WORDS; i++)
		n += (unsigned int)__builtin_popcountll(s->w[i]);
	return n;
}

/* The member after @i, or -1. Start with -1. */
static inline int set_next(const struct set *s, int i)
{
	for (unsigned int k = (unsigned int)(i + 1); k < LS_TASKS_MAX; k = (k | 63) + 1) {
		uint64_t w = s->w[k / 64] >> (k % 64);

		if (w)
			return (int)(k + (unsigned int)__builtin_ctzll(w));
	}
	return -1;
}

#define set_for_each(i, s) for (int i = set_next(s, -1); i >= 0; i = set_next(s, i))

/* --- the trace (trace.c) ---------------------------------------------------------- */

#define STEPS_MAX 32000 /* clocks count steps in signed 16 bits, which every SSE can compare */

/**
 * struct access - one entry of a footprint
 * @object: index in the table of objects
 * @event: step it belongs to
 * @kind: enum ls_access
 * @prev: what it replaced at the object: the last write, or the reader before
 * @readers: newest of those who did not exclude others since then
 * @groups: of these, as bits of READERS_*
 */
struct access {
	uint32_t object;
	uint16_t event;
	uint8_t kind, groups;
	uint32_t prev, readers;
	uint64_t hash_write, hash_read; /* of the object, before */
};

/**
 * struct event - one step
 * @task: whose
 * @op: enum ls_op of its point
 * @object: index, or 0
 * @pc: return address of the point
 * @acc: first of its accesses
 * @nr_acc: how many
 * @node: where the strategy decided for it
 * @prev: step of the same task before
 * @enabled_by: the step that made a waiting operation ready; 0: it never waited
 * @arrived: step after which the task stood at the point
 * @result: of a wait
 * @waits: its operation can only be done at times
 * @chose: the values that it chose, as one number
 * @hash: of the task's past, this step included
 */
struct event {
	uint16_t task, op;
	uint32_t object;
	unsigned long pc;
	uint32_t acc;
	uint16_t nr_acc;
	uint16_t prev, enabled_by, arrived;
	uint32_t node;
	uint8_t result;
	bool waits;
	uint32_t chose;
	uint64_t hash;
};

/**
 * struct object - what an address is, in this execution
 * @write: last access that excludes others, 0 for none
 * @readers: newest of the accesses since then that commute
 */
struct object {
	const volatile void *addr;
	uint64_t canon; /* the same in each process that explores the case */
	uint32_t write, readers;
	uint64_t hash_write, hash_read;
	uint16_t nr_waiting; /* tasks that wait for it */
	uint8_t groups;	     /* of @readers */
	uint32_t block_size; /* not 0: it stands for a block of so many bytes that is freed */
	uint32_t ordinal, ordinal_epoch;
	uint32_t near; /* another object whose address has the same hash_near() */
};

#define NEAR_SHIFT 8 /* bytes that lie together; log2 */
#define NEAR_SIZE  4096

/* LS_READ and LS_TRY_FAILED; the shared ones. Within a group they commute. */
enum { READERS_LOOK = 1, READERS_SHARE = 2 };

typedef int16_t clock_entry;

struct trace {
	struct event *events; /* [1..nr] */
	unsigned int nr;
	struct access *accs;  /* [1..nr_accs] */
	uint32_t nr_accs, max_accs;
	clock_entry *clocks;  /* [event][stride] */
	unsigned int stride, max_events;
	bool with_clocks;
	struct object *objects; /* [1..nr_objects] */
	uint32_t nr_objects, max_objects;
	uint32_t *hash;		/* open addressing, by address */
	uint32_t hash_mask;
	uint32_t near[NEAR_SIZE]; /* chains of objects that lie together: what is in a block */
};

extern struct trace T;

int trace_init(unsigned int max_events, bool with_clocks);
void trace_free(void);
static inline uint32_t hash_near(uintptr_t at)
{
	return (uint32_t)((at >> NEAR_SHIFT) * 0x9e3779b97f4a7c15ULL >> 52);
}

uint32_t trace_object_slow(const volatile void *addr);
/* Room for a task of this index in each clock. */
bool trace_stride(unsigned int task);
/* Forget all events after @nr. */
void trace_pop(unsigned int nr);
uint64_t trace_fingerprint(void);

static inline uint32_t object_hash(const volatile void *addr)
{
	uint64_t h = (uint64_t)(uintptr_t)addr * 0x9e3779b97f4a7c15ULL;

	return (uint32_t)(h >> 32);
}

static inline uint32_t trace_object(const volatile void *addr)
{
	uint32_t i = object_hash(addr) & T.hash_mask, o = T.hash[i];

	if (likely(o && T.objects[o].addr == addr))
		return o;
	return trace_object_slow(addr);
}

static inline clock_entry *clock_of(unsigned int event)
{
	return T.clocks + (unsigned long)event * T.stride;
}

/* Does event @a, of an earlier place, happen before event @b? */
static inline bool happens_before(unsigned int a, unsigned int b)
{
	return clock_of(b)[T.events[a].task] >= (clock_entry)a;
}

static inline bool is_write_like(int kind)
{
	return kind == LS_WRITE || kind == LS_ACQUIRE || kind == LS_TRY || kind == LS_RELEASE;
}

/* Beside those that exclude all others there are those that look, and those that share. */
static inline unsigned int access_group(int kind)
{
	return kind == LS_READ || kind == LS_TRY_FAILED ? READERS_LOOK : READERS_SHARE;
}

/* Do two accesses to one object conflict? */
static inline bool access_conflict(int a, int b)
{
	return is_write_like(a) || is_write_like(b) || access_group(a) != access_group(b);
}

/* Does an access of @kind conflict with any of the readers, which are of @groups? */
static inline bool access_sees_readers(int kind, unsigned int groups)
{
	return is_write_like(kind) ? groups : groups & ~access_group(kind);
}

static inline uint64_t mix(uint64_t a, uint64_t b)
{
	uint64_t x = (a ^ b * 0x9e3779b97f4a7c15ULL) * 0xff51afd7ed558ccdULL;

	return x ^ x >> 32;
}

/* --- the engine (engine.c) ------------------------------------------------------------ */

#define ALSO_MAX 2 /* objects beside its own that an operation can wait for */

enum task_state {
	TASK_NONE,
	TASK_READY,	/* stands at a point and can go on */
	TASK_WAITS,	/* stands at a point whose operation cannot be done yet */
	TASK_YIELDED,	/* spins: goes on when something that it looked at has changed */
	TASK_OVER,
};

/**
 * struct task - a task in this execution
 * @last: its last step; @spawned: the step that made it, for its first one
 * @arrived: steps there were when it came to its point
 * @enabled_by: the step that made it ready, 0 if it was so on arrival
 * @yield_from: its first step since its last yield
 * @sig, @same: what it did in its last round, and how often in a row it did that
 * @look_at: number of steps after which it is looked at whether it goes round
 * @frame: of the call that announced its point: what lies below is the engine's
 */
struct task {
	struct os_fibre fibre;
	void *kernel_task;
	void (*fn)(void *arg);
	void *arg;
	enum task_state state;
	int quiet;
	/* the point it stands at */
	enum ls_op op;
	uint8_t access;
	uint8_t result;
	uint8_t stuck_op; /* what it waited for when nobody could go on */
	bool is_wait, aborted, was_stuck;
	uint32_t object;
	uint32_t also[ALSO_MAX], also_next[ALSO_MAX]; /* filled from the front */
	unsigned long pc;
	const void *frame;
	ls_ready_fn ready;
	const void *ready_arg;
	unsigned long long deadline;
	uint16_t last, spawned, arrived, enabled_by;
	uint16_t yield_from, round_from; /* first step since its last yield; and since the one before */
	uint32_t nr_children, nr_steps, look_at, nr_rounds;
	uint64_t sig;
	unsigned int same;
	uint16_t rank; /* by first spawn in this execution: its index in a process that runs no other */
	char name[16];
};

/* What a snapshot keeps of the engine, beside the tasks. */
struct exec {
	unsigned int nr_tasks; /* indices in use in this execution are below */
	unsigned int cur;
	unsigned int step;     /* steps made */
	uint16_t nr_ranks;
	struct set ready;
	unsigned int nr_ready, nr_timed, nr_yielded, idle_rounds, nr_stood;
	unsigned int allocs_left, failures, failed_at;
	unsigned int over_at; /* steps there were when a failure had ended the case; or 0 */
	unsigned int nr_choices;
	unsigned long long now;
	unsigned int nr_live; /* entries of x->live */
	bool stuck; /* nobody could go on: from here on tasks run into their slow paths */
	unsigned int stuck_at;
	bool ending; /* the case is over; the others go on as long as they can */
	unsigned long long ends_at;
	enum ls_verdict verdict;
	int prologue; /* the task that a spawn runs up to its first point, or -1 */
	int prologue_parent;
	const char *spawn_kind;
	const volatile void *spawn_obj;
};

struct engine {
	struct ls_explore *x;
	struct task *me; /* &tasks[e.cur] */
	const struct strategy *strategy;
	struct os_fibre base;
	struct exec e;
	struct task tasks[LS_TASKS_MAX];
	bool active, draining, may_snapshot, have_snapshot;
	unsigned int kept; /* steps that are the same as in the execution before */
	unsigned int picked_node;
	enum { BASE_NONE, BASE_SNAPSHOT, BASE_END, BASE_ERROR } request;
	uint32_t clock_object;
	unsigned int max_steps;
	uint64_t rng;
	struct choice_made {
		uint16_t step, value;
	} *choices;
	unsigned int max_choices;
};

extern struct engine E;

/*
 * What a task or an address is, whichever way it came to its index: by who made the task, by
 * whose memory it is.
 */
uint64_t task_canon(unsigned int index);
uint64_t address_canon(const volatile void *addr);
/* The table of indices, to be taken over by another process. */
struct id_key {
	uint64_t parent_or_kind, count_or_obj;
	uint64_t instance, canon, first;
};
const struct id_key *task_ids(unsigned int *nr);
void task_ids_set(const struct id_key *keys, unsigned int nr);

/* Steps before the snapshot: none of them had an alternative. */
unsigned int engine_snapshot_step(void);

/* Things went wrong that are not the case's fault: ends the exploration. */
void engine_error(const char *fmt, ...) __attribute__((format(printf, 1, 2)));
const char *op_name(unsigned int op);

static inline uint64_t rng_next(void)
{
	uint64_t x = E.rng;

	x ^= x << 13;
	x ^= x >> 7;
	x ^= x << 17;
	E.rng = x;
	return x * 0x2545f4914f6cdd1dULL;
}

/* A number below @n. */
static inline unsigned int rng_below(unsigned int n)
{
	return (unsigned int)((rng_next() >> 32) * n >> 32);
}

/* --- strategies -------------------------------------------------------------------- */

/**
 * struct strategy - who goes on
 * @first: an exploration begins
 * @begin: an execution begins (again from the first choice)
 * @pick: One of @ready (at least one) makes the next step; @cur stood at the last point. -1: give
 *	this execution up, it was seen.
 * @end: The execution is over. False: there is no other.
 * @choose: one of @nr ways; NULL: always 0
 * @stepped: the step that was picked is complete; may be NULL
 * @clocks: it needs happens-before
 * @blocked_at_end: nobody can go on, or the case is over; some may still stand at points
 * @exhaustive: when @end returns false, everything was seen
 */
struct strategy {
	const char *name;
	void (*first)(void);
	void (*begin)(void);
	int (*pick)(const struct set *ready, unsigned int cur);
	bool (*end)(void);
	unsigned int (*choose)(unsigned int nr);
	void (*stepped)(unsigned int event);
	void (*blocked_at_end)(void);
	void (*give)(void);  /* give a part of the work away, by x->give() */
	bool (*start)(void); /* take over x->job; false: it is no good */
	bool (*judge)(void); /* instead of counting the execution that ended; false: enough */
	void (*replayed)(unsigned int node); /* a step that is the same as before begins */
	bool clocks, exhaustive;
};

extern const struct strategy strategy_dpor, strategy_dfs, strategy_random, strategy_pos, strategy_pct,
	strategy_bound, strategy_replay, strategy_shrink;

void set_state(unsigned int i, enum task_state state);
void end_execution(enum ls_verdict verdict) __attribute__((noreturn));

/* spin.c: the running task yields; has made many steps; others look whether they can go on */
void spin_yield(struct task *t, const void *frame);
void spin_look(struct task *t, const void *frame);
void spin_look_around(void);
void spin_idle(void);

/* classes.c: the set of fingerprints. False: the strategy has seen enough. */
bool classes_add(struct ls_explore *x);
void classes_free(void);

/* record.c: what replay shows */
void record_first(void);
/* Number of the object by first use in this execution, if it is asked for each step in order. */
uint32_t record_ordinal(uint32_t object);
void record_stand(unsigned int task);
void record_begin(unsigned int task);
void record_close(void);

#endif /* LS_EXPLORE_INTERNAL_H */

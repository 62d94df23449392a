/* SPDX-License-Identifier: MIT */
#ifndef LOCKSTEP_OS_H
#define LOCKSTEP_OS_H

/**
 * DOC: the seam between the kernel world and the host world
 *
 * The kernel world (kernel/, dma-buf/, drm/, drivers/, modules) is compiled
 * -nostdinc and reaches the operating system through this header alone. It is
 * also the only header that both worlds include, so it speaks plain C types.
 *
 * Everything that can make a task wait, run later or observe time goes through
 * &struct ls_seam, a table that is chosen at start. The native table puts a
 * pthread under each task. Another table may put fibres there instead; a module
 * never notices, because it only ever calls functions of the library.
 *
 * The rest (memory, random numbers, stacks, output) cannot block and is called
 * directly.
 */

typedef unsigned long long os_ns; /* CLOCK_MONOTONIC nanoseconds */

#define OS_NEVER (~0ULL) /* deadline that never comes */

/** struct os_rcu_head - link of one deferred callback; embedded in rcu_head. */
struct os_rcu_head {
	void *reserved[4]; /* owned by the seam between call and callback */
};

/**
 * struct ls_seam - how tasks wait, wake, start and see time
 *
 * Every call may be made from any task. None of them takes a kernel lock.
 */
struct ls_seam {
	/**
	 * @park: Sleep while *@word == @expect, until unparked or @deadline.
	 * Returns 0 when woken or when *@word differed at once (spurious
	 * wake-ups happen: callers loop), -ETIMEDOUT at the deadline.
	 */
	int (*park)(const unsigned int *word, unsigned int expect, os_ns deadline);

	/** @unpark: Wake at most @nr sleepers of @word. @word may be freed memory by now. */
	void (*unpark)(const unsigned int *word, int nr);

	/** @yield: Let another task run (sched_yield natively). */
	void (*yield)(void);

	/** @now: Monotonic time. Virtual under an exploring seam. */
	os_ns (*now)(void);

	/**
	 * @spawn: Run @fn(@arg) as a new thread of execution named @name.
	 * Returns an opaque handle for @join, or NULL when out of resources.
	 */
	void *(*spawn)(void (*fn)(void *arg), void *arg, const char *name);

	/** @join: Wait for the end of a spawned thread and free its handle. */
	void (*join)(void *thread);

	/**
	 * @abandon: End the calling spawned thread here. Nothing is unwound and its stack
	 * stays memory for good, because others may have pointers to it. Does not return;
	 * nobody joins it.
	 */
	void (*abandon)(void);

	/** @rcu_register: Must precede the first read-side section of a thread. */
	void (*rcu_register)(void);
	void (*rcu_unregister)(void);
	void (*rcu_read_lock)(void);
	void (*rcu_read_unlock)(void);

	/** @rcu_synchronize: Wait for a full grace period. Sleeps. */
	void (*rcu_synchronize)(void);

	/** @rcu_call: Run @fn(@head) after a grace period, on a thread of the seam. */
	void (*rcu_call)(struct os_rcu_head *head, void (*fn)(struct os_rcu_head *head));

	/** @rcu_barrier: Wait until every earlier rcu_call has run. Sleeps. */
	void (*rcu_barrier)(void);
};

extern const struct ls_seam *ls_seam;
extern const struct ls_seam ls_seam_native; /* pthreads, futexes, liburcu */

static inline int os_park(const unsigned int *word, unsigned int expect, os_ns deadline)
{
	return ls_seam->park(word, expect, deadline);
}

static inline void os_unpark(const unsigned int *word, int nr)
{
	ls_seam->unpark(word, nr);
}

static inline os_ns os_now(void)
{
	return ls_seam->now();
}

/* --- memory: never blocks, may return NULL ------------------------------- */

void *os_alloc(unsigned long size);                               /* zeroed, 16-byte aligned */
/* The same for what tasks share: under an explorer it moves nothing else of the caller's. */
void *os_alloc_shared(unsigned long size);
void *os_alloc_raw(unsigned long size, unsigned long align);      /* not zeroed, power of two */
void os_free(void *p);
/* Under an explorer the first @keep bytes stay as they are, to be looked at; as os_free() else. */
void os_free_but(void *p, unsigned long keep);
/* Under an explorer no block is given out twice: see lockstep/fibre.h. */
int os_heap_is_on(void);

/**
 * struct os_arena - a memfd that plays physical memory
 * @base: linear mapping of the whole of it
 * @size: bytes, a multiple of the page size
 * @fd: the memfd
 */
struct os_arena {
	void *base;
	unsigned long size;
	int fd;
};

/* Memory of the kernel world: set up by kernel/mm, mapped to clients by kernel/fs. */
extern struct os_arena ls_page_arena;

int os_arena_create(struct os_arena *arena, unsigned long size);
void os_arena_destroy(struct os_arena *arena);
/* Reserve @size bytes of address space without access. NULL when out of it. */
void *os_reserve(unsigned long size);
void os_unreserve(void *addr, unsigned long size);
/* Map @size bytes of the arena at @offset over reserved space; @prot: 1 read, 2 write. */
int os_arena_map(struct os_arena *arena, void *addr, unsigned long offset, unsigned long size,
		 int prot);
/* Put reserved, inaccessible space back over [@addr, @addr + @size). */
int os_arena_unmap(void *addr, unsigned long size);
/* Tell ASan that a range is (not) to be touched; nothing in other builds. */
void os_poison(const volatile void *addr, unsigned long size);
void os_unpoison(const volatile void *addr, unsigned long size);

/*
 * Copy memory of which one end (@to if @to_user, else @from) may not be mapped for the
 * access. Returns the number of bytes copied; never faults.
 */
unsigned long os_copy_user(void *to, const void *from, unsigned long n, int to_user);

/* --- clocks, randomness, output ------------------------------------------ */

os_ns os_now_real(void); /* wall clock, ns since 1970 */
unsigned long long os_random(void);           /* seeded, per process; see os_random_seed() */
void os_random_seed(unsigned long long seed); /* same seed, same sequence on one thread */
unsigned int os_nr_cpus(void);
void os_write(int fd, const void *buf, unsigned long len); /* whole buffer, EINTR retried */
void os_exit(int status) __attribute__((noreturn));        /* no atexit handlers */
const char *os_getenv(const char *name);

/* --- threads -------------------------------------------------------------- */

/*
 * Call @fn(@arg) when the calling thread, one that no seam started, ends. One
 * function for the whole process. Returns 0 or -errno.
 */
int os_at_thread_exit(void (*fn)(void *arg), void *arg);

/* Call @fn(@arg); 0 when it returned, 1 when os_throw(*@env) ended it from inside. */
int os_catch(void (*fn)(void *arg), void *arg, void **env);
void os_throw(void *env) __attribute__((noreturn));

/* --- stacks --------------------------------------------------------------- */

/* Bounds of the calling thread's stack; frame-pointer walks stay inside them. */
void os_stack_bounds(unsigned long *low, unsigned long *high);

/**
 * struct os_frame - one source-level frame; inlined calls give several per pc
 * @func: function name, or NULL
 * @file: source file, or NULL
 * @line: 0 when unknown
 * @object: base name of the ELF object the pc lies in, or NULL
 * @inlined: this frame was inlined into the next one
 * @internal: the function is static
 *
 * The strings live as long as the process.
 */
struct os_frame {
	const char *func;
	const char *file;
	int line;
	const char *object;
	int inlined;
	int internal;
};

/* Frames for a return address, innermost first. Returns how many, 0 when unknown. */
int os_symbolize(unsigned long pc, struct os_frame *frames, int max);

#endif /* LOCKSTEP_OS_H */

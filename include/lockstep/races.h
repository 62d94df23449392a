/* SPDX-License-Identifier: MIT */
#ifndef LOCKSTEP_RACES_H
#define LOCKSTEP_RACES_H

/**
 * DOC: what instrumented code tells an explorer
 *
 * `lockstep build --races` compiles a module with -fsanitize=thread, so that each access to memory
 * is a call of __tsan_read4() and the like. They are ours (kernel/core/races.c); no library of a
 * compiler is linked. Without a hook each of them is one predicted branch.
 *
 * A module that is built so defines LOCKSTEP_RACES.
 */

enum ls_race_flags {
	LS_RACE_READ = 1,
	LS_RACE_WRITE = 2,	/* with LS_RACE_READ: a read-modify-write */
	LS_RACE_MARKED = 4,	/* READ_ONCE(), WRITE_ONCE(), atomics; plain without */
	LS_RACE_ASSERT = 8,	/* ASSERT_EXCLUSIVE_*(): conflicts with marked ones, too */
	LS_RACE_ACQUIRE = 16,	/* of a marked one, or of a fence */
	LS_RACE_RELEASE = 32,
};

/**
 * struct ls_race_hook - who wants to know of accesses
 */
struct ls_race_hook {
	/**
	 * @access: The running task accesses @size bytes at @addr, now. @frame is the frame of
	 * the function that was called for it: the word behind it is the return address.
	 */
	void (*access)(const volatile void *addr, unsigned long size, unsigned int flags,
		       const void *frame);

	/** @fence: A barrier: LS_RACE_ACQUIRE (smp_rmb), LS_RACE_RELEASE (smp_wmb) or both. */
	void (*fence)(unsigned int flags);

	/** @suspend: Nesting of data_race() in the running task, changed by @by. */
	void (*suspend)(int by);

	/** @atomic_next: The running task's next @nr plain accesses count as marked. */
	void (*atomic_next)(unsigned int nr);

	/** @atomic_nest: Nesting of what counts as marked altogether, changed by @by. */
	void (*atomic_nest)(int by);

	/**
	 * @inlined: Nesting, changed by @by, of points whose operation is compiled into the
	 * module: what it orders is told with its access.
	 */
	void (*inlined)(int by);
};

extern const struct ls_race_hook *ls_race_hook;

/* An instrumented module is mapped. */
extern _Bool ls_race_modules;

/* For the macros of instrumented code. Without a hook they do nothing. */
void ls_race_check(const volatile void *addr, unsigned long size, unsigned int flags);
void ls_race_suspend(int by);
void ls_race_atomic_next(unsigned int nr);
void ls_race_atomic_nest(int by);

#endif /* LOCKSTEP_RACES_H */

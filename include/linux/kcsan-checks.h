/* SPDX-License-Identifier: MIT */
#ifndef _LINUX_KCSAN_CHECKS_H
#define _LINUX_KCSAN_CHECKS_H

/* Annotations for data races; they speak in modules built with `lockstep build --races`. */

#include <linux/compiler_types.h>
#include <lockstep/races.h>

#define KCSAN_ACCESS_WRITE	(1 << 0)
#define KCSAN_ACCESS_COMPOUND	(1 << 1)
#define KCSAN_ACCESS_ATOMIC	(1 << 2)
#define KCSAN_ACCESS_ASSERT	(1 << 3)
#define KCSAN_ACCESS_SCOPED	(1 << 4)

#if LS_RACES

#define __ls_race_flags(type)                                                                      \
	(((type) & KCSAN_ACCESS_WRITE ? LS_RACE_WRITE : LS_RACE_READ) |                            \
	 ((type) & KCSAN_ACCESS_COMPOUND ? LS_RACE_READ : 0) |                                     \
	 ((type) & KCSAN_ACCESS_ATOMIC ? LS_RACE_MARKED : 0) |                                     \
	 ((type) & KCSAN_ACCESS_ASSERT ? LS_RACE_ASSERT : 0))

#define __kcsan_check_access(ptr, size, type) ls_race_check((ptr), (size), __ls_race_flags(type))
#define kcsan_check_access(ptr, size, type)   __kcsan_check_access(ptr, size, type)
#define kcsan_disable_current()		      ls_race_suspend(1)
#define kcsan_enable_current()		      ls_race_suspend(-1)
#define kcsan_enable_current_nowarn()	      ls_race_suspend(-1)
#define kcsan_atomic_next(n)		      ls_race_atomic_next(n)
#define kcsan_nestable_atomic_begin()	      ls_race_atomic_nest(1)
#define kcsan_nestable_atomic_end()	      ls_race_atomic_nest(-1)
#define kcsan_flat_atomic_begin()	      ls_race_atomic_nest(1)
#define kcsan_flat_atomic_end()		      ls_race_atomic_nest(-1)

struct ls_race_scope {
	const volatile void *ptr;
	unsigned long size;
	unsigned int flags;
};

static inline void ls_race_scope_end(struct ls_race_scope *s)
{
	ls_race_check(s->ptr, s->size, s->flags);
}

/* Asserted at both ends: whoever comes in between is not ordered with one of them. */
#define __ls_race_scoped(var, type, name)                                                          \
	struct ls_race_scope name __attribute__((__cleanup__(ls_race_scope_end), __unused__)) = {  \
		&(var), sizeof(var), __ls_race_flags((type) | KCSAN_ACCESS_ASSERT)                 \
	};                                                                                         \
	ls_race_check(name.ptr, name.size, name.flags)
#define __ls_race_scope_name(n) __PASTE(__ls_race_scope_, n)

#else

#define __kcsan_check_access(ptr, size, type) ((void)0)
#define kcsan_check_access(ptr, size, type)   ((void)0)
#define kcsan_disable_current()		      ((void)0)
#define kcsan_enable_current()		      ((void)0)
#define kcsan_enable_current_nowarn()	      ((void)0)
#define kcsan_atomic_next(n)		      ((void)0)
#define kcsan_nestable_atomic_begin()	      ((void)0)
#define kcsan_nestable_atomic_end()	      ((void)0)
#define kcsan_flat_atomic_begin()	      ((void)0)
#define kcsan_flat_atomic_end()		      ((void)0)
#define __ls_race_scoped(var, type, name)     ((void)0)
#define __ls_race_scope_name(n)		      n

#endif /* LS_RACES */

#define __kcsan_check_read(ptr, size)	    __kcsan_check_access(ptr, size, 0)
#define __kcsan_check_write(ptr, size)	    __kcsan_check_access(ptr, size, KCSAN_ACCESS_WRITE)
#define kcsan_check_read(ptr, size)	    __kcsan_check_access(ptr, size, 0)
#define kcsan_check_write(ptr, size)	    __kcsan_check_access(ptr, size, KCSAN_ACCESS_WRITE)
#define kcsan_check_atomic_read(ptr, size)  __kcsan_check_access(ptr, size, KCSAN_ACCESS_ATOMIC)
#define kcsan_check_atomic_write(ptr, size)                                                        \
	__kcsan_check_access(ptr, size, KCSAN_ACCESS_ATOMIC | KCSAN_ACCESS_WRITE)

/* Nobody else writes @var now. */
#define ASSERT_EXCLUSIVE_WRITER(var) __kcsan_check_access(&(var), sizeof(var), KCSAN_ACCESS_ASSERT)
/* Nobody else accesses @var now. */
#define ASSERT_EXCLUSIVE_ACCESS(var)                                                               \
	__kcsan_check_access(&(var), sizeof(var), KCSAN_ACCESS_WRITE | KCSAN_ACCESS_ASSERT)
/* The same until the end of the block. */
#define ASSERT_EXCLUSIVE_WRITER_SCOPED(var)                                                        \
	__ls_race_scoped(var, 0, __ls_race_scope_name(__COUNTER__))
#define ASSERT_EXCLUSIVE_ACCESS_SCOPED(var)                                                        \
	__ls_race_scoped(var, KCSAN_ACCESS_WRITE, __ls_race_scope_name(__COUNTER__))
/* Which bits a write changes is not known when it is made: this one asserts nothing. */
#define ASSERT_EXCLUSIVE_BITS(var, mask) ((void)0)

#endif

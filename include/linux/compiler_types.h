/* SPDX-License-Identifier: MIT */
#ifndef _LINUX_COMPILER_TYPES_H
#define _LINUX_COMPILER_TYPES_H

/* Forced into every kernel-world file with -include: attributes and little else. */

#ifndef __ASSEMBLY__

#define ___PASTE(a, b) a##b
#define __PASTE(a, b)  ___PASTE(a, b)

/*
 * Functions whose name the C library uses for something else are linked as
 * ls_<name>: the kernel world calls ours, everything outside keeps its own.
 */
#define __ls_rename(name) asm("ls_" #name)

/* Instrumented for our own runtime (lockstep/races.h), or for the compiler's. */
#if defined(LOCKSTEP_RACES)
#define LS_RACES 1
#define LS_TSAN 0
#elif defined(__SANITIZE_THREAD__)
#define LS_TSAN 1
#elif defined(__has_feature)
#if __has_feature(thread_sanitizer)
#define LS_TSAN 1
#endif
#endif
#if defined(__SANITIZE_ADDRESS__)
#define LS_ASAN 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define LS_ASAN 1
#endif
#endif
#ifndef LS_RACES
#define LS_RACES 0
#endif
#ifndef LS_TSAN
#define LS_TSAN 0
#endif
#ifndef LS_ASAN
#define LS_ASAN 0
#endif

/* Address spaces and lock annotations speak to sparse; nothing here reads them. */
#define __user
#define __kernel
#define __iomem
#define __percpu
#define __rcu
#define __force
#define __nocast
#define __safe
#define __private
#define __bitwise
#define __chk_user_ptr(x)  ((void)0)
#define __chk_io_ptr(x)    ((void)0)
#define __must_hold(x)
#define __acquires(x)
#define __cond_acquires(x)
#define __releases(x)
#define __acquire(x)       ((void)0)
#define __release(x)       ((void)0)
#define __cond_lock(x, c)  (c)
#define __context__(...)
#define ACCESS_PRIVATE(p, member) ((p)->member)

#include <linux/compiler_attributes.h>

#undef inline
#define inline           inline __attribute__((__unused__))
#define __always_inline  inline __attribute__((__always_inline__))
#define noinline_for_stack noinline
#define __no_sanitize_address __attribute__((__no_sanitize_address__))
#define __no_sanitize_thread  __attribute__((__no_sanitize_thread__))
#define __no_kasan_or_inline  inline
#if LS_RACES
#define __no_kcsan __no_sanitize_thread
#else
#define __no_kcsan
#endif
#define __no_sanitize_or_inline inline
#define noinstr               noinline
#define notrace
#define nokprobe_inline       inline
#define __latent_entropy
#define __randomize_layout
#define __no_randomize_layout
#define __designated_init     __attribute__((__designated_init__))
#define randomized_struct_fields_start
#define randomized_struct_fields_end
#define __nocfi
#define __noendbr
#define __cficanonical
#define __visible        __attribute__((__externally_visible__))
#define __naked          __attribute__((__naked__))
#define __counted_by(m)
#define __counted_by_le(m)
#define __counted_by_be(m)
#define __ro_after_init
#define __read_mostly
#define __cacheline_aligned_in_smp __attribute__((__aligned__(64)))
#define __cacheline_aligned        __attribute__((__aligned__(64)))
#define ____cacheline_aligned      __attribute__((__aligned__(64)))
#define ____cacheline_aligned_in_smp __attribute__((__aligned__(64)))
#define ____cacheline_internodealigned_in_smp __attribute__((__aligned__(64)))
#define __page_aligned_data        __attribute__((__aligned__(4096)))
#define __page_aligned_bss         __attribute__((__aligned__(4096)))
#define __lockfunc
#define __sched
#define __kprobes
#define __cpuidle
#define asmlinkage
#define fastcall

#define __same_type(a, b)  __builtin_types_compatible_p(typeof(a), typeof(b))
#define __native_word(t)                                                                           \
	(sizeof(t) == sizeof(char) || sizeof(t) == sizeof(short) || sizeof(t) == sizeof(int) ||    \
	 sizeof(t) == sizeof(long))

/*
 * The type of a scalar without const and volatile. Pointers, enums and structs
 * keep their qualifiers; what is made of them must not be assigned to.
 */
#define __ls_unqual_pair(type)                                                                     \
	unsigned type: (unsigned type)0, signed type: (signed type)0
#define __unqual_scalar_typeof(x)                                                                  \
	typeof(_Generic((x), char: (char)0, __ls_unqual_pair(char), __ls_unqual_pair(short),       \
			__ls_unqual_pair(int), __ls_unqual_pair(long),                             \
			__ls_unqual_pair(long long), default: (x)))

/*
 * A failed assertion is a call of a function declared with the error attribute
 * that the optimiser could not remove. Without optimisation nothing is removed,
 * so there it is only checked where a constant expression can be.
 */
#ifdef __OPTIMIZE__
#define __compiletime_assert(condition, msg, prefix, suffix)                                       \
	do {                                                                                       \
		__noreturn extern void prefix##suffix(void) __compiletime_error(msg);              \
		if (!(condition))                                                                  \
			prefix##suffix();                                                          \
	} while (0)
#else
#define __compiletime_assert(condition, msg, prefix, suffix) ((void)(condition))
#endif
#define _compiletime_assert(condition, msg, prefix, suffix)                                        \
	__compiletime_assert(condition, msg, prefix, suffix)
#define compiletime_assert(condition, msg)                                                         \
	_compiletime_assert(condition, msg, __ls_compiletime_assert_, __COUNTER__)
#define compiletime_assert_atomic_type(t)                                                          \
	compiletime_assert(__native_word(t), "Need a native word sized access")

#endif /* __ASSEMBLY__ */
#endif /* _LINUX_COMPILER_TYPES_H */

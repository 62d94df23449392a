// SPDX-License-Identifier: MIT
/*
 * The runtime of modules that are built with `lockstep build --races`: what gcc and clang call for
 * each access under -fsanitize=thread. It hands accesses to the hook, and makes the atomic
 * ones, which the compiler leaves to it.
 *
 * The order of a failed cmpxchg is known after it only, so it is told after it; the others before.
 */
#include <linux/compiler.h>
#include <linux/types.h>
#include <lockstep/point.h>
#include <lockstep/races.h>

const struct ls_race_hook *ls_race_hook;
bool ls_race_modules;

#if !LS_TSAN /* whose runtime it is then */

/* What compilers call; nobody includes a declaration of it. */
#pragma GCC diagnostic ignored "-Wmissing-prototypes"
#pragma GCC diagnostic ignored "-Wbuiltin-declaration-mismatch"


static __always_inline const struct ls_race_hook *hook_now(void)
{
	return __atomic_load_n(&ls_race_hook, __ATOMIC_RELAXED);
}

/* In a function that instrumented code calls: its frame leads to the access. */
#define tell(addr, size, flags)                                                                    \
	do {                                                                                       \
		const struct ls_race_hook *__hook = hook_now();                                    \
                                                                                                   \
		if (unlikely(__hook))                                                              \
			__hook->access((addr), (size), (flags), __builtin_frame_address(0));       \
	} while (0)

/* --- plain and volatile --------------------------------------------------------- */

#define ACCESS(name, size, flags)                                                                  \
	void __tsan_##name(const volatile void *addr);                                             \
	void __tsan_##name(const volatile void *addr)                                              \
	{                                                                                          \
		tell(addr, size, flags);                                                           \
	}
#define ACCESS_SIZE(n)                                                                             \
	ACCESS(read##n, n, LS_RACE_READ)                                                           \
	ACCESS(write##n, n, LS_RACE_WRITE)                                                         \
	ACCESS(read_write##n, n, LS_RACE_READ | LS_RACE_WRITE)                                     \
	ACCESS(volatile_read##n, n, LS_RACE_READ | LS_RACE_MARKED)                                 \
	ACCESS(volatile_write##n, n, LS_RACE_WRITE | LS_RACE_MARKED)
#define ACCESS_UNALIGNED(n)                                                                        \
	ACCESS(unaligned_read##n, n, LS_RACE_READ)                                                 \
	ACCESS(unaligned_write##n, n, LS_RACE_WRITE)                                               \
	ACCESS(unaligned_read_write##n, n, LS_RACE_READ | LS_RACE_WRITE)                           \
	ACCESS(unaligned_volatile_read##n, n, LS_RACE_READ | LS_RACE_MARKED)                       \
	ACCESS(unaligned_volatile_write##n, n, LS_RACE_WRITE | LS_RACE_MARKED)

ACCESS_SIZE(1)
ACCESS_SIZE(2)
ACCESS_SIZE(4)
ACCESS_SIZE(8)
ACCESS_SIZE(16)
ACCESS_UNALIGNED(2)
ACCESS_UNALIGNED(4)
ACCESS_UNALIGNED(8)
ACCESS_UNALIGNED(16)
ACCESS(vptr_read, sizeof(void *), LS_RACE_READ)

void __tsan_vptr_update(void **at, void *value)
{
	if (*at != value)
		tell(at, sizeof(*at), LS_RACE_WRITE);
}

void __tsan_read_range(const void *addr, unsigned long size)
{
	tell(addr, size, LS_RACE_READ);
}

void __tsan_write_range(void *addr, unsigned long size)
{
	tell(addr, size, LS_RACE_WRITE);
}

/*
 * Calls of these are no accesses to the compiler. clang has names for them; `lockstep build`
 * lets the linker give them to gcc, too.
 */
#define COPY(fn, wrapped)                                                                          \
	void *fn(void *to, const void *from, unsigned long n);                                     \
	void *fn(void *to, const void *from, unsigned long n)                                      \
	{                                                                                          \
		if (n) {                                                                           \
			tell(from, n, LS_RACE_READ);                                               \
			tell(to, n, LS_RACE_WRITE);                                                \
		}                                                                                  \
		return wrapped(to, from, n);                                                       \
	}
COPY(__tsan_memcpy, __builtin_memcpy)
COPY(__tsan_memmove, __builtin_memmove)
COPY(__wrap_memcpy, __builtin_memcpy)
COPY(__wrap_memmove, __builtin_memmove)

#define SET(fn)                                                                                    \
	void *fn(void *to, int c, unsigned long n);                                                \
	void *fn(void *to, int c, unsigned long n)                                                 \
	{                                                                                          \
		if (n)                                                                             \
			tell(to, n, LS_RACE_WRITE);                                                \
		return __builtin_memset(to, c, n);                                                 \
	}
SET(__tsan_memset)
SET(__wrap_memset)

int __wrap_memcmp(const void *a, const void *b, unsigned long n)
{
	if (n) {
		tell(a, n, LS_RACE_READ);
		tell(b, n, LS_RACE_READ);
	}
	return __builtin_memcmp(a, b, n);
}

/* --- atomics ----------------------------------------------------------------------- */

static __always_inline unsigned int order_flags(int order)
{
	switch (order) {
	case __ATOMIC_RELAXED:
		return LS_RACE_MARKED;
	case __ATOMIC_CONSUME: /* a dependency orders what goes through it */
	case __ATOMIC_ACQUIRE:
		return LS_RACE_MARKED | LS_RACE_ACQUIRE;
	case __ATOMIC_RELEASE:
		return LS_RACE_MARKED | LS_RACE_RELEASE;
	default:
		return LS_RACE_MARKED | LS_RACE_ACQUIRE | LS_RACE_RELEASE;
	}
}

#define RMW_FLAGS(order) (LS_RACE_READ | LS_RACE_WRITE | order_flags(order))

/* All of them are made in the strongest order: nobody waits for an instrumented module. */
#define ATOMIC_FETCH(bits, T, op)                                                                  \
	T __tsan_atomic##bits##_fetch_##op(volatile T *a, T v, int order);                         \
	T __tsan_atomic##bits##_fetch_##op(volatile T *a, T v, int order)                          \
	{                                                                                          \
		tell(a, sizeof(T), RMW_FLAGS(order));                                              \
		return __atomic_fetch_##op(a, v, __ATOMIC_SEQ_CST);                                \
	}

#define ATOMIC_CAS(bits, T, strength)                                                              \
	int __tsan_atomic##bits##_compare_exchange_##strength(volatile T *a, T *old, T v,          \
							      int order, int fail);                \
	int __tsan_atomic##bits##_compare_exchange_##strength(volatile T *a, T *old, T v,          \
							      int order, int fail)                 \
	{                                                                                          \
		int done = __atomic_compare_exchange_n(a, old, v, 0, __ATOMIC_SEQ_CST,             \
						       __ATOMIC_SEQ_CST);                          \
                                                                                                   \
		tell(a, sizeof(T),                                                                 \
		     done ? RMW_FLAGS(order) : LS_RACE_READ | order_flags(fail));                  \
		return done;                                                                       \
	}

#define ATOMIC_SIZE(bits, T)                                                                       \
	T __tsan_atomic##bits##_load(const volatile T *a, int order);                              \
	T __tsan_atomic##bits##_load(const volatile T *a, int order)                               \
	{                                                                                          \
		tell(a, sizeof(T),                                                                 \
		     LS_RACE_READ | (order_flags(order) & ~LS_RACE_RELEASE));                      \
		return __atomic_load_n(a, __ATOMIC_SEQ_CST);                                       \
	}                                                                                          \
	void __tsan_atomic##bits##_store(volatile T *a, T v, int order);                           \
	void __tsan_atomic##bits##_store(volatile T *a, T v, int order)                            \
	{                                                                                          \
		tell(a, sizeof(T),                                                                 \
		     LS_RACE_WRITE | (order_flags(order) & ~LS_RACE_ACQUIRE));                     \
		__atomic_store_n(a, v, __ATOMIC_SEQ_CST);                                          \
	}                                                                                          \
	T __tsan_atomic##bits##_exchange(volatile T *a, T v, int order);                           \
	T __tsan_atomic##bits##_exchange(volatile T *a, T v, int order)                            \
	{                                                                                          \
		tell(a, sizeof(T), RMW_FLAGS(order));                                              \
		return __atomic_exchange_n(a, v, __ATOMIC_SEQ_CST);                                \
	}                                                                                          \
	T __tsan_atomic##bits##_compare_exchange_val(volatile T *a, T old, T v, int order,         \
						     int fail);                                    \
	T __tsan_atomic##bits##_compare_exchange_val(volatile T *a, T old, T v, int order,         \
						     int fail)                                     \
	{                                                                                          \
		int done = __atomic_compare_exchange_n(a, &old, v, 0, __ATOMIC_SEQ_CST,            \
						       __ATOMIC_SEQ_CST);                          \
                                                                                                   \
		tell(a, sizeof(T),                                                                 \
		     done ? RMW_FLAGS(order) : LS_RACE_READ | order_flags(fail));                  \
		return old;                                                                        \
	}                                                                                          \
	ATOMIC_CAS(bits, T, strong)                                                                \
	ATOMIC_CAS(bits, T, weak)                                                                  \
	ATOMIC_FETCH(bits, T, add)                                                                 \
	ATOMIC_FETCH(bits, T, sub)                                                                 \
	ATOMIC_FETCH(bits, T, and)                                                                 \
	ATOMIC_FETCH(bits, T, or)                                                                  \
	ATOMIC_FETCH(bits, T, xor)                                                                 \
	ATOMIC_FETCH(bits, T, nand)

ATOMIC_SIZE(8, u8)
ATOMIC_SIZE(16, u16)
ATOMIC_SIZE(32, u32)
ATOMIC_SIZE(64, u64)

void __tsan_atomic_thread_fence(int order)
{
	const struct ls_race_hook *hook = hook_now();

	__sync_synchronize();
	if (unlikely(hook))
		hook->fence(order_flags(order) & ~LS_RACE_MARKED);
}

void __tsan_atomic_signal_fence(int order)
{
	barrier();
}

/* --- the rest ---------------------------------------------------------------------- */

/* The constructor of each object file. */
void __tsan_init(void)
{
	ls_race_modules = true;
}

/* Call chains are walked by frame pointer. */
void __tsan_func_entry(void *pc)
{
}

void __tsan_func_exit(void)
{
}

void __tsan_ignore_thread_begin(void)
{
	ls_race_suspend(1);
}

void __tsan_ignore_thread_end(void)
{
	ls_race_suspend(-1);
}

void ls_race_check(const volatile void *addr, unsigned long size, unsigned int flags)
{
	tell(addr, size, flags);
}

void ls_race_suspend(int by)
{
	const struct ls_race_hook *hook = hook_now();

	if (unlikely(hook))
		hook->suspend(by);
}

void ls_race_atomic_next(unsigned int nr)
{
	const struct ls_race_hook *hook = hook_now();

	if (unlikely(hook))
		hook->atomic_next(nr);
}

void ls_race_atomic_nest(int by)
{
	const struct ls_race_hook *hook = hook_now();

	if (unlikely(hook))
		hook->atomic_nest(by);
}

void ls_race_point(enum ls_op op, const volatile void *obj)
{
	__typeof__(ls_point_hook) point = ls_point_hook_now();
	const struct ls_race_hook *hook = hook_now();

	if (likely(!point))
		return;
	if (hook && op <= LS_OP_RMW) {
		hook->inlined(1);
		point(op, obj);
		hook->inlined(-1);
	} else {
		point(op, obj);
	}
}

#endif /* !LS_TSAN */

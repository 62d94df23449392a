/* SPDX-License-Identifier: MIT */
#ifndef _LINUX_PERCPU_DEFS_H
#define _LINUX_PERCPU_DEFS_H

/**
 * DOC: per-cpu data
 *
 * A per-cpu pointer is the address of slot 0; slot n lies n times
 * LS_PERCPU_UNIT bytes further, whatever the type, so that a pointer to a
 * member works like one to the whole. Untouched slots cost no memory.
 *
 * Tasks that share a slot run in parallel, so the this_cpu operations are
 * atomic, and get_cpu_ptr() keeps nobody else out.
 */

#include <linux/types.h>
#include <linux/compiler.h>
#include <linux/smp.h>

#define LS_PERCPU_UNIT 4096UL

/* The variable itself is the start of an area that has room for every slot. */
#define DEFINE_PER_CPU(type, name)                                                                 \
	union {                                                                                    \
		__typeof__(type) slot0;                                                            \
		char all[LS_PERCPU_UNIT * NR_CPUS];                                                \
	} name##__ls_area __attribute__((__aligned__(64)));                                        \
	extern __typeof__(type) name __attribute__((__alias__(#name "__ls_area")))
#define DECLARE_PER_CPU(type, name) extern __typeof__(type) name
#define DEFINE_PER_CPU_ALIGNED(type, name)        DEFINE_PER_CPU(type, name)
#define DEFINE_PER_CPU_SHARED_ALIGNED(type, name) DEFINE_PER_CPU(type, name)
#define DEFINE_PER_CPU_READ_MOSTLY(type, name)    DEFINE_PER_CPU(type, name)
#define EXPORT_PER_CPU_SYMBOL(var)
#define EXPORT_PER_CPU_SYMBOL_GPL(var)

#define per_cpu_ptr(ptr, cpu) RELOC_HIDE((ptr), (unsigned long)(cpu) * LS_PERCPU_UNIT)
#define raw_cpu_ptr(ptr)      per_cpu_ptr(ptr, raw_smp_processor_id())
#define this_cpu_ptr(ptr)     raw_cpu_ptr(ptr)
#define per_cpu(var, cpu)     (*per_cpu_ptr(&(var), cpu))

#define get_cpu_ptr(var)                                                                           \
	({                                                                                         \
		preempt_disable();                                                                 \
		this_cpu_ptr(var);                                                                 \
	})
#define put_cpu_ptr(var)                                                                           \
	do {                                                                                       \
		(void)(var);                                                                       \
		preempt_enable();                                                                  \
	} while (0)
#define get_cpu_var(var) (*get_cpu_ptr(&(var)))
#define put_cpu_var(var) put_cpu_ptr(&(var))

#define this_cpu_read(pcp)       __atomic_load_n(this_cpu_ptr(&(pcp)), __ATOMIC_RELAXED)
#define this_cpu_write(pcp, val) __atomic_store_n(this_cpu_ptr(&(pcp)), (val), __ATOMIC_RELAXED)
#define this_cpu_add(pcp, val)                                                                     \
	((void)__atomic_fetch_add(this_cpu_ptr(&(pcp)), (val), __ATOMIC_RELAXED))
#define this_cpu_sub(pcp, val)                                                                     \
	((void)__atomic_fetch_sub(this_cpu_ptr(&(pcp)), (val), __ATOMIC_RELAXED))
#define this_cpu_inc(pcp)        this_cpu_add(pcp, 1)
#define this_cpu_dec(pcp)        this_cpu_sub(pcp, 1)
#define this_cpu_or(pcp, val)                                                                      \
	((void)__atomic_fetch_or(this_cpu_ptr(&(pcp)), (val), __ATOMIC_RELAXED))
#define this_cpu_and(pcp, val)                                                                     \
	((void)__atomic_fetch_and(this_cpu_ptr(&(pcp)), (val), __ATOMIC_RELAXED))
#define this_cpu_add_return(pcp, val)                                                              \
	__atomic_add_fetch(this_cpu_ptr(&(pcp)), (val), __ATOMIC_RELAXED)
#define this_cpu_sub_return(pcp, val)                                                              \
	__atomic_sub_fetch(this_cpu_ptr(&(pcp)), (val), __ATOMIC_RELAXED)
#define this_cpu_inc_return(pcp) this_cpu_add_return(pcp, 1)
#define this_cpu_dec_return(pcp) this_cpu_sub_return(pcp, 1)
#define this_cpu_xchg(pcp, nval) __atomic_exchange_n(this_cpu_ptr(&(pcp)), (nval), __ATOMIC_RELAXED)
#define this_cpu_cmpxchg(pcp, oval, nval)                                                          \
	({                                                                                         \
		typeof(pcp) __ls_old = (oval);                                                     \
		(void)__atomic_compare_exchange_n(this_cpu_ptr(&(pcp)), &__ls_old, (nval), false,  \
						  __ATOMIC_RELAXED, __ATOMIC_RELAXED);             \
		__ls_old;                                                                          \
	})

#define __this_cpu_read(pcp)       this_cpu_read(pcp)
#define __this_cpu_write(pcp, val) this_cpu_write(pcp, val)
#define __this_cpu_add(pcp, val)   this_cpu_add(pcp, val)
#define __this_cpu_sub(pcp, val)   this_cpu_sub(pcp, val)
#define __this_cpu_inc(pcp)        this_cpu_inc(pcp)
#define __this_cpu_dec(pcp)        this_cpu_dec(pcp)
#define __this_cpu_inc_return(pcp) this_cpu_inc_return(pcp)
#define __this_cpu_dec_return(pcp) this_cpu_dec_return(pcp)
#define __this_cpu_xchg(pcp, nval) this_cpu_xchg(pcp, nval)
#define raw_cpu_read(pcp)          this_cpu_read(pcp)
#define raw_cpu_write(pcp, val)    this_cpu_write(pcp, val)
#define raw_cpu_add(pcp, val)      this_cpu_add(pcp, val)
#define raw_cpu_inc(pcp)           this_cpu_inc(pcp)

#endif

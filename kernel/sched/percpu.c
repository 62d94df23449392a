// SPDX-License-Identifier: MIT
/* Per-cpu memory, per-cpu reference counts, and what else counts processors. */
#include <linux/percpu.h>
#include <linux/percpu-refcount.h>
#include <linux/bug.h>
#include <linux/errno.h>
#include <linux/slab.h>
#include "internal.h"

unsigned int nr_cpu_ids = 1;
/* Every slot of the mask that is set exists; written at boot only. */
struct cpumask ls_cpu_all_mask = { { 1 } };

int ls_percpu_boot(void)
{
	unsigned int nr = os_nr_cpus();

	nr_cpu_ids = nr < NR_CPUS ? nr : NR_CPUS;
	ls_cpu_all_mask.bits[0] = ~0UL >> (64 - nr_cpu_ids);
	return 0;
}

/**
 * __alloc_percpu_gfp() - allocate one object for each slot, zeroed
 * @size: bytes, at most LS_PERCPU_UNIT
 * @align: at most LS_PERCPU_UNIT
 * @gfp: GFP_*
 *
 * Context: As @gfp says.
 * Return: per-cpu pointer, or NULL.
 */
void __percpu *__alloc_percpu_gfp(size_t size, size_t align, gfp_t gfp)
{
	if (WARN_ON(!size || size > LS_PERCPU_UNIT || align > LS_PERCPU_UNIT))
		return NULL;
	return kvzalloc((nr_cpu_ids - 1) * LS_PERCPU_UNIT + size, gfp);
}

/**
 * __alloc_percpu() - allocate one object for each slot, zeroed
 * @size: bytes, at most LS_PERCPU_UNIT
 * @align: at most LS_PERCPU_UNIT
 *
 * Context: Process context. Sleeps.
 * Return: per-cpu pointer, or NULL.
 */
void __percpu *__alloc_percpu(size_t size, size_t align)
{
	return __alloc_percpu_gfp(size, align, GFP_KERNEL);
}

/**
 * free_percpu() - free what __alloc_percpu() made
 * @ptr: per-cpu pointer, may be NULL
 *
 * Context: Any.
 */
void free_percpu(void __percpu *ptr)
{
	kvfree(ptr);
}

/**
 * percpu_ref_init() - initialise a reference count with one reference
 * @ref: the count
 * @release: called when it drops to zero
 * @flags: PERCPU_REF_*
 * @gfp: ignored, nothing is allocated
 *
 * Context: Any.
 * Return: 0.
 */
int percpu_ref_init(struct percpu_ref *ref, percpu_ref_func_t *release, unsigned int flags,
		    gfp_t gfp)
{
	bool dead = flags & PERCPU_REF_INIT_DEAD;

	atomic_long_set(&ref->count, dead ? 0 : 1);
	ref->dead = dead;
	ref->release = release;
	return 0;
}

/**
 * percpu_ref_exit() - the count is not used any more
 * @ref: the count
 *
 * Context: Any.
 */
void percpu_ref_exit(struct percpu_ref *ref)
{
	ref->release = NULL;
}

/**
 * percpu_ref_kill_and_confirm() - drop the initial reference and let nobody new in
 * @ref: the count
 * @confirm_kill: called when all tasks see that it is dead; may be NULL
 *
 * Context: Any.
 */
void percpu_ref_kill_and_confirm(struct percpu_ref *ref, percpu_ref_func_t *confirm_kill)
{
	ls_point(LS_OP_RMW, &ref->dead);
	if (WARN_ONCE(__atomic_exchange_n(&ref->dead, true, __ATOMIC_SEQ_CST),
		      "percpu_ref_kill() called twice"))
		return;
	if (confirm_kill)
		confirm_kill(ref);
	percpu_ref_put(ref);
}

/**
 * percpu_ref_resurrect() - undo percpu_ref_kill() before the count is zero
 * @ref: the count
 *
 * Context: Any.
 */
void percpu_ref_resurrect(struct percpu_ref *ref)
{
	WARN_ON_ONCE(!percpu_ref_is_dying(ref));
	percpu_ref_get(ref);
	ls_point(LS_OP_STORE, &ref->dead);
	__atomic_store_n(&ref->dead, false, __ATOMIC_RELEASE);
}

/**
 * percpu_ref_reinit() - start over with one reference
 * @ref: the count, zero and dead
 *
 * Context: Any.
 */
void percpu_ref_reinit(struct percpu_ref *ref)
{
	WARN_ON_ONCE(!percpu_ref_is_zero(ref));
	percpu_ref_resurrect(ref);
}

/* As an interrupt that the other processor gets: in the caller's task, but in its context. */
static void call_as(unsigned int cpu, smp_call_func_t func, void *info)
{
	struct task_struct *t = current;
	unsigned int own = t->cpu;
	unsigned long flags;

	local_irq_save(flags);
	if (cpu != own)
		__preempt_count_add(HARDIRQ_OFFSET);
	t->cpu = cpu;
	func(info);
	t->cpu = own;
	if (cpu != own)
		__preempt_count_sub(HARDIRQ_OFFSET);
	local_irq_restore(flags);
}

/**
 * smp_call_function_single() - call a function as if from another processor
 * @cpuid: slot; -ENXIO if there is none
 * @func: called at once, by the caller's task, with interrupts off; on another slot than
 *	the caller's in hardirq context
 * @info: for @func
 * @wait: ignored, it is always waited for
 *
 * Context: Any.
 * Return: 0 or -ENXIO.
 */
int smp_call_function_single(int cpuid, smp_call_func_t func, void *info, int wait)
{
	if (cpuid < 0 || !cpu_online(cpuid))
		return -ENXIO;
	call_as(cpuid, func, info);
	return 0;
}

/**
 * on_each_cpu() - call a function once for each slot
 * @func: called by the caller's task as by smp_call_function_single()
 * @info: for @func
 * @wait: ignored, it is always waited for
 *
 * Context: Any.
 */
void on_each_cpu(smp_call_func_t func, void *info, int wait)
{
	unsigned int cpu;

	for (cpu = 0; cpu < nr_cpu_ids; cpu++)
		call_as(cpu, func, info);
}

/* SPDX-License-Identifier: MIT */
#ifndef _LINUX_CPUMASK_H
#define _LINUX_CPUMASK_H

/*
 * All processors of the process are present and online, for ever, numbered
 * from 0 to nr_cpu_ids - 1. A mask fits one word.
 */

#include <linux/types.h>
#include <linux/kernel.h>
#include <linux/bitops.h>
#include <linux/bug.h>

#define NR_CPUS 64

typedef struct cpumask {
	unsigned long bits[1];
} cpumask_t;
typedef struct cpumask cpumask_var_t[1];

extern unsigned int nr_cpu_ids;
extern struct cpumask ls_cpu_all_mask;

#define nr_cpumask_bits   nr_cpu_ids
#define cpu_possible_mask ((const struct cpumask *)&ls_cpu_all_mask)
#define cpu_online_mask   ((const struct cpumask *)&ls_cpu_all_mask)
#define cpu_present_mask  ((const struct cpumask *)&ls_cpu_all_mask)
#define cpu_active_mask   ((const struct cpumask *)&ls_cpu_all_mask)
#define cpu_all_mask      ((const struct cpumask *)&ls_cpu_all_mask)
#define num_online_cpus()   nr_cpu_ids
#define num_possible_cpus() nr_cpu_ids
#define num_present_cpus()  nr_cpu_ids
#define num_active_cpus()   nr_cpu_ids
#define cpu_online(cpu)   ((unsigned int)(cpu) < nr_cpu_ids)
#define cpu_possible(cpu) cpu_online(cpu)
#define cpu_present(cpu)  cpu_online(cpu)
#define cpu_active(cpu)   cpu_online(cpu)

#define cpumask_bits(maskp) ((maskp)->bits)

static inline void cpumask_set_cpu(unsigned int cpu, struct cpumask *dstp)
{
	dstp->bits[0] |= 1UL << cpu;
}

static inline void cpumask_clear_cpu(int cpu, struct cpumask *dstp)
{
	dstp->bits[0] &= ~(1UL << cpu);
}

static inline bool cpumask_test_cpu(int cpu, const struct cpumask *cpumask)
{
	return (cpumask->bits[0] >> cpu) & 1;
}

static inline void cpumask_clear(struct cpumask *dstp)
{
	dstp->bits[0] = 0;
}

static inline void cpumask_setall(struct cpumask *dstp)
{
	dstp->bits[0] = cpu_all_mask->bits[0];
}

static inline void cpumask_copy(struct cpumask *dstp, const struct cpumask *srcp)
{
	*dstp = *srcp;
}

static inline bool cpumask_and(struct cpumask *dstp, const struct cpumask *a,
			       const struct cpumask *b)
{
	return (dstp->bits[0] = a->bits[0] & b->bits[0]) != 0;
}

static inline bool cpumask_empty(const struct cpumask *srcp)
{
	return srcp->bits[0] == 0;
}

static inline unsigned int cpumask_weight(const struct cpumask *srcp)
{
	return (unsigned int)__builtin_popcountl(srcp->bits[0]);
}

static inline unsigned int cpumask_next(int n, const struct cpumask *srcp)
{
	unsigned long rest = n >= NR_CPUS - 1 ? 0 : srcp->bits[0] & (~0UL << (n + 1));

	return rest ? (unsigned int)__builtin_ctzl(rest) : nr_cpu_ids;
}

static inline unsigned int cpumask_first(const struct cpumask *srcp)
{
	return cpumask_next(-1, srcp);
}

#define cpumask_any(mask) cpumask_first(mask)
#define for_each_cpu(cpu, mask)                                                                    \
	for ((cpu) = cpumask_first(mask); (cpu) < nr_cpu_ids; (cpu) = cpumask_next((int)(cpu), (mask)))
#define for_each_possible_cpu(cpu) for_each_cpu((cpu), cpu_possible_mask)
#define for_each_online_cpu(cpu)   for_each_cpu((cpu), cpu_online_mask)
#define for_each_present_cpu(cpu)  for_each_cpu((cpu), cpu_present_mask)
#define cpumask_of(cpu) ((const struct cpumask *)&(struct cpumask){ { 1UL << (cpu) } })

static inline bool alloc_cpumask_var(cpumask_var_t *mask, gfp_t flags)
{
	return true;
}

static inline bool zalloc_cpumask_var(cpumask_var_t *mask, gfp_t flags)
{
	cpumask_clear(*mask);
	return true;
}

static inline void free_cpumask_var(cpumask_var_t mask)
{
}

#endif

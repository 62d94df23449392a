/* SPDX-License-Identifier: MIT */
#ifndef _ASM_SMP_H
#define _ASM_SMP_H

#include <linux/cpumask.h>

#define raw_smp_processor_id() (current->cpu)

/* The caches of this machine are coherent with everything a task can reach. */
#define wbinvd_on_all_cpus()  ((void)0)
#define wbinvd_on_cpu(cpu)    ((void)(cpu))

#endif

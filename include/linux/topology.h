/* SPDX-License-Identifier: MIT */
#ifndef _LINUX_TOPOLOGY_H
#define _LINUX_TOPOLOGY_H

#include <linux/cpumask.h>

/* One memory node. */
#define numa_node_id()   0
#define numa_mem_id()    0
#define cpu_to_node(cpu) ((void)(cpu), 0)
#define cpu_to_mem(cpu)  ((void)(cpu), 0)
#define cpumask_of_node(node) ((void)(node), cpu_online_mask)

#endif

/* SPDX-License-Identifier: MIT */
#ifndef _LINUX_NODEMASK_H
#define _LINUX_NODEMASK_H
#include <linux/bitmap.h>
#include <linux/numa.h>
typedef struct {
	DECLARE_BITMAP(bits, MAX_NUMNODES);
} nodemask_t;
#define num_online_nodes()      1
#define for_each_online_node(n) for ((n) = 0; (n) < 1; (n)++)
#define for_each_node(n)        for ((n) = 0; (n) < 1; (n)++)
#endif

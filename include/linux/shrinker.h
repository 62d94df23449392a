/* SPDX-License-Identifier: MIT */
#ifndef _LINUX_SHRINKER_H
#define _LINUX_SHRINKER_H

#include <linux/atomic.h>
#include <linux/list.h>
#include <linux/refcount.h>
#include <linux/types.h>

struct mem_cgroup;

/**
 * struct shrink_control - what a shrinker is asked for
 * @gfp_mask: of the allocation that wants memory
 * @nid: node, always 0
 * @nr_to_scan: how many to try
 * @nr_scanned: how many were tried; the shrinker may lower it
 */
struct shrink_control {
	gfp_t gfp_mask;
	int nid;
	unsigned long nr_to_scan;
	unsigned long nr_scanned;
	struct mem_cgroup *memcg;
};

#define SHRINK_STOP  (~0UL)
#define SHRINK_EMPTY (~0UL - 1)

/**
 * struct shrinker - gives memory back on demand
 * @count_objects: how many could be freed, 0 or SHRINK_EMPTY for none
 * @scan_objects: free some; how many were, or SHRINK_STOP
 * @private_data: for the owner
 */
struct shrinker {
	unsigned long (*count_objects)(struct shrinker *shrinker, struct shrink_control *sc);
	unsigned long (*scan_objects)(struct shrinker *shrinker, struct shrink_control *sc);
	long batch;
	int seeks;
	unsigned int flags;
	void *private_data;
	struct list_head list;
	atomic_long_t nr_deferred;
	char ls_name[48];
	bool ls_registered;
};

#define DEFAULT_SEEKS 2
#define SHRINKER_REGISTERED  (1U << 0)
#define SHRINKER_ALLOCATED   (1U << 1)
#define SHRINKER_NUMA_AWARE  (1U << 2)
#define SHRINKER_MEMCG_AWARE (1U << 3)
#define SHRINKER_NONSLAB     (1U << 4)

__printf(2, 3) struct shrinker *shrinker_alloc(unsigned int flags, const char *fmt, ...);
void shrinker_register(struct shrinker *shrinker);
void shrinker_free(struct shrinker *shrinker);

/* The way of Linux 6.1, for shrinkers that their owner embeds. */
__printf(2, 3) int register_shrinker(struct shrinker *shrinker, const char *fmt, ...);
__printf(2, 3) int prealloc_shrinker(struct shrinker *shrinker, const char *fmt, ...);
void register_shrinker_prepared(struct shrinker *shrinker);
void unregister_shrinker(struct shrinker *shrinker);
void free_prealloced_shrinker(struct shrinker *shrinker);
void synchronize_shrinkers(void);

/*
 * Run every shrinker once over all it counts, as a GFP_KERNEL allocation in
 * direct reclaim would. Returns how many objects were freed.
 */
unsigned long ls_shrink_all(void);

#endif

// SPDX-License-Identifier: MIT
/*
 * Reclaim contexts: what an allocation may do while the caller holds locks. Reclaim
 * itself never happens by itself (there is no memory pressure); lockdep is told that
 * it could, through one lock that stands for "inside reclaim".
 */
#include <linux/kernel.h>
#include <linux/lockdep.h>
#include <linux/sched.h>
#include <linux/sched/mm.h>
#include <linux/slab.h>
#include "internal.h"

static struct lockdep_map fs_reclaim_map = STATIC_LOCKDEP_MAP_INIT("fs_reclaim", &fs_reclaim_map);

/**
 * current_gfp_context() - what an allocation may really do here
 * @flags: what the caller asks for
 *
 * Context: Any.
 * Return: @flags less what the task's memalloc_*_save() scopes forbid.
 */
gfp_t current_gfp_context(gfp_t flags)
{
	unsigned int scope = current->flags;

	if (unlikely(scope & (PF_MEMALLOC_NOIO | PF_MEMALLOC_NOFS))) {
		if (scope & PF_MEMALLOC_NOIO)
			flags &= ~(__GFP_IO | __GFP_FS);
		else
			flags &= ~__GFP_FS;
	}
	return flags;
}

static bool may_reclaim(gfp_t gfp)
{
	gfp = current_gfp_context(gfp);
	return (gfp & __GFP_DIRECT_RECLAIM) && (gfp & __GFP_FS) && !(gfp & __GFP_NOLOCKDEP) &&
	       !(current->flags & PF_MEMALLOC);
}

/**
 * fs_reclaim_acquire() - enter the reclaim context, for lockdep
 * @gfp_mask: nothing happens unless these flags allow direct reclaim with __GFP_FS
 *
 * Context: Any. Undone by fs_reclaim_release() with the same flags.
 */
void fs_reclaim_acquire(gfp_t gfp_mask)
{
	if (may_reclaim(gfp_mask))
		lock_map_acquire(&fs_reclaim_map);
}

/**
 * fs_reclaim_release() - leave the reclaim context
 * @gfp_mask: as for fs_reclaim_acquire()
 *
 * Context: Any.
 */
void fs_reclaim_release(gfp_t gfp_mask)
{
	if (may_reclaim(gfp_mask))
		lock_map_release(&fs_reclaim_map);
}

/**
 * might_alloc() - an allocation with these flags may happen here
 * @gfp_mask: the flags
 *
 * Reports sleep-in-atomic, and teaches lockdep which locks are held around reclaim.
 * A task that holds no lock has nothing to teach; that keeps kmalloc() fast.
 *
 * Context: What @gfp_mask says.
 */
void might_alloc(gfp_t gfp_mask)
{
	struct task_struct *task = current;

	if (!(gfp_mask & __GFP_DIRECT_RECLAIM))
		return;
	if (ls_checking(LS_CHECK_LOCKDEP) && (task->lockdep.depth || task->irqs_off)) {
		fs_reclaim_acquire(gfp_mask);
		fs_reclaim_release(gfp_mask);
	}
	might_sleep();
}

static unsigned int scope_save(unsigned int flag)
{
	unsigned int old = current->flags & flag;

	current->flags |= flag;
	return old;
}

static void scope_restore(unsigned int flag, unsigned int old)
{
	current->flags = (current->flags & ~flag) | old;
}

/**
 * memalloc_noio_save() - allocations of this task imply GFP_NOIO from here on
 *
 * Context: Any. Nests.
 * Return: what memalloc_noio_restore() wants.
 */
unsigned int memalloc_noio_save(void)
{
	return scope_save(PF_MEMALLOC_NOIO);
}

/**
 * memalloc_noio_restore() - end of a memalloc_noio_save() scope
 * @flags: what it returned
 */
void memalloc_noio_restore(unsigned int flags)
{
	scope_restore(PF_MEMALLOC_NOIO, flags);
}

/**
 * memalloc_nofs_save() - allocations of this task imply GFP_NOFS from here on
 *
 * Context: Any. Nests.
 * Return: what memalloc_nofs_restore() wants.
 */
unsigned int memalloc_nofs_save(void)
{
	return scope_save(PF_MEMALLOC_NOFS);
}

/**
 * memalloc_nofs_restore() - end of a memalloc_nofs_save() scope
 * @flags: what it returned
 */
void memalloc_nofs_restore(unsigned int flags)
{
	scope_restore(PF_MEMALLOC_NOFS, flags);
}

/**
 * memalloc_noreclaim_save() - allocations of this task never reclaim from here on
 *
 * Context: Any. Nests.
 * Return: what memalloc_noreclaim_restore() wants.
 */
unsigned int memalloc_noreclaim_save(void)
{
	return scope_save(PF_MEMALLOC);
}

/**
 * memalloc_noreclaim_restore() - end of a memalloc_noreclaim_save() scope
 * @flags: what it returned
 */
void memalloc_noreclaim_restore(unsigned int flags)
{
	scope_restore(PF_MEMALLOC, flags);
}

/* SPDX-License-Identifier: MIT */
#ifndef LOCKSTEP_BOOT_H
#define LOCKSTEP_BOOT_H

/**
 * DOC: start of the kernel world
 *
 * Nothing of the kernel world runs before ls_boot(): no ELF constructor, no lazy
 * start from a header. `lockstep test` calls it in each worker, after the fork.
 * The order below is the order of the layers. What is made here lives as long as
 * the process and is born in epoch 0 (lockstep/track.h).
 */

/**
 * ls_boot() - start the kernel world on the calling thread, which becomes its first task
 *
 * A second call does nothing. A part that cannot start says why on standard error and
 * ends the process with status 2: without it nothing else could run.
 *
 * Context: Called once per process, from a thread of the host world.
 */
void ls_boot(void);

/* Parts, in boot order. Each returns 0 or -errno. */
int ls_mm_init(void);      /* kernel/mm */
int ls_sched_init(void);   /* kernel/sched: first task, RCU, timers, workqueues */
int ls_lockdep_init(void); /* kernel/locking */
int ls_fs_init(void);      /* kernel/fs */
int ls_dma_buf_init(void); /* dma-buf */
int ls_drm_init(void);     /* drm */

/**
 * ls_shared_reserve() - set aside memory that all workers of this process share
 * @size: bytes for all users together
 *
 * Context: The host world, before the first fork.
 * Return: 0, or -ENOMEM.
 */
int ls_shared_reserve(unsigned long size);

/**
 * ls_shared_alloc() - memory that survives the death of a worker
 * @size: bytes
 *
 * What is learned in one worker (which functions are entered with a lock held) must be
 * known in the next. Callers ask during boot, in the order of boot, so that the n-th
 * call of each worker gets the same memory. It is zeroed at first; there is no free.
 * Without ls_shared_reserve() it is plain memory of this process.
 *
 * Return: 16-byte aligned memory, or NULL.
 */
void *ls_shared_alloc(unsigned long size);

#endif /* LOCKSTEP_BOOT_H */

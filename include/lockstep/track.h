/* SPDX-License-Identifier: MIT */
#ifndef LOCKSTEP_TRACK_H
#define LOCKSTEP_TRACK_H

/**
 * DOC: what is alive
 *
 * Every object whose survival would be a leak embeds a &struct ls_track and is
 * registered from birth to death. Each entry remembers the epoch (one per test
 * case) it was born in and the stack that made it; the leak check of a case
 * lists the entries of its epoch that are still there. Objects made once for
 * the whole process (caches, default workqueues) are born in epoch 0, which no
 * case checks: bracket their creation with ls_track_pause()/ls_track_resume().
 */

enum ls_kind {
	LS_KIND_ALLOC,	/* kmalloc, kmem_cache, vmalloc, pages */
	LS_KIND_FENCE,
	LS_KIND_FILE,	/* struct file, and fds */
	LS_KIND_DMABUF,
	LS_KIND_ATTACH,
	LS_KIND_MAP,	/* a mapped attachment */
	LS_KIND_VMAP,	/* vmap, kernel or dma-buf */
	LS_KIND_GEM,	/* GEM object, handle */
	LS_KIND_OTHER,
	LS_KIND_NR
};

/**
 * struct ls_track - embedded registration; private to kernel/core/track.c
 * @what: name of the type or call: "kmalloc", "dma_buf"; static storage
 */
struct ls_track {
	struct ls_track *next, *prev;
	const void *obj;
	const char *what;
	unsigned long size;
	unsigned int epoch;
	unsigned char kind;
	unsigned char shard;
	unsigned char nr;
	unsigned char live;
	unsigned long pc[8];
};

void ls_track_add(struct ls_track *t, enum ls_kind kind, const char *what, const void *obj,
		  unsigned long size);
void ls_track_del(struct ls_track *t); /* does nothing when @t was never added */
void ls_track_pause(void);  /* per task; nests */
void ls_track_resume(void);

unsigned int ls_track_epoch_begin(void);
/* Count entries of @epoch still alive, calling @fn for each (may be NULL). */
unsigned int ls_track_epoch_end(unsigned int epoch,
				void (*fn)(const struct ls_track *t, void *arg), void *arg);

/* Call @fn for what is alive of @kind until it returns true; false if it never does. */
_Bool ls_track_find(enum ls_kind kind, _Bool (*fn)(const void *obj, void *arg), void *arg);

/* What is in the block of an exploring heap that begins at @block, alive or freed. */
_Bool ls_track_block(const void *block, unsigned long size, struct ls_track *found);

#endif /* LOCKSTEP_TRACK_H */

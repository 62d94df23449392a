/* SPDX-License-Identifier: MIT */
#ifndef LS_MM_SLAB_H
#define LS_MM_SLAB_H

#include <linux/slab.h>
#include <lockstep/track.h>
#include "internal.h"

/*
 * The sanitizers know malloc and free, so under them each object is a block of its
 * own, with red zones and the stacks of both ends of its life. Objects of type-stable
 * caches cannot be: they stay readable after they were freed.
 */
#define LS_SLAB_MALLOC (LS_ASAN || LS_TSAN)

#define LS_LIVE 0x4c495645u
#define LS_FREE 0x46524545u

/**
 * struct ls_block - in front of every object
 * @cache: it came from
 * @next: in a free list
 * @raw: what os_free() wants; under LS_SLAB_MALLOC
 * @size: bytes asked for
 * @state: LS_LIVE or LS_FREE
 * @track: what the leak check knows of it
 */
struct ls_block {
	struct kmem_cache *cache;
	union {
		struct ls_block *next;
		void *raw;
	};
	size_t size;
	struct ls_track track;
	unsigned long pad;
	unsigned int pad2;
	unsigned int state; /* last: an object that underflows hits it */
};

/* A run of objects; @next links all of a cache. */
struct ls_slab {
	struct ls_slab *next;
	char *first;
	unsigned int nr;
};

/**
 * struct kmem_cache - a cache
 * @stride: from object to object
 * @headroom: from a block's start to its object
 * @align: of objects
 * @malloc: objects are blocks of their own
 * @stable: freed objects keep their contents
 * @id: slot in the per-thread free lists, or -1
 * @generation: tells a cache from an earlier one with the same @id
 * @free: blocks no thread keeps, under @lock
 * @nr_malloc: objects alive, of a @malloc cache
 */
struct kmem_cache {
	const char *name;
	unsigned int object_size;
	unsigned int stride;
	unsigned int headroom;
	unsigned int align;
	slab_flags_t flags;
	bool malloc;
	bool stable;
	int id;
	unsigned int generation;
	void (*ctor)(void *object);
	struct ls_word lock;
	struct ls_block *free;
	struct ls_slab *slabs;
	unsigned long nr_malloc;
	struct ls_track track;
};

static inline void *ls_block_object(const struct ls_block *b)
{
	return (void *)(b + 1);
}

static inline struct ls_block *ls_object_block(const void *object)
{
	return (struct ls_block *)object - 1;
}

int ls_cache_setup(struct kmem_cache *s, const char *name, unsigned int size, unsigned int align,
		   slab_flags_t flags, void (*ctor)(void *object));
void ls_cache_teardown(struct kmem_cache *s);
/* Neither checks the context nor counts; @what and @size are for the leak check. */
void *ls_cache_alloc(struct kmem_cache *s, gfp_t flags, size_t size, const char *what);
/* False, and reported, when @object is no live object (@by says who frees). */
bool ls_cache_free(void *object, struct kmem_cache *expect, const char *by);

#endif

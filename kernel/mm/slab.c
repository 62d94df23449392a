// SPDX-License-Identifier: MIT
/*
 * Objects of one size: carved from slabs, kept on free lists.
 *
 * Each object has a &struct ls_block in front, which stays a block for as long as the
 * cache lives: freeing twice is seen by its state. A thread keeps up to MAG_SIZE free
 * objects of each of the first NR_FAST caches to itself, so that the common path takes
 * no lock; a stale generation says that the cache they came from is gone.
 *
 * Under an explorer each object is a block of its own, and no block is given out twice: the use
 * of one that was freed is seen. Objects of type-stable caches have to stay readable, and
 * their contract is that they may come back as another object at any time. So they are taken
 * from the shared list, where the last one freed is the first to come back, for everybody; and
 * whoever gives or takes changes what the next one gets.
 */
#include <linux/debug_locks.h>
#include <linux/kernel.h>
#include <linux/sched.h>
#include <linux/slab.h>
#include <linux/string.h>
#include <linux/poison.h>
#include <linux/log2.h>
#include <lockstep/explore.h>
#include <lockstep/point.h>
#include "slab.h"

#define SLAB_BYTES (64u << 10)
#define MAG_SIZE   32
#define MAG_BATCH  16
#define NR_FAST    48

struct magazine {
	unsigned int generation;
	unsigned int nr;
	struct ls_block *block[MAG_SIZE];
};

static __thread struct magazine *my_mags __attribute__((tls_model("initial-exec")));
static struct kmem_cache *fast_caches[NR_FAST];
static struct ls_word fast_lock;
static unsigned int last_generation;

/* --- slabs and the shared free list, under the cache's lock ---------------- */

static bool grow(struct kmem_cache *s)
{
	unsigned int nr = SLAB_BYTES / s->stride;
	unsigned long align = max_t(unsigned long, s->align, 16);
	struct ls_slab *slab;
	unsigned int i;

	if (nr < 8 || os_heap_is_on())
		nr = 8;
	slab = os_alloc_raw(sizeof(*slab), 16);
	if (!slab)
		return false;
	slab->first = os_alloc_raw((unsigned long)nr * s->stride + s->headroom, align);
	if (!slab->first) {
		os_free(slab);
		return false;
	}
	slab->nr = nr;
	slab->next = s->slabs;
	s->slabs = slab;
	for (i = nr; i--;) {
		char *object = slab->first + s->headroom + (unsigned long)i * s->stride;
		struct ls_block *b = ls_object_block(object);

		b->cache = s;
		b->state = LS_FREE;
		b->track.live = 0;
		b->next = s->free;
		s->free = b;
		if (s->ctor)
			s->ctor(object);
	}
	return true;
}

static unsigned int take_shared(struct kmem_cache *s, struct ls_block **to, unsigned int nr)
{
	unsigned int got = 0;

	ls_touch(s, LS_WRITE);
	ls_word_lock(&s->lock);
	if (s->free || grow(s)) {
		while (got < nr && s->free) {
			to[got++] = s->free;
			s->free = s->free->next;
		}
	}
	ls_word_unlock(&s->lock);
	return got;
}

static void give_shared(struct kmem_cache *s, struct ls_block **from, unsigned int nr)
{
	ls_touch(s, LS_WRITE);
	ls_word_lock(&s->lock);
	while (nr--) {
		from[nr]->next = s->free;
		s->free = from[nr];
	}
	ls_word_unlock(&s->lock);
}

/* --- what a thread keeps --------------------------------------------------- */

static struct magazine *magazine_of(struct kmem_cache *s)
{
	struct magazine *m;

	if (s->id < 0)
		return NULL;
	if (unlikely(!my_mags)) {
		my_mags = os_alloc(NR_FAST * sizeof(*my_mags));
		if (!my_mags)
			return NULL;
	}
	m = &my_mags[s->id];
	if (unlikely(m->generation != s->generation)) {
		m->generation = s->generation;
		m->nr = 0;
	}
	return m;
}

static struct ls_block *take(struct kmem_cache *s)
{
	struct magazine *m = magazine_of(s);
	struct ls_block *b;

	if (unlikely(!m))
		return take_shared(s, &b, 1) ? b : NULL;
	if (unlikely(!m->nr))
		m->nr = take_shared(s, m->block, MAG_BATCH);
	return m->nr ? m->block[--m->nr] : NULL;
}

static void give(struct kmem_cache *s, struct ls_block *b)
{
	struct magazine *m = magazine_of(s);

	if (unlikely(!m)) {
		give_shared(s, &b, 1);
		return;
	}
	if (unlikely(m->nr == MAG_SIZE)) {
		m->nr -= MAG_BATCH;
		give_shared(s, m->block + m->nr, MAG_BATCH);
	}
	m->block[m->nr++] = b;
}

/**
 * ls_slab_thread_exit() - give back the free objects that this thread keeps
 *
 * Context: The end of a thread. Harmless at any time.
 */
void ls_slab_thread_exit(void)
{
	unsigned int i;

	if (!my_mags)
		return;
	ls_word_lock(&fast_lock);
	for (i = 0; i < NR_FAST; i++) {
		struct kmem_cache *s = fast_caches[i];

		if (s && my_mags[i].nr && my_mags[i].generation == s->generation)
			give_shared(s, my_mags[i].block, my_mags[i].nr);
	}
	ls_word_unlock(&fast_lock);
	os_free(my_mags);
	my_mags = NULL;
}

/* --- objects ---------------------------------------------------------------- */

static struct ls_block *malloc_block(struct kmem_cache *s, size_t size)
{
	unsigned long align = max_t(unsigned long, s->align, 16);
	unsigned long headroom = ALIGN(sizeof(struct ls_block), align);
	char *raw = os_alloc_raw(headroom + size, align);
	struct ls_block *b;

	if (!raw)
		return NULL;
	b = ls_object_block(raw + headroom);
	b->cache = s;
	b->raw = raw;
	b->state = LS_FREE;
	b->track.live = 0;
	__atomic_fetch_add(&s->nr_malloc, 1, __ATOMIC_RELAXED);
	if (s->ctor)
		s->ctor(ls_block_object(b));
	return b;
}

noinline void *ls_cache_alloc(struct kmem_cache *s, gfp_t flags, size_t size, const char *what)
{
	struct ls_block *b = s->malloc ? malloc_block(s, size) : take(s);
	void *object;

	if (unlikely(!b))
		return NULL;
	object = ls_block_object(b);
	b->size = size;
	b->state = LS_LIVE;
	if (flags & __GFP_ZERO)
		memset(object, 0, size);
	if (ls_checking(LS_CHECK_LEAKS))
		ls_track_add(&b->track, LS_KIND_ALLOC, what, object, size);
	return object;
}

static bool free_is_sane(struct ls_block *b, struct kmem_cache *expect, const char *by)
{
	void *object = ls_block_object(b);

	if (likely(b->state == LS_LIVE)) {
		if (!expect || b->cache == expect)
			return true;
		ls_mm_misuse("invalid-free", "memory is freed as it was allocated", object,
			     "%s to cache %s of an object of cache %s", by, expect->name,
			     b->cache->name);
		return false;
	}
	if (b->state == LS_FREE)
		ls_mm_misuse("double-free", "memory is freed once, by who owns it", object,
			     "%s of a free object of %s", by, b->cache->name);
	else
		ls_mm_misuse("invalid-free", "memory is freed as it was allocated", object,
			     "%s of something that was not allocated, or whose bounds were overrun",
			     by);
	return false;
}

bool ls_cache_free(void *object, struct kmem_cache *expect, const char *by)
{
	struct ls_block *b = ls_object_block(object);
	struct kmem_cache *s;

	ls_point(LS_OP_FREE, object);
	if (unlikely(!free_is_sane(b, expect, by)))
		return false;
	s = b->cache;
	/* Not current: the seam's threads free things too, and need no task for it. */
	if (unlikely(ls_current && ls_current->lockdep.depth))
		debug_check_no_locks_freed(object, b->size);
	if (b->track.live)
		ls_track_del(&b->track);
	b->state = LS_FREE;
	if (s->malloc) {
		__atomic_fetch_sub(&s->nr_malloc, 1, __ATOMIC_RELAXED);
		/* What tells a second free from others stays. */
		os_free_but(b->raw, (char *)object - (char *)b->raw);
		return true;
	}
	if (!s->stable)
		memset(object, POISON_FREE, b->size);
	give(s, b);
	return true;
}

/*
 * What is in a block of the exploring heap: the object lies behind a header, and how far
 * depends on its alignment. A freed block of somebody else's has none, and is poisoned.
 */
__no_sanitize_address bool ls_track_block(const void *block, unsigned long size, struct ls_track *found)
{
	for (unsigned long align = 16; align <= PAGE_SIZE; align *= 2) {
		unsigned long headroom = ALIGN(sizeof(struct ls_block), align);
		const struct ls_block *b;

		if (headroom > size)
			return false;
		b = ls_object_block((void *)(block + headroom));
		if (b->raw != block || (b->state != LS_LIVE && b->state != LS_FREE))
			continue;
		*found = b->track;
		found->obj = block + headroom;
		found->size = b->size;
		return true;
	}
	return false;
}

/* --- caches ----------------------------------------------------------------- */

int ls_cache_setup(struct kmem_cache *s, const char *name, unsigned int size, unsigned int align,
		   slab_flags_t flags, void (*ctor)(void *object))
{
	int i;

	memset(s, 0, sizeof(*s));
	s->name = name;
	s->object_size = size;
	s->align = max3(align, (unsigned int)ARCH_SLAB_MINALIGN,
			flags & SLAB_HWCACHE_ALIGN ? (unsigned int)L1_CACHE_BYTES : 8u);
	if (!is_power_of_2(s->align))
		return -EINVAL;
	s->headroom = ALIGN(sizeof(struct ls_block), s->align);
	s->stride = ALIGN(s->headroom + size, max(s->align, 16u));
	s->flags = flags;
	s->ctor = ctor;
	s->stable = ctor || (flags & SLAB_TYPESAFE_BY_RCU);
	s->malloc = (LS_SLAB_MALLOC || os_heap_is_on()) && !(flags & SLAB_TYPESAFE_BY_RCU);
	s->id = -1;

	ls_word_lock(&fast_lock);
	s->generation = ++last_generation;
	for (i = 0; i < NR_FAST && !s->malloc && !os_heap_is_on(); i++) {
		if (fast_caches[i])
			continue;
		fast_caches[i] = s;
		s->id = i;
		break;
	}
	ls_word_unlock(&fast_lock);
	return 0;
}

/* Objects still in use. Only meaningful while nobody allocates. */
static unsigned long count_live(const struct kmem_cache *s)
{
	unsigned long live = s->nr_malloc;
	const struct ls_slab *slab;
	unsigned int i;

	for (slab = s->slabs; slab; slab = slab->next)
		for (i = 0; i < slab->nr; i++)
			live += ls_object_block(slab->first + s->headroom +
						(unsigned long)i * s->stride)->state == LS_LIVE;
	return live;
}

static void leave_fast(struct kmem_cache *s)
{
	ls_word_lock(&fast_lock);
	if (s->id >= 0)
		fast_caches[s->id] = NULL;
	ls_word_unlock(&fast_lock);
}

void ls_cache_teardown(struct kmem_cache *s)
{
	struct ls_slab *slab, *next;

	leave_fast(s);
	for (slab = s->slabs; slab; slab = next) {
		next = slab->next;
		os_free(slab->first);
		os_free(slab);
	}
	s->slabs = NULL;
}

/**
 * __kmem_cache_create_args() - make a cache of objects of one size
 * @name: static storage, or alive as long as the cache
 * @size: bytes of an object
 * @args: alignment and constructor
 * @flags: SLAB_HWCACHE_ALIGN, SLAB_TYPESAFE_BY_RCU, SLAB_PANIC matter
 *
 * Context: May sleep.
 * Return: the cache, or NULL.
 */
struct kmem_cache *__kmem_cache_create_args(const char *name, unsigned int size,
					    struct kmem_cache_args *args, slab_flags_t flags)
{
	return ls_kmem_cache_create(name, size, args ? args->align : 0, flags,
				    args ? args->ctor : NULL);
}

/**
 * ls_kmem_cache_create() - kmem_cache_create() with five arguments
 * @name: static storage, or alive as long as the cache
 * @size: bytes of an object
 * @align: power of two, or 0
 * @flags: SLAB_HWCACHE_ALIGN, SLAB_TYPESAFE_BY_RCU, SLAB_PANIC matter
 * @ctor: run once on each object before it is first allocated, may be NULL
 *
 * Context: May sleep.
 * Return: the cache, or NULL.
 */
noinline struct kmem_cache *ls_kmem_cache_create(const char *name, unsigned int size,
						 unsigned int align, slab_flags_t flags,
						 void (*ctor)(void *))
{
	struct kmem_cache *s = NULL;

	if (ls_alloc_enter(GFP_KERNEL))
		s = os_alloc(sizeof(*s));
	if (s && !ls_cache_setup(s, name, size, align, flags, ctor)) {
		ls_track_add(&s->track, LS_KIND_ALLOC, "kmem_cache_create", s, sizeof(*s));
		return s;
	}
	os_free(s);
	if (flags & SLAB_PANIC)
		panic("cannot make cache %s", name);
	return NULL;
}

/**
 * kmem_cache_destroy() - end of a cache
 * @s: the cache, may be NULL; all its objects were freed
 *
 * Frees of type-stable objects may still be waiting for readers: RCU callbacks queued
 * before have run when this returns.
 *
 * Objects in use are reported (cache-destroyed-in-use); their memory is kept.
 *
 * Context: Sleeps.
 */
void kmem_cache_destroy(struct kmem_cache *s)
{
	unsigned long live;

	if (!s)
		return;
	might_sleep();
	if (s->flags & SLAB_TYPESAFE_BY_RCU)
		ls_seam->rcu_barrier();
	ls_track_del(&s->track);
	live = count_live(s);
	if (live) {
		leave_fast(s);
		ls_mm_misuse("cache-destroyed-in-use",
			     "a cache is destroyed after its last object was freed", s,
			     "cache %s has %lu objects in use", s->name, live);
		return;
	}
	ls_cache_teardown(s);
	os_free(s);
}

/**
 * kmem_cache_alloc() - allocate an object
 * @s: its cache
 * @flags: gfp flags
 *
 * Context: May sleep if @flags has __GFP_DIRECT_RECLAIM.
 * Return: the object, or NULL.
 */
noinline void *kmem_cache_alloc(struct kmem_cache *s, gfp_t flags)
{
	if (!ls_alloc_enter(flags))
		return NULL;
	return ls_cache_alloc(s, flags, s->object_size, s->name);
}

/**
 * kmem_cache_free() - free an object
 * @s: the cache it came from
 * @objp: the object, may be NULL
 *
 * Context: Any.
 */
void kmem_cache_free(struct kmem_cache *s, void *objp)
{
	if (objp)
		ls_cache_free(objp, s, "kmem_cache_free()");
}

/**
 * kmem_cache_alloc_bulk() - allocate several objects, or none
 * @s: their cache
 * @flags: gfp flags
 * @size: how many
 * @p: filled with them
 *
 * Context: May sleep if @flags has __GFP_DIRECT_RECLAIM.
 * Return: @size, or 0.
 */
int kmem_cache_alloc_bulk(struct kmem_cache *s, gfp_t flags, size_t size, void **p)
{
	size_t i;

	for (i = 0; i < size; i++) {
		p[i] = kmem_cache_alloc(s, flags);
		if (!p[i]) {
			kmem_cache_free_bulk(s, i, p);
			return 0;
		}
	}
	return size;
}

/**
 * kmem_cache_free_bulk() - free several objects
 * @s: their cache
 * @size: how many
 * @p: the objects
 *
 * Context: Any.
 */
void kmem_cache_free_bulk(struct kmem_cache *s, size_t size, void **p)
{
	while (size--)
		kmem_cache_free(s, p[size]);
}

/**
 * kmem_cache_shrink() - nothing is given back before the end of a cache
 * @s: the cache
 *
 * Return: 0.
 */
int kmem_cache_shrink(struct kmem_cache *s)
{
	return 0;
}

/**
 * kmem_cache_size() - size of an object
 * @s: the cache
 *
 * Return: bytes.
 */
unsigned int kmem_cache_size(struct kmem_cache *s)
{
	return s->object_size;
}

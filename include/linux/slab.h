/* SPDX-License-Identifier: MIT */
#ifndef _LINUX_SLAB_H
#define _LINUX_SLAB_H

#include <linux/cache.h>
#include <linux/cleanup.h>
#include <linux/gfp.h>
#include <linux/overflow.h>
#include <linux/types.h>
#include <linux/workqueue.h>

#include <linux/string.h>
#include <linux/numa.h>

/**
 * DOC: kmalloc and caches
 *
 * kmalloc() memory is tracked (a block alive at the end of a test case is a
 * leak, reported with the stack that made it), poisoned when freed, and checked
 * when freed: a second kfree(), or one of a pointer that was never allocated,
 * is reported (double-free, invalid-free). Power-of-two sizes are aligned to
 * their size; a page or more comes from the page arena, so virt_to_page() works.
 *
 * A cache made with SLAB_TYPESAFE_BY_RCU keeps its memory an object of the
 * same type until kmem_cache_destroy(). Destroying a cache with objects in use
 * is reported (cache-destroyed-in-use).
 */
#define SLAB_CONSISTENCY_CHECKS ((__force slab_flags_t)0x00000100U)
#define SLAB_RED_ZONE           ((__force slab_flags_t)0x00000400U)
#define SLAB_POISON             ((__force slab_flags_t)0x00000800U)
#define SLAB_HWCACHE_ALIGN      ((__force slab_flags_t)0x00002000U)
#define SLAB_CACHE_DMA          ((__force slab_flags_t)0x00004000U)
#define SLAB_STORE_USER         ((__force slab_flags_t)0x00010000U)
#define SLAB_RECLAIM_ACCOUNT    ((__force slab_flags_t)0x00020000U)
#define SLAB_PANIC              ((__force slab_flags_t)0x00040000U)
#define SLAB_TYPESAFE_BY_RCU    ((__force slab_flags_t)0x00080000U)
#define SLAB_MEM_SPREAD         ((__force slab_flags_t)0)
#define SLAB_ACCOUNT            ((__force slab_flags_t)0x04000000U)
#define SLAB_NO_MERGE           ((__force slab_flags_t)0x01000000U)
#define SLAB_TEMPORARY          SLAB_RECLAIM_ACCOUNT

#define ZERO_SIZE_PTR           ((void *)16)
#define ZERO_OR_NULL_PTR(x)     ((unsigned long)(x) <= (unsigned long)ZERO_SIZE_PTR)
#define KMALLOC_MAX_SIZE        (1UL << 22)
#define KMALLOC_MAX_CACHE_SIZE  (1UL << 13)
#define KMALLOC_MIN_SIZE        8
#define ARCH_KMALLOC_MINALIGN   8
#define ARCH_SLAB_MINALIGN      8

struct kmem_cache;

struct kmem_cache_args {
	unsigned int align;
	unsigned int useroffset;
	unsigned int usersize;
	unsigned int freeptr_offset;
	bool use_freeptr_offset;
	void (*ctor)(void *);
};

struct kmem_cache *ls_kmem_cache_create(const char *name, unsigned int size, unsigned int align,
					slab_flags_t flags, void (*ctor)(void *));
struct kmem_cache *__kmem_cache_create_args(const char *name, unsigned int size,
					    struct kmem_cache_args *args, slab_flags_t flags);

static inline struct kmem_cache *__ls_cache_create5(const char *name, unsigned int size,
						    unsigned int align, slab_flags_t flags,
						    void (*ctor)(void *))
{
	return ls_kmem_cache_create(name, size, align, flags, ctor);
}

#define __ls_cache_create4(name, size, args, flags)                                                \
	__kmem_cache_create_args(name, size, args, flags)
/* Five arguments name the alignment and constructor, four pass &struct kmem_cache_args. */
#define kmem_cache_create(name, size, ...)                                                         \
	CONCATENATE(__ls_cache_create, COUNT_ARGS(name, size, __VA_ARGS__))(name, size, __VA_ARGS__)
#define kmem_cache_create_usercopy(name, size, align, flags, useroffset, usersize, ctor)           \
	ls_kmem_cache_create(name, size, align, flags, ctor)
#define KMEM_CACHE(__struct, __flags)                                                              \
	ls_kmem_cache_create(#__struct, sizeof(struct __struct), __alignof__(struct __struct),     \
			     (__flags), NULL)
#define KMEM_CACHE_USERCOPY(__struct, __flags, __field) KMEM_CACHE(__struct, __flags)

void kmem_cache_destroy(struct kmem_cache *s);
int kmem_cache_shrink(struct kmem_cache *s);
unsigned int kmem_cache_size(struct kmem_cache *s);
void *kmem_cache_alloc(struct kmem_cache *s, gfp_t flags) __malloc;
void kmem_cache_free(struct kmem_cache *s, void *objp);
int kmem_cache_alloc_bulk(struct kmem_cache *s, gfp_t flags, size_t size, void **p);
void kmem_cache_free_bulk(struct kmem_cache *s, size_t size, void **p);

static inline void *kmem_cache_zalloc(struct kmem_cache *s, gfp_t flags)
{
	return kmem_cache_alloc(s, flags | __GFP_ZERO);
}

static inline void *kmem_cache_alloc_node(struct kmem_cache *s, gfp_t flags, int node)
{
	return kmem_cache_alloc(s, flags);
}

void *__kmalloc(size_t size, gfp_t flags) __alloc_size(1);
void *krealloc(const void *p, size_t new_size, gfp_t flags) __must_check;
void kfree(const void *objp);
void kfree_sensitive(const void *objp);
size_t ksize(const void *objp);
void *kvmalloc(size_t size, gfp_t flags) __alloc_size(1);
void *kvrealloc(const void *p, size_t new_size, gfp_t flags) __must_check;
void kvfree(const void *addr);
void kvfree_sensitive(const void *addr, size_t len);
size_t kmalloc_size_roundup(size_t size);

#define kzfree(x) kfree_sensitive(x)

static inline __alloc_size(1) void *kmalloc(size_t size, gfp_t flags)
{
	return __kmalloc(size, flags);
}

static inline __alloc_size(1) void *kzalloc(size_t size, gfp_t flags)
{
	return __kmalloc(size, flags | __GFP_ZERO);
}

static inline __alloc_size(1, 2) void *kmalloc_array(size_t n, size_t size, gfp_t flags)
{
	size_t bytes;

	if (unlikely(check_mul_overflow(n, size, &bytes)))
		return NULL;
	return __kmalloc(bytes, flags);
}

static inline __alloc_size(1, 2) void *kcalloc(size_t n, size_t size, gfp_t flags)
{
	return kmalloc_array(n, size, flags | __GFP_ZERO);
}

static inline void *__must_check krealloc_array(void *p, size_t new_n, size_t new_size, gfp_t flags)
{
	size_t bytes;

	if (unlikely(check_mul_overflow(new_n, new_size, &bytes)))
		return NULL;
	return krealloc(p, bytes, flags);
}

static inline __alloc_size(1) void *kvzalloc(size_t size, gfp_t flags)
{
	return kvmalloc(size, flags | __GFP_ZERO);
}

static inline __alloc_size(1, 2) void *kvmalloc_array(size_t n, size_t size, gfp_t flags)
{
	size_t bytes;

	if (unlikely(check_mul_overflow(n, size, &bytes)))
		return NULL;
	return kvmalloc(bytes, flags);
}

static inline __alloc_size(1, 2) void *kvcalloc(size_t n, size_t size, gfp_t flags)
{
	return kvmalloc_array(n, size, flags | __GFP_ZERO);
}

#define kmalloc_node(size, flags, node)          kmalloc(size, flags)
#define kzalloc_node(size, flags, node)          kzalloc(size, flags)
#define kmalloc_array_node(n, size, flags, node) kmalloc_array(n, size, flags)
#define kcalloc_node(n, size, flags, node)       kcalloc(n, size, flags)
#define kvmalloc_node(size, flags, node)         kvmalloc(size, flags)
#define kvzalloc_node(size, flags, node)         kvzalloc(size, flags)
#define kmalloc_track_caller(size, flags)        __kmalloc(size, flags)
#define kmalloc_node_track_caller(size, flags, node) __kmalloc(size, flags)

DEFINE_FREE(kfree, void *, if (!IS_ERR_OR_NULL(_T)) kfree(_T))
DEFINE_FREE(kvfree, void *, if (!IS_ERR_OR_NULL(_T)) kvfree(_T))

#endif

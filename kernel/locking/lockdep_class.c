// SPDX-License-Identifier: MIT
/*
 * Classes of locks: found by key and subclass, made at the first acquisition.
 *
 * Looking one up takes no lock: buckets only grow, and a class is never freed.
 * Unregistering a key retires its classes, so that the same address may serve
 * as another key later.
 */

#include "lockdep_internals.h"
#include <linux/export.h>
#include <linux/string.h>

#define LS_CLASS_BUCKETS 4096

struct lock_class_key __lockdep_no_validate__;
struct lock_class_key __lockdep_no_track__;
EXPORT_SYMBOL_GPL(__lockdep_no_validate__);
EXPORT_SYMBOL_GPL(__lockdep_no_track__);

arch_spinlock_t ls_graph_lock;
struct lock_class *ls_classes;
static struct lock_class *ls_class_hash[LS_CLASS_BUCKETS];
static u32 ls_nr_classes;

static struct lock_class **ls_class_bucket(const void *key)
{
	u64 h = (unsigned long)key * 0x9e3779b97f4a7c15ULL;

	return &ls_class_hash[h >> (64 - 12)];
}

static struct lock_class *ls_class_lookup(const void *key)
{
	struct lock_class *class = __atomic_load_n(ls_class_bucket(key), __ATOMIC_ACQUIRE);

	for (; class; class = class->hash_next) {
		if (__atomic_load_n(&class->key, __ATOMIC_RELAXED) == key)
			return class;
	}
	return NULL;
}

/*
 * A lock without a key is its own class. On a stack that would make classes out of
 * addresses that mean something else the next moment: such locks are only tracked.
 */
static bool ls_class_validates(const struct lockdep_map *map)
{
	struct task_struct *me = current;
	unsigned long addr = (unsigned long)map;

	if (map->key == &__lockdep_no_validate__)
		return false;
	return map->key || addr < me->stack_low || addr >= me->stack_high;
}

static struct lock_class *ls_class_make(struct lockdep_map *map, unsigned int subclass,
					const void *key)
{
	struct lock_class **bucket = ls_class_bucket(key);
	struct lock_class *class;

	ls_word_lock(&ls_graph_lock);
	class = ls_class_lookup(key);
	if (class)
		goto out;
	class = os_alloc_shared(sizeof(*class));
	if (!class)
		goto out;
	class->key = key;
	class->name = map->name ? map->name : "(unnamed)";
	class->subclass = subclass;
	class->id = ++ls_nr_classes;
	class->validate = ls_class_validates(map);
	class->next = ls_classes;
	ls_classes = class;
	class->hash_next = *bucket;
	__atomic_store_n(bucket, class, __ATOMIC_RELEASE);
out:
	ls_word_unlock(&ls_graph_lock);
	return class;
}

/**
 * ls_class_find() - the class of a lock
 * @map: the lock
 * @subclass: nesting level
 *
 * Context: Any; the current task's validator is marked busy.
 * Return: the class; NULL when out of memory, the lock is then not tracked.
 */
struct lock_class *ls_class_find(struct lockdep_map *map, unsigned int subclass)
{
	const char *key = map->key ? (const char *)map->key->subkeys : (const char *)map;
	struct lock_class *class;

	if (subclass >= MAX_LOCKDEP_SUBCLASSES)
		subclass = MAX_LOCKDEP_SUBCLASSES - 1;
	key += subclass;
	class = ls_class_lookup(key);
	if (!class)
		class = ls_class_make(map, subclass, key);
	if (class && subclass < NR_LOCKDEP_CACHING_CLASSES)
		__atomic_store_n(&map->class_cache[subclass], class, __ATOMIC_RELEASE);
	return class;
}

/**
 * lockdep_init_map_type() - give a lock its class
 * @lock: map in the lock
 * @name: shown in reports, static storage
 * @key: lock class, registered or static
 * @subclass: level that a plain acquisition stands for
 * @inner: kept for the API
 * @outer: kept for the API
 * @lock_type: kept for the API
 *
 * Context: Any; the lock is not held.
 */
void lockdep_init_map_type(struct lockdep_map *lock, const char *name, struct lock_class_key *key,
			   int subclass, u8 inner, u8 outer, u8 lock_type)
{
	struct ls_lockdep_task *lt;

	lock->class_cache[0] = NULL;
	lock->class_cache[1] = NULL;
	lock->name = name;
	lock->key = key;
	lock->wait_type_inner = inner;
	lock->wait_type_outer = outer;
	lock->lock_type = lock_type;
	if (!subclass)
		return;
	/* Plain acquisitions of this lock are of @subclass: the cache says so. */
	lt = &current->lockdep;
	lt->recursion++;
	lock->class_cache[0] = ls_class_find(lock, subclass);
	lt->recursion--;
}
EXPORT_SYMBOL_GPL(lockdep_init_map_type);

/**
 * lockdep_copy_map() - copy a map to one that may outlive it
 * @to: the copy
 * @from: the map
 *
 * Context: Any.
 */
void lockdep_copy_map(struct lockdep_map *to, struct lockdep_map *from)
{
	to->key = from->key;
	to->name = from->name;
	to->class_cache[0] = __atomic_load_n(&from->class_cache[0], __ATOMIC_ACQUIRE);
	to->class_cache[1] = __atomic_load_n(&from->class_cache[1], __ATOMIC_ACQUIRE);
	to->wait_type_outer = from->wait_type_outer;
	to->wait_type_inner = from->wait_type_inner;
	to->lock_type = from->lock_type;
	to->ls_kind = LS_LOCK_MAP;
}
EXPORT_SYMBOL_GPL(lockdep_copy_map);

/**
 * lockdep_register_key() - use memory that is not static as a key
 * @key: the memory
 *
 * Context: Any. Unregister it before the memory is freed.
 */
void lockdep_register_key(struct lock_class_key *key)
{
}
EXPORT_SYMBOL_GPL(lockdep_register_key);

/**
 * lockdep_free_key_range() - memory that held keys or locks goes away
 * @start: of the memory
 * @size: bytes
 *
 * Context: Any; no lock of these classes is held or will be taken again.
 */
void lockdep_free_key_range(void *start, unsigned long size)
{
	struct ls_lockdep_task *lt = &current->lockdep;
	struct lock_class *class;
	struct lock_edge *edge;

	lt->recursion++;
	ls_word_lock(&ls_graph_lock);
	for (class = ls_classes; class; class = class->next) {
		if ((unsigned long)class->key - (unsigned long)start >= size)
			continue;
		__atomic_store_n(&class->key, NULL, __ATOMIC_RELAXED);
		class->validate = false;
		for (edge = class->after; edge; edge = edge->after)
			edge->bad = true;
		for (edge = class->before; edge; edge = edge->before)
			edge->bad = true;
	}
	ls_word_unlock(&ls_graph_lock);
	lt->recursion--;
}
EXPORT_SYMBOL_GPL(lockdep_free_key_range);

/**
 * lockdep_unregister_key() - undo lockdep_register_key()
 * @key: the memory
 *
 * Context: Any; no lock of this class is held or will be taken again.
 */
void lockdep_unregister_key(struct lock_class_key *key)
{
	lockdep_free_key_range(key, sizeof(*key));
}
EXPORT_SYMBOL_GPL(lockdep_unregister_key);

/**
 * lockdep_reset_lock() - forget the class of one lock
 * @lock: map in the lock
 *
 * Context: Any; the lock is not held.
 */
void lockdep_reset_lock(struct lockdep_map *lock)
{
	lock->class_cache[0] = NULL;
	lock->class_cache[1] = NULL;
}
EXPORT_SYMBOL_GPL(lockdep_reset_lock);

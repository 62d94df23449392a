/* SPDX-License-Identifier: MIT */
#ifndef _KUNIT_RESOURCE_H
#define _KUNIT_RESOURCE_H

#include <kunit/test.h>
#include <linux/kref.h>
#include <linux/list.h>
#include <linux/slab.h>
#include <linux/spinlock.h>
#include <lockstep/explore.h>

/**
 * DOC: managed resources
 *
 * A resource is undone when its case ends, last one first; also if the case was
 * aborted. An action is the short form: a function and its argument.
 */

struct kunit_resource;

typedef int (*kunit_resource_init_t)(struct kunit_resource *res, void *context);
typedef void (*kunit_resource_free_t)(struct kunit_resource *res);
typedef bool (*kunit_resource_match_t)(struct kunit *test, struct kunit_resource *res,
				       void *match_data);
typedef void(kunit_action_t)(void *ctx);

/**
 * struct kunit_resource - something to undo at the end of the case
 * @data: for the user
 * @name: to find it by; may be NULL
 * @free: undoes it; may be NULL
 */
struct kunit_resource {
	void *data;
	const char *name;
	kunit_resource_free_t free;

	/* private: */
	struct kref refcount;
	struct list_head node;
	bool should_kfree;
};

/* Allocated by kunit_alloc_resource() and friends: freed with its last reference. */
void kunit_release_resource(struct kref *kref);

static inline void kunit_get_resource(struct kunit_resource *res)
{
	ls_quiet_begin(); /* the bookkeeping of a test is no step of it */
	kref_get(&res->refcount);
	ls_quiet_end();
}

static inline void kunit_put_resource(struct kunit_resource *res)
{
	bool last;

	ls_quiet_begin();
	last = refcount_dec_and_test(&res->refcount.refcount);
	ls_quiet_end();
	if (last)
		kunit_release_resource(&res->refcount);
}

int __kunit_add_resource(struct kunit *test, kunit_resource_init_t init,
			 kunit_resource_free_t free, struct kunit_resource *res, void *data);
int kunit_add_named_resource(struct kunit *test, kunit_resource_init_t init,
			     kunit_resource_free_t free, struct kunit_resource *res,
			     const char *name, void *data);
struct kunit_resource *kunit_alloc_and_get_resource(struct kunit *test,
						    kunit_resource_init_t init,
						    kunit_resource_free_t free, gfp_t internal_gfp,
						    void *context);
void *kunit_alloc_resource(struct kunit *test, kunit_resource_init_t init,
			   kunit_resource_free_t free, gfp_t internal_gfp, void *context);

static inline int kunit_add_resource(struct kunit *test, kunit_resource_init_t init,
				     kunit_resource_free_t free, struct kunit_resource *res,
				     void *data)
{
	res->should_kfree = false;
	return __kunit_add_resource(test, init, free, res, data);
}

bool kunit_resource_instance_match(struct kunit *test, struct kunit_resource *res,
				   void *match_data);
bool kunit_resource_name_match(struct kunit *test, struct kunit_resource *res, void *match_name);

/* The last added one that matches, with a reference for the caller; NULL if there is none. */
struct kunit_resource *kunit_find_resource(struct kunit *test, kunit_resource_match_t match,
					   void *match_data);

static inline struct kunit_resource *kunit_find_named_resource(struct kunit *test,
							       const char *name)
{
	return kunit_find_resource(test, kunit_resource_name_match, (void *)name);
}

/* Find one and undo it now. 0 or -ENOENT. */
int kunit_destroy_resource(struct kunit *test, kunit_resource_match_t match, void *match_data);

static inline int kunit_destroy_named_resource(struct kunit *test, const char *name)
{
	return kunit_destroy_resource(test, kunit_resource_name_match, (void *)name);
}

void kunit_remove_resource(struct kunit *test, struct kunit_resource *res);

int kunit_add_action(struct kunit *test, kunit_action_t *action, void *ctx);
int kunit_add_action_or_reset(struct kunit *test, kunit_action_t *action, void *ctx);
void kunit_remove_action(struct kunit *test, kunit_action_t *action, void *ctx);
void kunit_release_action(struct kunit *test, kunit_action_t *action, void *ctx);

/* An action of the right type for a function that takes another pointer type. */
#define KUNIT_DEFINE_ACTION_WRAPPER(wrapper, orig, arg_type)                                       \
	static void wrapper(void *in)                                                              \
	{                                                                                          \
		arg_type arg = (arg_type)in;                                                       \
												   \
		orig(arg);                                                                         \
	}

#endif /* _KUNIT_RESOURCE_H */

// SPDX-License-Identifier: MIT
/*
 * Managed resources of a case: undone at its end, last one first.
 */
#include <kunit/resource.h>
#include <kunit/test.h>
#include <linux/errno.h>
#include <linux/slab.h>
#include <linux/spinlock.h>
#include <linux/string.h>
#include <lockstep/explore.h>

void kunit_release_resource(struct kref *kref)
{
	struct kunit_resource *res = container_of(kref, struct kunit_resource, refcount);

	if (res->free)
		res->free(res);
	ls_quiet_begin(); /* the bookkeeping of a test is no step of it */
	if (res->should_kfree)
		kfree(res);
	ls_quiet_end();
}

static unsigned long lock_test(struct kunit *test)
{
	unsigned long flags;

	ls_quiet_begin();
	spin_lock_irqsave(&test->lock, flags);
	return flags;
}

static void unlock_test(struct kunit *test, unsigned long flags)
{
	spin_unlock_irqrestore(&test->lock, flags);
	ls_quiet_end();
}

/**
 * __kunit_add_resource() - have something undone at the end of the case
 * @test: the case
 * @init: makes it; may be NULL: then @data becomes @res->data
 * @free: undoes it; may be NULL
 * @res: embedded or allocated by the caller, who keeps no reference
 * @data: for @init
 *
 * Context: Task context.
 * Return: 0, or what @init says; then nothing was added, and @res was freed if the
 * resource layer owns it.
 */
int __kunit_add_resource(struct kunit *test, kunit_resource_init_t init,
			 kunit_resource_free_t free, struct kunit_resource *res, void *data)
{
	unsigned long flags;
	int err = 0;

	res->free = free;
	kref_init(&res->refcount);
	if (init)
		err = init(res, data);
	else
		res->data = data;
	if (err) {
		res->free = NULL;
		kunit_put_resource(res);
		return err;
	}

	flags = lock_test(test);
	list_add_tail(&res->node, &test->resources);
	unlock_test(test, flags);
	return 0;
}

/**
 * kunit_add_named_resource() - the same, to be found by name
 * @test: the case
 * @init: makes it; may be NULL
 * @free: undoes it; may be NULL
 * @res: the caller's
 * @name: unique in the case
 * @data: for @init
 *
 * Context: Task context.
 * Return: 0, -EINVAL without a name, -EEXIST if the name is taken, or what @init says.
 */
int kunit_add_named_resource(struct kunit *test, kunit_resource_init_t init,
			     kunit_resource_free_t free, struct kunit_resource *res,
			     const char *name, void *data)
{
	struct kunit_resource *existing;

	if (!name)
		return -EINVAL;
	existing = kunit_find_named_resource(test, name);
	if (existing) {
		kunit_put_resource(existing);
		return -EEXIST;
	}
	res->name = name;
	res->should_kfree = false;
	return __kunit_add_resource(test, init, free, res, data);
}

/**
 * kunit_alloc_and_get_resource() - allocate one and add it
 * @test: the case
 * @init: makes it; may be NULL
 * @free: undoes it; may be NULL
 * @gfp: for the struct
 * @context: for @init
 *
 * Context: Task context.
 * Return: the resource with a reference for the caller, or NULL if memory is short or
 * @init failed.
 */
struct kunit_resource *kunit_alloc_and_get_resource(struct kunit *test,
						    kunit_resource_init_t init,
						    kunit_resource_free_t free, gfp_t gfp,
						    void *context)
{
	struct kunit_resource *res = kzalloc(sizeof(*res), gfp);

	if (!res)
		return NULL;
	res->should_kfree = true;
	if (__kunit_add_resource(test, init, free, res, context))
		return NULL;
	kunit_get_resource(res);
	return res;
}

/**
 * kunit_alloc_resource() - allocate one and add it
 * @test: the case
 * @init: makes it; may be NULL
 * @free: undoes it; may be NULL
 * @gfp: for the struct
 * @context: for @init
 *
 * Context: Task context.
 * Return: its data, or NULL if memory is short or @init failed.
 */
void *kunit_alloc_resource(struct kunit *test, kunit_resource_init_t init,
			   kunit_resource_free_t free, gfp_t gfp, void *context)
{
	struct kunit_resource *res = kzalloc(sizeof(*res), gfp);

	if (!res)
		return NULL;
	res->should_kfree = true;
	if (__kunit_add_resource(test, init, free, res, context))
		return NULL;
	return res->data;
}

bool kunit_resource_instance_match(struct kunit *test, struct kunit_resource *res,
				   void *match_data)
{
	return res->data == match_data;
}

bool kunit_resource_name_match(struct kunit *test, struct kunit_resource *res, void *match_name)
{
	return res->name && !strcmp(res->name, match_name);
}

struct kunit_resource *kunit_find_resource(struct kunit *test, kunit_resource_match_t match,
					   void *match_data)
{
	struct kunit_resource *res, *found = NULL;
	unsigned long flags;

	flags = lock_test(test);
	list_for_each_entry_reverse(res, &test->resources, node) {
		if (match(test, res, match_data)) {
			found = res;
			kunit_get_resource(found);
			break;
		}
	}
	unlock_test(test, flags);
	return found;
}

/**
 * kunit_remove_resource() - the case no longer owns it
 * @test: the case
 * @res: added, or removed before
 *
 * Drops the case's reference; with the last one it is undone.
 *
 * Context: Task context.
 */
void kunit_remove_resource(struct kunit *test, struct kunit_resource *res)
{
	unsigned long flags;
	bool linked;

	flags = lock_test(test);
	linked = !list_empty(&res->node);
	list_del_init(&res->node);
	unlock_test(test, flags);
	if (linked)
		kunit_put_resource(res);
}

int kunit_destroy_resource(struct kunit *test, kunit_resource_match_t match, void *match_data)
{
	struct kunit_resource *res = kunit_find_resource(test, match, match_data);

	if (!res)
		return -ENOENT;
	kunit_remove_resource(test, res);
	kunit_put_resource(res); /* what the search took */
	return 0;
}

/**
 * kunit_cleanup() - undo everything, last one first
 * @test: the case
 *
 * Undoing one may add or remove others.
 *
 * Context: Task context, may sleep.
 */
void kunit_cleanup(struct kunit *test)
{
	for (;;) {
		struct kunit_resource *res;
		unsigned long flags;

		flags = lock_test(test);
		if (list_empty(&test->resources)) {
			unlock_test(test, flags);
			return;
		}
		res = list_last_entry(&test->resources, struct kunit_resource, node);
		unlock_test(test, flags);
		kunit_remove_resource(test, res);
	}
}

/* --- actions --------------------------------------------------------------- */

struct action {
	struct kunit_resource res;
	kunit_action_t *fn;
	void *ctx;
};

static void action_free(struct kunit_resource *res)
{
	struct action *action = container_of(res, struct action, res);

	action->fn(action->ctx);
}

/**
 * kunit_add_action() - call @fn(@ctx) at the end of the case
 * @test: the case
 * @fn: what to call
 * @ctx: its argument
 *
 * Context: Task context.
 * Return: 0, or -ENOMEM.
 */
int kunit_add_action(struct kunit *test, kunit_action_t *fn, void *ctx)
{
	struct action *action = kzalloc(sizeof(*action), GFP_KERNEL);

	if (!action)
		return -ENOMEM;
	action->fn = fn;
	action->ctx = ctx;
	action->res.should_kfree = true; /* the first member: frees the whole */
	return __kunit_add_resource(test, NULL, action_free, &action->res, action);
}

/**
 * kunit_add_action_or_reset() - the same, or call it now if that fails
 * @test: the case
 * @fn: what to call
 * @ctx: its argument
 *
 * Context: Task context.
 * Return: 0, or -ENOMEM after the call.
 */
int kunit_add_action_or_reset(struct kunit *test, kunit_action_t *fn, void *ctx)
{
	int err = kunit_add_action(test, fn, ctx);

	if (err)
		fn(ctx);
	return err;
}

struct action_key {
	kunit_action_t *fn;
	void *ctx;
};

static bool action_match(struct kunit *test, struct kunit_resource *res, void *match_data)
{
	const struct action_key *key = match_data;
	struct action *action = container_of(res, struct action, res);

	return res->free == action_free && action->fn == key->fn && action->ctx == key->ctx;
}

/**
 * kunit_remove_action() - forget an action without calling it
 * @test: the case
 * @fn: as added
 * @ctx: as added
 *
 * Of several equal ones, the last.
 *
 * Context: Task context.
 */
void kunit_remove_action(struct kunit *test, kunit_action_t *fn, void *ctx)
{
	struct action_key key = { fn, ctx };
	struct kunit_resource *res = kunit_find_resource(test, action_match, &key);

	if (!res)
		return;
	res->free = NULL;
	kunit_remove_resource(test, res);
	kunit_put_resource(res);
}

/**
 * kunit_release_action() - call an action now instead of at the end
 * @test: the case
 * @fn: as added
 * @ctx: as added
 *
 * Context: Task context, and whatever @fn needs.
 */
void kunit_release_action(struct kunit *test, kunit_action_t *fn, void *ctx)
{
	struct action_key key = { fn, ctx };

	kunit_destroy_resource(test, action_match, &key);
}

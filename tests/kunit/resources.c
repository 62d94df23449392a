// SPDX-License-Identifier: MIT
/*
 * Resources, actions, static stubs, devices, try-catch.
 */
#include <kunit/device.h>
#include <kunit/resource.h>
#include <kunit/static_stub.h>
#include <kunit/test.h>
#include <linux/device.h>
#include <linux/err.h>
#include <linux/slab.h>

static void inner_cleanup(void *inner)
{
	kunit_cleanup(inner);
}

/* A case of its own, so that its cleanup can be watched. */
static void inner_init(struct kunit *inner, struct kunit *test)
{
	memset(inner, 0, sizeof(*inner));
	spin_lock_init(&inner->lock);
	INIT_LIST_HEAD(&inner->resources);
	inner->name = "inner";
	KUNIT_ASSERT_EQ(test, kunit_add_action(test, inner_cleanup, inner), 0);
}

static int trail[8], trail_len;

static void leave_mark(void *arg)
{
	trail[trail_len++] = (int)(long)arg;
}

static void actions_run_last_first(struct kunit *test)
{
	static struct kunit inner;

	inner_init(&inner, test);
	trail_len = 0;
	KUNIT_ASSERT_EQ(test, kunit_add_action(&inner, leave_mark, (void *)1L), 0);
	KUNIT_ASSERT_EQ(test, kunit_add_action(&inner, leave_mark, (void *)2L), 0);
	KUNIT_ASSERT_EQ(test, kunit_add_action_or_reset(&inner, leave_mark, (void *)3L), 0);
	KUNIT_ASSERT_EQ(test, kunit_add_action(&inner, leave_mark, (void *)4L), 0);
	kunit_remove_action(&inner, leave_mark, (void *)2L);
	kunit_release_action(&inner, leave_mark, (void *)3L);
	KUNIT_EXPECT_EQ(test, trail_len, 1);
	KUNIT_EXPECT_EQ(test, trail[0], 3);

	kunit_cleanup(&inner);
	KUNIT_ASSERT_EQ(test, trail_len, 3);
	KUNIT_EXPECT_EQ(test, trail[1], 4);
	KUNIT_EXPECT_EQ(test, trail[2], 1);
}

static int res_init(struct kunit_resource *res, void *context)
{
	res->data = context;
	return *(int *)context;
}

static int freed;

static void res_free(struct kunit_resource *res)
{
	freed++;
}

static void named_resources(struct kunit *test)
{
	static struct kunit_resource res, twin;
	struct kunit_resource *found;
	int zero = 0, fails = -EINVAL;

	freed = 0;
	KUNIT_EXPECT_EQ(test, kunit_add_named_resource(test, res_init, res_free, &res, NULL, &zero),
			-EINVAL);
	KUNIT_ASSERT_EQ(test, kunit_add_named_resource(test, res_init, res_free, &res, "a", &zero),
			0);
	KUNIT_EXPECT_EQ(test, kunit_add_named_resource(test, res_init, res_free, &twin, "a", &zero),
			-EEXIST);
	KUNIT_EXPECT_EQ(test, kunit_add_named_resource(test, res_init, res_free, &twin, "b", &fails),
			-EINVAL);
	found = kunit_find_named_resource(test, "a");
	KUNIT_ASSERT_PTR_EQ(test, found, &res);
	KUNIT_EXPECT_PTR_EQ(test, found->data, (void *)&zero);
	kunit_put_resource(found);
	KUNIT_EXPECT_EQ(test, freed, 0);
	KUNIT_EXPECT_EQ(test, kunit_destroy_named_resource(test, "a"), 0);
	KUNIT_EXPECT_EQ(test, freed, 1);
	KUNIT_EXPECT_EQ(test, kunit_destroy_named_resource(test, "a"), -ENOENT);
}

static void allocated_resources(struct kunit *test)
{
	int zero = 0, fails = -ENOMEM;
	struct kunit_resource *res;

	freed = 0;
	KUNIT_EXPECT_NULL(test, kunit_alloc_resource(test, res_init, res_free, GFP_KERNEL, &fails));
	KUNIT_EXPECT_EQ(test, freed, 0);
	KUNIT_EXPECT_PTR_EQ(test, kunit_alloc_resource(test, res_init, res_free, GFP_KERNEL, &zero),
			    (void *)&zero);
	res = kunit_alloc_and_get_resource(test, res_init, res_free, GFP_KERNEL, &zero);
	KUNIT_ASSERT_NOT_NULL(test, res);
	kunit_remove_resource(test, res);
	KUNIT_EXPECT_EQ(test, freed, 0);
	kunit_put_resource(res);
	KUNIT_EXPECT_EQ(test, freed, 1);
}

static void memory(struct kunit *test)
{
	char *zeroed = kunit_kzalloc(test, 100, GFP_KERNEL);
	int *array = kunit_kcalloc(test, 10, sizeof(int), GFP_KERNEL);
	char *copy = kunit_kstrdup(test, "copy", GFP_KERNEL);

	KUNIT_ASSERT_NOT_NULL(test, zeroed);
	KUNIT_ASSERT_NOT_NULL(test, array);
	KUNIT_ASSERT_NOT_NULL(test, copy);
	KUNIT_EXPECT_EQ(test, zeroed[99], 0);
	KUNIT_EXPECT_EQ(test, array[9], 0);
	KUNIT_EXPECT_STREQ(test, copy, "copy");
	KUNIT_EXPECT_NULL(test, kunit_kmalloc_array(test, SIZE_MAX / 2, 4, GFP_KERNEL));
	kunit_kfree(test, zeroed);
	kunit_kfree(test, NULL);
}

static int real_answer(int n)
{
	KUNIT_STATIC_STUB_REDIRECT(real_answer, n);
	return n;
}

static int stub_answer(int n)
{
	return -n;
}

static void static_stubs(struct kunit *test)
{
	KUNIT_EXPECT_EQ(test, real_answer(42), 42);
	kunit_activate_static_stub(test, real_answer, stub_answer);
	KUNIT_EXPECT_EQ(test, real_answer(42), -42);
	kunit_deactivate_static_stub(test, real_answer);
	KUNIT_EXPECT_EQ(test, real_answer(42), 42);
}

static void devices(struct kunit *test)
{
	struct device *dev = kunit_device_register(test, "dev");
	struct device *other;

	KUNIT_ASSERT_NOT_ERR_OR_NULL(test, dev);
	KUNIT_EXPECT_STREQ(test, dev_name(dev), "devices.dev");
	other = kunit_device_register(test, "other");
	KUNIT_ASSERT_NOT_ERR_OR_NULL(test, other);
	kunit_device_unregister(test, other);
}

/* --- try-catch --------------------------------------------------------------------- */

static void throws(void *context)
{
	kunit_try_catch_throw(context);
}

static void returns(void *context)
{
}

static int caught;

static void catch(void *context)
{
	caught++;
}

static void try_catch(struct kunit *test)
{
	struct kunit_try_catch tc;

	caught = 0;
	kunit_try_catch_init(&tc, test, returns, catch);
	kunit_try_catch_run(&tc, &tc);
	KUNIT_EXPECT_EQ(test, kunit_try_catch_get_result(&tc), 0);
	KUNIT_EXPECT_EQ(test, caught, 0);
	kunit_try_catch_init(&tc, test, throws, catch);
	kunit_try_catch_run(&tc, &tc);
	KUNIT_EXPECT_EQ(test, kunit_try_catch_get_result(&tc), -EFAULT);
	KUNIT_EXPECT_EQ(test, caught, 1);
}

static struct kunit_case resource_cases[] = {
	KUNIT_CASE(actions_run_last_first), KUNIT_CASE(named_resources),
	KUNIT_CASE(allocated_resources),    KUNIT_CASE(memory),
	KUNIT_CASE(static_stubs),	    KUNIT_CASE(devices),
	KUNIT_CASE(try_catch),		    {}
};

static struct kunit_suite resource_suite = {
	.name = "kunit_resources",
	.test_cases = resource_cases,
};

kunit_test_suite(resource_suite);

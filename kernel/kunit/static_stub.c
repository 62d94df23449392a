// SPDX-License-Identifier: MIT
/*
 * Replacing a function for the length of a case.
 */
#include <kunit/resource.h>
#include <kunit/static_stub.h>
#include <kunit/test.h>
#include <linux/slab.h>

struct static_stub {
	void *real;
	void *replacement;
};

static void stub_free(struct kunit_resource *res)
{
	kfree(res->data);
}

static bool stub_match(struct kunit *test, struct kunit_resource *res, void *real)
{
	const struct static_stub *stub = res->data;

	return res->free == stub_free && stub->real == real;
}

void *__kunit_static_stub_address(struct kunit *test, void *real)
{
	struct kunit_resource *res = kunit_find_resource(test, stub_match, real);
	void *replacement = NULL;

	if (res) {
		replacement = ((struct static_stub *)res->data)->replacement;
		kunit_put_resource(res);
	}
	return replacement;
}

void kunit_deactivate_static_stub(struct kunit *test, void *real_fn_addr)
{
	kunit_destroy_resource(test, stub_match, real_fn_addr);
}

/* The last replacement wins. Fails the case when out of memory. */
void __kunit_activate_static_stub(struct kunit *test, void *real, void *replacement)
{
	struct static_stub *stub;

	KUNIT_ASSERT_NOT_NULL(test, real);
	kunit_deactivate_static_stub(test, real);
	if (!replacement)
		return;

	stub = kmalloc(sizeof(*stub), GFP_KERNEL);
	KUNIT_ASSERT_NOT_NULL(test, stub);
	stub->real = real;
	stub->replacement = replacement;
	if (!kunit_alloc_resource(test, NULL, stub_free, GFP_KERNEL, stub)) {
		kfree(stub);
		KUNIT_FAIL_AND_ABORT(test, "no memory for a static stub");
	}
}

// SPDX-License-Identifier: MIT
/* kmalloc and caches: alignment, zeroes, and each way to free wrongly. */
#include <kunit/test.h>
#include <linux/kernel.h>
#include <linux/mm.h>
#include <linux/slab.h>
#include <linux/string.h>
#include <linux/vmalloc.h>
#include <lockstep/fault.h>
#include <lockstep/test.h>

static void powers_of_two_are_aligned(struct kunit *test)
{
	size_t size;

	for (size = 8; size <= 64 * 1024; size *= 2) {
		void *p = kmalloc(size, GFP_KERNEL);

		KUNIT_ASSERT_NOT_NULL(test, p);
		KUNIT_EXPECT_TRUE_MSG(test, IS_ALIGNED((unsigned long)p, min(size, PAGE_SIZE)),
				      "%zu bytes at %px", size, p);
		memset(p, 0xa5, size);
		KUNIT_EXPECT_EQ(test, ksize(p), size);
		kfree(p);
	}
}

static void odd_sizes_hold_their_bytes(struct kunit *test)
{
	u8 *p[300];
	size_t i;

	for (i = 1; i < ARRAY_SIZE(p); i++) {
		p[i] = kzalloc(i * 7, GFP_KERNEL);
		KUNIT_ASSERT_NOT_NULL(test, p[i]);
		KUNIT_EXPECT_TRUE(test, mem_is_zero(p[i], i * 7));
		memset(p[i], (int)i, i * 7);
	}
	for (i = 1; i < ARRAY_SIZE(p); i++) {
		KUNIT_EXPECT_NULL(test, memchr_inv(p[i], (int)i, i * 7));
		kfree(p[i]);
	}
}

static void no_bytes(struct kunit *test)
{
	KUNIT_EXPECT_PTR_EQ(test, kmalloc(0, GFP_KERNEL), ZERO_SIZE_PTR);
	KUNIT_EXPECT_EQ(test, ksize(ZERO_SIZE_PTR), 0);
	kfree(ZERO_SIZE_PTR);
	kfree(NULL);
}

static void products_that_overflow(struct kunit *test)
{
	size_t many = SIZE_MAX / 8 + 2; /* not a constant, or the compiler warns */

	OPTIMIZER_HIDE_VAR(many);
	KUNIT_EXPECT_NULL(test, kmalloc_array(many, 8, GFP_KERNEL));
	KUNIT_EXPECT_NULL(test, kcalloc(many, 8, GFP_KERNEL));
	KUNIT_EXPECT_NULL(test, kvmalloc_array(many, 8, GFP_KERNEL));
}

static void krealloc_keeps_the_contents(struct kunit *test)
{
	char *p = kmalloc(10, GFP_KERNEL), *q;

	KUNIT_ASSERT_NOT_NULL(test, p);
	strcpy(p, "ninebytes");
	q = krealloc(p, 5000, GFP_KERNEL);
	KUNIT_ASSERT_NOT_NULL(test, q);
	KUNIT_EXPECT_STREQ(test, q, "ninebytes");
	q = krealloc(q, 4, GFP_KERNEL);
	KUNIT_EXPECT_EQ(test, memcmp(q, "nine", 4), 0);
	KUNIT_EXPECT_PTR_EQ(test, krealloc(q, 0, GFP_KERNEL), ZERO_SIZE_PTR);
}

static void large_ones_are_pages(struct kunit *test)
{
	char *p = kmalloc(3 * PAGE_SIZE, GFP_KERNEL);

	KUNIT_ASSERT_NOT_NULL(test, p);
	KUNIT_EXPECT_TRUE(test, virt_addr_valid(p));
	KUNIT_EXPECT_PTR_EQ(test, page_address(virt_to_page(p + PAGE_SIZE)), p + PAGE_SIZE);
	kfree(p);
	KUNIT_EXPECT_NULL(test, kmalloc(KMALLOC_MAX_SIZE + 1, GFP_KERNEL | __GFP_NOWARN));
	p = kvmalloc(KMALLOC_MAX_SIZE + 1, GFP_KERNEL);
	KUNIT_ASSERT_NOT_NULL(test, p);
	KUNIT_EXPECT_TRUE(test, is_vmalloc_addr(p));
	kvfree(p);
}

static void a_second_free_is_reported(struct kunit *test)
{
	const struct ls_report *r;
	void *p;

	if (LS_ASAN || LS_TSAN)
		kunit_skip(test, "the sanitizer's allocator reports it, and ends the process");
	p = kmalloc(100, GFP_KERNEL);
	kfree(p);
	lockstep_expect_report(test, "double-free");
	kfree(p);
	r = lockstep_last_report(test);
	KUNIT_ASSERT_NOT_NULL(test, r);
	KUNIT_EXPECT_EQ(test, r->class, LS_MISUSE);
	KUNIT_EXPECT_STREQ(test, r->what, "kfree() of a free object of kmalloc");
}

static void a_second_free_of_pages_is_reported(struct kunit *test)
{
	void *p = kmalloc(2 * PAGE_SIZE, GFP_KERNEL);

	kfree(p);
	lockstep_expect_report(test, "double-free");
	kfree(p);
}

static void freeing_the_wrong_way_is_reported(struct kunit *test)
{
	struct kmem_cache *a = kmem_cache_create("a", 64, 0, 0, NULL);
	struct kmem_cache *b = kmem_cache_create("b", 64, 0, 0, NULL);
	char *object = kmem_cache_alloc(a, GFP_KERNEL), *v = vmalloc(100);

	lockstep_expect_report(test, "invalid-free");
	kmem_cache_free(b, object);
	KUNIT_EXPECT_STREQ(test, lockstep_last_report(test)->what,
			   "kmem_cache_free() to cache b of an object of cache a");
	lockstep_expect_report(test, "invalid-free");
	kfree(v);
	lockstep_expect_report(test, "invalid-free");
	vfree(v + PAGE_SIZE);
	KUNIT_EXPECT_EQ(test, lockstep_nr_expected(test), 3);
	vfree(v);
	kmem_cache_free(a, object);
	kmem_cache_destroy(a);
	kmem_cache_destroy(b);
}

static int constructed;

static void construct(void *object)
{
	constructed++;
	*(int *)object = 42;
}

static void constructed_objects_stay_so(struct kunit *test)
{
	struct kmem_cache *s = kmem_cache_create("ctor", sizeof(int), 0, SLAB_TYPESAFE_BY_RCU,
						 construct);
	int *p = kmem_cache_alloc(s, GFP_KERNEL), *q;

	KUNIT_ASSERT_NOT_NULL(test, p);
	KUNIT_EXPECT_EQ(test, *p, 42);
	*p = 43;
	kmem_cache_free(s, p);
	/* Type-stable: the object may be read, and is not cleared. */
	KUNIT_EXPECT_EQ(test, *p, 43);
	q = kmem_cache_alloc(s, GFP_KERNEL);
	KUNIT_EXPECT_PTR_EQ(test, p, q);
	kmem_cache_free(s, q);
	kmem_cache_destroy(s);
	KUNIT_EXPECT_GT(test, constructed, 0);
}

static void a_cache_in_use_is_reported(struct kunit *test)
{
	struct kmem_cache *s = kmem_cache_create("busy", 32, 0, 0, NULL);
	void *p = kmem_cache_alloc(s, GFP_KERNEL);

	lockstep_expect_report(test, "cache-destroyed-in-use");
	kmem_cache_destroy(s);
	KUNIT_EXPECT_STREQ(test, lockstep_last_report(test)->what,
			   "cache busy has 1 objects in use");
	kmem_cache_free(s, p); /* the memory was kept */
}

static void the_nth_allocation_fails(struct kunit *test)
{
	void *a, *b, *c, *d;

	ls_fail_nth(2);
	a = kmalloc(8, GFP_KERNEL);
	b = kmalloc(8, GFP_KERNEL | __GFP_NOFAIL);
	c = kmalloc(8, GFP_KERNEL);
	d = kmalloc(8, GFP_KERNEL);
	KUNIT_EXPECT_EQ(test, ls_fail_nth_seen(), 3);
	ls_fail_nth(0);
	KUNIT_EXPECT_NOT_NULL(test, a);
	KUNIT_EXPECT_NOT_NULL(test, b);
	KUNIT_EXPECT_NULL(test, c);
	KUNIT_EXPECT_NOT_NULL(test, d);
	kfree(a);
	kfree(b);
	kfree(d);
}

static struct kunit_case slab_cases[] = {
	KUNIT_CASE(powers_of_two_are_aligned),
	KUNIT_CASE(odd_sizes_hold_their_bytes),
	KUNIT_CASE(no_bytes),
	KUNIT_CASE(products_that_overflow),
	KUNIT_CASE(krealloc_keeps_the_contents),
	KUNIT_CASE(large_ones_are_pages),
	KUNIT_CASE(a_second_free_is_reported),
	KUNIT_CASE(a_second_free_of_pages_is_reported),
	KUNIT_CASE(freeing_the_wrong_way_is_reported),
	KUNIT_CASE(constructed_objects_stay_so),
	KUNIT_CASE(a_cache_in_use_is_reported),
	KUNIT_CASE(the_nth_allocation_fails),
	{}
};

static struct kunit_suite slab_suite = {
	.name = "mm_slab",
	.test_cases = slab_cases,
};

kunit_test_suite(slab_suite);

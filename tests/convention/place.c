// SPDX-License-Identifier: MIT
/*
 * The place where the lock should have been taken.
 */
#include "mock.h"

/*
 * A small driver: an object with pages that are unmapped by put_pages(), which both
 * shrink() and fini() call, one with the lock held and one without.
 */
static noinline void driver_put_pages(struct mock *mock)
{
	if (mock->sgt)
		dma_buf_unmap_attachment(mock->attach, mock->sgt, DMA_BIDIRECTIONAL);
	mock->sgt = NULL;
}

static noinline void driver_release_pages(struct mock *mock)
{
	driver_put_pages(mock);
}

/* Taken by a helper whose frame is gone when the lock is needed. */
static noinline void driver_lock(struct mock *mock)
{
	dma_resv_lock(&mock->resv, NULL);
}

static noinline void driver_shrink(struct mock *mock)
{
	driver_lock(mock);
	driver_release_pages(mock);
	dma_resv_unlock(&mock->resv);
}

static noinline void driver_pages_fini(struct mock *mock)
{
	driver_release_pages(mock);
}

static noinline void driver_free(struct mock *mock)
{
	driver_pages_fini(mock);
}

static noinline void driver_get_pages(struct kunit *test, struct mock *mock)
{
	driver_lock(mock);
	mock->sgt = dma_buf_map_attachment(mock->attach, DMA_BIDIRECTIONAL);
	dma_resv_unlock(&mock->resv);
	if (IS_ERR(mock->sgt)) {
		int err = PTR_ERR(mock->sgt);

		mock->sgt = NULL;
		KUNIT_ASSERT_EQ(test, err, 0);
	}
}

static const struct ls_report *free_unlocked(struct kunit *test, struct mock *mock)
{
	const struct ls_report *r;

	driver_get_pages(test, mock);
	lockstep_expect_report(test, "unmap-held");
	driver_free(mock);
	r = mock_check_report(test, "unmap-held", LS_BREACH);
	KUNIT_EXPECT_EQ(test, os_function_start(r->stack.pc[1]), (unsigned long)driver_put_pages);
	KUNIT_EXPECT_EQ(test, os_function_start(r->stack.pc[3]), (unsigned long)driver_pages_fini);
	KUNIT_EXPECT_EQ(test, os_function_start(r->stack.pc[4]), (unsigned long)driver_free);
	return r;
}

static void with_evidence(struct kunit *test)
{
	struct mock *mock = mock_attached(test, false);
	const struct ls_report *r;

	driver_get_pages(test, mock);
	driver_shrink(mock);

	r = free_unlocked(test, mock);
	KUNIT_EXPECT_EQ(test, os_function_start(r->suggest_pc), (unsigned long)driver_pages_fini);
	/* The call before which it belongs: a return address of the chain. */
	KUNIT_EXPECT_EQ(test, r->suggest_pc, r->stack.pc[3]);
	mock_expect_contains(test, r->suggest_why,
			     "driver_release_pages is also entered with the lock held (from driver_shrink");
	mock_expect_contains(test, r->suggest_why, "place.c:");
	mock_expect_contains(test, r->suggest_why, "so it cannot take it itself");
}

/* Without evidence: the innermost function of the driver. */
static noinline void lone_unmap(struct mock *mock)
{
	dma_buf_unmap_attachment(mock->attach, mock->sgt, DMA_BIDIRECTIONAL);
	mock->sgt = NULL;
}

static void without_evidence(struct kunit *test)
{
	struct mock *mock = mock_attached(test, false);
	const struct ls_report *r;

	driver_get_pages(test, mock);
	lockstep_expect_report(test, "unmap-held");
	lone_unmap(mock);
	r = mock_check_report(test, "unmap-held", LS_BREACH);
	KUNIT_EXPECT_EQ(test, os_function_start(r->suggest_pc), (unsigned long)lone_unmap);
	mock_expect_contains(test, r->suggest_why, "nothing on the way");
}

/* Who takes the lock itself is not "entered with the lock held". */
static noinline void takes_itself(struct mock *mock, bool lock)
{
	if (lock)
		dma_resv_lock(&mock->resv, NULL);
	dma_buf_unmap_attachment(mock->attach, mock->sgt, DMA_BIDIRECTIONAL);
	mock->sgt = NULL;
	if (lock)
		dma_resv_unlock(&mock->resv);
}

static void taker_is_no_evidence(struct kunit *test)
{
	struct mock *mock = mock_attached(test, false);
	const struct ls_report *r;

	driver_get_pages(test, mock);
	takes_itself(mock, true);
	driver_get_pages(test, mock);
	lockstep_expect_report(test, "unmap-held");
	takes_itself(mock, false);
	r = mock_check_report(test, "unmap-held", LS_BREACH);
	KUNIT_EXPECT_EQ(test, os_function_start(r->suggest_pc), (unsigned long)takes_itself);
}

/* A driver's own assertion is evidence too. */
static noinline void asserting_put(struct mock *mock)
{
	dma_resv_assert_held(&mock->resv);
}

static noinline void asserting_caller(struct mock *mock)
{
	asserting_put(mock);
}

static void assertion_is_evidence(struct kunit *test)
{
	struct mock *mock = mock_new(test, &mock_static_ops);
	const struct ls_report *r;

	driver_lock(mock);
	asserting_put(mock);
	dma_resv_unlock(&mock->resv);
	lockstep_expect_report(test, "resv-assert-held");
	asserting_caller(mock);
	r = mock_check_report(test, "resv-assert-held", LS_BREACH);
	KUNIT_EXPECT_EQ(test, os_function_start(r->suggest_pc), (unsigned long)asserting_caller);
	mock_expect_contains(test, r->suggest_why, "asserting_put is also entered with the lock held");
}

static struct kunit_case place_cases[] = {
	KUNIT_CASE(with_evidence),
	KUNIT_CASE(without_evidence),
	KUNIT_CASE(taker_is_no_evidence),
	KUNIT_CASE(assertion_is_evidence),
	{}
};

static struct kunit_suite place_suite = {
	.name = "convention-place",
	.test_cases = place_cases,
};
kunit_test_suite(place_suite);

MODULE_LICENSE("MIT");

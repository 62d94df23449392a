// SPDX-License-Identifier: MIT
/*
 * KUnit itself: what holds, in all the forms there are.
 */
#include <kunit/test.h>
#include <kunit/test-bug.h>
#include <linux/err.h>
#include <linux/string.h>
#include <lockstep/test.h>

static void expectations_that_hold(struct kunit *test)
{
	static const char text[] = "text";
	char copy[] = "text";
	int n = 3;

	KUNIT_EXPECT_TRUE(test, n == 3);
	KUNIT_EXPECT_FALSE(test, n == 4);
	KUNIT_EXPECT_EQ(test, n, 3);
	KUNIT_EXPECT_NE(test, n, 4);
	KUNIT_EXPECT_LT(test, n, 4);
	KUNIT_EXPECT_LE(test, n, 3);
	KUNIT_EXPECT_GT(test, n, 2);
	KUNIT_EXPECT_GE_MSG(test, n, 3, "n is %d", n);
	KUNIT_EXPECT_PTR_EQ(test, &n, &n);
	KUNIT_EXPECT_PTR_NE(test, (void *)&n, (void *)test);
	KUNIT_EXPECT_STREQ(test, text, copy);
	KUNIT_EXPECT_STRNEQ(test, text, "other");
	KUNIT_EXPECT_MEMEQ(test, text, copy, sizeof(copy));
	KUNIT_EXPECT_MEMNEQ(test, text, "texT", 4);
	KUNIT_EXPECT_NULL(test, NULL);
	KUNIT_EXPECT_NOT_NULL(test, copy);
	KUNIT_EXPECT_NOT_ERR_OR_NULL(test, copy);
	KUNIT_ASSERT_EQ(test, n, 3);
	KUNIT_SUCCEED(test);
}

static void sides_are_evaluated_once(struct kunit *test)
{
	int n = 0;

	KUNIT_EXPECT_EQ(test, n++, 0);
	KUNIT_EXPECT_EQ(test, ++n, 2);
	KUNIT_EXPECT_TRUE(test, n++ == 2);
	KUNIT_EXPECT_EQ(test, n, 3);
}

static void current_test_is_known(struct kunit *test)
{
	KUNIT_EXPECT_PTR_EQ(test, kunit_get_current_test(), test);
}

static void see_current_test(void *arg)
{
	*(struct kunit **)arg = kunit_get_current_test();
}

static void tasks_belong_to_the_case(struct kunit *test)
{
	struct kunit *seen = NULL;

	KUNIT_ASSERT_EQ(test, lockstep_run_task(see_current_test, &seen), 0);
	KUNIT_EXPECT_PTR_EQ(test, seen, test);
}

static void skipped_on_purpose(struct kunit *test)
{
	kunit_skip(test, "as it should be");
	KUNIT_FAIL(test, "not reached");
}

/* --- hooks ------------------------------------------------------------------- */

static int suite_begun, init_calls, exit_calls;

static int basics_suite_init(struct kunit_suite *suite)
{
	suite_begun++;
	return 0;
}

static int basics_init(struct kunit *test)
{
	init_calls++;
	test->priv = &init_calls;
	return 0;
}

static void basics_exit(struct kunit *test)
{
	exit_calls++;
}

static void hooks_ran(struct kunit *test)
{
	KUNIT_EXPECT_EQ(test, suite_begun, 1);
	KUNIT_EXPECT_PTR_EQ(test, test->priv, &init_calls);
	KUNIT_EXPECT_EQ(test, init_calls, exit_calls + 1);
}

/* --- parameters ----------------------------------------------------------------- */

static const struct square {
	const char *name;
	int n, square;
} squares[] = { { "one", 1, 1 }, { "two", 2, 4 }, { "three", 3, 9 } };

KUNIT_ARRAY_PARAM_DESC(square, squares, name);

static void parameters_come_in_order(struct kunit *test)
{
	const struct square *p = test->param_value;

	KUNIT_EXPECT_EQ(test, p->n * p->n, p->square);
	KUNIT_EXPECT_PTR_EQ(test, p, &squares[test->param_index]);
	KUNIT_EXPECT_STREQ(test, test->name, "parameters_come_in_order");
}

static struct kunit_case basics_cases[] = {
	KUNIT_CASE(expectations_that_hold),
	KUNIT_CASE(sides_are_evaluated_once),
	KUNIT_CASE(current_test_is_known),
	KUNIT_CASE(tasks_belong_to_the_case),
	KUNIT_CASE(skipped_on_purpose),
	KUNIT_CASE(hooks_ran),
	KUNIT_CASE_PARAM(parameters_come_in_order, square_gen_params),
	{}
};

static struct kunit_suite basics_suite = {
	.name = "kunit_basics",
	.suite_init = basics_suite_init,
	.init = basics_init,
	.exit = basics_exit,
	.test_cases = basics_cases,
};

kunit_test_suite(basics_suite);

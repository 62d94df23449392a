// SPDX-License-Identifier: MIT
/* Cases that crash on a fibre: crash.sh looks at what is said about them. */
#include <kunit/test.h>
#include <linux/list.h>
#include <linux/slab.h>

static volatile int enough;

static noinline int deeper(volatile char *above)
{
	volatile char room[900];

	room[0] = above ? above[0] : 0;
	return enough ? 0 : deeper(room) + room[0];
}

static void overflows(struct kunit *test)
{
	KUNIT_EXPECT_EQ(test, deeper(NULL), 0);
}

static void null(struct kunit *test)
{
	int *volatile nothing = NULL;

	nothing[3] = 1;
}

struct holder {
	struct list_head list;
	int *value;
};

static void stale(struct kunit *test)
{
	struct holder *h = kmalloc(sizeof(*h), GFP_KERNEL);

	KUNIT_ASSERT_NOT_NULL(test, h);
	kfree(h);
	OPTIMIZER_HIDE_VAR(h);
	*h->value = 1;
}

static struct kunit_case cases[] = {
	KUNIT_CASE(overflows),
	KUNIT_CASE(null),
	KUNIT_CASE(stale),
	{}
};

static struct kunit_suite suite = { .name = "explore_crash", .test_cases = cases };
kunit_test_suite(suite);
MODULE_LICENSE("Dual MIT/GPL");

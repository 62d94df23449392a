// SPDX-License-Identifier: MIT
/* The smallest module: what `lockstep test` needs to reach a first case. */
#include <kunit/test.h>
#include <linux/module.h>

static void bench_empty(struct kunit *test)
{
}

static struct kunit_case bench_empty_cases[] = { KUNIT_CASE(bench_empty), {} };

static struct kunit_suite bench_empty_suite = {
	.name = "empty",
	.test_cases = bench_empty_cases,
};
kunit_test_suite(bench_empty_suite);

MODULE_LICENSE("MIT");

// SPDX-License-Identifier: MIT
/* Numbers: from text, at random, arithmetic; WARN and its kin. */
#include <kunit/test.h>
#include <linux/bug.h>
#include <linux/crc32.h>
#include <linux/kernel.h>
#include <linux/overflow.h>
#include <linux/prime_numbers.h>
#include <linux/random.h>
#include <lockstep/os.h>
#include <lockstep/test.h>

static void text_becomes_numbers(struct kunit *test)
{
	unsigned long long u;
	long long s;
	u8 b;
	int i;

	KUNIT_EXPECT_EQ(test, kstrtoull("0x1F\n", 0, &u), 0);
	KUNIT_EXPECT_EQ(test, u, 31);
	KUNIT_EXPECT_EQ(test, kstrtoull("017", 0, &u), 0);
	KUNIT_EXPECT_EQ(test, u, 15);
	KUNIT_EXPECT_EQ(test, kstrtoull("18446744073709551616", 10, &u), -ERANGE);
	KUNIT_EXPECT_EQ(test, kstrtoull("", 10, &u), -EINVAL);
	KUNIT_EXPECT_EQ(test, kstrtoull("12x", 10, &u), -EINVAL);
	KUNIT_EXPECT_EQ(test, kstrtoull("-1", 10, &u), -EINVAL);
	KUNIT_EXPECT_EQ(test, kstrtoll("-9223372036854775808", 10, &s), 0);
	KUNIT_EXPECT_EQ(test, s, LLONG_MIN);
	KUNIT_EXPECT_EQ(test, kstrtoll("-9223372036854775809", 10, &s), -ERANGE);
	KUNIT_EXPECT_EQ(test, kstrtou8("256", 10, &b), -ERANGE);
	KUNIT_EXPECT_EQ(test, kstrtoint("-12", 10, &i), 0);
	KUNIT_EXPECT_EQ(test, i, -12);
}

static void yes_and_no(struct kunit *test)
{
	bool b = false;

	KUNIT_EXPECT_EQ(test, kstrtobool("Y", &b), 0);
	KUNIT_EXPECT_TRUE(test, b);
	KUNIT_EXPECT_EQ(test, kstrtobool("off", &b), 0);
	KUNIT_EXPECT_FALSE(test, b);
	KUNIT_EXPECT_EQ(test, kstrtobool("maybe", &b), -EINVAL);
}

static void arithmetic(struct kunit *test)
{
	u8 small;

	KUNIT_EXPECT_EQ(test, int_sqrt(99), 9);
	KUNIT_EXPECT_EQ(test, int_sqrt(ULONG_MAX), 0xffffffffUL);
	KUNIT_EXPECT_EQ(test, gcd(12, 18), 6);
	KUNIT_EXPECT_EQ(test, lcm(4, 6), 12);
	KUNIT_EXPECT_EQ(test, next_prime_number(13), 17);
	KUNIT_EXPECT_EQ(test, crc32_le(~0, "123456789", 9) ^ ~0, 0xcbf43926);
	KUNIT_EXPECT_EQ(test, roundup_pow_of_two(33), 64);
	KUNIT_EXPECT_EQ(test, ilog2(64), 6);
	KUNIT_EXPECT_EQ(test, order_base_2(65), 7);
	KUNIT_EXPECT_EQ(test, DIV_ROUND_UP(7, 2), 4);
	KUNIT_EXPECT_EQ(test, clamp(15, 0, 10), 10);
	KUNIT_EXPECT_TRUE(test, check_add_overflow(200, 100, &small));
	KUNIT_EXPECT_EQ(test, size_mul(SIZE_MAX, 2), SIZE_MAX);
}

static void the_same_seed_gives_the_same_numbers(struct kunit *test)
{
	struct rnd_state a, b;
	int i;

	prandom_seed_state(&a, 42);
	prandom_seed_state(&b, 42);
	for (i = 0; i < 10; i++)
		KUNIT_EXPECT_EQ(test, prandom_u32_state(&a), prandom_u32_state(&b));
	for (i = 0; i < 100; i++)
		KUNIT_EXPECT_LT(test, get_random_u32_below(7), 7);
}

static void warnings_are_reports(struct kunit *test)
{
	int i;

	lockstep_expect_report(test, "warn");
	KUNIT_EXPECT_TRUE(test, WARN(test != NULL, "seen %d\n", 3));
	KUNIT_EXPECT_STREQ(test, lockstep_last_report(test)->what, "seen 3");
	lockstep_expect_report(test, "warn");
	for (i = 0; i < 3; i++)
		WARN_ON_ONCE(i >= 0);
	KUNIT_EXPECT_EQ(test, lockstep_nr_expected(test), 2);
	KUNIT_EXPECT_FALSE(test, WARN_ON(test == NULL));
}

static void give_up(void *arg)
{
	BUG_ON(arg);
}

static void bugs_end_the_task(struct kunit *test)
{
	lockstep_expect_report(test, "bug");
	KUNIT_EXPECT_EQ(test, lockstep_run_task(give_up, test), -EDEADLK);
	KUNIT_EXPECT_EQ(test, lockstep_last_report(test)->class, LS_BUG);
	KUNIT_EXPECT_EQ(test, lockstep_run_task(give_up, NULL), 0);
}

static struct kunit_case number_cases[] = {
	KUNIT_CASE(text_becomes_numbers),
	KUNIT_CASE(yes_and_no),
	KUNIT_CASE(arithmetic),
	KUNIT_CASE(the_same_seed_gives_the_same_numbers),
	KUNIT_CASE(warnings_are_reports),
	KUNIT_CASE(bugs_end_the_task),
	{}
};

static struct kunit_suite number_suite = {
	.name = "lib_numbers",
	.test_cases = number_cases,
};

kunit_test_suite(number_suite);

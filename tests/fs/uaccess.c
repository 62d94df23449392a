// SPDX-License-Identifier: MIT
/* Client memory: bad addresses are errors. */
#include <kunit/test.h>
#include <linux/slab.h>
#include <linux/uaccess.h>

#define BAD ((void __user *)0x1000)

static void bad_addresses(struct kunit *test)
{
	char buf[8];
	int x = 1;

	memset(buf, 0xff, sizeof(buf));
	KUNIT_EXPECT_EQ(test, copy_from_user(buf, BAD, 8), 8);
	KUNIT_EXPECT_EQ(test, buf[0], 0);
	KUNIT_EXPECT_EQ(test, copy_to_user(BAD, buf, 8), 8);
	KUNIT_EXPECT_EQ(test, copy_from_user(buf, NULL, 8), 8);
	KUNIT_EXPECT_EQ(test, get_user(x, (int __user *)BAD), -EFAULT);
	KUNIT_EXPECT_EQ(test, x, 0);
	KUNIT_EXPECT_EQ(test, put_user(x, (int __user *)BAD), -EFAULT);
	KUNIT_EXPECT_FALSE(test, access_ok((void __user *)-1UL, 1));
	KUNIT_EXPECT_EQ(test, PTR_ERR(memdup_user(BAD, 16)), -EFAULT);
	KUNIT_EXPECT_EQ(test, PTR_ERR(strndup_user(BAD, 16)), -EFAULT);
}

/* Not on the stack, which is trusted to be there. */
static void good_addresses(struct kunit *test)
{
	char *user = kunit_kzalloc(test, 64, GFP_KERNEL), buf[64], *copy;
	u32 x = 0;

	KUNIT_ASSERT_NOT_NULL(test, user);
	strcpy(user, "some text");
	KUNIT_EXPECT_EQ(test, copy_from_user(buf, user, 64), 0);
	KUNIT_EXPECT_STREQ(test, buf, "some text");
	KUNIT_EXPECT_EQ(test, put_user(0x12345678u, (u32 __user *)(user + 32)), 0);
	KUNIT_EXPECT_EQ(test, get_user(x, (u32 __user *)(user + 32)), 0);
	KUNIT_EXPECT_EQ(test, x, 0x12345678u);
	KUNIT_EXPECT_EQ(test, strnlen_user(user, 64), 10);
	KUNIT_EXPECT_EQ(test, strncpy_from_user(buf, user, 4), 4);
	KUNIT_EXPECT_EQ(test, PTR_ERR(strndup_user(user, 9)), -EINVAL);
	copy = strndup_user(user, 10);
	KUNIT_ASSERT_FALSE(test, IS_ERR(copy));
	KUNIT_EXPECT_STREQ(test, copy, "some text");
	kfree(copy);
	KUNIT_EXPECT_EQ(test, clear_user(user, 64), 0);
	KUNIT_EXPECT_EQ(test, check_zeroed_user(user, 64), 1);
}

static void structures_that_grow(struct kunit *test)
{
	u32 *user = kunit_kzalloc(test, 4 * sizeof(*user), GFP_KERNEL), k[2] = { 9, 9 };

	KUNIT_ASSERT_NOT_NULL(test, user);
	user[0] = 1;
	KUNIT_EXPECT_EQ(test, copy_struct_from_user(k, 8, user, 4), 0);
	KUNIT_EXPECT_EQ(test, k[0], 1);
	KUNIT_EXPECT_EQ(test, k[1], 0);
	KUNIT_EXPECT_EQ(test, copy_struct_from_user(k, 8, user, 16), 0);
	user[3] = 1;
	KUNIT_EXPECT_EQ(test, copy_struct_from_user(k, 8, user, 16), -E2BIG);
	KUNIT_EXPECT_EQ(test, copy_struct_from_user(k, 8, BAD, 8), -EFAULT);
}

static struct kunit_case cases[] = {
	KUNIT_CASE(bad_addresses),
	KUNIT_CASE(good_addresses),
	KUNIT_CASE(structures_that_grow),
	{}
};

static struct kunit_suite suite = { .name = "fs_uaccess", .test_cases = cases };
kunit_test_suite(suite);

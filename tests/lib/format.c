// SPDX-License-Identifier: MIT
/* The printf family and strings. */
#include <kunit/test.h>
#include <linux/bitmap.h>
#include <linux/dcache.h>
#include <linux/err.h>
#include <linux/fs.h>
#include <linux/ioport.h>
#include <linux/kernel.h>
#include <linux/sched.h>
#include <linux/slab.h>
#include <linux/string.h>
#include <linux/string_helpers.h>
#include <linux/sysfs.h>
#include <linux/uuid.h>
#include <lockstep/test.h>

static char text[200];

#define FORMAT(want, ...)                                                                          \
	do {                                                                                       \
		int len = snprintf(text, sizeof(text), __VA_ARGS__);                               \
		KUNIT_EXPECT_STREQ(test, text, want);                                              \
		KUNIT_EXPECT_EQ(test, len, strlen(want));                                          \
	} while (0)

#pragma GCC diagnostic ignored "-Wformat"
#pragma GCC diagnostic ignored "-Wformat-truncation"

static void numbers(struct kunit *test)
{
	FORMAT("-5 5 +5  5", "%d %u %+d % d", -5, 5, 5, 5);
	FORMAT("   42|42   |00042|  042", "%5d|%-5d|%05d|%5.3d", 42, 42, 42, 42);
	FORMAT("ff FF 0xff 010 -1", "%x %X %#x %#o %hhd", 255, 255, 255, 8, 255);
	FORMAT("-9223372036854775808 18446744073709551615", "%lld %llu", LLONG_MIN, ULLONG_MAX);
	FORMAT("7 8 9", "%zu %td %ld", (size_t)7, (long)8, 9L);
	FORMAT("a  b 100%", "%c%3c 100%%", 'a', 'b');
	FORMAT("  7|7  ", "%*d|%*d", 3, 7, -3, 7);
}

static void strings_in_formats(struct kunit *test)
{
	FORMAT("abc|  abc|abc  |ab", "%s|%5s|%-5s|%.2s", "abc", "abc", "abc", "abc");
	FORMAT("(null) (efault)", "%s %s", (char *)NULL, (char *)ERR_PTR(-EINVAL));
}

static __printf(2, 3) void nested(char *to, const char *fmt, ...)
{
	struct va_format vaf = { .fmt = fmt };
	va_list args;

	va_start(args, fmt);
	vaf.va = &args;
	snprintf(to, 100, "<%pV>", &vaf);
	va_end(args);
}

static void pointers(struct kunit *test)
{
	struct resource res = { .start = 0x1000, .end = 0x1fff, .flags = IORESOURCE_MEM };
	static const u8 id[16] = { 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15 };
	DECLARE_BITMAP(bits, 70) = { 0xf1, 1 };
	dma_addr_t addr = 0x1234;
	u32 fourcc = 'X' | 'R' << 8 | '2' << 16 | '4' << 24;
	char a[40], b[40];

	FORMAT("-ENOMEM -EDEADLK", "%pe %pe", ERR_PTR(-ENOMEM), ERR_PTR(-EDEADLK));
	FORMAT("-ERESTARTSYS -4000", "%pe %pe", ERR_PTR(-ERESTARTSYS), ERR_PTR(-4000));
	FORMAT("0000000000001234", "%px", (void *)0x1234);
	FORMAT("0000000000000000", "%p", NULL);
	FORMAT("00010203-0405-0607-0809-0a0b0c0d0e0f", "%pUb", id);
	FORMAT("03020100-0504-0706-0809-0A0B0C0D0E0F", "%pUL", id);
	FORMAT("[mem 0x00001000-0x00001fff]", "%pR", &res);
	FORMAT("0x0000000000001234", "%pad", &addr);
	FORMAT("00 01 02", "%3ph", id);
	FORMAT("0,4-7,64", "%*pbl", 70, bits);
	FORMAT("01,00000000,000000f1", "%*pb", 70, bits);
	FORMAT("XR24 little-endian (0x34325258)", "%p4cc", &fourcc);
	nested(a, "%d %s", 7, "x");
	KUNIT_EXPECT_STREQ(test, a, "<7 x>");

	/* Hashed: the same twice, and not the address. */
	snprintf(a, sizeof(a), "%p", text);
	snprintf(b, sizeof(b), "%p", text);
	KUNIT_EXPECT_STREQ(test, a, b);
	snprintf(b, sizeof(b), "%px", text);
	KUNIT_EXPECT_NE(test, strcmp(a, b), 0);
	FORMAT("pointers [lib_format]", "%ps", (void *)pointers);
	FORMAT("schedule", "%ps", (void *)schedule);
	snprintf(a, sizeof(a), "%pS", (void *)pointers);
	KUNIT_EXPECT_EQ(test, strncmp(a, "pointers+0x0/0x", 15), 0);
	KUNIT_EXPECT_STREQ(test, strchr(a, ' '), " [lib_format]");
	snprintf(a, sizeof(a), "%pB", (void *)schedule + 1);
	KUNIT_EXPECT_EQ(test, strncmp(a, "schedule+0x1/0x", 15), 0);
	FORMAT("0x10", "%pS", (void *)0x10);
}

static void names_of_dentries(struct kunit *test)
{
	struct dentry root = { .d_name = QSTR_INIT("/", 1), .d_parent = &root };
	struct dentry dir = { .d_name = QSTR_INIT("dir", 3), .d_parent = &root };
	struct dentry leaf = { .d_name = QSTR_INIT("leaf", 4), .d_parent = &dir };
	struct file file = { .f_path.dentry = &leaf };

	FORMAT("leaf dir/leaf /dir/leaf /dir/leaf", "%pd %pd2 %pd3 %pd4", &leaf, &leaf, &leaf,
	       &leaf);
	FORMAT("/ / /dir", "%pd %pd2 %pd2", &root, &root, &dir);
	FORMAT("leaf dir/leaf (null)", "%pD %pD2 %pd", &file, &file, NULL);
}

static void buffers_that_are_too_small(struct kunit *test)
{
	char small[4];

	KUNIT_EXPECT_EQ(test, snprintf(small, sizeof(small), "%s", "long"), 4);
	KUNIT_EXPECT_STREQ(test, small, "lon");
	KUNIT_EXPECT_EQ(test, scnprintf(small, sizeof(small), "%s", "long"), 3);
	KUNIT_EXPECT_EQ(test, scnprintf(small, 0, "%s", "long"), 0);
	KUNIT_EXPECT_EQ(test, snprintf(NULL, 0, "%d", 12345), 5);
	KUNIT_EXPECT_EQ(test, strscpy(small, "long"), -E2BIG);
	KUNIT_EXPECT_STREQ(test, small, "lon");
	KUNIT_EXPECT_EQ(test, strscpy(small, "abc", sizeof(small)), 3);
	KUNIT_EXPECT_EQ(test, strscpy_pad(small, "a"), 1);
	KUNIT_EXPECT_TRUE(test, mem_is_zero(small + 1, 3));
}

static void allocated_text(struct kunit *test)
{
	char *p = kasprintf(GFP_KERNEL, "%d-%s", 5, "x");

	KUNIT_EXPECT_STREQ(test, p, "5-x");
	kfree(p);
	p = kstrndup("abcdef", 3, GFP_KERNEL);
	KUNIT_EXPECT_STREQ(test, p, "abc");
	kfree(p);
	KUNIT_EXPECT_NULL(test, kstrdup(NULL, GFP_KERNEL));
}

static void string_functions(struct kunit *test)
{
	char s[] = "  trim me \n";
	static const char *const names[] = { "one", "two", NULL };

	KUNIT_EXPECT_STREQ(test, strim(s), "trim me");
	KUNIT_EXPECT_TRUE(test, sysfs_streq("a\n", "a"));
	KUNIT_EXPECT_FALSE(test, sysfs_streq("a\n", "b"));
	KUNIT_EXPECT_EQ(test, match_string(names, 3, "two"), 1);
	KUNIT_EXPECT_EQ(test, match_string(names, 3, "six"), -EINVAL);
	string_get_size(1536, 1024, STRING_UNITS_2, text, sizeof(text));
	KUNIT_EXPECT_STREQ(test, text, "1.50 MiB");
	string_get_size(4096, 1, STRING_UNITS_10, text, sizeof(text));
	KUNIT_EXPECT_STREQ(test, text, "4.09 kB");
}

static void scanning(struct kunit *test)
{
	unsigned long long big = 0;
	unsigned int u = 0;
	char word[8], more[8];
	int a = 0, b = 0, n = 0;
	u8 byte = 0;
	u16 half = 0;

	KUNIT_EXPECT_EQ(test, sscanf("12 -34", "%d %d", &a, &b), 2);
	KUNIT_EXPECT_EQ(test, a, 12);
	KUNIT_EXPECT_EQ(test, b, -34);
	KUNIT_EXPECT_EQ(test, sscanf("0x1f 017 9", "%i %i %i", &a, &b, &n), 3);
	KUNIT_EXPECT_EQ(test, a, 0x1f);
	KUNIT_EXPECT_EQ(test, b, 017);
	KUNIT_EXPECT_EQ(test, n, 9);
	KUNIT_EXPECT_EQ(test, sscanf("ffffffffffffffff", "%llx", &big), 1);
	KUNIT_EXPECT_EQ(test, big, ULLONG_MAX);
	KUNIT_EXPECT_EQ(test, sscanf("300 70000", "%hhu%hu", &byte, &half), 2);
	KUNIT_EXPECT_EQ(test, byte, 300 & 0xff);
	KUNIT_EXPECT_EQ(test, half, 70000 & 0xffff);
	KUNIT_EXPECT_EQ(test, sscanf("0000:03:1f.7", "%x:%x:%x.%n", &u, &a, &b, &n), 3);
	KUNIT_EXPECT_EQ(test, a, 3);
	KUNIT_EXPECT_EQ(test, b, 0x1f);
	KUNIT_EXPECT_EQ(test, n, 11);
	KUNIT_EXPECT_EQ(test, sscanf("12345", "%2d%*1d%d", &a, &b), 2);
	KUNIT_EXPECT_EQ(test, a, 12);
	KUNIT_EXPECT_EQ(test, b, 45);

	KUNIT_EXPECT_EQ(test, sscanf("  one two", "%7s %3s", word, more), 2);
	KUNIT_EXPECT_STREQ(test, word, "one");
	KUNIT_EXPECT_STREQ(test, more, "two");
	KUNIT_EXPECT_EQ(test, sscanf("key=value", "%7[^=]=%7[^ ]", word, more), 2);
	KUNIT_EXPECT_STREQ(test, word, "key");
	KUNIT_EXPECT_EQ(test, sscanf("abc", "%2c", word), 1);
	KUNIT_EXPECT_EQ(test, memcmp(word, "ab", 2), 0);
	KUNIT_EXPECT_EQ(test, sscanf("50%", "%d%%%n", &a, &n), 1);
	KUNIT_EXPECT_EQ(test, n, 3);

	KUNIT_EXPECT_EQ(test, sscanf("x", "%d", &a), 0);
	KUNIT_EXPECT_EQ(test, sscanf("", "%d", &a), 0);
	KUNIT_EXPECT_EQ(test, sscanf("-1", "%u", &u), 0);
	KUNIT_EXPECT_EQ(test, sscanf("1;2", "%d,%d", &a, &b), 1);
	KUNIT_EXPECT_EQ(test, sscanf("abc", "%[abc]", word), 0);
	KUNIT_EXPECT_EQ(test, sscanf("8", "%o", &u), 0);
}

static void attributes(struct kunit *test)
{
	char *page = (char *)get_zeroed_page(GFP_KERNEL);
	int len;

	KUNIT_ASSERT_NOT_NULL(test, page);
	len = sysfs_emit(page, "%d\n", 42);
	KUNIT_EXPECT_EQ(test, len, 3);
	len += sysfs_emit_at(page, len, "%s\n", "more");
	KUNIT_EXPECT_STREQ(test, page, "42\nmore\n");
	KUNIT_EXPECT_EQ(test, sysfs_emit_at(page, PAGE_SIZE - 3, "%s", "cut off"), 2);
	lockstep_expect_report(test, "warn");
	KUNIT_EXPECT_EQ(test, sysfs_emit(page + 1, "x"), 0);
	lockstep_expect_report(test, "warn");
	KUNIT_EXPECT_EQ(test, sysfs_emit_at(page, PAGE_SIZE, "x"), 0);
	free_page((unsigned long)page);
}

static struct kunit_case format_cases[] = {
	KUNIT_CASE(numbers),
	KUNIT_CASE(strings_in_formats),
	KUNIT_CASE(pointers),
	KUNIT_CASE(names_of_dentries),
	KUNIT_CASE(buffers_that_are_too_small),
	KUNIT_CASE(allocated_text),
	KUNIT_CASE(string_functions),
	KUNIT_CASE(scanning),
	KUNIT_CASE(attributes),
	{}
};

static struct kunit_suite format_suite = {
	.name = "lib_format",
	.test_cases = format_cases,
};

kunit_test_suite(format_suite);

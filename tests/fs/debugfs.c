// SPDX-License-Identifier: MIT
/* debugfs and seq_file. */
#include <kunit/test.h>
#include <linux/debugfs.h>
#include <linux/fs.h>
#include <linux/seq_file.h>
#include <linux/slab.h>
#include <lockstep/syscall.h>

static int few_show(struct seq_file *m, void *v)
{
	seq_printf(m, "value %d", *(int *)m->private);
	seq_putc(m, '\n');
	return 0;
}
DEFINE_SHOW_ATTRIBUTE(few);

static int fail_show(struct seq_file *m, void *v)
{
	return -EDOM;
}
DEFINE_SHOW_ATTRIBUTE(fail);

/* 3000 records, each 10 bytes; odd ones are skipped. */
static void *many_start(struct seq_file *m, loff_t *pos)
{
	return *pos < 3000 ? (void *)(unsigned long)(*pos + 1) : NULL;
}

static void *many_next(struct seq_file *m, void *v, loff_t *pos)
{
	++*pos;
	return many_start(m, pos);
}

static void many_stop(struct seq_file *m, void *v)
{
}

static int many_show(struct seq_file *m, void *v)
{
	unsigned long i = (unsigned long)v - 1;

	seq_printf(m, "line %04lu\n", i);
	return i & 1 ? SEQ_SKIP : 0;
}

static const struct seq_operations many_sops = {
	.start = many_start, .next = many_next, .stop = many_stop, .show = many_show,
};
DEFINE_SEQ_ATTRIBUTE(many);

static void a_file(struct kunit *test)
{
	struct dentry *dir = debugfs_create_dir("ls-test", NULL);
	int value = 42;
	char buf[64];

	KUNIT_ASSERT_FALSE(test, IS_ERR(dir));
	debugfs_create_file("few", 0444, dir, &value, &few_fops);
	debugfs_create_file("fail", 0444, dir, NULL, &fail_fops);
	KUNIT_EXPECT_EQ(test, PTR_ERR(debugfs_create_dir("ls-test", NULL)), -EEXIST);
	KUNIT_EXPECT_EQ(test, ls_debugfs_read("ls-test/few", buf, sizeof(buf)), 9);
	KUNIT_EXPECT_STREQ(test, buf, "value 42\n");
	KUNIT_EXPECT_EQ(test, ls_debugfs_read("ls-test/few", buf, 4), 3);
	KUNIT_EXPECT_EQ(test, ls_debugfs_read("ls-test/fail", buf, sizeof(buf)), -EDOM);
	KUNIT_EXPECT_EQ(test, ls_debugfs_read("ls-test", buf, sizeof(buf)), -EISDIR);
	debugfs_remove(dir);
	KUNIT_EXPECT_EQ(test, ls_debugfs_read("ls-test/few", buf, sizeof(buf)), -ENOENT);
}

static void many_records(struct kunit *test)
{
	struct dentry *f = debugfs_create_file("ls-many", 0444, NULL, NULL, &many_fops);
	char *buf = kunit_kzalloc(test, 32768, GFP_KERNEL), line[11] = "";
	int fd, i;

	KUNIT_ASSERT_NOT_NULL(test, buf);
	KUNIT_ASSERT_EQ(test, ls_debugfs_read("ls-many", buf, 32768), 15000);
	for (i = 0; i < 1500; i++) {
		snprintf(line, sizeof(line), "line %04d\n", i * 2);
		KUNIT_ASSERT_EQ(test, memcmp(buf + i * 10, line, 10), 0);
	}
	/* From the middle of a record. */
	fd = ls_open("/sys/kernel/debug/ls-many", O_RDONLY);
	KUNIT_ASSERT_GE(test, fd, 0);
	KUNIT_EXPECT_EQ(test, ls_lseek(fd, 10005, SEEK_SET), 10005);
	KUNIT_EXPECT_EQ(test, ls_read(fd, line, 5), 5);
	KUNIT_EXPECT_EQ(test, memcmp(line, buf + 10005, 5), 0);
	KUNIT_EXPECT_EQ(test, ls_read(fd, NULL, 5), -EFAULT);
	debugfs_remove(f);
	KUNIT_EXPECT_EQ(test, ls_read(fd, line, 5), -EIO);
	KUNIT_EXPECT_EQ(test, ls_close(fd), 0);
}

static void values(struct kunit *test)
{
	struct dentry *dir = debugfs_create_dir("ls-values", NULL);
	char buf[32];
	u32 x = 7;
	int fd;

	debugfs_create_u32("x", 0644, dir, &x);
	KUNIT_EXPECT_EQ(test, ls_debugfs_read("ls-values/x", buf, sizeof(buf)), 2);
	KUNIT_EXPECT_STREQ(test, buf, "7\n");
	fd = ls_open("/sys/kernel/debug/ls-values/x", O_RDWR);
	KUNIT_ASSERT_GE(test, fd, 0);
	KUNIT_EXPECT_EQ(test, ls_write(fd, "0x10", 4), 4);
	KUNIT_EXPECT_EQ(test, x, 16);
	KUNIT_EXPECT_EQ(test, ls_write(fd, "junk", 4), -EINVAL);
	KUNIT_EXPECT_EQ(test, ls_close(fd), 0);
	debugfs_remove(dir);
}

static struct kunit_case cases[] = {
	KUNIT_CASE(a_file),
	KUNIT_CASE(many_records),
	KUNIT_CASE(values),
	{}
};

static struct kunit_suite suite = { .name = "fs_debugfs", .test_cases = cases };
kunit_test_suite(suite);

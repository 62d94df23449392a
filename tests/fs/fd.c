// SPDX-License-Identifier: MIT
/* Descriptors: lowest free number, limit, reservation, tables of their own. */
#include <kunit/test.h>
#include <linux/anon_inodes.h>
#include <linux/fdtable.h>
#include <linux/file.h>
#include <linux/fs.h>
#include <linux/sched.h>
#include <lockstep/syscall.h>

static const struct file_operations fops = { .owner = THIS_MODULE };

static int own_table(struct kunit *test)
{
	KUNIT_ASSERT_EQ(test, ls_unshare_files(), 0);
	return 0;
}

static void drop_table(void)
{
	ls_files_put(current->files);
	current->files = NULL;
	flush_delayed_fput();
}

static int open_one(struct kunit *test)
{
	int fd = anon_inode_getfd("[fd]", &fops, NULL, O_RDWR);

	KUNIT_ASSERT_GE(test, fd, 0);
	return fd;
}

static void lowest_free_number(struct kunit *test)
{
	int a, b, c;

	own_table(test);
	a = open_one(test);
	b = open_one(test);
	c = open_one(test);
	KUNIT_EXPECT_EQ(test, a, 0);
	KUNIT_EXPECT_EQ(test, b, 1);
	KUNIT_EXPECT_EQ(test, c, 2);
	ls_close(b);
	KUNIT_EXPECT_EQ(test, open_one(test), 1);
	drop_table();
}

static void a_reserved_number_is_not_open(struct kunit *test)
{
	int fd;

	own_table(test);
	fd = get_unused_fd_flags(O_CLOEXEC);
	KUNIT_ASSERT_GE(test, fd, 0);
	KUNIT_EXPECT_NULL(test, fget(fd));
	KUNIT_EXPECT_EQ(test, ls_close(fd), -EBADF);
	KUNIT_EXPECT_NE(test, open_one(test), fd);
	put_unused_fd(fd);
	KUNIT_EXPECT_EQ(test, open_one(test), fd);
	drop_table();
}

static void the_limit(struct kunit *test)
{
	int i, fd = 0;

	own_table(test);
	current->files->limit = 200;
	for (i = 0; i < 200; i++)
		fd = open_one(test);
	KUNIT_EXPECT_EQ(test, fd, 199);
	KUNIT_EXPECT_EQ(test, get_unused_fd_flags(0), -EMFILE);
	ls_close(17);
	KUNIT_EXPECT_EQ(test, get_unused_fd_flags(0), 17);
	drop_table();
}

static void tables_are_apart(struct kunit *test)
{
	struct files_struct *mine;
	int fd;

	own_table(test);
	fd = open_one(test);
	mine = current->files;
	current->files = NULL;
	ls_unshare_files();
	KUNIT_EXPECT_NULL(test, fget(fd));
	drop_table();
	current->files = mine;
	drop_table();
}

static void fdget_and_fdput(struct kunit *test)
{
	struct fd f;
	int fd;

	own_table(test);
	fd = open_one(test);
	f = fdget(fd);
	KUNIT_ASSERT_FALSE(test, fd_empty(f));
	KUNIT_EXPECT_EQ(test, file_count(fd_file(f)), 2);
	fdput(f);
	f = fdget(fd + 1);
	KUNIT_EXPECT_TRUE(test, fd_empty(f));
	fdput(f);
	drop_table();
}

static struct kunit_case cases[] = {
	KUNIT_CASE(lowest_free_number),
	KUNIT_CASE(a_reserved_number_is_not_open),
	KUNIT_CASE(the_limit),
	KUNIT_CASE(tables_are_apart),
	KUNIT_CASE(fdget_and_fdput),
	{}
};

static struct kunit_suite suite = { .name = "fs_fd", .test_cases = cases };
kunit_test_suite(suite);

// SPDX-License-Identifier: MIT
/* Files: when they are released, and with what order of calls. */
#include <kunit/test.h>
#include <linux/anon_inodes.h>
#include <linux/file.h>
#include <linux/fs.h>
#include <linux/mutex.h>
#include <linux/slab.h>
#include <lockstep/syscall.h>

struct probe {
	int released;
	struct mutex lock;
};

static int probe_release(struct inode *inode, struct file *file)
{
	struct probe *p = file->private_data;

	/* Called by fput() itself, this would be a self-deadlock where the caller holds it. */
	mutex_lock(&p->lock);
	p->released++;
	mutex_unlock(&p->lock);
	return 0;
}

static int probe_flush(struct file *file, fl_owner_t id)
{
	return -EIO;
}

static const struct file_operations probe_fops = {
	.owner = THIS_MODULE,
	.release = probe_release,
	.llseek = noop_llseek,
};

static const struct file_operations flush_fops = {
	.owner = THIS_MODULE,
	.release = probe_release,
	.flush = probe_flush,
};

static struct probe *new_probe(struct kunit *test)
{
	struct probe *p = kunit_kzalloc(test, sizeof(*p), GFP_KERNEL);

	KUNIT_ASSERT_NOT_NULL(test, p);
	mutex_init(&p->lock);
	return p;
}

static struct file *new_file(struct kunit *test, struct probe *p)
{
	struct file *f = anon_inode_getfile("[probe]", &probe_fops, p, O_RDWR);

	KUNIT_ASSERT_FALSE(test, IS_ERR(f));
	return f;
}

/* fput() never runs ->release() itself: no lock of its caller is held there. */
static void fput_defers(struct kunit *test)
{
	struct probe *p = new_probe(test);
	struct file *f = new_file(test, p);

	mutex_lock(&p->lock);
	fput(f);
	mutex_unlock(&p->lock);
	flush_delayed_fput();
	KUNIT_EXPECT_EQ(test, p->released, 1);
}

static void fput_sync_does_not(struct kunit *test)
{
	struct probe *p = new_probe(test);
	struct file *f = new_file(test, p);

	get_file(f);
	__fput_sync(f);
	KUNIT_EXPECT_EQ(test, p->released, 0);
	__fput_sync(f);
	KUNIT_EXPECT_EQ(test, p->released, 1);
}

static void close_releases_before_it_returns(struct kunit *test)
{
	struct probe *p = new_probe(test);
	int fd = anon_inode_getfd("[probe]", &probe_fops, p, O_RDWR | O_CLOEXEC);

	KUNIT_ASSERT_GE(test, fd, 0);
	KUNIT_EXPECT_EQ(test, ls_close(fd), 0);
	KUNIT_EXPECT_EQ(test, p->released, 1);
	KUNIT_EXPECT_EQ(test, ls_close(fd), -EBADF);
}

static void dup_shares_the_file(struct kunit *test)
{
	struct probe *p = new_probe(test);
	int a = anon_inode_getfd("[probe]", &probe_fops, p, O_RDWR);
	int b = ls_dup(a);

	KUNIT_ASSERT_GE(test, b, 0);
	KUNIT_EXPECT_NE(test, a, b);
	KUNIT_EXPECT_EQ(test, ls_close(a), 0);
	KUNIT_EXPECT_EQ(test, p->released, 0);
	KUNIT_EXPECT_EQ(test, ls_close(b), 0);
	KUNIT_EXPECT_EQ(test, p->released, 1);
	KUNIT_EXPECT_EQ(test, ls_dup(b), -EBADF);
}

static void close_passes_on_what_flush_says(struct kunit *test)
{
	struct probe *p = new_probe(test);
	int fd = anon_inode_getfd("[probe]", &flush_fops, p, O_RDWR);

	KUNIT_ASSERT_GE(test, fd, 0);
	KUNIT_EXPECT_EQ(test, ls_close(fd), -EIO);
	KUNIT_EXPECT_EQ(test, p->released, 1);
}

static void anonymous_names(struct kunit *test)
{
	struct file *f = new_file(test, new_probe(test));
	char buf[64], *name;

	name = file_path(f, buf, sizeof(buf));
	KUNIT_ASSERT_FALSE(test, IS_ERR(name));
	KUNIT_EXPECT_STREQ(test, name, "anon_inode:[probe]");
	KUNIT_EXPECT_EQ(test, PTR_ERR(file_path(f, buf, 4)), -ENAMETOOLONG);
	KUNIT_EXPECT_EQ(test, f->f_flags, O_RDWR);
	KUNIT_EXPECT_TRUE(test, f->f_mode & FMODE_WRITE);
	KUNIT_EXPECT_FALSE(test, f->f_mode & FMODE_CAN_READ);
	__fput_sync(f);
}

static void a_dead_file_is_not_revived(struct kunit *test)
{
	struct file *f = new_file(test, new_probe(test)), *slot = f;

	KUNIT_EXPECT_PTR_EQ(test, get_file_active(&slot), f);
	fput(f);
	slot = NULL;
	KUNIT_EXPECT_NULL(test, get_file_active(&slot));
	__fput_sync(f);
}

static void operations_that_are_missing(struct kunit *test)
{
	struct probe *p = new_probe(test);
	int fd = anon_inode_getfd("[probe]", &probe_fops, p, O_RDONLY);
	char c = 0;

	KUNIT_ASSERT_GE(test, fd, 0);
	KUNIT_EXPECT_EQ(test, ls_ioctl(fd, 1, NULL), -ENOTTY);
	KUNIT_EXPECT_EQ(test, ls_read(fd, &c, 1), -EINVAL);
	KUNIT_EXPECT_EQ(test, ls_write(fd, &c, 1), -EBADF);
	KUNIT_EXPECT_EQ(test, ls_lseek(fd, 3, SEEK_SET), 0);
	KUNIT_EXPECT_EQ(test, PTR_ERR(ls_mmap(fd, 4096, PROT_READ, MAP_SHARED, 0)), -ENODEV);
	KUNIT_EXPECT_EQ(test, ls_close(fd), 0);
	KUNIT_EXPECT_EQ(test, ls_ioctl(fd, 1, NULL), -EBADF);
	KUNIT_EXPECT_EQ(test, ls_open("/dev/nothing", O_RDWR), -ENOENT);
}

static struct kunit_case cases[] = {
	KUNIT_CASE(fput_defers),
	KUNIT_CASE(fput_sync_does_not),
	KUNIT_CASE(close_releases_before_it_returns),
	KUNIT_CASE(dup_shares_the_file),
	KUNIT_CASE(close_passes_on_what_flush_says),
	KUNIT_CASE(anonymous_names),
	KUNIT_CASE(a_dead_file_is_not_revived),
	KUNIT_CASE(operations_that_are_missing),
	{}
};

static struct kunit_suite suite = { .name = "fs_file", .test_cases = cases };
kunit_test_suite(suite);

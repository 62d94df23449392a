// SPDX-License-Identifier: MIT
/* Devices, their resources, drivers and nodes. */
#include <kunit/test.h>
#include <linux/device.h>
#include <linux/fs.h>
#include <linux/miscdevice.h>
#include <linux/platform_device.h>
#include <linux/pm_runtime.h>
#include <lockstep/syscall.h>

static char order[16];
static unsigned int nr;

static void note(void *letter)
{
	order[nr++] = (char)(unsigned long)letter;
	order[nr] = '\0';
}

#define L(c) ((void *)(unsigned long)(c))

static void resources_go_newest_first(struct kunit *test)
{
	struct device *dev = root_device_register("ls-root");
	void *group;

	nr = 0;
	KUNIT_ASSERT_FALSE(test, IS_ERR(dev));
	KUNIT_EXPECT_STREQ(test, dev_name(dev), "ls-root");
	KUNIT_EXPECT_EQ(test, PTR_ERR(root_device_register("ls-root")), -EEXIST);
	KUNIT_EXPECT_EQ(test, devm_add_action(dev, note, L('a')), 0);
	group = devres_open_group(dev, NULL, GFP_KERNEL);
	KUNIT_EXPECT_EQ(test, devm_add_action(dev, note, L('b')), 0);
	KUNIT_EXPECT_EQ(test, devm_add_action(dev, note, L('c')), 0);
	devres_close_group(dev, group);
	KUNIT_EXPECT_EQ(test, devm_add_action(dev, note, L('d')), 0);
	KUNIT_EXPECT_NOT_NULL(test, devm_kzalloc(dev, 100, GFP_KERNEL));
	devres_release_group(dev, group);
	KUNIT_EXPECT_STREQ(test, order, "cb");
	root_device_unregister(dev);
	KUNIT_EXPECT_STREQ(test, order, "cbda");
}

static int probe(struct platform_device *pdev)
{
	note(L('p'));
	return devm_add_action(&pdev->dev, note, L('m'));
}

static void remove(struct platform_device *pdev)
{
	note(L('r'));
}

static void platform_binding(struct kunit *test)
{
	static struct platform_driver drv = {
		.probe = probe, .remove_new = remove, .driver = { .name = "ls-pdev" },
	};
	struct platform_device *pdev;

	nr = 0;
	KUNIT_ASSERT_EQ(test, platform_driver_register(&drv), 0);
	KUNIT_EXPECT_EQ(test, platform_driver_register(&drv), -EBUSY);
	pdev = platform_device_register_simple("ls-pdev", PLATFORM_DEVID_AUTO, NULL, 0);
	KUNIT_ASSERT_FALSE(test, IS_ERR(pdev));
	KUNIT_EXPECT_STREQ(test, order, "p");
	KUNIT_EXPECT_EQ(test, pm_runtime_get_sync(&pdev->dev), 1);
	KUNIT_EXPECT_EQ(test, pm_runtime_put(&pdev->dev), 0);
	platform_driver_unregister(&drv);
	KUNIT_EXPECT_STREQ(test, order, "prm");
	platform_device_unregister(pdev);
	KUNIT_EXPECT_STREQ(test, order, "prm");
}

static int misc_open(struct inode *inode, struct file *file)
{
	return file->f_flags & O_EXCL ? -EBUSY : 0;
}

static long misc_ioctl(struct file *file, unsigned int cmd, unsigned long arg)
{
	struct miscdevice *misc = file->private_data;

	return cmd == 1 ? misc->minor : -ENOIOCTLCMD;
}

static void misc_node(struct kunit *test)
{
	static const struct file_operations fops = {
		.owner = THIS_MODULE, .open = misc_open, .unlocked_ioctl = misc_ioctl,
	};
	static struct miscdevice misc = {
		.minor = MISC_DYNAMIC_MINOR, .name = "ls-misc", .fops = &fops,
	};
	int fd;

	KUNIT_ASSERT_EQ(test, misc_register(&misc), 0);
	fd = ls_open("/dev/ls-misc", O_RDWR);
	KUNIT_ASSERT_GE(test, fd, 0);
	KUNIT_EXPECT_EQ(test, ls_ioctl(fd, 1, NULL), misc.minor);
	KUNIT_EXPECT_EQ(test, ls_ioctl(fd, 2, NULL), -ENOTTY);
	KUNIT_EXPECT_EQ(test, ls_close(fd), 0);
	KUNIT_EXPECT_EQ(test, ls_open("/dev/ls-misc", O_RDWR | O_EXCL), -EBUSY);
	misc_deregister(&misc);
	KUNIT_EXPECT_EQ(test, ls_open("/dev/ls-misc", O_RDWR), -ENOENT);
}

static struct kunit_case cases[] = {
	KUNIT_CASE(resources_go_newest_first),
	KUNIT_CASE(platform_binding),
	KUNIT_CASE(misc_node),
	{}
};

static struct kunit_suite suite = { .name = "fs_device", .test_cases = cases };
kunit_test_suite(suite);

// SPDX-License-Identifier: MIT
/*
 * Character devices and misc devices, and opening them by the name of their node.
 */
#include <linux/cdev.h>
#include <linux/device.h>
#include <linux/fs.h>
#include <linux/idr.h>
#include <linux/miscdevice.h>
#include <linux/module.h>
#include <linux/mount.h>
#include <linux/slab.h>
#include "device.h"
#include "internal.h"

static LIST_HEAD(cdevs);
static DEFINE_MUTEX(chrdevs_lock); /* cdevs, next_major */
static unsigned int next_major = 511;

/**
 * alloc_chrdev_region() - get device numbers
 * @dev: the first
 * @baseminor: its minor number
 * @count: how many
 * @name: unused
 *
 * Context: may sleep.
 * Return: 0, or -EBUSY if there are no more.
 */
int alloc_chrdev_region(dev_t *dev, unsigned int baseminor, unsigned int count, const char *name)
{
	int err = 0;

	mutex_lock(&chrdevs_lock);
	if (next_major > 255)
		*dev = MKDEV(next_major--, baseminor);
	else
		err = -EBUSY;
	mutex_unlock(&chrdevs_lock);
	return err;
}
EXPORT_SYMBOL(alloc_chrdev_region);

/** register_chrdev_region() - accepted: numbers that are chosen do not collide here; 0 */
int register_chrdev_region(dev_t from, unsigned int count, const char *name)
{
	return 0;
}
EXPORT_SYMBOL(register_chrdev_region);

/** unregister_chrdev_region() - numbers are not used again */
void unregister_chrdev_region(dev_t from, unsigned int count)
{
}
EXPORT_SYMBOL(unregister_chrdev_region);

static void cdev_static_release(struct kobject *kobj)
{
}

static void cdev_alloc_release(struct kobject *kobj)
{
	kfree(container_of(kobj, struct cdev, kobj));
}

static const struct kobj_type cdev_static_type = { .release = cdev_static_release };
static const struct kobj_type cdev_alloc_type = { .release = cdev_alloc_release };

/**
 * cdev_init() - initialise a device that is part of something
 * @cdev: device
 * @fops: operations
 *
 * Context: any.
 */
void cdev_init(struct cdev *cdev, const struct file_operations *fops)
{
	memset(cdev, 0, sizeof(*cdev));
	INIT_LIST_HEAD(&cdev->list);
	kobject_init(&cdev->kobj, &cdev_static_type);
	cdev->ops = fops;
}
EXPORT_SYMBOL(cdev_init);

/** cdev_alloc() - one of its own, or NULL; ends with cdev_del() */
struct cdev *cdev_alloc(void)
{
	struct cdev *cdev = kzalloc(sizeof(*cdev), GFP_KERNEL);

	if (cdev) {
		INIT_LIST_HEAD(&cdev->list);
		kobject_init(&cdev->kobj, &cdev_alloc_type);
	}
	return cdev;
}
EXPORT_SYMBOL(cdev_alloc);

/**
 * cdev_add() - serve device numbers
 * @cdev: device
 * @dev: the first
 * @count: how many
 *
 * Context: may sleep.
 * Return: 0, or -EBUSY if one of them is served already.
 */
int cdev_add(struct cdev *cdev, dev_t dev, unsigned int count)
{
	struct cdev *other;
	int err = 0;

	mutex_lock(&chrdevs_lock);
	list_for_each_entry(other, &cdevs, list)
		if (dev < other->dev + other->count && other->dev < dev + count)
			err = -EBUSY;
	if (!err) {
		cdev->dev = dev;
		cdev->count = count;
		list_add_tail(&cdev->list, &cdevs);
	}
	mutex_unlock(&chrdevs_lock);
	return err;
}
EXPORT_SYMBOL(cdev_add);

/**
 * cdev_del() - stop serving
 * @cdev: device; files that are open stay open
 *
 * Context: may sleep.
 */
void cdev_del(struct cdev *cdev)
{
	mutex_lock(&chrdevs_lock);
	list_del_init(&cdev->list);
	mutex_unlock(&chrdevs_lock);
	kobject_put(&cdev->kobj);
}
EXPORT_SYMBOL(cdev_del);

/** cdev_device_add() - cdev_add() and device_add() */
int cdev_device_add(struct cdev *cdev, struct device *dev)
{
	int err = dev->devt ? cdev_add(cdev, dev->devt, 1) : 0;

	if (err)
		return err;
	err = device_add(dev);
	if (err && dev->devt)
		cdev_del(cdev);
	return err;
}
EXPORT_SYMBOL(cdev_device_add);

/** cdev_device_del() - undo cdev_device_add() */
void cdev_device_del(struct cdev *cdev, struct device *dev)
{
	device_del(dev);
	if (dev->devt)
		cdev_del(cdev);
}
EXPORT_SYMBOL(cdev_device_del);

static struct cdev *cdev_get(dev_t devt)
{
	struct cdev *cdev, *found = NULL;

	mutex_lock(&chrdevs_lock);
	list_for_each_entry(cdev, &cdevs, list)
		if (devt >= cdev->dev && devt < cdev->dev + cdev->count)
			found = cdev;
	if (found)
		kobject_get(&found->kobj);
	mutex_unlock(&chrdevs_lock);
	return found;
}

/* Open a device number: with the reference on @cdev, which moves to the file. */
static struct file *open_cdev(struct cdev *cdev, dev_t devt, const char *name, int flags)
{
	struct inode *inode;
	struct file *file = ERR_PTR(-ENXIO);
	int err;

	if (!try_module_get(cdev->ops->owner))
		goto err_kobj;
	inode = alloc_anon_inode(ls_anon_mount()->mnt_sb);
	if (IS_ERR(inode)) {
		file = ERR_CAST(inode);
		goto err_module;
	}
	inode->i_mode = S_IFCHR | 0600;
	inode->i_rdev = devt;
	inode->i_cdev = cdev;
	file = alloc_file_pseudo(inode, ls_anon_mount(), name, flags, cdev->ops);
	if (IS_ERR(file)) {
		iput(inode);
		goto err_module;
	}
	err = cdev->ops->open ? cdev->ops->open(inode, file) : 0;
	if (err) {
		ls_file_abandon(file);
		return ERR_PTR(err);
	}
	return file;

err_module:
	module_put(cdev->ops->owner);
err_kobj:
	kobject_put(&cdev->kobj);
	return file;
}

/* Open the device whose node is @name below /dev. ERR_PTR: -ENOENT, -ENXIO, -ENOMEM, ... */
struct file *ls_chrdev_open(const char *name, int flags)
{
	struct device *dev = ls_device_by_node(name);
	struct cdev *cdev;
	dev_t devt;

	if (!dev)
		return ERR_PTR(-ENOENT);
	devt = dev->devt;
	put_device(dev);
	cdev = cdev_get(devt);
	return cdev ? open_cdev(cdev, devt, name, flags) : ERR_PTR(-ENXIO);
}

/* --- misc devices: one major number for all --------------------------------------------- */

static LIST_HEAD(misc_list);
static DEFINE_MUTEX(misc_lock);
static const struct class misc_class = { .name = "misc" };

static int misc_open(struct inode *inode, struct file *file)
{
	const struct file_operations *fops = NULL;
	struct miscdevice *misc;

	mutex_lock(&misc_lock);
	list_for_each_entry(misc, &misc_list, list) {
		if (misc->minor == iminor(inode) && try_module_get(misc->fops->owner)) {
			fops = misc->fops;
			file->private_data = misc;
			break;
		}
	}
	mutex_unlock(&misc_lock);
	if (!fops)
		return -ENODEV;
	module_put(file->f_op->owner);
	file->f_op = fops;
	if ((file->f_mode & FMODE_READ) && fops->read)
		file->f_mode |= FMODE_CAN_READ;
	if ((file->f_mode & FMODE_WRITE) && fops->write)
		file->f_mode |= FMODE_CAN_WRITE;
	if (!fops->llseek)
		file->f_mode &= ~FMODE_LSEEK;
	return fops->open ? fops->open(inode, file) : 0;
}

static const struct file_operations misc_fops = {
	.owner = THIS_MODULE,
	.open = misc_open,
	.llseek = noop_llseek,
};

static DEFINE_IDA(misc_minors);

/**
 * misc_register() - make a device node
 * @misc: device; filled in
 *
 * Context: may sleep.
 * Return: 0, -EBUSY if the minor number is taken, -ENOMEM, -EEXIST if the name is taken.
 */
int misc_register(struct miscdevice *misc)
{
	int first = misc->minor == MISC_DYNAMIC_MINOR ? MISC_DYNAMIC_MINOR + 1 : misc->minor;
	int last = misc->minor == MISC_DYNAMIC_MINOR ? MINORMASK : misc->minor;
	int minor = ida_alloc_range(&misc_minors, first, last, GFP_KERNEL);
	struct device *dev;

	if (minor < 0)
		return minor == -ENOSPC ? -EBUSY : minor;
	dev = device_create(&misc_class, misc->parent, MKDEV(MISC_MAJOR, minor), misc, "%s",
			    misc->name);
	if (IS_ERR(dev)) {
		ida_free(&misc_minors, minor);
		return PTR_ERR(dev);
	}
	misc->minor = minor;
	misc->this_device = dev;
	mutex_lock(&misc_lock);
	list_add(&misc->list, &misc_list);
	mutex_unlock(&misc_lock);
	return 0;
}
EXPORT_SYMBOL(misc_register);

/**
 * misc_deregister() - undo misc_register()
 * @misc: device
 *
 * Context: may sleep.
 */
void misc_deregister(struct miscdevice *misc)
{
	mutex_lock(&misc_lock);
	list_del(&misc->list);
	mutex_unlock(&misc_lock);
	device_destroy(&misc_class, MKDEV(MISC_MAJOR, misc->minor));
	ida_free(&misc_minors, misc->minor);
	if (misc->minor > MISC_DYNAMIC_MINOR)
		misc->minor = MISC_DYNAMIC_MINOR;
}
EXPORT_SYMBOL(misc_deregister);

int ls_device_init(void)
{
	static struct cdev misc_cdev;

	cdev_init(&misc_cdev, &misc_fops);
	return cdev_add(&misc_cdev, MKDEV(MISC_MAJOR, 0), MINORMASK + 1);
}

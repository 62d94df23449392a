// SPDX-License-Identifier: MIT
/*
 * The ioctls of a node: those of the core that concern buffers, and the driver's.
 */
#include <linux/fs.h>
#include <linux/module.h>
#include <linux/slab.h>
#include <linux/nospec.h>
#include <linux/uaccess.h>
#include <linux/capability.h>
#include <drm/drm_drv.h>
#include <drm/drm_file.h>
#include <drm/drm_gem.h>
#include <drm/drm_ioctl.h>
#include <drm/drm_print.h>
#include "drm_internal.h"

/** drm_noop() - an ioctl that does nothing; 0 */
int drm_noop(struct drm_device *dev, void *data, struct drm_file *file_priv)
{
	return 0;
}
EXPORT_SYMBOL(drm_noop);

/** drm_invalid_op() - an ioctl that is not there any more; -EINVAL */
int drm_invalid_op(struct drm_device *dev, void *data, struct drm_file *file_priv)
{
	return -EINVAL;
}
EXPORT_SYMBOL(drm_invalid_op);

/* Copy as much of a string as fits; *@len becomes its full length. */
static int copy_field(char __user *to, __kernel_size_t *len, const char *s)
{
	size_t room = *len;

	*len = s ? strlen(s) : 0;
	if (!to || !*len)
		return 0;
	return copy_to_user(to, s, min_t(size_t, room, *len)) ? -EFAULT : 0;
}

static int version_ioctl(struct drm_device *dev, void *data, struct drm_file *file_priv)
{
	struct drm_version *v = data;
	int err;

	v->version_major = dev->driver->major;
	v->version_minor = dev->driver->minor;
	v->version_patchlevel = dev->driver->patchlevel;
	err = copy_field(v->name, &v->name_len, dev->driver->name);
	if (!err)
		err = copy_field(v->date, &v->date_len, dev->driver->date);
	if (!err)
		err = copy_field(v->desc, &v->desc_len, dev->driver->desc);
	return err;
}

static int get_cap_ioctl(struct drm_device *dev, void *data, struct drm_file *file_priv)
{
	struct drm_get_cap *req = data;

	req->value = 0;
	switch (req->capability) {
	case DRM_CAP_TIMESTAMP_MONOTONIC:
		req->value = 1;
		return 0;
	case DRM_CAP_PRIME:
		req->value = DRM_PRIME_CAP_IMPORT | DRM_PRIME_CAP_EXPORT;
		return 0;
	case DRM_CAP_SYNCOBJ:
		req->value = drm_core_check_feature(dev, DRIVER_SYNCOBJ);
		return 0;
	case DRM_CAP_SYNCOBJ_TIMELINE:
		req->value = drm_core_check_feature(dev, DRIVER_SYNCOBJ_TIMELINE);
		return 0;
	case DRM_CAP_DUMB_BUFFER:
		if (!drm_core_check_feature(dev, DRIVER_MODESET))
			return -EOPNOTSUPP;
		req->value = !!dev->driver->dumb_create;
		return 0;
	default:
		return -EINVAL;
	}
}

static int create_dumb_ioctl(struct drm_device *dev, void *data, struct drm_file *file_priv)
{
	struct drm_mode_create_dumb *args = data;
	u64 line = DIV_ROUND_UP((u64)args->width * args->bpp, 8);
	u64 size;

	if (!dev->driver->dumb_create)
		return -ENOSYS;
	if (!args->width || !args->height || !args->bpp || line > U32_MAX ||
	    check_mul_overflow(line, (u64)args->height, &size) || PAGE_ALIGN(size) < size)
		return -EINVAL;
	args->handle = 0;
	args->pitch = 0;
	args->size = 0;
	return dev->driver->dumb_create(file_priv, dev, args);
}

static int map_dumb_ioctl(struct drm_device *dev, void *data, struct drm_file *file_priv)
{
	struct drm_mode_map_dumb *args = data;

	if (!dev->driver->dumb_create)
		return -ENOSYS;
	if (dev->driver->dumb_map_offset)
		return dev->driver->dumb_map_offset(file_priv, dev, args->handle, &args->offset);
	return drm_gem_dumb_map_offset(file_priv, dev, args->handle, &args->offset);
}

static int destroy_dumb_ioctl(struct drm_device *dev, void *data, struct drm_file *file_priv)
{
	struct drm_mode_destroy_dumb *args = data;

	return dev->driver->dumb_create ? drm_gem_handle_delete(file_priv, args->handle) : -ENOSYS;
}

#define CORE_IOCTL(_ioctl, _func, _flags) \
	[DRM_IOCTL_NR(_ioctl)] = { .cmd = _ioctl, .func = _func, .flags = _flags, .name = #_ioctl }

static const struct drm_ioctl_desc core_ioctls[] = {
	CORE_IOCTL(DRM_IOCTL_VERSION, version_ioctl, DRM_RENDER_ALLOW),
	CORE_IOCTL(DRM_IOCTL_GET_CAP, get_cap_ioctl, DRM_RENDER_ALLOW),
	CORE_IOCTL(DRM_IOCTL_GEM_CLOSE, drm_gem_close_ioctl, DRM_RENDER_ALLOW),
	CORE_IOCTL(DRM_IOCTL_GEM_FLINK, drm_gem_flink_ioctl, DRM_AUTH),
	CORE_IOCTL(DRM_IOCTL_GEM_OPEN, drm_gem_open_ioctl, DRM_AUTH),
	CORE_IOCTL(DRM_IOCTL_PRIME_HANDLE_TO_FD, drm_prime_handle_to_fd_ioctl, DRM_RENDER_ALLOW),
	CORE_IOCTL(DRM_IOCTL_PRIME_FD_TO_HANDLE, drm_prime_fd_to_handle_ioctl, DRM_RENDER_ALLOW),
	CORE_IOCTL(DRM_IOCTL_MODE_CREATE_DUMB, create_dumb_ioctl, 0),
	CORE_IOCTL(DRM_IOCTL_MODE_MAP_DUMB, map_dumb_ioctl, 0),
	CORE_IOCTL(DRM_IOCTL_MODE_DESTROY_DUMB, destroy_dumb_ioctl, 0),
};

static int permitted(u32 flags, struct drm_file *file_priv)
{
	if ((flags & DRM_ROOT_ONLY) && !capable(CAP_SYS_ADMIN))
		return -EACCES;
	if ((flags & DRM_AUTH) && !drm_is_render_client(file_priv) && !file_priv->authenticated)
		return -EACCES;
	if (!(flags & DRM_RENDER_ALLOW) && drm_is_render_client(file_priv))
		return -EACCES;
	return 0;
}

/**
 * drm_ioctl_kernel() - call an ioctl with its argument in kernel memory
 * @file: client's file
 * @func: ioctl
 * @kdata: argument
 * @flags: DRM_AUTH and so on
 *
 * Context: may sleep.
 * Return: -ENODEV if the device is gone, -EACCES, or what @func returned.
 */
long drm_ioctl_kernel(struct file *file, drm_ioctl_t *func, void *kdata, u32 flags)
{
	struct drm_file *file_priv = file->private_data;
	struct drm_device *dev = file_priv->minor->dev;
	int ret;

	if (drm_dev_is_unplugged(dev))
		return -ENODEV;
	ret = permitted(flags, file_priv);
	return ret ?: func(dev, kdata, file_priv);
}
EXPORT_SYMBOL(drm_ioctl_kernel);

static const struct drm_ioctl_desc *find_desc(struct drm_device *dev, unsigned int nr)
{
	if (nr >= DRM_COMMAND_BASE && nr < DRM_COMMAND_END) {
		unsigned int i = nr - DRM_COMMAND_BASE;

		return i < dev->driver->num_ioctls ? &dev->driver->ioctls[i] : NULL;
	}
	return nr < ARRAY_SIZE(core_ioctls) ? &core_ioctls[nr] : NULL;
}

/**
 * drm_ioctl() - &file_operations.unlocked_ioctl of a node
 * @filp: client's file
 * @cmd: ioctl
 * @arg: client memory
 *
 * An argument of another size than ours is cut or filled with zeroes.
 *
 * Context: may sleep.
 * Return: -ENODEV, -ENOTTY if it is no ioctl of drm, -EINVAL if it is not known, -ENOMEM,
 * -EFAULT, -EACCES, or what the ioctl returned.
 */
long drm_ioctl(struct file *filp, unsigned int cmd, unsigned long arg)
{
	struct drm_file *file_priv = filp->private_data;
	struct drm_device *dev = file_priv->minor->dev;
	const struct drm_ioctl_desc *desc;
	unsigned int in, out, size;
	char stack_data[128];
	char *data = stack_data;
	long ret;

	if (drm_dev_is_unplugged(dev))
		return -ENODEV;
	if (DRM_IOCTL_TYPE(cmd) != DRM_IOCTL_BASE)
		return -ENOTTY;
	desc = find_desc(dev, DRM_IOCTL_NR(cmd));
	if (!desc || !desc->func)
		return -EINVAL;

	in = out = _IOC_SIZE(cmd);
	if (!(cmd & desc->cmd & IOC_IN))
		in = 0;
	if (!(cmd & desc->cmd & IOC_OUT))
		out = 0;
	size = max3(in, out, (unsigned int)_IOC_SIZE(desc->cmd));
	if (size > sizeof(stack_data)) {
		data = kmalloc(size, GFP_KERNEL);
		if (!data)
			return -ENOMEM;
	}
	ret = -EFAULT;
	if (copy_from_user(data, (void __user *)arg, in))
		goto out_free;
	memset(data + in, 0, size - in);
	ret = drm_ioctl_kernel(filp, desc->func, data, desc->flags);
	if (copy_to_user((void __user *)arg, data, out))
		ret = -EFAULT;
out_free:
	if (data != stack_data)
		kfree(data);
	return ret;
}
EXPORT_SYMBOL(drm_ioctl);

/** drm_ioctl_flags() - the flags of an ioctl of the core; false if it is not known */
bool drm_ioctl_flags(unsigned int nr, unsigned int *flags)
{
	if (nr >= ARRAY_SIZE(core_ioctls) || !core_ioctls[nr].func)
		return false;
	*flags = core_ioctls[nr].flags;
	return true;
}
EXPORT_SYMBOL(drm_ioctl_flags);

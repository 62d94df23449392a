/* SPDX-License-Identifier: MIT */
#ifndef _DRM_DRM_IOCTL_H
#define _DRM_DRM_IOCTL_H

#include <linux/types.h>
#include <linux/bitops.h>
#include <uapi/drm/drm.h>

struct drm_device;
struct drm_file;
struct file;

typedef int drm_ioctl_t(struct drm_device *dev, void *data, struct drm_file *file_priv);
typedef int drm_ioctl_compat_t(struct file *filp, unsigned int cmd, unsigned long arg);

#define DRM_IOCTL_NR(n)		_IOC_NR(n)
#define DRM_IOCTL_TYPE(n)	_IOC_TYPE(n)
#define DRM_MAJOR		226

/** enum drm_ioctl_flags - who may call an ioctl */
enum drm_ioctl_flags {
	DRM_AUTH = BIT(0),
	DRM_MASTER = BIT(1),
	DRM_ROOT_ONLY = BIT(2),
	DRM_RENDER_ALLOW = BIT(5),
};

struct drm_ioctl_desc {
	unsigned int cmd;
	enum drm_ioctl_flags flags;
	drm_ioctl_t *func;
	const char *name;
};

#define DRM_IOCTL_DEF_DRV(ioctl, _func, _flags)					\
	[DRM_IOCTL_NR(DRM_IOCTL_##ioctl) - DRM_COMMAND_BASE] = {		\
		.cmd = DRM_IOCTL_##ioctl,					\
		.func = _func,							\
		.flags = _flags,						\
		.name = #ioctl							\
	}

long drm_ioctl(struct file *filp, unsigned int cmd, unsigned long arg);
long drm_ioctl_kernel(struct file *file, drm_ioctl_t *func, void *kdata, u32 flags);
bool drm_ioctl_flags(unsigned int nr, unsigned int *flags);
int drm_noop(struct drm_device *dev, void *data, struct drm_file *file_priv);
int drm_invalid_op(struct drm_device *dev, void *data, struct drm_file *file_priv);
#define drm_compat_ioctl NULL /* clients are of our own word size */

#endif /* _DRM_DRM_IOCTL_H */

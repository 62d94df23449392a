/* SPDX-License-Identifier: MIT */
#ifndef _UAPI_DRM_DRM_H
#define _UAPI_DRM_DRM_H

/* The ABI of DRM nodes, as far as buffers go. Numbers and layouts are fixed. */

#include <linux/types.h>
#include <linux/ioctl.h>
#include <drm/drm_mode.h>

typedef unsigned int drm_handle_t;
typedef unsigned int drm_context_t;
typedef unsigned int drm_drawable_t;
typedef unsigned int drm_magic_t;

/* How a wait for a vertical blank counts; other headers have fields of this type. */
enum drm_vblank_seq_type {
	_DRM_VBLANK_ABSOLUTE = 0x0,
	_DRM_VBLANK_RELATIVE = 0x1,
	_DRM_VBLANK_HIGH_CRTC_MASK = 0x3e,
	_DRM_VBLANK_EVENT = 0x4000000,
	_DRM_VBLANK_FLIP = 0x8000000,
	_DRM_VBLANK_NEXTONMISS = 0x10000000,
	_DRM_VBLANK_SECONDARY = 0x20000000,
	_DRM_VBLANK_SIGNAL = 0x40000000,
};

struct drm_clip_rect {
	unsigned short x1, y1, x2, y2;
};

struct drm_tex_region {
	unsigned char next, prev;
	unsigned char in_use;
	unsigned char padding;
	unsigned int age;
};

struct drm_version {
	int version_major;
	int version_minor;
	int version_patchlevel;
	__kernel_size_t name_len;
	char __user *name;
	__kernel_size_t date_len;
	char __user *date;
	__kernel_size_t desc_len;
	char __user *desc;
};

struct drm_gem_close {
	__u32 handle;
	__u32 pad;
};

struct drm_gem_flink {
	__u32 handle;
	__u32 name;
};

struct drm_gem_open {
	__u32 name;
	__u32 handle;
	__u64 size;
};

struct drm_get_cap {
	__u64 capability;
	__u64 value;
};

struct drm_set_client_cap {
	__u64 capability;
	__u64 value;
};

#define DRM_CAP_DUMB_BUFFER		0x1
#define DRM_CAP_PRIME			0x5
#define DRM_PRIME_CAP_IMPORT		0x1
#define DRM_PRIME_CAP_EXPORT		0x2
#define DRM_CAP_TIMESTAMP_MONOTONIC	0x6
#define DRM_CAP_SYNCOBJ			0x13
#define DRM_CAP_SYNCOBJ_TIMELINE	0x14

#define DRM_RDWR			O_RDWR
#define DRM_CLOEXEC			O_CLOEXEC

struct drm_prime_handle {
	__u32 handle;
	__u32 flags;
	__s32 fd;
};

struct drm_event {
	__u32 type;
	__u32 length;
};

#define DRM_IOCTL_BASE			'd'
#define DRM_IO(nr)			_IO(DRM_IOCTL_BASE, nr)
#define DRM_IOR(nr, type)		_IOR(DRM_IOCTL_BASE, nr, type)
#define DRM_IOW(nr, type)		_IOW(DRM_IOCTL_BASE, nr, type)
#define DRM_IOWR(nr, type)		_IOWR(DRM_IOCTL_BASE, nr, type)

#define DRM_IOCTL_VERSION		DRM_IOWR(0x00, struct drm_version)
#define DRM_IOCTL_GEM_CLOSE		DRM_IOW(0x09, struct drm_gem_close)
#define DRM_IOCTL_GEM_FLINK		DRM_IOWR(0x0a, struct drm_gem_flink)
#define DRM_IOCTL_GEM_OPEN		DRM_IOWR(0x0b, struct drm_gem_open)
#define DRM_IOCTL_GET_CAP		DRM_IOWR(0x0c, struct drm_get_cap)
#define DRM_IOCTL_SET_CLIENT_CAP	DRM_IOW(0x0d, struct drm_set_client_cap)
#define DRM_IOCTL_PRIME_HANDLE_TO_FD	DRM_IOWR(0x2d, struct drm_prime_handle)
#define DRM_IOCTL_PRIME_FD_TO_HANDLE	DRM_IOWR(0x2e, struct drm_prime_handle)
#define DRM_IOCTL_MODE_CREATE_DUMB	DRM_IOWR(0xB2, struct drm_mode_create_dumb)
#define DRM_IOCTL_MODE_MAP_DUMB		DRM_IOWR(0xB3, struct drm_mode_map_dumb)
#define DRM_IOCTL_MODE_DESTROY_DUMB	DRM_IOWR(0xB4, struct drm_mode_destroy_dumb)

/* Driver-specific numbers */
#define DRM_COMMAND_BASE		0x40
#define DRM_COMMAND_END			0xA0

#endif /* _UAPI_DRM_DRM_H */

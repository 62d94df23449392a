/* SPDX-License-Identifier: MIT */
#ifndef _UAPI_DRM_DRM_MODE_H
#define _UAPI_DRM_DRM_MODE_H

#include <linux/types.h>

/* Buffers for software rendering. Layouts are ABI. */
struct drm_mode_create_dumb {
	__u32 height;
	__u32 width;
	__u32 bpp;
	__u32 flags;
	__u32 handle;
	__u32 pitch;
	__u64 size;
};

struct drm_mode_map_dumb {
	__u32 handle;
	__u32 pad;
	__u64 offset;
};

struct drm_mode_destroy_dumb {
	__u32 handle;
};

#endif /* _UAPI_DRM_DRM_MODE_H */

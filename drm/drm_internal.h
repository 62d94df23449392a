/* SPDX-License-Identifier: MIT */
#ifndef LS_DRM_INTERNAL_H
#define LS_DRM_INTERNAL_H

#include <linux/types.h>

struct drm_device;
struct drm_file;
struct drm_minor;
struct drm_prime_file_private;

/* drm_describe.c */
void ls_drm_describe_init(void);

/* drm_gem.c */
int drm_gem_close_ioctl(struct drm_device *dev, void *data, struct drm_file *file_priv);
int drm_gem_flink_ioctl(struct drm_device *dev, void *data, struct drm_file *file_priv);
int drm_gem_open_ioctl(struct drm_device *dev, void *data, struct drm_file *file_priv);

/* drm_prime.c */
void drm_prime_init_file_private(struct drm_prime_file_private *prime_fpriv);
void drm_prime_destroy_file_private(struct drm_prime_file_private *prime_fpriv);
void drm_prime_remove_buf_handle(struct drm_prime_file_private *prime_fpriv, u32 handle);
int drm_prime_handle_to_fd_ioctl(struct drm_device *dev, void *data, struct drm_file *file_priv);
int drm_prime_fd_to_handle_ioctl(struct drm_device *dev, void *data, struct drm_file *file_priv);

/* drm_drv.c */
struct drm_minor *drm_minor_acquire(unsigned int index);
void drm_minor_release(struct drm_minor *minor);

#endif /* LS_DRM_INTERNAL_H */

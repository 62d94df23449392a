// SPDX-License-Identifier: MIT
/*
 * An assertion behind an early return is one: whoever gets further needs the lock, and the work that
 * follows is not told again. The object is one of two in a union, so that the lock's type is not to be
 * seen where it is loaded. As i915 has it.
 */
/* expect: A resv-assert-held not_held high advice case_ioctl:both_pin */
#include "../kernel.h"

struct both {
	union {
		struct drm_gem_object base;
		struct ttm_buffer_object bo;
	};
	unsigned long flags;
};

static int both_pin(struct both *both)
{
	if (both->flags & 2)
		return -EINVAL;
	if (WARN_ON(both->flags & 4))
		return -EBUSY;
	dma_resv_assert_held(both->base.resv);
	both->flags |= 1;
	return drm_gem_pin_locked(&both->base);
}

static long case_ioctl(struct file *file, unsigned int cmd, unsigned long arg)
{
	return both_pin(file->private_data); /* here: A */
}

const struct file_operations case_fops = { .unlocked_ioctl = case_ioctl };

// SPDX-License-Identifier: MIT
/* Used after the end of the drm_exec, which dropped it. */
/* expect: A gem-pin-locked-held not_held high */
#include "../kernel.h"

static long case_ioctl(struct file *file, unsigned int cmd, unsigned long arg)
{
	struct thing *thing = file->private_data;
	struct drm_exec exec;
	int ret;

	drm_exec_init(&exec, 0, 0);
	ret = drm_exec_lock_obj(&exec, &thing->base);
	drm_exec_fini(&exec);
	if (ret)
		return ret;
	return drm_gem_pin_locked(&thing->base); /* here: A */
}

const struct file_operations case_fops = { .unlocked_ioctl = case_ioctl };

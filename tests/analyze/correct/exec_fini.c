// SPDX-License-Identifier: MIT
/* The end of a drm_exec drops all that was locked with it. */
/* expect: none */
#include "../kernel.h"

static long case_ioctl(struct file *file, unsigned int cmd, unsigned long arg)
{
	struct thing *thing = file->private_data;
	struct drm_exec exec;
	int ret;

	drm_exec_init(&exec, 0, 0);
	ret = drm_exec_lock_obj(&exec, &thing->base);
	if (!ret)
		ret = drm_gem_pin_locked(&thing->base);
	drm_exec_fini(&exec);
	/* Takes the lock inside. */
	return ret ? ret : drm_gem_pin(&thing->base);
}

const struct file_operations case_fops = { .unlocked_ioctl = case_ioctl };

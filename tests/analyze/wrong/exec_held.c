// SPDX-License-Identifier: MIT
/* What takes the lock itself is called inside of a drm_exec. */
/* expect: A gem-pin-unheld taken_twice high */
#include "../kernel.h"

static long case_ioctl(struct file *file, unsigned int cmd, unsigned long arg)
{
	struct thing *thing = file->private_data;
	struct drm_exec exec;
	int ret;

	drm_exec_init(&exec, 0, 0);
	ret = drm_exec_lock_obj(&exec, &thing->base);
	if (!ret)
		ret = drm_gem_pin(&thing->base); /* here: A */
	drm_exec_fini(&exec);
	return ret;
}

const struct file_operations case_fops = { .unlocked_ioctl = case_ioctl };

// SPDX-License-Identifier: MIT
/* drm_exec, with the kernel's own way of going round again: a computed goto. */
/* expect: none */
#include "../kernel.h"

static long case_ioctl(struct file *file, unsigned int cmd, unsigned long arg)
{
	struct thing *thing = file->private_data;
	struct drm_exec exec;
	int ret = 0;

	drm_exec_init(&exec, 0, 0);
	drm_exec_until_all_locked(&exec) {
		ret = drm_exec_lock_obj(&exec, &thing->base);
		drm_exec_retry_on_contention(&exec);
		if (ret)
			goto out;
	}
	ret = drm_gem_pin_locked(&thing->base);
out:
	drm_exec_fini(&exec);
	return ret;
}

const struct file_operations case_fops = { .unlocked_ioctl = case_ioctl };

// SPDX-License-Identifier: MIT
/* drm_exec with its computed goto: after the end nothing is held. */
/* expect: A gem-pin-locked-held not_held high */
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
	if (!ret)
		ret = drm_gem_pin_locked(&thing->base); /* here: A */
	return ret;
}

const struct file_operations case_fops = { .unlocked_ioctl = case_ioctl };

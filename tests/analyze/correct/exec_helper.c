// SPDX-License-Identifier: MIT
/*
 * drm_exec in a helper: it does not come back without the lock, as the loop runs at least once, and
 * again if somebody else had it.
 */
/* expect: none */
#include "../kernel.h"

struct vm_exec {
	struct drm_exec exec;
	struct thing *thing;
};

void drm_exec_init(struct drm_exec *exec, unsigned int flags, unsigned int nr)
{
	exec->flags = flags;
	exec->contended = (void *)~0L;
}

static int vm_exec_lock(struct vm_exec *e)
{
	struct drm_exec *exec = &e->exec;
	int ret;

	drm_exec_init(exec, 0, 0);
	drm_exec_until_all_locked(exec) {
		ret = drm_exec_prepare_obj(exec, &e->thing->base, 1);
		drm_exec_retry_on_contention(exec);
		if (ret)
			goto err;
	}
	return 0;
err:
	drm_exec_fini(exec);
	return ret;
}

static void use(struct thing *thing)
{
	dma_resv_assert_held(thing->base.resv);
	thing->dead = false;
}

static long case_ioctl(struct file *file, unsigned int cmd, unsigned long arg)
{
	struct vm_exec e = { .thing = file->private_data };
	int ret = vm_exec_lock(&e);

	if (ret)
		return ret;
	use(e.thing);
	drm_exec_fini(&e.exec);
	return 0;
}

const struct file_operations case_fops = { .unlocked_ioctl = case_ioctl };

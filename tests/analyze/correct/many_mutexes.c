// SPDX-License-Identifier: MIT
/*
 * A function that asserts many locks of another kind does not forget over them to ask for the one that
 * counts.
 */
/* expect: none */
#include "../kernel.h"

struct device_locks {
	struct mutex lock[20];
};

static __attribute__((noinline)) int use(struct device_locks *d, struct thing *thing)
{
	lockdep_assert_held(&d->lock[0]);
	lockdep_assert_held(&d->lock[1]);
	lockdep_assert_held(&d->lock[2]);
	lockdep_assert_held(&d->lock[3]);
	lockdep_assert_held(&d->lock[4]);
	lockdep_assert_held(&d->lock[5]);
	lockdep_assert_held(&d->lock[6]);
	lockdep_assert_held(&d->lock[7]);
	lockdep_assert_held(&d->lock[8]);
	lockdep_assert_held(&d->lock[9]);
	lockdep_assert_held(&d->lock[10]);
	lockdep_assert_held(&d->lock[11]);
	lockdep_assert_held(&d->lock[12]);
	lockdep_assert_held(&d->lock[13]);
	lockdep_assert_held(&d->lock[14]);
	lockdep_assert_held(&d->lock[15]);
	lockdep_assert_held(&d->lock[16]);
	return drm_gem_pin_locked(&thing->base);
}

struct my_file {
	struct device_locks *locks;
	struct thing *thing;
};

static long case_ioctl(struct file *file, unsigned int cmd, unsigned long arg)
{
	struct my_file *my = file->private_data;
	int ret;

	dma_resv_lock(my->thing->base.resv, NULL);
	ret = use(my->locks, my->thing);
	dma_resv_unlock(my->thing->base.resv);
	return ret;
}

const struct file_operations case_fops = { .unlocked_ioctl = case_ioctl };

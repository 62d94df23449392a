// SPDX-License-Identifier: MIT
/*
 * The lock is the one that the caller holds already, or else it is tried: and there is none that
 * the caller holds. As TTM chooses what to evict.
 */
/* expect: none */
#include "../kernel.h"

struct operation {
	struct dma_resv *resv;	/* held, or NULL */
	bool allow_own;
};

static bool may_evict(struct thing *thing, struct operation *op, bool *locked)
{
	bool ret = false;

	if (thing->base.resv == op->resv) {
		dma_resv_assert_held(thing->base.resv);
		if (op->allow_own)
			ret = true;
		*locked = false;
	} else {
		ret = dma_resv_trylock(thing->base.resv);
		*locked = ret;
	}
	return ret;
}

static int evict_one(struct thing *thing, struct operation *op)
{
	bool locked;
	int ret;

	if (!may_evict(thing, op, &locked))
		return -EBUSY;
	ret = drm_gem_pin_locked(&thing->base);
	if (locked)
		dma_resv_unlock(thing->base.resv);
	else
		dma_resv_reserve_fences(thing->base.resv, 1);
	return ret;
}

static long case_ioctl(struct file *file, unsigned int cmd, unsigned long arg)
{
	struct operation op = { .resv = NULL, .allow_own = true };

	return evict_one(file->private_data, &op);
}

const struct file_operations case_fops = { .unlocked_ioctl = case_ioctl };

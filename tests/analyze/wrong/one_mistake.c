// SPDX-License-Identifier: MIT
/*
 * One caller forgets the lock that another holds. Two callees need it: that is one mistake, and
 * it is told once. Another caller that forgets it is another mistake.
 */
/* expect: A map-held not_held high advice forgets:thing_fill */
/* expect: A map-held not_held high advice forgets_too:thing_fill */
#include "../kernel.h"

static int thing_fill(struct thing *thing)
{
	int ret;

	thing->sgt = dma_buf_map_attachment(thing->base.import_attach, DMA_BIDIRECTIONAL); /* here: A */
	if (IS_ERR(thing->sgt))
		return PTR_ERR(thing->sgt);
	ret = dma_resv_reserve_fences(thing->base.resv, 1);
	if (!ret)
		ret = drm_gem_pin_locked(&thing->base);
	return ret;
}

static int holds(struct thing *thing)
{
	int ret;

	dma_resv_lock(thing->base.resv, NULL);
	ret = thing_fill(thing);
	dma_resv_unlock(thing->base.resv);
	return ret;
}

static int forgets(struct thing *thing)
{
	return thing_fill(thing);
}

static int forgets_too(struct thing *thing)
{
	if (thing->dead)
		return -EINVAL;
	return thing_fill(thing);
}

static long case_ioctl(struct file *file, unsigned int cmd, unsigned long arg)
{
	struct thing *thing = file->private_data;

	switch (cmd) {
	case 0:
		return holds(thing);
	case 1:
		return forgets(thing);
	default:
		return forgets_too(thing);
	}
}

const struct file_operations case_fops = { .unlocked_ioctl = case_ioctl };

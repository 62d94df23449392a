// SPDX-License-Identifier: MIT
/* Two calls in one function lack the same lock: one mistake. That of another object is another. */
/* expect: A map-held not_held high advice thing_use:dma_buf_map_attachment */
/* expect: B gem-pin-locked-held not_held high advice thing_use:drm_gem_pin_locked */
#include "../kernel.h"

static int thing_use(struct thing *thing, struct thing *other)
{
	struct sg_table *sgt;
	int ret;

	sgt = dma_buf_map_attachment(thing->base.import_attach, DMA_BIDIRECTIONAL); /* here: A */
	if (IS_ERR(sgt))
		return PTR_ERR(sgt);
	ret = drm_gem_pin_locked(&other->base); /* here: B */
	dma_buf_unmap_attachment(thing->base.import_attach, sgt, DMA_BIDIRECTIONAL);
	return ret;
}

static long case_ioctl(struct file *file, unsigned int cmd, unsigned long arg)
{
	struct thing **two = file->private_data;

	return thing_use(two[0], two[1]);
}

const struct file_operations case_fops = { .unlocked_ioctl = case_ioctl };

// SPDX-License-Identifier: MIT
/*
 * Who calls process() puts the context in, which process() might take out, as it is given where it lies.
 * Nothing says that it does.
 */
/* expect: A resv-lock-unheld taken_twice low */
/* Nobody put one in here. */
/* expect: B resv-lock-unheld taken_twice high */
#include "../kernel.h"

struct apply {
	struct ww_acquire_ctx *ww;
};

int process(struct apply *apply, struct thing *thing);

static int lock_thing(struct thing *thing, struct ww_acquire_ctx *ww)
{
	int ret = dma_resv_lock(thing->base.resv, ww ? ww : NULL);

	return ret == -EALREADY ? 0 : ret;
}

static long case_ioctl(struct file *file, unsigned int cmd, unsigned long arg)
{
	struct thing *thing = file->private_data;
	struct ww_acquire_ctx ww;
	struct apply apply = { .ww = &ww };
	int ret;

	ww_acquire_init(&ww, &reservation_ww_class);
	ret = lock_thing(thing, apply.ww);
	if (ret)
		goto out;
	ret = process(&apply, thing);
	if (!ret)
		ret = lock_thing(thing, apply.ww); /* here: A */
	dma_resv_unlock(thing->base.resv);
out:
	ww_acquire_fini(&ww);
	return ret;
}

static int case_release(struct inode *inode, struct file *file)
{
	struct thing *thing = file->private_data;
	struct ww_acquire_ctx ww;

	ww_acquire_init(&ww, &reservation_ww_class);
	if (dma_resv_lock(thing->base.resv, &ww))
		return 0;
	dma_resv_lock(thing->base.resv, NULL); /* here: B */
	dma_resv_unlock(thing->base.resv);
	return 0;
}

const struct file_operations case_fops = {
	.unlocked_ioctl = case_ioctl,
	.release = case_release,
};

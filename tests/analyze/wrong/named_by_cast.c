// SPDX-License-Identifier: MIT
/*
 * Locks are named as in the source: in an array at the end of a struct; and behind a pointer to
 * anything, which is cast where it is used, by the type of what is loaded there.
 */
/* expect: A gem-pin-locked-held not_held high */
/* expect: B map-held not_held high */
/* lock: job->slot[].thing->base.resv */
/* lock: dma_buf_attachment->dmabuf->resv */
#include "../kernel.h"

struct slot {
	int flags;
	struct thing *thing;
};

struct job {
	int nr;
	struct slot slot[];
};

struct queue_buf {
	void *cookie;
	long size;
	struct dma_buf_attachment *attach;
	struct sg_table *sgt;
};

static bool is_dead(struct thing *thing)
{
	return thing->dead && thing->base.resv;
}

static int pin(struct job *job, int i)
{
	if (is_dead(job->slot[i].thing))
		return -EINVAL;
	return drm_gem_pin_locked(&job->slot[i].thing->base); /* here: A */
}

static int queue_map(void *priv)
{
	struct queue_buf *buf = priv;

	buf->sgt = dma_buf_map_attachment(buf->attach, DMA_BIDIRECTIONAL); /* here: B */
	return IS_ERR(buf->sgt);
}

static long case_ioctl(struct file *file, unsigned int cmd, unsigned long arg)
{
	return arg ? pin(file->private_data, cmd) : queue_map(file->private_data);
}

const struct file_operations case_fops = { .unlocked_ioctl = case_ioctl };

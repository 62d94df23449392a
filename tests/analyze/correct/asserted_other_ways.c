// SPDX-License-Identifier: MIT
/*
 * Who has no list locks none; what is looked up in the list is asserted to be held, far from there.
 * Low: that there is nothing to be looked up then is not to be seen, but with a list all are held.
 */
/* expect: A resv-assert-held not_held low */
#include "../kernel.h"

struct job {
	struct ww_acquire_ctx ticket;
	struct list_head *list;
	struct ttm_buffer_object *found;
	void *map;
};

static void check(struct ttm_buffer_object *bo)
{
	dma_resv_assert_held(bo->base.resv);
	bo->lru.next = NULL;
}

static void map(struct job *job)
{
	if (!job->map)
		check(job->found); /* here: A */
}

static void third(struct job *job)
{
	map(job);
}

static void second(struct job *job)
{
	third(job);
}

static void first(struct job *job)
{
	second(job);
}

static int reserve(struct job *job)
{
	if (!job->list)
		return 0;
	return ttm_eu_reserve_buffers(&job->ticket, job->list, true, NULL);
}

static long case_ioctl(struct file *file, unsigned int cmd, unsigned long arg)
{
	struct job *job = file->private_data;
	int ret = reserve(job);

	if (ret)
		return ret;
	first(job);
	if (job->list)
		ttm_eu_backoff_reservation(&job->ticket, job->list);
	return 0;
}

const struct file_operations case_fops = { .unlocked_ioctl = case_ioctl };

// SPDX-License-Identifier: MIT
/* A job's objects, found by index: used by a function once another has dropped all of them. */
/* expect: A resv-reserve-fences-held not_held high */
#include "../kernel.h"

struct job {
	struct ww_acquire_ctx ticket;
	unsigned int nr;
	struct thing *thing[];
};

static void lock_all(struct job *job)
{
	for (int i = 0; i < job->nr; i++)
		dma_resv_lock_slow(job->thing[i]->base.resv, &job->ticket);
}

static void use_all(struct job *job)
{
	for (int i = 0; i < job->nr; i++)
		dma_resv_reserve_fences(job->thing[i]->base.resv, 1); /* here: A */
}

static void unlock_all(struct job *job)
{
	for (int i = 0; i < job->nr; i++)
		dma_resv_unlock(job->thing[i]->base.resv);
}

static long case_ioctl(struct file *file, unsigned int cmd, unsigned long arg)
{
	struct job *job = file->private_data;

	lock_all(job);
	unlock_all(job);
	use_all(job);
	return 0;
}

const struct file_operations case_fops = { .unlocked_ioctl = case_ioctl };

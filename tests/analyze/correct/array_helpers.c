// SPDX-License-Identifier: MIT
/*
 * A job's objects, found by index: locked by one function, used by a second, dropped by a third,
 * each in a loop. If there are none nothing is locked, and nothing is used either.
 */
/* expect: none */
#include "../kernel.h"

struct entry {
	unsigned int flags;
	struct thing *thing;
};

struct job {
	struct ww_acquire_ctx ticket;
	unsigned int nr;
	struct entry entry[];
};

static void unlock_one(struct job *job, int i)
{
	if (job->entry[i].flags & 1) {
		dma_resv_unlock(job->entry[i].thing->base.resv);
		job->entry[i].flags &= ~1;
	}
}

static int lock_all(struct job *job)
{
	int i, contended, ret = 0;

retry:
	for (i = 0; i < job->nr; i++) {
		contended = i;
		if (!(job->entry[i].flags & 1)) {
			ret = dma_resv_lock_interruptible(job->entry[i].thing->base.resv,
							  &job->ticket);
			if (ret)
				goto fail;
			job->entry[i].flags |= 1;
		}
	}
	return 0;

fail:
	for (; i >= 0; i--)
		unlock_one(job, i);
	if (ret == -EDEADLK) {
		dma_resv_lock_slow(job->entry[contended].thing->base.resv, &job->ticket);
		job->entry[contended].flags |= 1;
		goto retry;
	}
	return ret;
}

static int use_all(struct job *job)
{
	for (int i = 0; i < job->nr; i++) {
		int ret = dma_resv_reserve_fences(job->entry[i].thing->base.resv, 1);

		if (ret)
			return ret;
	}
	return 0;
}

static void unlock_all(struct job *job)
{
	for (int i = 0; i < job->nr; i++)
		unlock_one(job, i);
}

static long case_ioctl(struct file *file, unsigned int cmd, unsigned long arg)
{
	struct job *job = file->private_data;
	int ret;

	ret = lock_all(job);
	if (ret)
		return ret;
	ret = use_all(job);
	unlock_all(job);
	return ret;
}

const struct file_operations case_fops = { .unlocked_ioctl = case_ioctl };

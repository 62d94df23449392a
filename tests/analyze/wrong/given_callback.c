// SPDX-License-Identifier: MIT
/* A callback that is given when the object is made runs without the lock. */
/* expect: A gem-pin-locked-held not_held high */
#include "../kernel.h"

struct job {
	struct thing *thing;
	int (*run)(struct job *job);
};

static int pin_job(struct job *job)
{
	return drm_gem_pin_locked(&job->thing->base); /* here: A */
}

static int job_run(struct job *job)
{
	int ret = job->run(job);

	dma_resv_lock(job->thing->base.resv, NULL);
	job->thing->dead = ret;
	dma_resv_unlock(job->thing->base.resv);
	return ret;
}

static long case_ioctl(struct file *file, unsigned int cmd, unsigned long arg)
{
	struct job *job = kzalloc(sizeof(*job), 0);
	int ret;

	if (!job)
		return -ENOMEM;
	job->thing = file->private_data;
	job->run = pin_job;
	ret = job_run(job);
	kfree(job);
	return ret;
}

const struct file_operations case_fops = { .unlocked_ioctl = case_ioctl };

// SPDX-License-Identifier: MIT
/* A callback is given when the object is made; the core calls it with the lock held. */
/* expect: none */
#include "../kernel.h"

struct job {
	struct thing *thing;
	int (*run)(struct job *job);
};

static int pin_job(struct job *job)
{
	return drm_gem_pin_locked(&job->thing->base);
}

static struct job *job_create(struct thing *thing, int (*run)(struct job *job))
{
	struct job *job = kzalloc(sizeof(*job), 0);

	if (!job)
		return NULL;
	job->thing = thing;
	job->run = run;
	return job;
}

static int job_run(struct job *job)
{
	int ret;

	dma_resv_lock(job->thing->base.resv, NULL);
	ret = job->run(job);
	dma_resv_unlock(job->thing->base.resv);
	return ret;
}

static long case_ioctl(struct file *file, unsigned int cmd, unsigned long arg)
{
	struct job *job = job_create(file->private_data, pin_job);
	int ret;

	if (!job)
		return -ENOMEM;
	ret = job_run(job);
	kfree(job);
	return ret;
}

const struct file_operations case_fops = { .unlocked_ioctl = case_ioctl };

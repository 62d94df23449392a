// SPDX-License-Identifier: MIT
/* Objects in a table of pointers, in one of structs, and behind a pointer that is passed: told in C. */
/* expect: A gem-pin-locked-held not_held high */
/* lock: job->thing[]->base.resv */
/* expect: B gem-pin-locked-held not_held high */
/* lock: job->slot[].thing->base.resv */
/* expect: C gem-pin-locked-held not_held high */
/* lock: (*last)->base.resv */
#include "../kernel.h"

struct slot {
	unsigned long offset;
	struct thing *thing;
};

struct job {
	struct thing **thing;
	struct slot *slot;
	struct thing *last;
	int i;
};

static int pin_last(struct thing **last)
{
	return drm_gem_pin_locked(&(*last)->base); /* here: C */
}

static int pin_first(struct job *job)
{
	return drm_gem_pin_locked(&job->thing[job->i]->base); /* here: A */
}

static int pin_slot(struct job *job)
{
	return drm_gem_pin_locked(&job->slot[job->i].thing->base); /* here: B */
}

static long case_ioctl(struct file *file, unsigned int cmd, unsigned long arg)
{
	struct job *job = file->private_data;

	return pin_first(job) ? -EINVAL : pin_last(&job->last);
}

static int case_release(struct inode *inode, struct file *file)
{
	return pin_slot(file->private_data);
}

const struct file_operations case_fops = {
	.unlocked_ioctl = case_ioctl,
	.release = case_release,
};

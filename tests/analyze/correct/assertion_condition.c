// SPDX-License-Identifier: MIT
/*
 * An assertion under a condition that is about who has to hold the lock: whoever it does not concern
 * does the same work. Low: nobody knows here whom it concerns.
 */
/* expect: A resv-assert-held not_held low */
/* expect: B resv-assert-held not_held low */
#include "../kernel.h"

static inline void assert_thing(struct thing *thing)
{
	dma_resv_assert_held(thing->base.resv);
}

static void arm(struct thing *thing)
{
	if (!thing->dead)
		assert_thing(thing); /* here: A */
	thing->sgt = NULL;
}

static void arm_and_note(struct thing *thing)
{
	if (!thing->dead) {
		dma_resv_assert_held(thing->base.resv);
		thing->dead = true;
	}
	thing->sgt = NULL;
}

static long case_ioctl(struct file *file, unsigned int cmd, unsigned long arg)
{
	arm(file->private_data);
	return 0;
}

static int case_release(struct inode *inode, struct file *file)
{
	arm_and_note(file->private_data); /* here: B */
	return 0;
}

const struct file_operations case_fops = {
	.unlocked_ioctl = case_ioctl,
	.release = case_release,
};

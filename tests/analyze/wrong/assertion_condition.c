// SPDX-License-Identifier: MIT
/*
 * The lock is asserted only if a flag is set, and who comes without it may know that the flag is not:
 * low. The work behind it is done in any case.
 */
/* expect: A resv-assert-held not_held low */
#include "../kernel.h"

struct job {
	struct thing *thing;
	unsigned long flags, seqno;
};

static void arm(struct job *job)
{
	if (job->flags & 1) {
		dma_resv_assert_held(job->thing->base.resv);
		job->seqno = 1;
	}
	job->flags |= 2;
}

static long case_ioctl(struct file *file, unsigned int cmd, unsigned long arg)
{
	arm(file->private_data); /* here: A */
	return 0;
}

const struct file_operations case_fops = { .unlocked_ioctl = case_ioctl };

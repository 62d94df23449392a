// SPDX-License-Identifier: MIT
/* Given back too early. */
/* expect: A ttm-bo-pin-held not_held high */
#include "../kernel.h"

static long case_ioctl(struct file *file, unsigned int cmd, unsigned long arg)
{
	struct ttm_buffer_object *bo = file->private_data;
	int ret = ttm_bo_reserve(bo, true, false, NULL);

	if (ret)
		return ret;
	ttm_bo_unreserve(bo);
	ttm_bo_pin(bo); /* here: A */
	return 0;
}

const struct file_operations case_fops = { .unlocked_ioctl = case_ioctl };

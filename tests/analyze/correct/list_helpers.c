// SPDX-License-Identifier: MIT
/*
 * Objects of a list, locked by one function, used by a second; a third takes them off the list and
 * drops them one by one. Those that are still on it are held.
 */
/* expect: none */
#include "../kernel.h"

struct job {
	struct ww_acquire_ctx ticket;
	struct list_head list;
};

void take_off(struct list_head *entry);

static int lock_all(struct job *job)
{
	struct thing *thing;

	list_for_each_entry(thing, &job->list, link)
		dma_resv_lock_slow(thing->base.resv, &job->ticket);
	return 0;
}

static int use_one(struct thing *thing)
{
	return drm_gem_pin_locked(&thing->base);
}

static int use_all(struct job *job)
{
	struct thing *thing;

	list_for_each_entry(thing, &job->list, link)
		if (use_one(thing))
			return -ENOMEM;
	return 0;
}

static void unlock_all(struct job *job)
{
	while (job->list.next != &job->list) {
		struct thing *thing = list_entry(job->list.next, struct thing, link);

		dma_resv_reserve_fences(thing->base.resv, 1);
		take_off(&thing->link);
		dma_resv_unlock(thing->base.resv);
	}
}

static long case_ioctl(struct file *file, unsigned int cmd, unsigned long arg)
{
	struct job *job = file->private_data;
	int ret = lock_all(job);

	if (!ret)
		ret = use_all(job);
	unlock_all(job);
	return ret;
}

const struct file_operations case_fops = { .unlocked_ioctl = case_ioctl };

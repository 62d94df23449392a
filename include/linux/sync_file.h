/* SPDX-License-Identifier: MIT */
#ifndef _LINUX_SYNC_FILE_H
#define _LINUX_SYNC_FILE_H

#include <linux/types.h>
#include <linux/ktime.h>
#include <linux/list.h>
#include <linux/spinlock.h>
#include <linux/wait.h>
#include <linux/dma-fence.h>
#include <linux/dma-fence-array.h>

/** struct sync_file - a fence as a file descriptor */
struct sync_file {
	/** @file: owns this; fput() it to let go */
	struct file *file;
	/** @user_name: given when merging; empty: made of the fence's names */
	char user_name[32];
	/** @sync_file_list: unused here */
	struct list_head sync_file_list;
	/** @wq: pollers */
	wait_queue_head_t wq;
	/** @flags: POLL_ENABLED */
	unsigned long flags;
	/** @fence: one reference */
	struct dma_fence *fence;
	/** @cb: wakes @wq; on @fence once POLL_ENABLED is set */
	struct dma_fence_cb cb;
};

#define POLL_ENABLED 0

struct sync_file *sync_file_create(struct dma_fence *fence);
struct dma_fence *sync_file_get_fence(int fd);
char *sync_file_get_name(struct sync_file *sync_file, char *buf, int len);

#endif /* _LINUX_SYNC_FILE_H */

/* SPDX-License-Identifier: MIT */
#ifndef _UAPI_LINUX_SYNC_H
#define _UAPI_LINUX_SYNC_H

#include <linux/ioctl.h>
#include <linux/types.h>

/**
 * struct sync_merge_data - SYNC_IOC_MERGE
 * @name: in: name of the new sync file
 * @fd2: in: the other sync file
 * @fence: out: fd of the new one
 * @flags: must be 0
 * @pad: must be 0
 */
struct sync_merge_data {
	char name[32];
	__s32 fd2;
	__s32 fence;
	__u32 flags;
	__u32 pad;
};

/**
 * struct sync_fence_info - one fence of a sync file
 * @obj_name: its timeline
 * @driver_name: its driver
 * @status: 0 active, 1 signaled, -errno failed
 * @flags: 0
 * @timestamp_ns: when it signaled, 0 before
 */
struct sync_fence_info {
	char obj_name[32];
	char driver_name[32];
	__s32 status;
	__u32 flags;
	__u64 timestamp_ns;
};

/**
 * struct sync_file_info - SYNC_IOC_FILE_INFO
 * @name: out: name of the sync file
 * @status: out: 0 active, 1 signaled, -errno failed
 * @flags: must be 0
 * @num_fences: in: room in @sync_fence_info, 0 to only ask how many; out: how many
 * @pad: must be 0
 * @sync_fence_info: in: address of an array of struct sync_fence_info
 */
struct sync_file_info {
	char name[32];
	__s32 status;
	__u32 flags;
	__u32 num_fences;
	__u32 pad;
	__u64 sync_fence_info;
};

/**
 * struct sync_set_deadline - SYNC_IOC_SET_DEADLINE
 * @deadline_ns: when the fence is wanted, CLOCK_MONOTONIC
 * @pad: must be 0
 */
struct sync_set_deadline {
	__u64 deadline_ns;
	__u64 pad;
};

#define SYNC_IOC_MAGIC '>'

/* Numbers 0 to 2 belonged to an older interface. */
#define SYNC_IOC_MERGE _IOWR(SYNC_IOC_MAGIC, 3, struct sync_merge_data)
#define SYNC_IOC_FILE_INFO _IOWR(SYNC_IOC_MAGIC, 4, struct sync_file_info)
#define SYNC_IOC_SET_DEADLINE _IOW(SYNC_IOC_MAGIC, 5, struct sync_set_deadline)

#endif /* _UAPI_LINUX_SYNC_H */

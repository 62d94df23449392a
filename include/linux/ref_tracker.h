/* SPDX-License-Identifier: MIT */
#ifndef _LINUX_REF_TRACKER_H
#define _LINUX_REF_TRACKER_H
#include <linux/refcount.h>
#include <linux/types.h>
#include <linux/spinlock.h>
struct ref_tracker;
struct ref_tracker_dir {
};
#endif

/* SPDX-License-Identifier: MIT */
#ifndef _LINUX_PROC_FS_H
#define _LINUX_PROC_FS_H

#include <linux/types.h>
#include <linux/fs.h>
#include <linux/seq_file.h>

struct proc_dir_entry;

#endif /* _LINUX_PROC_FS_H */

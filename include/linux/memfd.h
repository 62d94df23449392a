/* SPDX-License-Identifier: MIT */
#ifndef _LINUX_MEMFD_H
#define _LINUX_MEMFD_H

#include <linux/types.h>

struct file;

/* uapi flags of memfd_create(2) */
#define MFD_CLOEXEC		0x0001U
#define MFD_ALLOW_SEALING	0x0002U
#define MFD_HUGETLB		0x0004U

#endif /* _LINUX_MEMFD_H */

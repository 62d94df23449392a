/* SPDX-License-Identifier: MIT */
#ifndef _LINUX_HUGETLB_H
#define _LINUX_HUGETLB_H

#include <linux/mm_types.h>
#include <linux/fs.h>

/* There are no huge pages: no file is a hugetlbfs file. */
static inline bool is_file_hugepages(const struct file *file)
{
	return false;
}

#endif /* _LINUX_HUGETLB_H */

/* SPDX-License-Identifier: MIT */
#ifndef _LINUX_UIO_H
#define _LINUX_UIO_H

#include <linux/types.h>
#include <linux/kernel.h>
#include <linux/uaccess.h>

struct iovec {
	void __user *iov_base;
	__kernel_size_t iov_len;
};

struct kvec {
	void *iov_base;
	size_t iov_len;
};

#endif /* _LINUX_UIO_H */

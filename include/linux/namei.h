/* SPDX-License-Identifier: MIT */
#ifndef _LINUX_NAMEI_H
#define _LINUX_NAMEI_H

#include <linux/fs.h>
#include <linux/path.h>
#include <linux/fcntl.h>
#include <linux/errno.h>

#endif /* _LINUX_NAMEI_H */

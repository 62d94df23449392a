/* SPDX-License-Identifier: MIT */
#ifndef _LINUX_VERSION_H
#define _LINUX_VERSION_H
#include <linux/kconfig.h>
#define KERNEL_VERSION(a, b, c) (((a) << 16) + ((b) << 8) + ((c) > 255 ? 255 : (c)))
#define LINUX_VERSION_CODE  LOCKSTEP_LINUX
#define LINUX_VERSION_MAJOR (LOCKSTEP_LINUX >> 16)
#define LINUX_VERSION_PATCHLEVEL ((LOCKSTEP_LINUX >> 8) & 0xff)
#define LINUX_VERSION_SUBLEVEL (LOCKSTEP_LINUX & 0xff)
#endif

/* SPDX-License-Identifier: MIT */
#ifndef _LINUX_VERSION_H
#define _LINUX_VERSION_H

#define KERNEL_VERSION(a, b, c) (((a) << 16) + ((b) << 8) + ((c) > 255 ? 255 : (c)))

/* `lockstep build --linux` names the release of the tree; our own code is 6.12's. */
#ifdef LOCKSTEP_LINUX
#define LINUX_VERSION_CODE LOCKSTEP_LINUX
#else
#define LINUX_VERSION_CODE KERNEL_VERSION(6, 12, 0)
#endif

#define LINUX_VERSION_MAJOR      (LINUX_VERSION_CODE >> 16)
#define LINUX_VERSION_PATCHLEVEL ((LINUX_VERSION_CODE >> 8) & 0xff)
#define LINUX_VERSION_SUBLEVEL   (LINUX_VERSION_CODE & 0xff)

#endif /* _LINUX_VERSION_H */

/* SPDX-License-Identifier: MIT */
#include <uapi/linux/ioctl.h>

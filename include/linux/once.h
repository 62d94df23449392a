/* SPDX-License-Identifier: MIT */
#ifndef _LINUX_ONCE_H
#define _LINUX_ONCE_H
#include <linux/once_lite.h>
#define DO_ONCE(func, ...) DO_ONCE_LITE(func, ##__VA_ARGS__)
#endif

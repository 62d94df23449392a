/* SPDX-License-Identifier: MIT */
#ifndef _LINUX_VSPRINTF_H
#define _LINUX_VSPRINTF_H
#include <linux/sprintf.h>
#endif

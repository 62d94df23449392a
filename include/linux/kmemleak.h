/* SPDX-License-Identifier: MIT */
#ifndef _LINUX_KMEMLEAK_H
#define _LINUX_KMEMLEAK_H
#include <linux/mm.h>
#endif

/* SPDX-License-Identifier: MIT */
#ifndef _LINUX_MM_TYPES_TASK_H
#define _LINUX_MM_TYPES_TASK_H
#include <linux/types.h>
#include <asm/page.h>
#endif

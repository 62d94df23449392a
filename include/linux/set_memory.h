/* SPDX-License-Identifier: MIT */
#ifndef _LINUX_SET_MEMORY_H
#define _LINUX_SET_MEMORY_H
#include <asm/set_memory.h>
#endif

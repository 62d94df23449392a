/* SPDX-License-Identifier: MIT */
#ifndef _LINUX_LINKAGE_H
#define _LINUX_LINKAGE_H
#include <linux/compiler_types.h>
#include <linux/stringify.h>
#include <linux/export.h>
#endif

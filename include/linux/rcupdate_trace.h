/* SPDX-License-Identifier: MIT */
#ifndef _LINUX_RCUPDATE_TRACE_H
#define _LINUX_RCUPDATE_TRACE_H

#include <linux/rcupdate.h>
#include <linux/completion.h>

#endif

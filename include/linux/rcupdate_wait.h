/* SPDX-License-Identifier: MIT */
#ifndef _LINUX_RCUPDATE_WAIT_H
#define _LINUX_RCUPDATE_WAIT_H

#include <linux/rcupdate.h>
#include <linux/completion.h>

#endif

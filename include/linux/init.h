/* SPDX-License-Identifier: MIT */
#ifndef _LINUX_INIT_H
#define _LINUX_INIT_H

#include <linux/compiler.h>
#include <linux/types.h>
#include <linux/stringify.h>

/* Nothing is discarded after start, so the section marks are empty. */
#define __init
#define __initdata
#define __initconst
#define __exit
#define __exitdata
#define __refdata
#define __ref
#define __meminit
#define __memexit
#define __init_or_module
#define __exit_call
#define __exit_p(x) x
#define __devinit

#include <lockstep/initcall.h>

#endif

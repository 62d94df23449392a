/* SPDX-License-Identifier: MIT */
#ifndef _LINUX_ERRNAME_H
#define _LINUX_ERRNAME_H
/* "-ENOMEM" for 12 or -12; NULL when there is no such error. */
const char *errname(int err);
#endif

/* SPDX-License-Identifier: MIT */
#ifndef _LINUX_SPRINTF_H
#define _LINUX_SPRINTF_H

#include <linux/compiler_attributes.h>
#include <linux/stdarg.h>
#include <linux/types.h>

/*
 * With the kernel's %p extensions; see kernel/lib/vsprintf.c. snprintf() returns what
 * would have been written, scnprintf() what was.
 */
__printf(2, 3) int sprintf(char *buf, const char *fmt, ...) __ls_rename(sprintf);
__printf(2, 0) int vsprintf(char *buf, const char *fmt, va_list args) __ls_rename(vsprintf);
__printf(3, 4) int snprintf(char *buf, size_t size, const char *fmt, ...) __ls_rename(snprintf);
__printf(3, 0) int vsnprintf(char *buf, size_t size, const char *fmt, va_list args)
	__ls_rename(vsnprintf);
__printf(3, 4) int scnprintf(char *buf, size_t size, const char *fmt, ...);
__printf(3, 0) int vscnprintf(char *buf, size_t size, const char *fmt, va_list args);
__printf(2, 3) __malloc char *kasprintf(gfp_t gfp, const char *fmt, ...);
__printf(2, 0) __malloc char *kvasprintf(gfp_t gfp, const char *fmt, va_list args);
__printf(2, 0) const char *kvasprintf_const(gfp_t gfp, const char *fmt, va_list args);
__scanf(2, 3) int sscanf(const char *buf, const char *fmt, ...) __ls_rename(sscanf);
__scanf(2, 0) int vsscanf(const char *buf, const char *fmt, va_list args) __ls_rename(vsscanf);

#endif

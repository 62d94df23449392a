/* SPDX-License-Identifier: MIT */
#ifndef LS_LIB_VSPRINTF_H
#define LS_LIB_VSPRINTF_H

#include <linux/types.h>
#include <linux/stdarg.h>

/** struct ls_out - where formatted text goes; @pos may run past @size, nothing is written there */
struct ls_out {
	char *buf;
	size_t size;
	size_t pos;
};

/** struct ls_spec - one conversion; @precision is -1 when not given */
struct ls_spec {
	int width;
	int precision;
	unsigned int base;
	bool has_width, left, plus, space, alt, zero, upper;
};

void ls_out_char(struct ls_out *o, char c);
void ls_out_str(struct ls_out *o, const char *s, const struct ls_spec *spec);
void ls_out_num(struct ls_out *o, u64 value, bool negative, const struct ls_spec *spec);
void ls_out_vformat(struct ls_out *o, const char *fmt, va_list *args) __printf(2, 0);
/* @ext: what follows the p. Returns how many characters of it belong to the conversion. */
int ls_out_pointer(struct ls_out *o, const char *ext, void *p, struct ls_spec *spec);

#endif

// SPDX-License-Identifier: MIT
/*
 * The printf family: the plain conversions. vsprintf_pointer.c has those of %p.
 */
#include <linux/ctype.h>
#include <linux/kernel.h>
#include <linux/slab.h>
#include <linux/sprintf.h>
#include <linux/string.h>
#include "vsprintf.h"

void ls_out_char(struct ls_out *o, char c)
{
	if (o->pos < o->size)
		o->buf[o->pos] = c;
	o->pos++;
}

static void out_pad(struct ls_out *o, int n)
{
	while (n-- > 0)
		ls_out_char(o, ' ');
}

void ls_out_str(struct ls_out *o, const char *s, const struct ls_spec *spec)
{
	size_t len, i;
	int pad;

	if ((unsigned long)s < PAGE_SIZE)
		s = s ? "(efault)" : "(null)";
	else if (IS_ERR(s))
		s = "(efault)";
	len = spec->precision >= 0 ? strnlen(s, spec->precision) : strlen(s);
	pad = spec->width - (int)len;
	if (!spec->left)
		out_pad(o, pad);
	for (i = 0; i < len; i++)
		ls_out_char(o, s[i]);
	if (spec->left)
		out_pad(o, pad);
}

void ls_out_num(struct ls_out *o, u64 value, bool negative, const struct ls_spec *spec)
{
	const char *digits = spec->upper ? hex_asc_upper : hex_asc;
	char tmp[72];
	const char *prefix = "";
	char sign = negative ? '-' : spec->plus ? '+' : spec->space ? ' ' : 0;
	int n = 0, zeroes, pad;

	if (value || spec->precision != 0) {
		do {
			tmp[n++] = digits[value % spec->base];
			value /= spec->base;
		} while (value);
	}
	if (spec->alt && spec->base == 16)
		prefix = spec->upper ? "0X" : "0x";
	else if (spec->alt && spec->base == 8)
		prefix = "0";
	zeroes = max(spec->precision - n, 0);
	pad = spec->width - n - zeroes - (int)strlen(prefix) - (sign != 0);
	if (spec->zero && !spec->left && spec->precision < 0 && pad > 0) {
		zeroes += pad;
		pad = 0;
	}
	if (!spec->left)
		out_pad(o, pad);
	if (sign)
		ls_out_char(o, sign);
	while (*prefix)
		ls_out_char(o, *prefix++);
	while (zeroes-- > 0)
		ls_out_char(o, '0');
	while (n)
		ls_out_char(o, tmp[--n]);
	if (spec->left)
		out_pad(o, pad);
}

/* Flags, width and precision. Returns the first character after them. */
static const char *parse_spec(const char *fmt, struct ls_spec *spec, va_list *args)
{
	*spec = (struct ls_spec){ .precision = -1, .base = 10 };
	for (;; fmt++) {
		if (*fmt == '-')
			spec->left = true;
		else if (*fmt == '+')
			spec->plus = true;
		else if (*fmt == ' ')
			spec->space = true;
		else if (*fmt == '#')
			spec->alt = true;
		else if (*fmt == '0')
			spec->zero = true;
		else
			break;
	}
	if (*fmt == '*') {
		spec->width = va_arg(*args, int);
		spec->has_width = true;
		if (spec->width < 0) {
			spec->left = true;
			spec->width = -spec->width;
		}
		fmt++;
	} else {
		while (isdigit(*fmt)) {
			spec->width = spec->width * 10 + (*fmt++ - '0');
			spec->has_width = true;
		}
	}
	if (*fmt != '.')
		return fmt;
	fmt++;
	spec->precision = 0;
	if (*fmt == '*') {
		spec->precision = va_arg(*args, int);
		fmt++;
	} else {
		while (isdigit(*fmt))
			spec->precision = spec->precision * 10 + (*fmt++ - '0');
	}
	return fmt;
}

enum length { LEN_CHAR = 1, LEN_SHORT, LEN_INT, LEN_LONG };

static const char *parse_length(const char *fmt, enum length *length)
{
	*length = LEN_INT;
	switch (*fmt) {
	case 'h':
		*length = fmt[1] == 'h' ? LEN_CHAR : LEN_SHORT;
		return fmt + (fmt[1] == 'h' ? 2 : 1);
	case 'l':
		*length = LEN_LONG;
		return fmt + (fmt[1] == 'l' ? 2 : 1);
	case 'L':
	case 'q':
	case 'z':
	case 'Z':
	case 't':
	case 'j':
		*length = LEN_LONG;
		return fmt + 1;
	}
	return fmt;
}

static void out_integer(struct ls_out *o, struct ls_spec *spec, char conv, enum length length,
			va_list *args)
{
	u64 value = length == LEN_LONG ? va_arg(*args, u64) : va_arg(*args, unsigned int);
	bool negative = false;

	if (conv == 'd' || conv == 'i') {
		s64 v = length == LEN_LONG  ? (s64)value :
			length == LEN_SHORT ? (short)value :
			length == LEN_CHAR  ? (signed char)value :
					      (int)value;

		negative = v < 0;
		value = negative ? 0 - (u64)v : (u64)v;
	} else {
		spec->plus = spec->space = false;
		if (length == LEN_SHORT)
			value = (unsigned short)value;
		else if (length == LEN_CHAR)
			value = (unsigned char)value;
		spec->base = conv == 'o' ? 8 : conv == 'u' ? 10 : 16;
		spec->upper = conv == 'X';
	}
	ls_out_num(o, value, negative, spec);
}

static void out_one_char(struct ls_out *o, char c, const struct ls_spec *spec)
{
	if (!spec->left)
		out_pad(o, spec->width - 1);
	ls_out_char(o, c);
	if (spec->left)
		out_pad(o, spec->width - 1);
}

void ls_out_vformat(struct ls_out *o, const char *fmt, va_list *args)
{
	struct ls_spec spec;
	enum length length;

	while (*fmt) {
		const char *start = fmt;

		if (*fmt != '%') {
			ls_out_char(o, *fmt++);
			continue;
		}
		fmt = parse_spec(fmt + 1, &spec, args);
		fmt = parse_length(fmt, &length);
		switch (*fmt) {
		case '%':
			ls_out_char(o, '%');
			break;
		case 'c':
			out_one_char(o, (char)va_arg(*args, int), &spec);
			break;
		case 's':
			ls_out_str(o, va_arg(*args, const char *), &spec);
			break;
		case 'p':
			fmt += ls_out_pointer(o, fmt + 1, va_arg(*args, void *), &spec);
			break;
		case 'd':
		case 'i':
		case 'o':
		case 'u':
		case 'x':
		case 'X':
			out_integer(o, &spec, *fmt, length, args);
			break;
		default:
			/* Not a conversion: what follows cannot be told from arguments. */
			while (*start)
				ls_out_char(o, *start++);
			return;
		}
		fmt++;
	}
}

/**
 * vsnprintf() - format into a buffer
 * @buf: the buffer, may be NULL if @size is 0
 * @size: its size
 * @fmt: format
 * @args: arguments
 *
 * Context: Any.
 * Return: length of the whole text, of which @size - 1 characters were written.
 */
int vsnprintf(char *buf, size_t size, const char *fmt, va_list args)
{
	struct ls_out o = { .buf = buf, .size = size };
	va_list copy;

	if (size > INT_MAX)
		return 0;
	va_copy(copy, args);
	ls_out_vformat(&o, fmt, &copy);
	va_end(copy);
	if (size)
		buf[min(o.pos, size - 1)] = '\0';
	return o.pos;
}

/**
 * vscnprintf() - vsnprintf() that returns what was written
 * @buf: the buffer
 * @size: its size
 * @fmt: format
 * @args: arguments
 *
 * Context: Any.
 * Return: characters written, without the terminator.
 */
int vscnprintf(char *buf, size_t size, const char *fmt, va_list args)
{
	int len = vsnprintf(buf, size, fmt, args);

	return len < size ? len : size ? (int)size - 1 : 0;
}

/**
 * snprintf() - format into a buffer
 * @buf: the buffer, may be NULL if @size is 0
 * @size: its size
 * @fmt: format
 *
 * Context: Any.
 * Return: length of the whole text, of which @size - 1 characters were written.
 */
int snprintf(char *buf, size_t size, const char *fmt, ...)
{
	va_list args;
	int len;

	va_start(args, fmt);
	len = vsnprintf(buf, size, fmt, args);
	va_end(args);
	return len;
}

/**
 * scnprintf() - snprintf() that returns what was written
 * @buf: the buffer
 * @size: its size
 * @fmt: format
 *
 * Context: Any.
 * Return: characters written, without the terminator.
 */
int scnprintf(char *buf, size_t size, const char *fmt, ...)
{
	va_list args;
	int len;

	va_start(args, fmt);
	len = vscnprintf(buf, size, fmt, args);
	va_end(args);
	return len;
}

/**
 * vsprintf() - format into a buffer that is large enough
 * @buf: the buffer
 * @fmt: format
 * @args: arguments
 *
 * Context: Any.
 * Return: characters written.
 */
int vsprintf(char *buf, const char *fmt, va_list args)
{
	return vsnprintf(buf, INT_MAX, fmt, args);
}

/**
 * sprintf() - format into a buffer that is large enough
 * @buf: the buffer
 * @fmt: format
 *
 * Context: Any.
 * Return: characters written.
 */
int sprintf(char *buf, const char *fmt, ...)
{
	va_list args;
	int len;

	va_start(args, fmt);
	len = vsnprintf(buf, INT_MAX, fmt, args);
	va_end(args);
	return len;
}

/**
 * kvasprintf() - format into memory that is allocated for it
 * @gfp: flags
 * @fmt: format
 * @args: arguments
 *
 * Context: May sleep if @gfp has __GFP_DIRECT_RECLAIM.
 * Return: the text, to be freed with kfree(), or NULL.
 */
char *kvasprintf(gfp_t gfp, const char *fmt, va_list args)
{
	int len = vsnprintf(NULL, 0, fmt, args);
	char *p = kmalloc(len + 1, gfp);

	if (p)
		vsnprintf(p, len + 1, fmt, args);
	return p;
}

/**
 * kvasprintf_const() - kvasprintf() whose result need not be changed
 * @gfp: flags
 * @fmt: format
 * @args: arguments
 *
 * Context: May sleep if @gfp has __GFP_DIRECT_RECLAIM.
 * Return: the text, to be freed with kfree_const(), or NULL.
 */
const char *kvasprintf_const(gfp_t gfp, const char *fmt, va_list args)
{
	return kvasprintf(gfp, fmt, args);
}

/**
 * kasprintf() - format into memory that is allocated for it
 * @gfp: flags
 * @fmt: format
 *
 * Context: May sleep if @gfp has __GFP_DIRECT_RECLAIM.
 * Return: the text, to be freed with kfree(), or NULL.
 */
char *kasprintf(gfp_t gfp, const char *fmt, ...)
{
	va_list args;
	char *p;

	va_start(args, fmt);
	p = kvasprintf(gfp, fmt, args);
	va_end(args);
	return p;
}

// SPDX-License-Identifier: MIT
/* The scanf family, with the conversions and the limits that the kernel's has. */
#include <linux/bitmap.h>
#include <linux/ctype.h>
#include <linux/kernel.h>
#include <linux/limits.h>
#include <linux/sprintf.h>
#include <linux/string.h>

/**
 * struct conversion - what stands between '%' and its letter
 * @skip: '*': nothing is stored
 * @width: most characters to take, -1 if not said
 * @size: bytes of the number that is stored
 */
struct conversion {
	bool skip;
	int width;
	unsigned int size;
};

/* Parse it. Returns where the letter stands. */
static const char *parse_conversion(const char *fmt, struct conversion *c)
{
	*c = (struct conversion){ .width = -1, .size = sizeof(int) };
	if (*fmt == '*') {
		c->skip = true;
		fmt++;
	}
	if (isdigit(*fmt)) {
		c->width = 0;
		while (isdigit(*fmt))
			c->width = min(c->width * 10 + (*fmt++ - '0'), SHRT_MAX);
	}
	switch (*fmt) {
	case 'h':
		c->size = fmt[1] == 'h' ? sizeof(char) : sizeof(short);
		return fmt + 1 + (fmt[1] == 'h');
	case 'l':
		c->size = fmt[1] == 'l' ? sizeof(long long) : sizeof(long);
		return fmt + 1 + (fmt[1] == 'l');
	case 'L':
	case 'z':
		c->size = sizeof(long long);
		return fmt + 1;
	}
	return fmt;
}

static void store(void *to, u64 value, unsigned int size)
{
	switch (size) {
	case sizeof(u8):
		*(u8 *)to = value;
		break;
	case sizeof(u16):
		*(u16 *)to = value;
		break;
	case sizeof(u32):
		*(u32 *)to = value;
		break;
	default:
		*(u64 *)to = value;
	}
}

/*
 * Digits at @s, at most @width characters with sign and prefix. @base 0: the prefix tells.
 * Returns what follows them, or NULL if there are none.
 */
static const char *scan_number(const char *s, int width, unsigned int base, bool is_signed,
			       u64 *value)
{
	const char *end = s + (width > 0 ? width : INT_MAX), *digits;
	bool negative = is_signed && *s == '-';

	s += negative;
	if ((base == 0 || base == 16) && end - s > 2 && s[0] == '0' && (s[1] | 0x20) == 'x' &&
	    isxdigit(s[2])) {
		s += 2;
		base = 16;
	}
	if (!base)
		base = *s == '0' ? 8 : 10;
	*value = 0;
	for (digits = s; s < end; s++) {
		int digit = hex_to_bin(*s);

		if (digit < 0 || digit >= (int)base)
			break;
		*value = *value * base + digit;
	}
	if (s == digits)
		return NULL;
	if (negative)
		*value = -*value;
	return s;
}

/* %s: up to white space. %[: @set says which. Returns what follows, NULL if nothing matched. */
static const char *scan_text(const char *s, int width, const unsigned long *set, char *to)
{
	const char *start = s;

	while (width-- > 0 && *s && (set ? test_bit((u8)*s, set) : !isspace(*s))) {
		if (to)
			*to++ = *s;
		s++;
	}
	if (set && s == start)
		return NULL;
	if (to)
		*to = '\0';
	return s;
}

/* Characters between the brackets. Returns what follows them, or NULL if they do not close. */
static const char *parse_set(const char *fmt, unsigned long *set)
{
	bool inverted = *fmt == '^';

	fmt += inverted;
	bitmap_zero(set, 256);
	do { /* a bracket that comes first is a member */
		if (!*fmt)
			return NULL;
		__set_bit((u8)*fmt++, set);
	} while (*fmt != ']');
	for (unsigned int i = 0; inverted && i < BITS_TO_LONGS(256); i++)
		set[i] = ~set[i];
	return fmt + 1;
}

/* %c: not ended by a zero; white space counts. */
static const char *scan_chars(const char *s, int width, char *to)
{
	while (width-- > 0 && *s) {
		if (to)
			*to++ = *s;
		s++;
	}
	return s;
}

/* A letter that stands for a number: its base, or -1. */
static int number_base(char letter, bool *is_signed)
{
	*is_signed = letter == 'd' || letter == 'i';
	switch (letter) {
	case 'd':
	case 'u':
		return 10;
	case 'x':
	case 'X':
		return 16;
	case 'o':
		return 8;
	case 'i':
		return 0;
	}
	return -1;
}

/* One conversion of @s, whose letter is at *@fmt. Returns what follows in @s, or NULL: stop. */
static const char *convert(const char *s, const char **fmt, const struct conversion *c,
			   va_list *args)
{
	DECLARE_BITMAP(set, 256);
	char letter = *(*fmt)++;
	bool is_signed;
	u64 value;
	int base;

	switch (letter) {
	case 'c':
		return scan_chars(s, max(c->width, 1), c->skip ? NULL : va_arg(*args, char *));
	case 's':
		return scan_text(skip_spaces(s), c->width < 0 ? SHRT_MAX : c->width, NULL,
				 c->skip ? NULL : va_arg(*args, char *));
	case '[':
		/* Without a width nobody knows how much room there is. */
		*fmt = parse_set(*fmt, set);
		if (!*fmt || c->width < 0)
			return NULL;
		return scan_text(s, c->width, set, c->skip ? NULL : va_arg(*args, char *));
	}
	base = number_base(letter, &is_signed);
	if (base < 0)
		return NULL;
	s = scan_number(skip_spaces(s), c->width, base, is_signed, &value);
	if (s && !c->skip)
		store(va_arg(*args, void *), value, c->size);
	return s;
}

/**
 * vsscanf() - read values from text
 * @buf: the text
 * @fmt: %d %i %u %x %o with h, hh, l, ll, L or z; %s, %c, %n, %[set] with a width; %%
 * @args: pointers to where the values go
 *
 * Numbers that are too large wrap, as in the kernel.
 *
 * Context: any.
 * Return: how many values were stored.
 */
int vsscanf(const char *buf, const char *fmt, va_list args)
{
	const char *s = buf;
	struct conversion c;
	va_list ap;
	int nr = 0;

	va_copy(ap, args);
	while (*fmt) {
		if (isspace(*fmt)) {
			fmt = skip_spaces(fmt);
			s = skip_spaces(s);
			continue;
		}
		if (*fmt != '%' || fmt[1] == '%') {
			fmt += *fmt == '%';
			if (*fmt++ != *s++)
				break;
			continue;
		}
		fmt = parse_conversion(fmt + 1, &c);
		if (*fmt == 'n') {
			if (!c.skip)
				store(va_arg(ap, void *), s - buf, c.size);
			fmt++;
			continue;
		}
		s = *s ? convert(s, &fmt, &c, &ap) : NULL;
		if (!s)
			break;
		nr += !c.skip;
	}
	va_end(ap);
	return nr;
}
EXPORT_SYMBOL(vsscanf);

/**
 * sscanf() - read values from text
 * @buf: the text
 * @fmt: see vsscanf()
 *
 * Context: any.
 * Return: how many values were stored.
 */
int sscanf(const char *buf, const char *fmt, ...)
{
	va_list args;
	int nr;

	va_start(args, fmt);
	nr = vsscanf(buf, fmt, args);
	va_end(args);
	return nr;
}
EXPORT_SYMBOL(sscanf);

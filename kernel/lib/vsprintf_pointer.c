// SPDX-License-Identifier: MIT
/*
 * The %p conversions:
 *
 *	%p        a hash of the address, the same one each time
 *	%px       the address; %pK as %p
 *	%ps %pS %pB  function name; with S and B also offset and size. B is for return addresses
 *	%pe       name of the error an ERR_PTR() carries
 *	%pV       &struct va_format, formatted in place
 *	%pU[bBlL] UUID
 *	%pr %pR   &struct resource
 *	%pa[pd]   physical or DMA address, given by its address
 *	%ph[CDN]  bytes, as many as the width says
 *	%*pb[l]   bitmap of so many bits
 *	%p4cc     four-character code, given by its address
 *	%pd %pD   name of a dentry, of a file's dentry, with as many parents as a digit says
 *	%pM %pm   MAC address
 */
#include <linux/bitmap.h>
#include <linux/ctype.h>
#include <linux/dcache.h>
#include <linux/errname.h>
#include <linux/fs.h>
#include <linux/ioport.h>
#include <linux/kernel.h>
#include <linux/string.h>
#include <linux/unaligned.h>
#include <linux/uuid.h>
#include <lockstep/os.h>
#include <lockstep/symbol.h>
#include "vsprintf.h"

static const struct ls_spec plain = { .precision = -1, .base = 10 };

static void out_hex(struct ls_out *o, u64 value, int digits)
{
	struct ls_spec spec = { .precision = digits, .base = 16 };

	ls_out_num(o, value, false, &spec);
}

static void out_raw_pointer(struct ls_out *o, u64 value, struct ls_spec *spec)
{
	spec->base = 16;
	if (!spec->has_width) {
		spec->width = 16;
		spec->zero = true;
	}
	ls_out_num(o, value, false, spec);
}

/* Addresses must not leak into logs, but the same object must look the same twice. */
static void out_hashed(struct ls_out *o, const void *p, struct ls_spec *spec)
{
	static u64 key;
	u64 v = (u64)p, k = __atomic_load_n(&key, __ATOMIC_RELAXED);

	if (IS_ERR_OR_NULL(p)) {
		out_raw_pointer(o, v, spec);
		return;
	}
	if (!k) {
		u64 none = 0;

		k = os_random() | 1;
		if (!__atomic_compare_exchange_n(&key, &none, k, false, __ATOMIC_RELAXED,
						 __ATOMIC_RELAXED))
			k = none;
	}
	v = (v ^ k) * 0xbf58476d1ce4e5b9ULL;
	v = (v ^ (v >> 31)) * k;
	out_raw_pointer(o, v >> 32, spec);
}

/*
 * As kallsyms: name+offset/size [module]. A return address may lie past the end of its
 * function, so B looks at the call before it.
 */
static void out_symbol(struct ls_out *o, char kind, unsigned long pc, struct ls_spec *spec)
{
	unsigned long offset, size, back = kind == 'B';
	const char *name = os_symbol(pc - back, &offset, &size);
	const char *object = os_object_name(pc - back);
	char text[160];
	int len;

	if (!name)
		len = scnprintf(text, sizeof(text), "0x%lx", pc);
	else if (kind == 's')
		len = scnprintf(text, sizeof(text), "%s", name);
	else
		len = scnprintf(text, sizeof(text), "%s+0x%lx/0x%lx", name, offset + back, size);
	if (name && object && strcmp(object, "lockstep"))
		scnprintf(text + len, sizeof(text) - len, " [%s]", object);
	ls_out_str(o, text, spec);
}

static void out_error(struct ls_out *o, const void *p, struct ls_spec *spec)
{
	const char *name = IS_ERR(p) ? errname(PTR_ERR(p)) : NULL;

	if (name)
		ls_out_str(o, name, spec);
	else if (IS_ERR(p))
		ls_out_num(o, -PTR_ERR(p), true, &plain);
	else
		out_hashed(o, p, spec);
}

static int out_uuid(struct ls_out *o, const char *ext, const u8 *b, struct ls_spec *spec)
{
	static const u8 guid_order[] = { 3, 2, 1, 0, 5, 4, 7, 6, 8, 9, 10, 11, 12, 13, 14, 15 };
	bool little = *ext == 'l' || *ext == 'L', upper = *ext == 'L' || *ext == 'B';
	const char *digits = upper ? hex_asc_upper : hex_asc;
	char text[UUID_STRING_LEN + 1], *p = text;
	unsigned int i;

	for (i = 0; i < 16; i++) {
		u8 byte = b[little ? guid_order[i] : i];

		if (i == 4 || i == 6 || i == 8 || i == 10)
			*p++ = '-';
		*p++ = digits[byte >> 4];
		*p++ = digits[byte & 15];
	}
	*p = '\0';
	ls_out_str(o, text, spec);
	return strchr("bBlL", *ext) && *ext ? 2 : 1;
}

static void out_resource(struct ls_out *o, const struct resource *res, bool decode)
{
	const char *type = "??? ";

	if (res->flags & IORESOURCE_MEM)
		type = "mem ";
	else if (res->flags & IORESOURCE_IO)
		type = "io  ";
	ls_out_char(o, '[');
	ls_out_str(o, type, &plain);
	ls_out_str(o, "0x", &plain);
	out_hex(o, res->start, 8);
	if (res->end != res->start) {
		ls_out_str(o, "-0x", &plain);
		out_hex(o, res->end, 8);
	}
	if (!decode) {
		ls_out_str(o, " flags 0x", &plain);
		out_hex(o, res->flags, 1);
	}
	ls_out_char(o, ']');
}

static int out_bytes(struct ls_out *o, const char *ext, const u8 *p, const struct ls_spec *spec)
{
	char sep = *ext == 'C' ? ':' : *ext == 'D' ? '-' : *ext == 'N' ? 0 : ' ';
	int n = clamp(spec->width, 1, 64), i;

	for (i = 0; i < n; i++) {
		if (i && sep)
			ls_out_char(o, sep);
		out_hex(o, p[i], 2);
	}
	return *ext && strchr("CDN", *ext) ? 2 : 1;
}

static void out_bitmap_list(struct ls_out *o, const unsigned long *map, unsigned int nbits)
{
	unsigned int first = find_first_bit(map, nbits), last;
	bool more = false;

	while (first < nbits) {
		last = find_next_zero_bit(map, nbits, first) - 1;
		if (more)
			ls_out_char(o, ',');
		more = true;
		ls_out_num(o, first, false, &plain);
		if (last != first) {
			ls_out_char(o, '-');
			ls_out_num(o, last, false, &plain);
		}
		first = find_next_bit(map, nbits, last + 1);
	}
}

static void out_bitmap(struct ls_out *o, const unsigned long *map, unsigned int nbits)
{
	int chunk = DIV_ROUND_UP(nbits, 32) - 1, left = nbits % 32 ?: 32;

	for (; chunk >= 0; chunk--, left = 32) {
		u32 v = (u32)(map[chunk / 2] >> (chunk % 2 * 32));

		if (left < 32)
			v &= (1U << left) - 1;
		out_hex(o, v, DIV_ROUND_UP(left, 4));
		if (chunk)
			ls_out_char(o, ',');
	}
}

static void out_fourcc(struct ls_out *o, const u32 *p)
{
	u32 v = get_unaligned(p) & ~BIT(31), i;

	for (i = 0; i < 4; i++) {
		char c = (char)(v >> (i * 8));

		ls_out_char(o, isascii(c) && isprint(c) ? c : '.');
	}
	ls_out_str(o, get_unaligned(p) & BIT(31) ? " big-endian (0x" : " little-endian (0x",
		   &plain);
	out_hex(o, get_unaligned(p), 8);
	ls_out_char(o, ')');
}

static void out_mac(struct ls_out *o, const u8 *p, bool colons)
{
	int i;

	for (i = 0; i < 6; i++) {
		if (i && colons)
			ls_out_char(o, ':');
		out_hex(o, p[i], 2);
	}
}

/* With a digit, as many last parts of the path: parent/name. */
static int out_dentry(struct ls_out *o, const char *ext, const struct dentry *d,
		      struct ls_spec *spec)
{
	int depth = *ext >= '2' && *ext <= '4' ? *ext - '0' : 1, n;
	const struct dentry *part[4];
	char text[256];
	int len = 0;

	for (n = 0; d && n < depth; d = d->d_parent) {
		part[n++] = d;
		if (d->d_parent == d)
			break;
	}
	text[0] = '\0';
	while (n-- > 0)
		len += scnprintf(text + len, sizeof(text) - len, "%s%s",
				 n && part[n]->d_parent == part[n] ? "" :
				 (const char *)part[n]->d_name.name, n ? "/" : "");
	ls_out_str(o, d || len ? text : NULL, spec);
	return depth > 1 ? 2 : 1;
}

int ls_out_pointer(struct ls_out *o, const char *ext, void *p, struct ls_spec *spec)
{
	switch (*ext) {
	case 'x':
		out_raw_pointer(o, (u64)p, spec);
		return 1;
	case 'K':
		out_hashed(o, p, spec);
		return 1;
	case 's':
	case 'S':
	case 'B':
	case 'F':
	case 'f':
		out_symbol(o, *ext, (unsigned long)p, spec);
		return 1 + (ext[1] == 'R' || ext[1] == 'b');
	case 'e':
		out_error(o, p, spec);
		return 1;
	}
	if (*ext && strchr("VUrRahb4dDMm", *ext) && IS_ERR_OR_NULL(p)) {
		ls_out_str(o, p, spec);
		p = NULL;
	}
	switch (*ext) {
	case 'V':
		if (p) {
			const struct va_format *vaf = p;
			va_list args;

			va_copy(args, *vaf->va);
			ls_out_vformat(o, vaf->fmt, &args);
			va_end(args);
		}
		return 1;
	case 'U':
		return p ? out_uuid(o, ext + 1, p, spec) : 1;
	case 'r':
	case 'R':
		if (p)
			out_resource(o, p, *ext == 'R');
		return 1;
	case 'a':
		if (p) {
			ls_out_str(o, "0x", &plain);
			out_hex(o, *(u64 *)p, 16);
		}
		return 1 + (ext[1] == 'p' || ext[1] == 'd');
	case 'h':
		return p ? out_bytes(o, ext + 1, p, spec) : 1;
	case 'b':
		if (p && ext[1] == 'l')
			out_bitmap_list(o, p, spec->width);
		else if (p)
			out_bitmap(o, p, spec->width);
		return 1 + (ext[1] == 'l');
	case '4':
		if (p)
			out_fourcc(o, p);
		return ext[1] == 'c' && ext[2] == 'c' ? 3 : 1;
	case 'd':
		return p ? out_dentry(o, ext + 1, p, spec) : 1;
	case 'D':
		return p ? out_dentry(o, ext + 1, ((struct file *)p)->f_path.dentry, spec) : 1;
	case 'M':
	case 'm':
		if (p)
			out_mac(o, p, *ext == 'M');
		return 1;
	}
	out_hashed(o, p, spec);
	return 0;
}

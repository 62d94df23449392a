// SPDX-License-Identifier: MIT
/* String functions that the C library does not have. */
#include <linux/ctype.h>
#include <linux/kernel.h>
#include <linux/slab.h>
#include <linux/string.h>
#include <linux/string_helpers.h>

/**
 * ls_strscpy() - strscpy(): copy a string, always terminated
 * @dst: buffer
 * @src: string
 * @size: of @dst
 *
 * Return: length, or -E2BIG when @src was cut or @size is 0.
 */
ssize_t ls_strscpy(char *dst, const char *src, size_t size)
{
	size_t len;

	if (!size || WARN_ON_ONCE(size > INT_MAX))
		return -E2BIG;
	len = strnlen(src, size);
	if (len == size) {
		memcpy(dst, src, size - 1);
		dst[size - 1] = '\0';
		return -E2BIG;
	}
	memcpy(dst, src, len + 1);
	return len;
}

/**
 * ls_strscpy_pad() - strscpy_pad(): strscpy() that clears the rest
 * @dst: buffer
 * @src: string
 * @size: of @dst
 *
 * Return: length, or -E2BIG when @src was cut or @size is 0.
 */
ssize_t ls_strscpy_pad(char *dst, const char *src, size_t size)
{
	ssize_t len = ls_strscpy(dst, src, size);

	if (len >= 0)
		memset(dst + len, 0, size - len);
	return len;
}

/**
 * strlcpy() - copy a string, terminated unless @size is 0
 * @dst: buffer
 * @src: string
 * @size: of @dst
 *
 * Return: length of @src.
 */
size_t strlcpy(char *dst, const char *src, size_t size)
{
	size_t len = strlen(src);

	if (size)
		ls_strscpy(dst, src, size);
	return len;
}

/**
 * strlcat() - append a string
 * @dst: buffer that holds a string
 * @src: string
 * @size: of @dst
 *
 * Return: length that the whole would have.
 */
size_t strlcat(char *dst, const char *src, size_t size)
{
	size_t len = strnlen(dst, size);

	BUG_ON(len == size);
	return len + strlcpy(dst + len, src, size - len);
}

/**
 * strnchr() - find a character in the first @n of a string
 * @s: string
 * @n: limit
 * @c: character
 *
 * Return: where it is, or NULL.
 */
char *strnchr(const char *s, size_t n, int c)
{
	for (; n--; s++) {
		if (*s == (char)c)
			return (char *)s;
		if (!*s)
			break;
	}
	return NULL;
}

/**
 * strnchrnul() - strnchr() that returns the end instead of NULL
 * @s: string
 * @n: limit
 * @c: character
 *
 * Return: where it is, or where the search ended.
 */
char *strnchrnul(const char *s, size_t n, int c)
{
	while (n-- && *s && *s != (char)c)
		s++;
	return (char *)s;
}

/**
 * strnstr() - find a string in the first @len bytes of another
 * @s: where to look
 * @what: what to look for
 * @len: limit
 *
 * Return: where it is, or NULL.
 */
char *strnstr(const char *s, const char *what, size_t len)
{
	size_t n = strlen(what);

	for (; len >= n; len--, s++) {
		if (!memcmp(s, what, n))
			return (char *)s;
		if (!*s)
			break;
	}
	return NULL;
}

/**
 * skip_spaces() - the first character that is no space
 * @s: string
 *
 * Return: where it is.
 */
char *skip_spaces(const char *s)
{
	while (isspace(*s))
		s++;
	return (char *)s;
}

/**
 * strim() - cut spaces from both ends
 * @s: string, changed
 *
 * Return: where the rest begins.
 */
char *strim(char *s)
{
	size_t len = strlen(s);

	while (len && isspace(s[len - 1]))
		s[--len] = '\0';
	return skip_spaces(s);
}

/**
 * strreplace() - replace each of a character
 * @s: string, changed
 * @old: character
 * @new: instead
 *
 * Return: @s.
 */
char *strreplace(char *s, char old, char new)
{
	char *p;

	for (p = s; *p; p++)
		if (*p == old)
			*p = new;
	return s;
}

/**
 * sysfs_streq() - equal but for one newline at the end
 * @a: string
 * @b: string
 *
 * Return: whether they are.
 */
bool sysfs_streq(const char *a, const char *b)
{
	while (*a && *a == *b) {
		a++;
		b++;
	}
	if (*a == '\n' && !a[1])
		a++;
	if (*b == '\n' && !b[1])
		b++;
	return !*a && !*b;
}

/**
 * match_string() - find a string in an array
 * @array: strings; a NULL ends it early
 * @n: entries
 * @string: what to find
 *
 * Return: index, or -EINVAL.
 */
int match_string(const char *const *array, size_t n, const char *string)
{
	size_t i;

	for (i = 0; i < n && array[i]; i++)
		if (!strcmp(array[i], string))
			return i;
	return -EINVAL;
}

/**
 * __sysfs_match_string() - match_string() with sysfs_streq()
 * @array: strings; a NULL ends it early
 * @n: entries
 * @string: what to find
 *
 * Return: index, or -EINVAL.
 */
int __sysfs_match_string(const char *const *array, size_t n, const char *string)
{
	size_t i;

	for (i = 0; i < n && array[i]; i++)
		if (sysfs_streq(array[i], string))
			return i;
	return -EINVAL;
}

/**
 * memchr_inv() - find the first byte that differs
 * @start: memory
 * @c: the byte
 * @bytes: length
 *
 * Return: where another byte is, or NULL.
 */
void *memchr_inv(const void *start, int c, size_t bytes)
{
	const u8 *p = start;

	for (; bytes; bytes--, p++)
		if (*p != (u8)c)
			return (void *)p;
	return NULL;
}

/**
 * memscan() - memchr() that returns the end instead of NULL
 * @addr: memory
 * @c: the byte
 * @size: length
 *
 * Return: where it is, or the end.
 */
void *memscan(void *addr, int c, size_t size)
{
	void *p = memchr(addr, c, size);

	return p ?: addr + size;
}

/**
 * memzero_explicit() - clear memory even if nobody reads it again
 * @s: memory
 * @count: bytes
 */
void memzero_explicit(void *s, size_t count)
{
	memset(s, 0, count);
	barrier_data(s);
}

/**
 * memset32() - fill memory with a word
 * @s: memory
 * @v: word
 * @count: words
 *
 * Return: @s.
 */
void *memset32(u32 *s, u32 v, size_t count)
{
	u32 *p = s;

	while (count--)
		*p++ = v;
	return s;
}

/**
 * memset64() - fill memory with a word
 * @s: memory
 * @v: word
 * @count: words
 *
 * Return: @s.
 */
void *memset64(u64 *s, u64 v, size_t count)
{
	u64 *p = s;

	while (count--)
		*p++ = v;
	return s;
}

/**
 * memcpy_and_pad() - copy to a buffer and fill its rest
 * @dest: buffer
 * @dest_len: its size
 * @src: memory
 * @count: bytes there
 * @pad: byte to fill with
 */
void memcpy_and_pad(void *dest, size_t dest_len, const void *src, size_t count, int pad)
{
	count = min(count, dest_len);
	memcpy(dest, src, count);
	memset(dest + count, pad, dest_len - count);
}

/**
 * kmemdup() - copy memory
 * @src: memory
 * @len: bytes
 * @gfp: flags
 *
 * Context: May sleep if @gfp has __GFP_DIRECT_RECLAIM.
 * Return: the copy, to be freed with kfree(), or NULL.
 */
void *kmemdup(const void *src, size_t len, gfp_t gfp)
{
	void *p = kmalloc(len, gfp);

	if (p)
		memcpy(p, src, len);
	return p;
}

/**
 * kmemdup_array() - copy an array
 * @src: the array
 * @count: elements
 * @element_size: bytes of each
 * @gfp: flags
 *
 * Context: May sleep if @gfp has __GFP_DIRECT_RECLAIM.
 * Return: the copy, to be freed with kfree(), or NULL.
 */
void *kmemdup_array(const void *src, size_t count, size_t element_size, gfp_t gfp)
{
	return kmemdup(src, size_mul(element_size, count), gfp);
}

/**
 * kvmemdup() - copy memory
 * @src: memory
 * @len: bytes
 * @gfp: flags
 *
 * Context: May sleep if @gfp has __GFP_DIRECT_RECLAIM.
 * Return: the copy, to be freed with kvfree(), or NULL.
 */
void *kvmemdup(const void *src, size_t len, gfp_t gfp)
{
	void *p = kvmalloc(len, gfp);

	if (p)
		memcpy(p, src, len);
	return p;
}

/**
 * kmemdup_nul() - make a string of bytes
 * @s: bytes
 * @len: how many
 * @gfp: flags
 *
 * Context: May sleep if @gfp has __GFP_DIRECT_RECLAIM.
 * Return: the string, to be freed with kfree(), or NULL.
 */
char *kmemdup_nul(const char *s, size_t len, gfp_t gfp)
{
	char *p = s ? kmalloc(len + 1, gfp) : NULL;

	if (p) {
		memcpy(p, s, len);
		p[len] = '\0';
	}
	return p;
}

/**
 * kstrdup() - copy a string
 * @s: string, or NULL
 * @gfp: flags
 *
 * Context: May sleep if @gfp has __GFP_DIRECT_RECLAIM.
 * Return: the copy, to be freed with kfree(), or NULL.
 */
char *kstrdup(const char *s, gfp_t gfp)
{
	return s ? kmemdup_nul(s, strlen(s), gfp) : NULL;
}

/**
 * kstrndup() - copy a string of limited length
 * @s: string, or NULL
 * @max: limit
 * @gfp: flags
 *
 * Context: May sleep if @gfp has __GFP_DIRECT_RECLAIM.
 * Return: the copy, to be freed with kfree(), or NULL.
 */
char *kstrndup(const char *s, size_t max, gfp_t gfp)
{
	return s ? kmemdup_nul(s, strnlen(s, max), gfp) : NULL;
}

/**
 * kstrdup_const() - copy a string that need not be changed
 * @s: string, or NULL
 * @gfp: flags
 *
 * Context: May sleep if @gfp has __GFP_DIRECT_RECLAIM.
 * Return: a string, to be freed with kfree_const(), or NULL.
 */
const char *kstrdup_const(const char *s, gfp_t gfp)
{
	return kstrdup(s, gfp);
}

/**
 * kfree_const() - free what kstrdup_const() returned
 * @x: string, or NULL
 */
void kfree_const(const void *x)
{
	kfree(x);
}

/**
 * string_get_size() - a size with its unit
 * @size: in blocks
 * @blk_size: bytes of a block
 * @units: STRING_UNITS_2 or STRING_UNITS_10, and flags
 * @buf: the text
 * @len: its size
 *
 * Three digits and the largest unit that fits, rounded down.
 *
 * Return: length of the whole text.
 */
int string_get_size(u64 size, u64 blk_size, const enum string_size_units units, char *buf, int len)
{
	static const char prefix[] = " kMGTPE";
	bool two = (units & STRING_UNITS_MASK) == STRING_UNITS_2;
	unsigned int divisor = two ? 1024 : 1000, i = 0;
	unsigned __int128 bytes = (unsigned __int128)size * blk_size, rest = 0;
	char unit[8] = "", fraction[8] = "";

	while (bytes >= divisor && i < sizeof(prefix) - 2) {
		rest = bytes % divisor;
		bytes /= divisor;
		i++;
	}
	if (i)
		scnprintf(unit, sizeof(unit), "%c%s", two ? toupper(prefix[i]) : prefix[i],
			  two ? "i" : "");
	if (i && bytes < 100)
		scnprintf(fraction, sizeof(fraction), ".%0*u", bytes < 10 ? 2 : 1,
			  (unsigned int)(rest * (bytes < 10 ? 100 : 10) / divisor));
	return snprintf(buf, len, "%u%s%s%s%s", (unsigned int)bytes, fraction,
			units & STRING_UNITS_NO_SPACE ? "" : " ", unit,
			units & STRING_UNITS_NO_BYTES ? "" : "B");
}

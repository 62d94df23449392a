/* SPDX-License-Identifier: MIT */
#ifndef _LINUX_STRING_H
#define _LINUX_STRING_H

#include <linux/args.h>
#include <linux/array_size.h>
#include <linux/compiler.h>
#include <linux/cleanup.h>
#include <linux/err.h>
#include <linux/errno.h>
#include <linux/overflow.h>
#include <linux/stddef.h>
#include <linux/stdarg.h>
#include <linux/types.h>

/* The C library's own: same names, same meaning. */
void *memset(void *s, int c, size_t n);
void *memcpy(void *dst, const void *src, size_t n);
void *memmove(void *dst, const void *src, size_t n);
int memcmp(const void *a, const void *b, size_t n);
void *memchr(const void *s, int c, size_t n);
char *strcpy(char *dst, const char *src);
char *strncpy(char *dst, const char *src, size_t n);
char *strcat(char *dst, const char *src);
char *strncat(char *dst, const char *src, size_t n);
int strcmp(const char *a, const char *b);
int strncmp(const char *a, const char *b, size_t n);
int strcasecmp(const char *a, const char *b);
int strncasecmp(const char *a, const char *b, size_t n);
char *strchr(const char *s, int c);
char *strrchr(const char *s, int c);
char *strchrnul(const char *s, int c);
char *strstr(const char *s, const char *what);
char *strpbrk(const char *s, const char *accept);
char *strsep(char **s, const char *delim);
size_t strlen(const char *s);
size_t strnlen(const char *s, size_t n);
size_t strspn(const char *s, const char *accept);
size_t strcspn(const char *s, const char *reject);
char *stpcpy(char *dst, const char *src);

/* What the kernel adds. */
ssize_t ls_strscpy(char *dst, const char *src, size_t size);
ssize_t ls_strscpy_pad(char *dst, const char *src, size_t size);
size_t strlcat(char *dst, const char *src, size_t size) __ls_rename(strlcat);
size_t strlcpy(char *dst, const char *src, size_t size) __ls_rename(strlcpy);
char *strnchr(const char *s, size_t n, int c);
char *strnchrnul(const char *s, size_t n, int c);
char *strnstr(const char *s, const char *what, size_t len);
char *strim(char *s);
char *skip_spaces(const char *s);
char *strreplace(char *s, char old, char new);
bool sysfs_streq(const char *a, const char *b);
int match_string(const char *const *array, size_t n, const char *string);
int __sysfs_match_string(const char *const *array, size_t n, const char *string);
#define sysfs_match_string(a, s) __sysfs_match_string(a, ARRAY_SIZE(a), s)
void *memchr_inv(const void *start, int c, size_t bytes);
void *memscan(void *addr, int c, size_t size);
void memzero_explicit(void *s, size_t count);
void *memset32(u32 *s, u32 v, size_t count);
void *memset64(u64 *s, u64 v, size_t count);
void memcpy_and_pad(void *dest, size_t dest_len, const void *src, size_t count, int pad);

#define memset_l(p, v, n) memset64((u64 *)(p), (v), (n))
#define memset_p(p, v, n) memset64((u64 *)(p), (unsigned long)(v), (n))
#define bcmp(a, b, n)     memcmp(a, b, n)

/*
 * strscpy(dst, src) takes the size of the array @dst; strscpy(dst, src, size) is told.
 * Both return the length, or -E2BIG when @src was cut.
 */
#define __ls_strscpy2(dst, src)        ls_strscpy(dst, src, sizeof(dst) + __must_be_array(dst))
#define __ls_strscpy3(dst, src, size)  ls_strscpy(dst, src, size)
#define __ls_strscpyp2(dst, src)       ls_strscpy_pad(dst, src, sizeof(dst) + __must_be_array(dst))
#define __ls_strscpyp3(dst, src, size) ls_strscpy_pad(dst, src, size)
#define strscpy(dst, ...)     CONCATENATE(__ls_strscpy, COUNT_ARGS(dst, __VA_ARGS__))(dst, __VA_ARGS__)
#define strscpy_pad(dst, ...) CONCATENATE(__ls_strscpyp, COUNT_ARGS(dst, __VA_ARGS__))(dst, __VA_ARGS__)

static inline size_t str_has_prefix(const char *str, const char *prefix)
{
	size_t len = strlen(prefix);

	return strncmp(str, prefix, len) == 0 ? len : 0;
}

static inline bool strstarts(const char *str, const char *prefix)
{
	return strncmp(str, prefix, strlen(prefix)) == 0;
}

static inline const char *kbasename(const char *path)
{
	const char *tail = strrchr(path, '/');

	return tail ? tail + 1 : path;
}

static inline bool mem_is_zero(const void *s, size_t n)
{
	return !memchr_inv(s, 0, n);
}

static inline char *strstrip(char *s)
{
	return strim(s);
}

__malloc char *kstrdup(const char *s, gfp_t gfp);
const char *kstrdup_const(const char *s, gfp_t gfp);
void kfree_const(const void *x);
__malloc char *kstrndup(const char *s, size_t max, gfp_t gfp);
void *kmemdup(const void *src, size_t len, gfp_t gfp);
void *kmemdup_array(const void *src, size_t count, size_t element_size, gfp_t gfp);
void *kvmemdup(const void *src, size_t len, gfp_t gfp);
char *kmemdup_nul(const char *s, size_t len, gfp_t gfp);

/* From user memory, with copy_from_user()'s failures; kernel/fs. */
char *strndup_user(const char __user *s, long n);
void *memdup_user(const void __user *src, size_t len);
void *vmemdup_user(const void __user *src, size_t len);
void *memdup_user_nul(const void __user *src, size_t len);

#define unsafe_memcpy(dst, src, bytes, justification) memcpy(dst, src, bytes)
#define memset_after(obj, v, member)                                                               \
	({                                                                                         \
		u8 *__msa_p = (u8 *)(obj);                                                         \
		memset(__msa_p + offsetofend(typeof(*(obj)), member), (v),                         \
		       sizeof(*(obj)) - offsetofend(typeof(*(obj)), member));                      \
	})
#define memset_startat(obj, v, member)                                                             \
	({                                                                                         \
		u8 *__mss_p = (u8 *)(obj);                                                         \
		memset(__mss_p + offsetof(typeof(*(obj)), member), (v),                            \
		       sizeof(*(obj)) - offsetof(typeof(*(obj)), member));                         \
	})

#endif

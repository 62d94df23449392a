/* SPDX-License-Identifier: MIT */
#ifndef _LINUX_UACCESS_H
#define _LINUX_UACCESS_H

/**
 * DOC: client memory
 *
 * A client of a driver lives in the same process here, so a user pointer is an
 * ordinary pointer, but a bad one must give -EFAULT and not a crash. Pointers
 * below one page and outside the lower half of the address space are refused by
 * access_ok(). Others are copied; an address that is not mapped, or not
 * mapped for that access, ends the copy early, as in the kernel. Memory of
 * client mappings (ls_mmap()) whose pages are not present is faulted in through
 * ->fault() first.
 */

#include <linux/compiler.h>
#include <linux/types.h>
#include <linux/errno.h>
#include <linux/err.h>
#include <linux/kernel.h>
#include <linux/string.h>
#include <linux/sched.h>
#include <linux/minmax.h>
#include <linux/gfp_types.h>

#define TASK_SIZE_MAX	((1UL << 47) - PAGE_SIZE)
#ifndef TASK_SIZE
#define TASK_SIZE	TASK_SIZE_MAX
#endif

bool __ls_access_ok(const void __user *ptr, unsigned long size);
#define access_ok(ptr, size) __ls_access_ok((const void __user *)(ptr), (size))

/* Both return the number of bytes that could NOT be copied. */
unsigned long __ls_copy_user(void *to, const void *from, unsigned long n, int to_user);

void __might_fault(const char *file, int line);
#define might_fault() __might_fault(__FILE__, __LINE__)

/**
 * copy_from_user() - copy from a client
 * @to: kernel memory
 * @from: client memory
 * @n: bytes
 *
 * What could not be read is zero in @to.
 *
 * Context: task context; may fault, so may sleep and take mmap_lock.
 * Return: number of bytes that were not copied, 0 for success.
 */
static inline unsigned long __must_check copy_from_user(void *to, const void __user *from,
							unsigned long n)
{
	unsigned long left = n;

	might_fault();
	if (access_ok(from, n))
		left = __ls_copy_user(to, (const void *)from, n, 0);
	if (unlikely(left))
		memset((char *)to + (n - left), 0, left);
	return left;
}

/**
 * copy_to_user() - copy to a client
 * @to: client memory
 * @from: kernel memory
 * @n: bytes
 *
 * Context: task context; may fault, so may sleep and take mmap_lock.
 * Return: number of bytes that were not copied, 0 for success.
 */
static inline unsigned long __must_check copy_to_user(void __user *to, const void *from,
						      unsigned long n)
{
	might_fault();
	if (!access_ok(to, n))
		return n;
	return __ls_copy_user((void *)to, from, n, 1);
}

#define __copy_from_user	copy_from_user
#define __copy_to_user		copy_to_user
#define __copy_from_user_inatomic(to, from, n)	__ls_copy_user((to), (const void *)(from), (n), 0)
#define __copy_to_user_inatomic(to, from, n)	__ls_copy_user((void *)(to), (from), (n), 1)
#define copy_from_user_nofault(to, from, n) \
	(__ls_copy_user((to), (const void *)(from), (n), 0) ? -EFAULT : 0)

unsigned long clear_user(void __user *to, unsigned long n);
#define __clear_user clear_user

#define get_user(x, ptr)								\
({											\
	__typeof__((__typeof__(*(ptr)))0) __ls_gu = 0;					\
	int __ls_gu_err = copy_from_user((void *)&__ls_gu, (ptr), sizeof(*(ptr))) ?	\
			  -EFAULT : 0;							\
											\
	(x) = (__force __typeof__(x))__ls_gu;						\
	__ls_gu_err;									\
})

#define put_user(x, ptr)								\
({											\
	__typeof__(*(ptr)) __ls_pu = (__force __typeof__(*(ptr)))(x);			\
											\
	copy_to_user((ptr), &__ls_pu, sizeof(__ls_pu)) ? -EFAULT : 0;			\
})

#define __get_user(x, ptr)	get_user(x, ptr)
#define __put_user(x, ptr)	put_user(x, ptr)

#define user_access_begin(ptr, len)	access_ok(ptr, len)
#define user_read_access_begin		user_access_begin
#define user_write_access_begin		user_access_begin
#define user_access_end()		do { } while (0)
#define user_read_access_end		user_access_end
#define user_write_access_end		user_access_end
#define unsafe_get_user(x, ptr, label)	do { if (get_user(x, ptr)) goto label; } while (0)
#define unsafe_put_user(x, ptr, label)	do { if (put_user(x, ptr)) goto label; } while (0)
#define unsafe_copy_to_user(to, from, n, label) \
	do { if (copy_to_user(to, from, n)) goto label; } while (0)

/**
 * copy_struct_from_user() - copy a structure that may have grown since
 * @dst: kernel memory
 * @ksize: size of the structure here
 * @src: client memory
 * @usize: size the client gave
 *
 * Context: as copy_from_user().
 * Return: 0; -E2BIG if the client set bytes that are not known here; -EFAULT.
 */
int __must_check copy_struct_from_user(void *dst, size_t ksize, const void __user *src,
				       size_t usize);
int check_zeroed_user(const void __user *from, size_t size);

void *memdup_user(const void __user *src, size_t len);
void *memdup_array_user(const void __user *src, size_t n, size_t size);
void *vmemdup_user(const void __user *src, size_t len);
void *vmemdup_array_user(const void __user *src, size_t n, size_t size);
char *strndup_user(const char __user *s, long n);
void *memdup_user_nul(const void __user *src, size_t len);
long strncpy_from_user(char *dst, const char __user *src, long count);
long strnlen_user(const char __user *s, long n);
size_t fault_in_readable(const char __user *uaddr, size_t size);
size_t fault_in_writeable(char __user *uaddr, size_t size);

#ifndef u64_to_user_ptr
#define u64_to_user_ptr(x)	((void __user *)(uintptr_t)(u64)(x))
#endif

/* Page faults are refused inside; copies that would need one stop early. */
void pagefault_disable(void);
void pagefault_enable(void);
bool pagefault_disabled(void);
#define faulthandler_disabled()	(pagefault_disabled() || in_atomic())

#endif /* _LINUX_UACCESS_H */

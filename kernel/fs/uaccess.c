// SPDX-License-Identifier: MIT
/*
 * Copies to and from client memory, where a bad address is an error and not a crash.
 */
#include <linux/uaccess.h>
#include <linux/mm.h>
#include <linux/mmap_lock.h>
#include <linux/slab.h>
#include <linux/sched.h>
#include <linux/lockdep.h>
#include <lockstep/os.h>
#include <lockstep/syscall.h>
#include "internal.h"

bool __ls_access_ok(const void __user *ptr, unsigned long size)
{
	unsigned long addr = (unsigned long)ptr;

	return size <= TASK_SIZE_MAX && addr <= TASK_SIZE_MAX - size;
}
EXPORT_SYMBOL(__ls_access_ok);

/* An annotation: a copy may sleep and take mmap_lock, whether or not this one does. */
void __might_fault(const char *file, int line)
{
	struct mm_struct *mm = ls_current_mm();

	if (pagefault_disabled())
		return;
	__might_sleep(file, line);
	if (mm)
		might_lock_read(&mm->mmap_lock);
}
EXPORT_SYMBOL(__might_fault);

/** pagefault_disable() - copies that would have to sleep stop early; nests */
void pagefault_disable(void)
{
	current->pagefault_disabled++;
	barrier();
}
EXPORT_SYMBOL(pagefault_disable);

/** pagefault_enable() - undo pagefault_disable() */
void pagefault_enable(void)
{
	barrier();
	current->pagefault_disabled--;
}
EXPORT_SYMBOL(pagefault_enable);

/** pagefault_disabled() - is it in effect? */
bool pagefault_disabled(void)
{
	return current->pagefault_disabled;
}
EXPORT_SYMBOL(pagefault_disabled);

/* The task's own stack is there: most clients keep their arguments on it. */
static bool on_own_stack(unsigned long addr, unsigned long n)
{
	struct task_struct *tsk = current;

	return addr >= tsk->stack_low && addr < tsk->stack_high && n <= tsk->stack_high - addr &&
	       addr >= (unsigned long)__builtin_frame_address(0);
}

/* Copy; returns how many bytes could not be. */
unsigned long __ls_copy_user(void *to, const void *from, unsigned long n, int to_user)
{
	unsigned long left = n, done;

	if (on_own_stack((unsigned long)(to_user ? to : from), n)) {
		memcpy(to, from, n);
		return 0;
	}
	while (left) {
		done = n - left;
		left -= os_copy_user((char *)to + done, (const char *)from + done, left, to_user);
		if (!left)
			break;
		done = n - left;
		if (ls_handle_fault((unsigned long)(to_user ? to : from) + done, to_user))
			break;
	}
	return left;
}
EXPORT_SYMBOL(__ls_copy_user);

/**
 * clear_user() - zero client memory
 * @to: client memory
 * @n: bytes
 *
 * Context: as copy_to_user().
 * Return: number of bytes that were not cleared.
 */
unsigned long clear_user(void __user *to, unsigned long n)
{
	static const char zeroes[256];

	while (n) {
		unsigned long len = min(n, sizeof(zeroes));
		unsigned long left = copy_to_user(to, zeroes, len);

		n -= len - left;
		if (left)
			break;
		to += len;
	}
	return n;
}
EXPORT_SYMBOL(clear_user);

/**
 * check_zeroed_user() - is client memory all zero?
 * @from: client memory
 * @size: bytes
 *
 * Context: as copy_from_user().
 * Return: 1 if it is, 0 if not, -EFAULT.
 */
int check_zeroed_user(const void __user *from, size_t size)
{
	char buf[64];

	while (size) {
		size_t len = min(size, sizeof(buf));

		if (copy_from_user(buf, from, len))
			return -EFAULT;
		if (memchr_inv(buf, 0, len))
			return 0;
		from += len;
		size -= len;
	}
	return 1;
}
EXPORT_SYMBOL(check_zeroed_user);

int copy_struct_from_user(void *dst, size_t ksize, const void __user *src, size_t usize)
{
	size_t size = min(ksize, usize);
	int ret;

	if (usize > ksize) {
		ret = check_zeroed_user(src + size, usize - size);
		if (ret <= 0)
			return ret ?: -E2BIG;
	}
	if (copy_from_user(dst, src, size))
		return -EFAULT;
	memset((char *)dst + size, 0, ksize - size);
	return 0;
}
EXPORT_SYMBOL(copy_struct_from_user);

static void *fill_from_user(void *p, const void __user *src, size_t len)
{
	if (!p)
		return ERR_PTR(-ENOMEM);
	if (copy_from_user(p, src, len)) {
		kvfree(p);
		return ERR_PTR(-EFAULT);
	}
	return p;
}

/**
 * memdup_user() - copy client memory into memory of its own
 * @src: client memory
 * @len: bytes
 *
 * Context: may sleep.
 * Return: memory for kfree(), or ERR_PTR: -ENOMEM, -EFAULT.
 */
void *memdup_user(const void __user *src, size_t len)
{
	return fill_from_user(kmalloc(len, GFP_USER | __GFP_NOWARN), src, len);
}
EXPORT_SYMBOL(memdup_user);

/** vmemdup_user() - the same for what may be large; free with kvfree() */
void *vmemdup_user(const void __user *src, size_t len)
{
	return fill_from_user(kvmalloc(len, GFP_USER), src, len);
}
EXPORT_SYMBOL(vmemdup_user);

/** memdup_array_user() - memdup_user() of an array; -EOVERFLOW if its size is no number */
void *memdup_array_user(const void __user *src, size_t n, size_t size)
{
	size_t len;

	return check_mul_overflow(n, size, &len) ? ERR_PTR(-EOVERFLOW) : memdup_user(src, len);
}
EXPORT_SYMBOL(memdup_array_user);

/** vmemdup_array_user() - vmemdup_user() of an array; -EOVERFLOW if its size is no number */
void *vmemdup_array_user(const void __user *src, size_t n, size_t size)
{
	size_t len;

	return check_mul_overflow(n, size, &len) ? ERR_PTR(-EOVERFLOW) : vmemdup_user(src, len);
}
EXPORT_SYMBOL(vmemdup_array_user);

/** memdup_user_nul() - memdup_user() with a zero byte after the end */
void *memdup_user_nul(const void __user *src, size_t len)
{
	char *p = fill_from_user(kmalloc(len + 1, GFP_KERNEL), src, len);

	if (!IS_ERR(p))
		p[len] = '\0';
	return p;
}
EXPORT_SYMBOL(memdup_user_nul);

/**
 * strnlen_user() - length of a client's string
 * @s: string
 * @n: look no further than so many bytes
 *
 * Context: as copy_from_user().
 * Return: length with the terminating zero, more than @n if there is none within @n
 * bytes, 0 if the memory cannot be read.
 */
long strnlen_user(const char __user *s, long n)
{
	long len;
	char c;

	for (len = 0; len < n; len++) {
		if (get_user(c, s + len))
			return 0;
		if (!c)
			return len + 1;
	}
	return n + 1;
}
EXPORT_SYMBOL(strnlen_user);

/**
 * strncpy_from_user() - copy a client's string
 * @dst: kernel memory
 * @src: string
 * @count: bytes in @dst
 *
 * Context: as copy_from_user().
 * Return: length without the terminating zero; @count if it is longer, unterminated
 * then; -EFAULT.
 */
long strncpy_from_user(char *dst, const char __user *src, long count)
{
	long len;

	for (len = 0; len < count; len++) {
		if (get_user(dst[len], src + len))
			return -EFAULT;
		if (!dst[len])
			return len;
	}
	return count;
}
EXPORT_SYMBOL(strncpy_from_user);

/**
 * strndup_user() - copy a client's string into memory of its own
 * @s: string
 * @n: longest it may be, with the terminating zero
 *
 * Context: may sleep.
 * Return: string for kfree(), or ERR_PTR: -EFAULT, -EINVAL if too long, -ENOMEM.
 */
char *strndup_user(const char __user *s, long n)
{
	long len = strnlen_user(s, n);
	char *p;

	if (!len)
		return ERR_PTR(-EFAULT);
	if (len > n)
		return ERR_PTR(-EINVAL);
	p = memdup_user(s, len);
	if (!IS_ERR(p))
		p[len - 1] = '\0'; /* the client may have changed it meanwhile */
	return p;
}
EXPORT_SYMBOL(strndup_user);

/** fault_in_readable() - touch client memory; returns bytes that are not readable */
size_t fault_in_readable(const char __user *uaddr, size_t size)
{
	size_t done;
	char c;

	for (done = 0; done < size; done = PAGE_ALIGN((unsigned long)uaddr + done + 1) -
	     (unsigned long)uaddr)
		if (get_user(c, uaddr + done))
			return size - done;
	return 0;
}
EXPORT_SYMBOL(fault_in_readable);

/** fault_in_writeable() - touch client memory; returns bytes that are not writable */
size_t fault_in_writeable(char __user *uaddr, size_t size)
{
	size_t done;
	char c;

	for (done = 0; done < size; done = PAGE_ALIGN((unsigned long)uaddr + done + 1) -
	     (unsigned long)uaddr)
		if (get_user(c, uaddr + done) || put_user(c, uaddr + done))
			return size - done;
	return 0;
}
EXPORT_SYMBOL(fault_in_writeable);

// SPDX-License-Identifier: MIT
/*
 * Fibres: stacks to switch between, on one thread.
 *
 * A switch saves what a called function must preserve, and nothing else. (The control words of
 * the floating-point units belong to that too, but no kernel code changes them.)
 *
 * Stacks lie at fixed addresses, so that what code keeps in local variables has the same
 * address in each run. Below each one is a guard that cannot be touched.
 */
#include <errno.h>
#include <pthread.h>
#include <stdint.h>
#include <string.h>
#include <sys/mman.h>

#include "fixed.h"
#include "lockstep/crash.h"
#include "lockstep/fibre.h"
#include "lockstep/os.h"

#if defined(__SANITIZE_ADDRESS__)
#include <sanitizer/asan_interface.h>
#include <sanitizer/common_interface_defs.h>
#endif

#if defined(__SANITIZE_ADDRESS__)
#define STACK_SIZE (512UL << 10)
#else
#define STACK_SIZE (128UL << 10)
#endif
#define GUARD_SIZE (16UL << 10)
#define STRIDE	   (GUARD_SIZE + STACK_SIZE)

/*
 * Fibres do much the same, so their frames would fall on the same sets of the caches: let each
 * begin a few lines below the one before.
 */
#define COLOURS	   16
#define COLOUR	   320UL

static struct {
	unsigned long base, end;
	unsigned int nr;
	unsigned int made;		/* 1 + the highest index that was given to make() */
	struct os_fibre **fibre;	/* by index */
} region LS_KEEP;

void os_fibre_jump(struct os_fibre *from, struct os_fibre *to);
void os_fibre_first(void);

#if defined(__x86_64__)
/* The last jump is no ret: the processor's stack of return addresses is that of another fibre. */
asm(".pushsection .text\n"
    ".globl os_fibre_jump\n"
    ".hidden os_fibre_jump\n"
    ".type os_fibre_jump, @function\n"
    ".p2align 4\n"
    "os_fibre_jump:\n"
    "	pushq	%rbp\n"
    "	pushq	%rbx\n"
    "	pushq	%r12\n"
    "	pushq	%r13\n"
    "	pushq	%r14\n"
    "	pushq	%r15\n"
    "	movq	%rsp, (%rdi)\n"
    "	movq	(%rsi), %rsp\n"
    "	popq	%r15\n"
    "	popq	%r14\n"
    "	popq	%r13\n"
    "	popq	%r12\n"
    "	popq	%rbx\n"
    "	popq	%rbp\n"
    "	popq	%rcx\n"
    "	jmp	*%rcx\n"
    ".size os_fibre_jump, . - os_fibre_jump\n"
    ".hidden os_fibre_first\n"
    ".type os_fibre_first, @function\n"
    "os_fibre_first:\n"
    "	movq	%r12, %rdi\n"
    "	movq	%r13, %rsi\n"
    "	movq	%r14, %rdx\n"
    "	pushq	$0\n" /* where it returns to: no walk goes on from here */
    "	jmp	*%r15\n"
    ".size os_fibre_first, . - os_fibre_first\n"
    ".popsection\n");

#define FRAME_WORDS 7
enum { FRAME_ENTRY, FRAME_ARG3, FRAME_ARG2, FRAME_ARG1, FRAME_PC = 6 };
#elif defined(__aarch64__)
asm(".pushsection .text\n"
    ".globl os_fibre_jump\n"
    ".hidden os_fibre_jump\n"
    ".type os_fibre_jump, %function\n"
    ".p2align 4\n"
    "os_fibre_jump:\n"
    "	stp	x29, x30, [sp, #-160]!\n"
    "	stp	x19, x20, [sp, #16]\n"
    "	stp	x21, x22, [sp, #32]\n"
    "	stp	x23, x24, [sp, #48]\n"
    "	stp	x25, x26, [sp, #64]\n"
    "	stp	x27, x28, [sp, #80]\n"
    "	stp	d8, d9, [sp, #96]\n"
    "	stp	d10, d11, [sp, #112]\n"
    "	stp	d12, d13, [sp, #128]\n"
    "	stp	d14, d15, [sp, #144]\n"
    "	mov	x9, sp\n"
    "	str	x9, [x0]\n"
    "	ldr	x9, [x1]\n"
    "	mov	sp, x9\n"
    "	ldp	x19, x20, [sp, #16]\n"
    "	ldp	x21, x22, [sp, #32]\n"
    "	ldp	x23, x24, [sp, #48]\n"
    "	ldp	x25, x26, [sp, #64]\n"
    "	ldp	x27, x28, [sp, #80]\n"
    "	ldp	d8, d9, [sp, #96]\n"
    "	ldp	d10, d11, [sp, #112]\n"
    "	ldp	d12, d13, [sp, #128]\n"
    "	ldp	d14, d15, [sp, #144]\n"
    "	ldp	x29, x30, [sp], #160\n"
    "	br	x30\n"
    ".size os_fibre_jump, . - os_fibre_jump\n"
    ".hidden os_fibre_first\n"
    ".type os_fibre_first, %function\n"
    "os_fibre_first:\n"
    "	mov	x0, x19\n"
    "	mov	x1, x20\n"
    "	mov	x2, x21\n"
    "	mov	x30, xzr\n" /* where it returns to: no walk goes on from here */
    "	br	x22\n"
    ".size os_fibre_first, . - os_fibre_first\n"
    ".popsection\n");

#define FRAME_WORDS 20
enum { FRAME_PC = 1, FRAME_ARG1, FRAME_ARG2, FRAME_ARG3, FRAME_ENTRY };
#else
#error "Lockstep knows the registers of x86-64 and arm64 only"
#endif

#if defined(__SANITIZE_ADDRESS__)
static void entry(void (*fn)(void *arg), void *arg, struct os_fibre *self)
{
	__sanitizer_finish_switch_fiber(self->fake, NULL, NULL);
	fn(arg);
	__builtin_trap(); /* it must never return */
}

void os_fibre_switch(struct os_fibre *from, struct os_fibre *to)
{
	__sanitizer_start_switch_fiber(&from->fake, to->low, to->size);
	os_fibre_jump(from, to);
	__sanitizer_finish_switch_fiber(from->fake, NULL, NULL);
}
#else
static void entry(void (*fn)(void *arg), void *arg, struct os_fibre *self)
{
	(void)self;
	fn(arg);
	__builtin_trap(); /* it must never return */
}

/* Not a function around it: a call and a frame would be a third of its time. */
asm(".globl os_fibre_switch\n"
    ".set os_fibre_switch, os_fibre_jump\n");
#endif

int os_fibre_reserve(unsigned int nr)
{
#if defined(__SANITIZE_THREAD__)
	(void)nr;
	return -ENOSYS; /* its shadow stack knows nothing of ours */
#else
	static const unsigned long places[] = { 0x500000000000UL, 0x480000000000UL };
	unsigned long size = nr * STRIDE, at;
	char *base;

	os_crash_stack(); /* an overflow leaves no room for a report on the fibre's own */
	if (region.base)
		return nr <= region.nr ? 0 : -EBUSY;
	base = ls_map_fixed(places, sizeof(places) / sizeof(places[0]), size + GUARD_SIZE, 0);
	if (!base)
		return -ENOMEM;
	region.fibre = ls_map_anywhere(nr * sizeof(region.fibre[0]));
	if (!region.fibre)
		goto err_unmap;
	for (at = GUARD_SIZE; at < size; at += STRIDE)
		if (mprotect(base + at, STACK_SIZE, PROT_READ | PROT_WRITE))
			goto err_unmap;
	region.base = (unsigned long)base;
	region.end = region.base + size;
	region.nr = nr;
	return 0;

err_unmap:
	munmap(base, size + GUARD_SIZE);
	return -ENOMEM;
#endif
}

char *ls_fibre_top(unsigned int index)
{
	unsigned long end = region.base + (index + 1) * STRIDE;

	return (char *)((end - COLOUR * (index % COLOURS)) & ~63UL);
}

void os_fibre_make(struct os_fibre *f, unsigned int index, void (*fn)(void *arg), void *arg)
{
	unsigned long *frame;

	if (index >= region.nr)
		__builtin_trap(); /* beyond what was reserved */
	f->low = (char *)region.base + index * STRIDE + GUARD_SIZE;
	f->size = STACK_SIZE;
	f->fake = NULL;
	/* What was left by a task that never came back. */
	os_unpoison(f->low, f->size);
	frame = (unsigned long *)ls_fibre_top(index) - FRAME_WORDS;
	memset(frame, 0, FRAME_WORDS * sizeof(*frame));
	frame[FRAME_PC] = (unsigned long)os_fibre_first;
	frame[FRAME_ENTRY] = (unsigned long)entry;
	frame[FRAME_ARG1] = (unsigned long)fn;
	frame[FRAME_ARG2] = (unsigned long)arg;
	frame[FRAME_ARG3] = (unsigned long)f;
	f->sp = frame;
	region.fibre[index] = f;
	if (region.made <= index)
		region.made = index + 1;
}

void os_fibre_self(struct os_fibre *f)
{
	pthread_attr_t attr;
	void *low = NULL;
	size_t size = 0;

	memset(f, 0, sizeof(*f));
	if (pthread_getattr_np(pthread_self(), &attr))
		return;
	if (!pthread_attr_getstack(&attr, &low, &size)) {
		f->low = low;
		f->size = size;
	}
	pthread_attr_destroy(&attr);
}

int ls_fibre_bounds(unsigned long at, unsigned long *low, unsigned long *high)
{
	unsigned long off = at - region.base;

	if (off >= region.end - region.base)
		return 0;
	*low = region.base + off / STRIDE * STRIDE + GUARD_SIZE;
	*high = *low + STACK_SIZE;
	return 1;
}

struct os_fibre *ls_fibre_at(unsigned int index)
{
	return index < region.made ? region.fibre[index] : NULL;
}

unsigned int ls_fibre_made(void)
{
	return region.made;
}

int os_fibre_of(const volatile void *addr, unsigned long *at)
{
	unsigned long offset = (unsigned long)addr - region.base;

	if (offset >= region.end - region.base || offset % STRIDE < GUARD_SIZE)
		return -1;
	*at = offset % STRIDE - GUARD_SIZE;
	return (int)(offset / STRIDE);
}

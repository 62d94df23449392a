// SPDX-License-Identifier: MIT
/*
 * Faults of clients.
 *
 * Touching a mapping whose page is not there is no crash: the driver's ->fault() brings it.
 * That may sleep, take locks and want its call chain seen, so it runs on the stack of the task,
 * below what the interrupted code uses, and with a frame that leads back to that code. When it
 * returns the signal handler returns too, and the access is made again.
 *
 * Under an explorer all tasks share one signal stack. While one of them is in ->fault(), which may
 * sleep, others fault as well, and so does the first write to a page of a snapshot. So what
 * the system has put on the signal stack moves to the task's own stack, and the task returns from
 * the signal there.
 */
#include <asm/unistd.h>
#include <errno.h>
#include <signal.h>
#include <string.h>
#include <ucontext.h>

#include "fault.h"
#include "fixed.h"
#include "lockstep/crash.h"
#include "lockstep/os.h"

#define RED_ZONE 128 /* below the stack pointer, and still in use */

long os_call_on_stack(long (*fn)(unsigned long addr, int write), unsigned long addr, int write,
		      unsigned long sp, unsigned long pc, unsigned long fp);

#if defined(__x86_64__)
asm(".pushsection .text\n"
    ".type os_call_on_stack, @function\n"
    "os_call_on_stack:\n"
    "	pushq	%rbp\n"
    "	pushq	%rbx\n"
    "	movq	%rsp, %rbx\n"
    "	movq	%rcx, %rsp\n"
    "	pushq	%r8\n"
    "	pushq	%r9\n"
    "	movq	%rsp, %rbp\n"
    "	movq	%rdi, %rax\n"
    "	movq	%rsi, %rdi\n"
    "	movl	%edx, %esi\n"
    "	call	*%rax\n"
    "	movq	%rbx, %rsp\n"
    "	popq	%rbx\n"
    "	popq	%rbp\n"
    "	ret\n"
    ".size os_call_on_stack, . - os_call_on_stack\n"
    ".popsection\n");

static int is_write(const void *ucontext)
{
	const ucontext_t *uc = ucontext;

	return (uc->uc_mcontext.gregs[REG_ERR] & 2) != 0;
}

#define BEFORE_UCONTEXT sizeof(long) /* where the handler returns to */
#define FRAME_ALIGN	64

/* Saved vector registers are known by a pointer. */
static void move_frame(char *frame, long by)
{
	ucontext_t *uc = (ucontext_t *)(frame + BEFORE_UCONTEXT);

	if (uc->uc_mcontext.fpregs)
		uc->uc_mcontext.fpregs = (void *)((char *)uc->uc_mcontext.fpregs + by);
}

static __attribute__((noreturn)) void sigreturn_from(char *frame)
{
	asm volatile("movq %0, %%rsp\n\t"
		     "syscall\n\t"
		     "ud2"
		     : : "r"(frame + BEFORE_UCONTEXT), "a"(__NR_rt_sigreturn) : "memory");
	__builtin_unreachable();
}

/* Call @fn(@arg) on the stack that ends at @arg, as if by code at @pc with frame @fp. */
static __attribute__((noreturn)) void go_on_at(void *arg, void (*fn)(void *arg), unsigned long pc,
					       unsigned long fp)
{
	asm volatile("movq %0, %%rsp\n\t"
		     "pushq %2\n\t"
		     "pushq %3\n\t"
		     "movq %%rsp, %%rbp\n\t"
		     "call *%1\n\t"
		     "ud2"
		     : : "D"(arg), "r"(fn), "r"(pc), "r"(fp) : "memory");
	__builtin_unreachable();
}
#elif defined(__aarch64__)
asm(".pushsection .text\n"
    ".type os_call_on_stack, %function\n"
    "os_call_on_stack:\n"
    "	stp	x29, x30, [sp, #-32]!\n"
    "	str	x19, [sp, #16]\n"
    "	mov	x19, sp\n"
    "	mov	sp, x3\n"
    "	stp	x5, x4, [sp, #-16]!\n"
    "	mov	x29, sp\n"
    "	mov	x8, x0\n"
    "	mov	x0, x1\n"
    "	mov	w1, w2\n"
    "	blr	x8\n"
    "	mov	sp, x19\n"
    "	ldr	x19, [sp, #16]\n"
    "	ldp	x29, x30, [sp], #32\n"
    "	ret\n"
    ".size os_call_on_stack, . - os_call_on_stack\n"
    ".popsection\n");

/* The syndrome register is in one of the records behind the registers. */
static int is_write(const void *ucontext)
{
	const ucontext_t *uc = ucontext;
	const unsigned char *at = uc->uc_mcontext.__reserved;
	const unsigned char *end = at + sizeof(uc->uc_mcontext.__reserved);
	struct _aarch64_ctx head;
	unsigned long long esr;

	for (; at + sizeof(head) + sizeof(esr) <= end; at += head.size) {
		memcpy(&head, at, sizeof(head));
		if (!head.magic || !head.size)
			break;
		if (head.magic != ESR_MAGIC)
			continue;
		memcpy(&esr, at + sizeof(head), sizeof(esr));
		return esr >> 6 & 1;
	}
	return 0;
}

#define BEFORE_UCONTEXT sizeof(siginfo_t)
#define FRAME_ALIGN	16

/* What does not fit, of large vector registers, is known by a pointer. */
static void move_frame(char *frame, long by)
{
	ucontext_t *uc = (ucontext_t *)(frame + BEFORE_UCONTEXT);
	unsigned char *at = uc->uc_mcontext.__reserved;
	unsigned char *end = at + sizeof(uc->uc_mcontext.__reserved);
	struct extra_context extra;

	for (; at + sizeof(extra) <= end; at += extra.head.size) {
		memcpy(&extra, at, sizeof(extra));
		if (!extra.head.magic || !extra.head.size)
			break;
		if (extra.head.magic != EXTRA_MAGIC)
			continue;
		extra.datap += by;
		memcpy(at, &extra, sizeof(extra));
	}
}

static __attribute__((noreturn)) void sigreturn_from(char *frame)
{
	register long nr asm("x8") = __NR_rt_sigreturn;

	asm volatile("mov sp, %0\n\t"
		     "svc #0\n\t"
		     "brk #0"
		     : : "r"(frame), "r"(nr) : "memory");
	__builtin_unreachable();
}

/* Call @fn(@arg) on the stack that ends at @arg, as if by code at @pc with frame @fp. */
static __attribute__((noreturn)) void go_on_at(void *arg, void (*fn)(void *arg), unsigned long pc,
					       unsigned long fp)
{
	register void *x0 asm("x0") = arg;

	asm volatile("mov sp, %0\n\t"
		     "stp %3, %2, [sp, #-16]!\n\t"
		     "mov x29, sp\n\t"
		     "blr %1\n\t"
		     "brk #0"
		     : : "r"(x0), "r"(fn), "r"(pc), "r"(fp) : "memory");
	__builtin_unreachable();
}
#endif

/* --- on the task's own stack ------------------------------------------------------------ */

struct away {
	struct os_context ctx;
	char *frame;
	int write;
	int saved; /* errno */
} __attribute__((aligned(16)));

static void resolve_away(void *arg)
{
	struct away *a = arg;
	long err = ls_client_fault(a->ctx.addr, a->write);

	if (err)
		ls_deadly(SIGSEGV, &a->ctx);
	errno = a->saved;
	sigreturn_from(a->frame);
}

static void leave_signal_stack(const struct os_context *ctx, void *ucontext, const stack_t *ss,
			       struct away *a)
{
	char *from = (char *)ucontext - BEFORE_UCONTEXT, *to;
	unsigned long size = (unsigned long)((char *)ss->ss_sp + ss->ss_size - from);

	to = (char *)ctx->sp - RED_ZONE - size;
	to -= (unsigned long)(to - from) & (FRAME_ALIGN - 1);
	a->frame = to;
	/* A first write to these pages may fault: on the signal stack that is no harm yet. */
	ls_copy(to, from, size);
	move_frame(to, to - from);
	to = (char *)(((unsigned long)to - sizeof(*a)) & ~15UL);
	ls_copy(to, a, sizeof(*a));
	/* Nobody returns to the frames that are here now. */
	os_unpoison(ss->ss_sp, ss->ss_size);
	go_on_at(to, resolve_away, ctx->pc + 1, ctx->fp);
}

/* Where the task was when it faulted; 0 outside of a fault. */
static __thread unsigned long fault_sp;

int ls_resolve_fault(const struct os_context *ctx, void *ucontext)
{
	int saved = errno, write = is_write(ucontext);
	stack_t ss;
	long err;

	if (!ls_client_range(ctx->addr) || sigaltstack(NULL, &ss))
		return 0;
	if (os_heap_is_on() && (ss.ss_flags & SS_ONSTACK)) {
		struct away a = { .ctx = *ctx, .write = write, .saved = saved };

		leave_signal_stack(ctx, ucontext, &ss, &a);
	}
	if (ss.ss_flags & SS_ONSTACK) {
		/* A fault in a fault needs this stack again. (Not after a longjmp out of one.) */
		if (fault_sp && ctx->sp < fault_sp)
			return 0;
		fault_sp = ctx->sp;
		err = os_call_on_stack(ls_client_fault, ctx->addr, write,
				       (ctx->sp - RED_ZONE) & ~15UL, ctx->pc + 1, ctx->fp);
		fault_sp = 0;
	} else {
		err = ls_client_fault(ctx->addr, write); /* a task without a signal stack */
	}
	errno = saved;
	return !err;
}


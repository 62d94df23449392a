// SPDX-License-Identifier: MIT
/* The kernel's stack trace API over frame-pointer walks. */
#include <linux/stacktrace.h>
#include <linux/printk.h>
#include <linux/sprintf.h>
#include <linux/minmax.h>
#include <lockstep/report.h>

/**
 * stack_trace_save() - save the caller's call chain
 * @store: where to, innermost first
 * @size: room
 * @skipnr: frames to leave out
 *
 * Context: Any.
 * Return: how many were saved.
 */
unsigned int stack_trace_save(unsigned long *store, unsigned int size, unsigned int skipnr)
{
	struct ls_stack stack;
	unsigned int i;

	ls_stack_save(&stack, skipnr + 1);
	for (i = 0; i < stack.nr && i < size; i++)
		store[i] = stack.pc[i];
	return i;
}

/**
 * stack_trace_print() - print a call chain
 * @entries: from stack_trace_save()
 * @nr_entries: how many
 * @spaces: indentation
 *
 * Context: Any.
 */
void stack_trace_print(const unsigned long *entries, unsigned int nr_entries, int spaces)
{
	unsigned int i;

	for (i = 0; i < nr_entries; i++)
		printk("%*c%pS\n", 1 + spaces, ' ', (void *)entries[i]);
}

/**
 * stack_trace_snprint() - print a call chain into a buffer
 * @buf: the buffer
 * @size: room
 * @entries: from stack_trace_save()
 * @nr_entries: how many
 * @spaces: indentation
 *
 * Context: Any.
 * Return: characters written, without the final NUL.
 */
int stack_trace_snprint(char *buf, size_t size, const unsigned long *entries,
			unsigned int nr_entries, int spaces)
{
	unsigned int i;
	int total = 0;

	for (i = 0; i < nr_entries && size; i++) {
		int n = scnprintf(buf, size, "%*c%pS\n", 1 + spaces, ' ', (void *)entries[i]);

		buf += n;
		size -= (size_t)n;
		total += n;
	}
	return total;
}

// SPDX-License-Identifier: MIT
/*
 * Events and the console: how the kernel world speaks to whoever runs it.
 */
#include <linux/kernel.h>
#include <linux/printk.h>
#include <linux/stdarg.h>
#include <linux/string.h>
#include <lockstep/console.h>
#include <lockstep/os.h>
#include <lockstep/symbol.h>
#include "core.h"

#define LINE_MAX_LEN 1024

int ls_console_level = 6;

static struct ls_progress no_progress;
struct ls_progress *ls_progress = &no_progress;

static void stderr_line(void *arg, const char *text)
{
	char line[LINE_MAX_LEN];
	int len = scnprintf(line, sizeof(line), "%s\n", text);

	os_write(2, line, len);
}

/* Without a runner (benchmarks, programs that link the library) a report is just printed. */
static void print_event(enum ls_event type, const void *data, unsigned long len)
{
	switch (type) {
	case LS_EVENT_LINE:
		stderr_line(NULL, data);
		break;
	case LS_EVENT_REPORT:
	case LS_EVENT_FATAL:
		ls_report_render(data, stderr_line, NULL);
		break;
	default:
		break;
	}
}

void ls_event_send(enum ls_event type, const void *data, unsigned long len)
{
	if (type == LS_EVENT_LINE && ls_quiet)
		return;
	if (ls_event_hook)
		ls_event_hook(type, data, len);
	else
		print_event(type, data, len);
}

void ls_event_line(const char *fmt, ...)
{
	char line[LINE_MAX_LEN];
	va_list args;
	int len;

	va_start(args, fmt);
	len = vscnprintf(line, sizeof(line), fmt, args);
	va_end(args);
	ls_event_send(LS_EVENT_LINE, line, len + 1);
}

/*
 * printk() may give a line in pieces (KERN_CONT). The pieces of all tasks share one
 * buffer, as they do in a kernel.
 */
static struct {
	struct ls_word lock;
	unsigned int len;
	char text[LINE_MAX_LEN];
} pending;

/* Send what is there as a line. Called with the lock held, which is dropped meanwhile. */
static void flush_pending(void)
{
	char line[LINE_MAX_LEN];
	unsigned int len = pending.len;

	memcpy(line, pending.text, len);
	line[len] = '\0';
	pending.len = 0;
	ls_word_unlock(&pending.lock);
	ls_event_send(LS_EVENT_LINE, line, len + 1);
	ls_word_lock(&pending.lock);
}

void ls_event_flush(void)
{
	ls_word_lock(&pending.lock);
	if (pending.len)
		flush_pending();
	ls_word_unlock(&pending.lock);
}

/**
 * ls_printk_emit() - where printk() ends
 * @level: LOGLEVEL_EMERG to LOGLEVEL_DEBUG, LOGLEVEL_DEFAULT, or LS_PRINTK_CONT
 * @text: one message, or a piece of one; a newline ends a line
 *
 * In a test worker lines go to the parent, which prints them as "# " lines of the case;
 * elsewhere to standard error. Those above ls_console_level are dropped.
 *
 * Context: Any; does not sleep.
 */
void ls_printk_emit(int level, const char *text)
{
	static int line_level; /* of the line that LS_PRINTK_CONT continues */

	ls_word_lock(&pending.lock);
	if (level == LS_PRINTK_CONT) {
		level = line_level;
	} else if (pending.len) {
		flush_pending();
	}
	line_level = level;
	if (level <= ls_console_level) {
		for (; *text; text++) {
			if (*text == '\n' || pending.len == sizeof(pending.text) - 1)
				flush_pending();
			if (*text != '\n')
				pending.text[pending.len++] = *text;
		}
	}
	ls_word_unlock(&pending.lock);
}

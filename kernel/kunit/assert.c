// SPDX-License-Identifier: MIT
/*
 * Failed checks, in words.
 */
#include <kunit/test.h>
#include <kunit/test-bug.h>
#include <linux/kernel.h>
#include <linux/sched.h>
#include <linux/stdarg.h>
#include <linux/string.h>
#include <lockstep/symbol.h>
#include "../core/core.h"

#define MEM_SHOWN 64

/* A value whose source text is the value itself needs no second line. */
static bool is_literal(const char *text, long long value)
{
	char number[32];

	scnprintf(number, sizeof(number), "%lld", value);
	return !strcmp(text, number);
}

static void say_int(const char *text, long long value)
{
	if (!is_literal(text, value))
		ls_event_line("    %s == %lld (0x%llx)", text, value, value);
}

static void say_mem(const char *label, const unsigned char *p, const unsigned char *other,
		    size_t size)
{
	char line[MEM_SHOWN * 4 + 1];
	int len = 0;

	if (!p) {
		ls_event_line("    %s == NULL", label);
		return;
	}
	for (size_t i = 0; i < size && i < MEM_SHOWN; i++)
		len += scnprintf(line + len, sizeof(line) - len,
				 other && p[i] != other[i] ? "<%02x>" : " %02x ", p[i]);
	line[len] = '\0';
	ls_event_line("    %s ==%s%s", label, line, size > MEM_SHOWN ? " ..." : "");
}

/* "expected A op B, but", or the end of it if there is no value to show. */
static void say_expected(const struct ls_kunit_failure *f)
{
	bool literals = f->left_text[0] == '"' && f->right_text[0] == '"';

	ls_event_line("  expected %s %s %s, but%s", f->left_text, f->op, f->right_text,
		      literals ? " it is not" : "");
}

static void describe(const struct ls_kunit_failure *f)
{
	switch (f->check) {
	case LS_KUNIT_FAIL:
		break;
	case LS_KUNIT_BOOL:
		ls_event_line("  expected %s to be %s, but it is not", f->left_text,
			      f->left ? "true" : "false");
		break;
	case LS_KUNIT_INT:
		say_expected(f);
		say_int(f->left_text, f->left);
		say_int(f->right_text, f->right);
		break;
	case LS_KUNIT_PTR:
		say_expected(f);
		ls_event_line("    %s == %px", f->left_text, f->left_ptr);
		if (strcmp(f->right_text, "NULL"))
			ls_event_line("    %s == %px", f->right_text, f->right_ptr);
		break;
	case LS_KUNIT_STR:
		say_expected(f);
		if (f->left_text[0] != '"')
			ls_event_line("    %s == \"%s\"", f->left_text,
				      f->left_ptr ? (const char *)f->left_ptr : "(null)");
		if (f->right_text[0] != '"')
			ls_event_line("    %s == \"%s\"", f->right_text,
				      f->right_ptr ? (const char *)f->right_ptr : "(null)");
		break;
	case LS_KUNIT_MEM:
		ls_event_line("  expected %s %s %s over %zu bytes, but", f->left_text, f->op,
			      f->right_text, f->size);
		say_mem(f->left_text, f->left_ptr, f->right_ptr, f->size);
		say_mem(f->right_text, f->right_ptr, f->left_ptr, f->size);
		break;
	case LS_KUNIT_NOT_ERR:
		if (f->left_ptr)
			ls_event_line("  expected %s to be a pointer, but it is error %pe",
				      f->left_text, f->left_ptr);
		else
			ls_event_line("  expected %s not to be NULL", f->left_text);
		break;
	}
}

/* @text may have several lines. */
static void say_lines(char *text)
{
	char *line;

	while ((line = strsep(&text, "\n")) != NULL) {
		if (*line)
			ls_event_line("  %s", line);
	}
}

static void __printf(1, 0) say_message(const char *fmt, va_list args)
{
	char text[512];

	vscnprintf(text, sizeof(text), fmt, args);
	say_lines(text);
}

/**
 * __kunit_failed() - a check did not hold
 * @test: the case
 * @f: what was checked
 * @fmt: the test's own words, or NULL
 *
 * Context: Any for an expectation, task context for an assertion, which does not return.
 */
void __kunit_failed(struct kunit *test, const struct ls_kunit_failure *f, const char *fmt, ...)
{
	va_list args;

	kunit_set_failure(test);
	ls_event_line("%s FAILED at %s:%d", f->type == KUNIT_ASSERTION ? "ASSERTION" : "EXPECTATION",
		      os_short_path(f->loc.file), f->loc.line);
	describe(f);
	if (fmt) {
		va_start(args, fmt);
		say_message(fmt, args);
		va_end(args);
	}
	if (f->type == KUNIT_ASSERTION)
		__kunit_abort(test);
}

/**
 * __kunit_abort() - end the case
 * @test: the case
 *
 * Context: Task context; does not return.
 */
void __noreturn __kunit_abort(struct kunit *test)
{
	kunit_try_catch_throw(&test->try_catch);
}

/**
 * kunit_get_current_test() - the case that the current task runs
 *
 * Context: Any.
 * Return: the case, or NULL.
 */
struct kunit *kunit_get_current_test(void)
{
	return current->kunit_test;
}

void __kunit_fail_current_test(const char *file, int line, const char *fmt, ...)
{
	struct kunit *test = kunit_get_current_test();
	va_list args;

	if (!test)
		return;
	kunit_set_failure(test);
	ls_event_line("FAILED at %s:%d", os_short_path(file), line);
	va_start(args, fmt);
	say_message(fmt, args);
	va_end(args);
}

/**
 * __kunit_log() - a line of the case's own
 * @test: the case, or a suite; not looked at
 * @fmt: format; a KERN_* prefix is dropped
 *
 * Context: Any.
 */
void __kunit_log(const void *test, const char *fmt, ...)
{
	va_list args;

	if (fmt[0] == '\001' && fmt[1])
		fmt += 2;
	va_start(args, fmt);
	say_message(fmt, args);
	va_end(args);
}

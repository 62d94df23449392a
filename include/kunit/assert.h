/* SPDX-License-Identifier: MIT */
#ifndef _KUNIT_ASSERT_H
#define _KUNIT_ASSERT_H

#include <linux/types.h>
#include <linux/compiler.h>

struct kunit;

enum kunit_assert_type {
	KUNIT_ASSERTION, /* ends the case */
	KUNIT_EXPECTATION,
};

/** struct kunit_loc - where a check stands */
struct kunit_loc {
	int line;
	const char *file;
};

#define KUNIT_CURRENT_LOC { .file = __FILE__, .line = __LINE__ }

/** enum ls_kunit_check - what failed; decides how the values are printed */
enum ls_kunit_check {
	LS_KUNIT_FAIL,		/* no values, only the message */
	LS_KUNIT_BOOL,		/* left holds the expected truth */
	LS_KUNIT_INT,
	LS_KUNIT_PTR,
	LS_KUNIT_STR,
	LS_KUNIT_MEM,
	LS_KUNIT_NOT_ERR,
};

/**
 * struct ls_kunit_failure - a check that did not hold
 * @check: kind
 * @type: does it end the case
 * @loc: where
 * @left_text: source text of the left side, or of the only one
 * @op: "==", "<", ...
 * @right_text: source text of the right side
 * @left: value
 * @right: value
 * @left_ptr: pointer, string or memory
 * @right_ptr: the same
 * @size: of the memory
 */
struct ls_kunit_failure {
	enum ls_kunit_check check;
	enum kunit_assert_type type;
	struct kunit_loc loc;
	const char *left_text;
	const char *op;
	const char *right_text;
	long long left, right;
	const void *left_ptr, *right_ptr;
	size_t size;
};

/* Print it, fail the case, and end it if it was an assertion. @fmt may be NULL. */
void __printf(3, 4) __kunit_failed(struct kunit *test, const struct ls_kunit_failure *f,
				   const char *fmt, ...);

#endif /* _KUNIT_ASSERT_H */

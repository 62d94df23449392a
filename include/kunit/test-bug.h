/* SPDX-License-Identifier: MIT */
#ifndef _KUNIT_TEST_BUG_H
#define _KUNIT_TEST_BUG_H

#include <linux/compiler.h>

struct kunit;

/**
 * kunit_get_current_test() - the case that the current task runs, or NULL
 *
 * Tasks that a case started belong to it.
 */
struct kunit *kunit_get_current_test(void);

/* Fail the case of the current task, if there is one. */
void __printf(3, 4) __kunit_fail_current_test(const char *file, int line, const char *fmt, ...);
#define kunit_fail_current_test(fmt, ...) \
	__kunit_fail_current_test(__FILE__, __LINE__, fmt, ##__VA_ARGS__)

#endif /* _KUNIT_TEST_BUG_H */

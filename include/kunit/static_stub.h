/* SPDX-License-Identifier: MIT */
#ifndef _KUNIT_STATIC_STUB_H
#define _KUNIT_STATIC_STUB_H

#include <kunit/test.h>
#include <kunit/test-bug.h>
#include <linux/typecheck.h>

/* The replacement that @test has put in place of @real, or NULL. */
void *__kunit_static_stub_address(struct kunit *test, void *real);
void __kunit_activate_static_stub(struct kunit *test, void *real, void *replacement);
void kunit_deactivate_static_stub(struct kunit *test, void *real_fn_addr);

/* First statement of a function that tests may replace; returns from it if one did. */
#define KUNIT_STATIC_STUB_REDIRECT(real_fn_name, args...)                                          \
	do {                                                                                       \
		struct kunit *__test = kunit_get_current_test();                                   \
		typeof(&real_fn_name) __stub =                                                     \
			__test ? __kunit_static_stub_address(__test, &real_fn_name) : NULL;        \
												   \
		if (unlikely(__stub))                                                              \
			return __stub(args);                                                       \
	} while (0)

#define kunit_activate_static_stub(test, real_fn_addr, replacement_addr)                           \
	do {                                                                                       \
		typecheck_fn(typeof(&(replacement_addr)), real_fn_addr);                           \
		__kunit_activate_static_stub(test, real_fn_addr, replacement_addr);                \
	} while (0)

#endif /* _KUNIT_STATIC_STUB_H */

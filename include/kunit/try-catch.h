/* SPDX-License-Identifier: MIT */
#ifndef _KUNIT_TRY_CATCH_H
#define _KUNIT_TRY_CATCH_H

#include <linux/types.h>

struct kunit;

typedef void (*kunit_try_catch_func_t)(void *context);

/**
 * struct kunit_try_catch - a function that may be left from inside any call
 * @test: the case it belongs to
 * @try_result: 0, -EFAULT if it was thrown out of, -EDEADLK if a fatal report ended it,
 *	-ENOMEM if its task could not start
 * @try: runs in a task of its own
 * @catch: runs in the caller's task if @try did not return
 * @context: for both
 */
struct kunit_try_catch {
	struct kunit *test;
	int try_result;
	kunit_try_catch_func_t try;
	kunit_try_catch_func_t catch;
	void *context;
};

static inline void kunit_try_catch_init(struct kunit_try_catch *try_catch, struct kunit *test,
					kunit_try_catch_func_t try, kunit_try_catch_func_t catch)
{
	try_catch->test = test;
	try_catch->try = try;
	try_catch->catch = catch;
}

void kunit_try_catch_run(struct kunit_try_catch *try_catch, void *context);
void __attribute__((noreturn)) kunit_try_catch_throw(struct kunit_try_catch *try_catch);

static inline int kunit_try_catch_get_result(struct kunit_try_catch *try_catch)
{
	return try_catch->try_result;
}

#endif /* _KUNIT_TRY_CATCH_H */

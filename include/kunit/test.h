/* SPDX-License-Identifier: MIT */
#ifndef _KUNIT_TEST_H
#define _KUNIT_TEST_H

#include <kunit/assert.h>
#include <kunit/try-catch.h>

#include <linux/compiler.h>
#include <linux/container_of.h>
#include <linux/err.h>
#include <linux/init.h>
#include <linux/kconfig.h>
#include <linux/kref.h>
#include <linux/list.h>
#include <linux/module.h>
#include <linux/slab.h>
#include <linux/spinlock.h>
#include <linux/string.h>
#include <linux/types.h>
#include <linux/printk.h>
#include <lockstep/module.h>

/**
 * DOC: KUnit
 *
 * A suite is a table of cases and up to four hooks; kunit_test_suites() makes it
 * known to `lockstep test`:
 *
 *	static void pages_are_zeroed(struct kunit *test)
 *	{
 *		char *page = kunit_kzalloc(test, PAGE_SIZE, GFP_KERNEL);
 *
 *		KUNIT_ASSERT_NOT_NULL(test, page);
 *		KUNIT_EXPECT_EQ(test, page[17], 0);
 *	}
 *
 *	static struct kunit_case cases[] = {
 *		KUNIT_CASE(pages_are_zeroed),
 *		{}
 *	};
 *
 *	static struct kunit_suite suite = { .name = "pages", .test_cases = cases };
 *	kunit_test_suites(&suite);
 *
 * KUNIT_EXPECT_* records a failure and goes on; KUNIT_ASSERT_* ends the case. Each case
 * runs in a task of its own. What it leaves behind (memory, references, fences,
 * held locks) and any report of the checks fail it as well.
 */

struct kunit;
struct kunit_suite;
struct file;

#define KUNIT_PARAM_DESC_SIZE     128
#define KUNIT_STATUS_COMMENT_SIZE 256

enum kunit_status {
	KUNIT_SUCCESS,
	KUNIT_FAILURE,
	KUNIT_SKIPPED,
};

/* How long a case takes; kept for the source's sake, it changes nothing. */
enum kunit_speed {
	KUNIT_SPEED_UNSET,
	KUNIT_SPEED_VERY_SLOW,
	KUNIT_SPEED_SLOW,
	KUNIT_SPEED_NORMAL,
	KUNIT_SPEED_MAX = KUNIT_SPEED_NORMAL,
};

struct kunit_attributes {
	enum kunit_speed speed;
};

/**
 * struct kunit_case - one test case; a table of them ends with {}
 * @run_case: the test
 * @name: its name
 * @generate_params: gives the parameter after @prev (NULL: the first), or NULL at the
 *	end, and describes it in @desc (KUNIT_PARAM_DESC_SIZE)
 * @attr: attributes
 */
struct kunit_case {
	void (*run_case)(struct kunit *test);
	const char *name;
	const void *(*generate_params)(const void *prev, char *desc);
	struct kunit_attributes attr;

	/* private: */
	enum kunit_status status;
	char *module_name;
};

#define KUNIT_CASE(test_name) \
	{ .run_case = test_name, .name = #test_name, .module_name = KBUILD_MODNAME }

#define KUNIT_CASE_ATTR(test_name, attributes)                                                     \
	{ .run_case = test_name, .name = #test_name, .attr = attributes,                           \
	  .module_name = KBUILD_MODNAME }

#define KUNIT_CASE_SLOW(test_name)                                                                 \
	{ .run_case = test_name, .name = #test_name, .attr.speed = KUNIT_SPEED_SLOW,               \
	  .module_name = KBUILD_MODNAME }

#define KUNIT_CASE_PARAM(test_name, gen_params)                                                    \
	{ .run_case = test_name, .name = #test_name, .generate_params = gen_params,                \
	  .module_name = KBUILD_MODNAME }

#define KUNIT_CASE_PARAM_ATTR(test_name, gen_params, attributes)                                   \
	{ .run_case = test_name, .name = #test_name, .generate_params = gen_params,                \
	  .attr = attributes, .module_name = KBUILD_MODNAME }

/**
 * struct kunit_suite - cases that belong together
 * @name: of the suite
 * @suite_init: runs once before the cases; nonzero fails them all
 * @suite_exit: runs once after them
 * @init: runs before each case, in its task; nonzero fails the case
 * @exit: runs after each case, in another task, also if the case was aborted
 * @test_cases: the cases
 * @attr: attributes
 */
struct kunit_suite {
	const char name[256];
	int (*suite_init)(struct kunit_suite *suite);
	void (*suite_exit)(struct kunit_suite *suite);
	int (*init)(struct kunit *test);
	void (*exit)(struct kunit *test);
	struct kunit_case *test_cases;
	struct kunit_attributes attr;

	/* private: */
	char status_comment[KUNIT_STATUS_COMMENT_SIZE];
	int suite_init_err;
	bool is_init;
};

/**
 * struct kunit - a running case
 * @priv: for the suite's own use, from its init on
 * @name: of the case
 * @param_value: parameter of this run, NULL without parameters
 * @param_index: its number, from 0
 * @status: verdict so far
 * @status_comment: why it was skipped
 * @lock: protects @resources and @status
 * @resources: what is undone at the end, last one first
 * @last_seen: last line that a KUNIT_* macro was reached at
 */
struct kunit {
	void *priv;
	const char *name;
	const void *param_value;
	int param_index;
	enum kunit_status status;
	char status_comment[KUNIT_STATUS_COMMENT_SIZE];
	spinlock_t lock;
	struct list_head resources;
	struct {
		const char *file;
		int line;
	} last_seen;

	/* private: */
	struct kunit_suite *suite;
	struct kunit_case *test_case;
	struct kunit_try_catch try_catch;
};

#define kunit_test_suites(suites...)     __kunit_test_suites(__UNIQUE_ID(kunit_suites), suites)
#define __kunit_test_suites(id, suites...)                                                         \
	static struct kunit_suite *const id[]                                                      \
		__attribute__((used, section("ls_kunit_suites"))) = { suites }
#define kunit_test_suite(suite)          kunit_test_suites(&suite)
#define kunit_test_init_section_suites(suites...) kunit_test_suites(suites)
#define kunit_test_init_section_suite(suite)      kunit_test_suites(&suite)

#define kunit_suite_for_each_test_case(suite, test_case) \
	for (test_case = (suite)->test_cases; test_case->run_case; test_case++)

static inline void kunit_set_failure(struct kunit *test)
{
	__atomic_store_n(&test->status, KUNIT_FAILURE, __ATOMIC_RELAXED);
}

static inline bool kunit_enabled(void)
{
	return true;
}

/* --- memory and strings that live as long as the case --------------------- */

void *kunit_kmalloc_array(struct kunit *test, size_t n, size_t size, gfp_t gfp);
void kunit_kfree(struct kunit *test, const void *ptr);
void kunit_kfree_const(struct kunit *test, const void *x);
const char *kunit_kstrdup_const(struct kunit *test, const char *str, gfp_t gfp);

/* kunit_kmalloc() - kmalloc() that is freed with the case. @return NULL when out of memory. */
static inline void *kunit_kmalloc(struct kunit *test, size_t size, gfp_t gfp)
{
	return kunit_kmalloc_array(test, 1, size, gfp);
}

static inline void *kunit_kzalloc(struct kunit *test, size_t size, gfp_t gfp)
{
	return kunit_kmalloc(test, size, gfp | __GFP_ZERO);
}

static inline void *kunit_kcalloc(struct kunit *test, size_t n, size_t size, gfp_t gfp)
{
	return kunit_kmalloc_array(test, n, size, gfp | __GFP_ZERO);
}

char *kunit_kstrdup(struct kunit *test, const char *str, gfp_t gfp);

void kunit_cleanup(struct kunit *test);

/* --- log and verdict ------------------------------------------------------- */

void __printf(2, 3) __kunit_log(const void *test, const char *fmt, ...);
/* Strips the level prefix that kunit_info() and kin put first. */
#define kunit_log(lvl, test, fmt, ...)  __kunit_log(test, fmt, ##__VA_ARGS__)
#define kunit_printk(lvl, test, fmt, ...) __kunit_log(test, fmt, ##__VA_ARGS__)
#define kunit_info(test, fmt, ...)      __kunit_log(test, fmt, ##__VA_ARGS__)
#define kunit_warn(test, fmt, ...)      __kunit_log(test, fmt, ##__VA_ARGS__)
#define kunit_err(test, fmt, ...)       __kunit_log(test, fmt, ##__VA_ARGS__)

/* A suite's init may be skipped too; both structs have a status_comment. */
#define kunit_mark_skipped(test_or_suite, fmt, ...)                                                \
	do {                                                                                       \
		__atomic_store_n(&(test_or_suite)->status, KUNIT_SKIPPED, __ATOMIC_RELAXED);       \
		scnprintf((test_or_suite)->status_comment, KUNIT_STATUS_COMMENT_SIZE, fmt,         \
			  ##__VA_ARGS__);                                                          \
	} while (0)

#define kunit_skip(test_or_suite, fmt, ...)                                                        \
	do {                                                                                       \
		kunit_mark_skipped((test_or_suite), fmt, ##__VA_ARGS__);                           \
		kunit_try_catch_throw(&((test_or_suite)->try_catch));                              \
	} while (0)

void __noreturn __kunit_abort(struct kunit *test);

#include <kunit/expect.h>
#include <kunit/resource.h>

#endif /* _KUNIT_TEST_H */

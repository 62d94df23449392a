/* SPDX-License-Identifier: MIT */
#ifndef _KUNIT_EXPECT_H
#define _KUNIT_EXPECT_H

#include <kunit/assert.h>

/*
 * The checks. Each side is evaluated once. A check that holds costs a comparison;
 * one that does not is described to __kunit_failed(). Included by kunit/test.h only.
 */

#define _KUNIT_SAVE_LOC(test)                                                                      \
	do {                                                                                       \
		/* No scheduling points: what is checked has some, if it needs them. */            \
		__atomic_store_n(&(test)->last_seen.file, __FILE__, __ATOMIC_RELAXED);             \
		__atomic_store_n(&(test)->last_seen.line, __LINE__, __ATOMIC_RELAXED);             \
	} while (0)

#define KUNIT_SUCCEED(test) _KUNIT_SAVE_LOC(test)

#define __KUNIT_FAILED(test, assert_type, fmt, args, init...)                                      \
	__kunit_failed(test,                                                                       \
		       &(const struct ls_kunit_failure){ .type = (assert_type),                    \
							 .loc = KUNIT_CURRENT_LOC, init },         \
		       fmt __KUNIT_UNWRAP args)
#define __KUNIT_UNWRAP(...) __VA_ARGS__

#define KUNIT_FAIL_ASSERTION(test, assert_type, fmt, ...)                                          \
	do {                                                                                       \
		_KUNIT_SAVE_LOC(test);                                                             \
		__KUNIT_FAILED(test, assert_type, fmt, (, ##__VA_ARGS__), .check = LS_KUNIT_FAIL); \
	} while (0)

#define KUNIT_FAIL(test, fmt, ...) KUNIT_FAIL_ASSERTION(test, KUNIT_EXPECTATION, fmt, ##__VA_ARGS__)
#define KUNIT_FAIL_AND_ABORT(test, fmt, ...)                                                       \
	KUNIT_FAIL_ASSERTION(test, KUNIT_ASSERTION, fmt, ##__VA_ARGS__)

#define __KUNIT_BOOL(test, assert_type, cond, cond_text, want, fmt, ...)                           \
	do {                                                                                       \
		_KUNIT_SAVE_LOC(test);                                                             \
		if (unlikely((bool)(cond) != (want)))                                                \
			__KUNIT_FAILED(test, assert_type, fmt, (, ##__VA_ARGS__),                  \
				       .check = LS_KUNIT_BOOL, .left_text = (cond_text),           \
				       .left = (want));                                            \
	} while (0)

#define __KUNIT_INT(test, assert_type, l, l_text, cmp, r, r_text, fmt, ...)                        \
	do {                                                                                       \
		const typeof(l) __left = (l);                                                      \
		const typeof(r) __right = (r);                                                     \
												   \
		_KUNIT_SAVE_LOC(test);                                                             \
		if (unlikely(!(__left cmp __right)))                                               \
			__KUNIT_FAILED(test, assert_type, fmt, (, ##__VA_ARGS__),                  \
				       .check = LS_KUNIT_INT, .left_text = (l_text), .op = #cmp,   \
				       .right_text = (r_text), .left = (long long)__left,          \
				       .right = (long long)__right);                               \
	} while (0)

#define __KUNIT_PTR(test, assert_type, l, l_text, cmp, r, r_text, fmt, ...)                        \
	do {                                                                                       \
		const void *__left = (l);                                                          \
		const void *__right = (r);                                                         \
												   \
		_KUNIT_SAVE_LOC(test);                                                             \
		if (unlikely(!(__left cmp __right)))                                               \
			__KUNIT_FAILED(test, assert_type, fmt, (, ##__VA_ARGS__),                  \
				       .check = LS_KUNIT_PTR, .left_text = (l_text), .op = #cmp,   \
				       .right_text = (r_text), .left_ptr = __left,                 \
				       .right_ptr = __right);                                      \
	} while (0)

/* A NULL side never holds: neither equal to a string nor different from one. */
#define __KUNIT_STR(test, assert_type, l, l_text, cmp, r, r_text, fmt, ...)                        \
	do {                                                                                       \
		const char *__left = (l);                                                          \
		const char *__right = (r);                                                         \
												   \
		_KUNIT_SAVE_LOC(test);                                                             \
		if (unlikely(!__left || !__right || !(strcmp(__left, __right) cmp 0)))             \
			__KUNIT_FAILED(test, assert_type, fmt, (, ##__VA_ARGS__),                  \
				       .check = LS_KUNIT_STR, .left_text = (l_text), .op = #cmp,   \
				       .right_text = (r_text), .left_ptr = __left,                 \
				       .right_ptr = __right);                                      \
	} while (0)

#define __KUNIT_MEM(test, assert_type, l, l_text, cmp, r, r_text, len, fmt, ...)                   \
	do {                                                                                       \
		const void *__left = (l);                                                          \
		const void *__right = (r);                                                         \
		const size_t __len = (len);                                                        \
												   \
		_KUNIT_SAVE_LOC(test);                                                             \
		if (unlikely(!__left || !__right || !(memcmp(__left, __right, __len) cmp 0)))      \
			__KUNIT_FAILED(test, assert_type, fmt, (, ##__VA_ARGS__),                  \
				       .check = LS_KUNIT_MEM, .left_text = (l_text), .op = #cmp,   \
				       .right_text = (r_text), .left_ptr = __left,                 \
				       .right_ptr = __right, .size = __len);                       \
	} while (0)

#define __KUNIT_NOT_ERR(test, assert_type, p, p_text, fmt, ...)                                    \
	do {                                                                                       \
		const void *__ptr = (p);                                                           \
												   \
		_KUNIT_SAVE_LOC(test);                                                             \
		if (unlikely(IS_ERR_OR_NULL(__ptr)))                                               \
			__KUNIT_FAILED(test, assert_type, fmt, (, ##__VA_ARGS__),                  \
				       .check = LS_KUNIT_NOT_ERR, .left_text = (p_text),           \
				       .left_ptr = __ptr);                                         \
	} while (0)

/* --- KUNIT_EXPECT_* -------------------------------------------------------- */

#define KUNIT_EXPECT_TRUE(test, condition) \
	__KUNIT_BOOL(test, KUNIT_EXPECTATION, condition, #condition, true, NULL)
#define KUNIT_EXPECT_TRUE_MSG(test, condition, fmt, ...) \
	__KUNIT_BOOL(test, KUNIT_EXPECTATION, condition, #condition, true, fmt, ##__VA_ARGS__)
#define KUNIT_EXPECT_FALSE(test, condition) \
	__KUNIT_BOOL(test, KUNIT_EXPECTATION, condition, #condition, false, NULL)
#define KUNIT_EXPECT_FALSE_MSG(test, condition, fmt, ...) \
	__KUNIT_BOOL(test, KUNIT_EXPECTATION, condition, #condition, false, fmt, ##__VA_ARGS__)
#define KUNIT_EXPECT_EQ(test, left, right) \
	__KUNIT_INT(test, KUNIT_EXPECTATION, left, #left, ==, right, #right, NULL)
#define KUNIT_EXPECT_EQ_MSG(test, left, right, fmt, ...) \
	__KUNIT_INT(test, KUNIT_EXPECTATION, left, #left, ==, right, #right, fmt, ##__VA_ARGS__)
#define KUNIT_EXPECT_NE(test, left, right) \
	__KUNIT_INT(test, KUNIT_EXPECTATION, left, #left, !=, right, #right, NULL)
#define KUNIT_EXPECT_NE_MSG(test, left, right, fmt, ...) \
	__KUNIT_INT(test, KUNIT_EXPECTATION, left, #left, !=, right, #right, fmt, ##__VA_ARGS__)
#define KUNIT_EXPECT_LT(test, left, right) \
	__KUNIT_INT(test, KUNIT_EXPECTATION, left, #left, <, right, #right, NULL)
#define KUNIT_EXPECT_LT_MSG(test, left, right, fmt, ...) \
	__KUNIT_INT(test, KUNIT_EXPECTATION, left, #left, <, right, #right, fmt, ##__VA_ARGS__)
#define KUNIT_EXPECT_LE(test, left, right) \
	__KUNIT_INT(test, KUNIT_EXPECTATION, left, #left, <=, right, #right, NULL)
#define KUNIT_EXPECT_LE_MSG(test, left, right, fmt, ...) \
	__KUNIT_INT(test, KUNIT_EXPECTATION, left, #left, <=, right, #right, fmt, ##__VA_ARGS__)
#define KUNIT_EXPECT_GT(test, left, right) \
	__KUNIT_INT(test, KUNIT_EXPECTATION, left, #left, >, right, #right, NULL)
#define KUNIT_EXPECT_GT_MSG(test, left, right, fmt, ...) \
	__KUNIT_INT(test, KUNIT_EXPECTATION, left, #left, >, right, #right, fmt, ##__VA_ARGS__)
#define KUNIT_EXPECT_GE(test, left, right) \
	__KUNIT_INT(test, KUNIT_EXPECTATION, left, #left, >=, right, #right, NULL)
#define KUNIT_EXPECT_GE_MSG(test, left, right, fmt, ...) \
	__KUNIT_INT(test, KUNIT_EXPECTATION, left, #left, >=, right, #right, fmt, ##__VA_ARGS__)
#define KUNIT_EXPECT_PTR_EQ(test, left, right) \
	__KUNIT_PTR(test, KUNIT_EXPECTATION, left, #left, ==, right, #right, NULL)
#define KUNIT_EXPECT_PTR_EQ_MSG(test, left, right, fmt, ...) \
	__KUNIT_PTR(test, KUNIT_EXPECTATION, left, #left, ==, right, #right, fmt, ##__VA_ARGS__)
#define KUNIT_EXPECT_PTR_NE(test, left, right) \
	__KUNIT_PTR(test, KUNIT_EXPECTATION, left, #left, !=, right, #right, NULL)
#define KUNIT_EXPECT_PTR_NE_MSG(test, left, right, fmt, ...) \
	__KUNIT_PTR(test, KUNIT_EXPECTATION, left, #left, !=, right, #right, fmt, ##__VA_ARGS__)
#define KUNIT_EXPECT_STREQ(test, left, right) \
	__KUNIT_STR(test, KUNIT_EXPECTATION, left, #left, ==, right, #right, NULL)
#define KUNIT_EXPECT_STREQ_MSG(test, left, right, fmt, ...) \
	__KUNIT_STR(test, KUNIT_EXPECTATION, left, #left, ==, right, #right, fmt, ##__VA_ARGS__)
#define KUNIT_EXPECT_STRNEQ(test, left, right) \
	__KUNIT_STR(test, KUNIT_EXPECTATION, left, #left, !=, right, #right, NULL)
#define KUNIT_EXPECT_STRNEQ_MSG(test, left, right, fmt, ...) \
	__KUNIT_STR(test, KUNIT_EXPECTATION, left, #left, !=, right, #right, fmt, ##__VA_ARGS__)
#define KUNIT_EXPECT_MEMEQ(test, left, right, size) \
	__KUNIT_MEM(test, KUNIT_EXPECTATION, left, #left, ==, right, #right, size, NULL)
#define KUNIT_EXPECT_MEMEQ_MSG(test, left, right, size, fmt, ...) \
	__KUNIT_MEM(test, KUNIT_EXPECTATION, left, #left, ==, right, #right, size, fmt, ##__VA_ARGS__)
#define KUNIT_EXPECT_MEMNEQ(test, left, right, size) \
	__KUNIT_MEM(test, KUNIT_EXPECTATION, left, #left, !=, right, #right, size, NULL)
#define KUNIT_EXPECT_MEMNEQ_MSG(test, left, right, size, fmt, ...) \
	__KUNIT_MEM(test, KUNIT_EXPECTATION, left, #left, !=, right, #right, size, fmt, ##__VA_ARGS__)
#define KUNIT_EXPECT_NULL(test, ptr) \
	__KUNIT_PTR(test, KUNIT_EXPECTATION, ptr, #ptr, ==, NULL, "NULL", NULL)
#define KUNIT_EXPECT_NULL_MSG(test, ptr, fmt, ...) \
	__KUNIT_PTR(test, KUNIT_EXPECTATION, ptr, #ptr, ==, NULL, "NULL", fmt, ##__VA_ARGS__)
#define KUNIT_EXPECT_NOT_NULL(test, ptr) \
	__KUNIT_PTR(test, KUNIT_EXPECTATION, ptr, #ptr, !=, NULL, "NULL", NULL)
#define KUNIT_EXPECT_NOT_NULL_MSG(test, ptr, fmt, ...) \
	__KUNIT_PTR(test, KUNIT_EXPECTATION, ptr, #ptr, !=, NULL, "NULL", fmt, ##__VA_ARGS__)
#define KUNIT_EXPECT_NOT_ERR_OR_NULL(test, ptr) \
	__KUNIT_NOT_ERR(test, KUNIT_EXPECTATION, ptr, #ptr, NULL)
#define KUNIT_EXPECT_NOT_ERR_OR_NULL_MSG(test, ptr, fmt, ...) \
	__KUNIT_NOT_ERR(test, KUNIT_EXPECTATION, ptr, #ptr, fmt, ##__VA_ARGS__)

/* --- KUNIT_ASSERT_* -------------------------------------------------------- */

#define KUNIT_ASSERT_TRUE(test, condition) \
	__KUNIT_BOOL(test, KUNIT_ASSERTION, condition, #condition, true, NULL)
#define KUNIT_ASSERT_TRUE_MSG(test, condition, fmt, ...) \
	__KUNIT_BOOL(test, KUNIT_ASSERTION, condition, #condition, true, fmt, ##__VA_ARGS__)
#define KUNIT_ASSERT_FALSE(test, condition) \
	__KUNIT_BOOL(test, KUNIT_ASSERTION, condition, #condition, false, NULL)
#define KUNIT_ASSERT_FALSE_MSG(test, condition, fmt, ...) \
	__KUNIT_BOOL(test, KUNIT_ASSERTION, condition, #condition, false, fmt, ##__VA_ARGS__)
#define KUNIT_ASSERT_EQ(test, left, right) \
	__KUNIT_INT(test, KUNIT_ASSERTION, left, #left, ==, right, #right, NULL)
#define KUNIT_ASSERT_EQ_MSG(test, left, right, fmt, ...) \
	__KUNIT_INT(test, KUNIT_ASSERTION, left, #left, ==, right, #right, fmt, ##__VA_ARGS__)
#define KUNIT_ASSERT_NE(test, left, right) \
	__KUNIT_INT(test, KUNIT_ASSERTION, left, #left, !=, right, #right, NULL)
#define KUNIT_ASSERT_NE_MSG(test, left, right, fmt, ...) \
	__KUNIT_INT(test, KUNIT_ASSERTION, left, #left, !=, right, #right, fmt, ##__VA_ARGS__)
#define KUNIT_ASSERT_LT(test, left, right) \
	__KUNIT_INT(test, KUNIT_ASSERTION, left, #left, <, right, #right, NULL)
#define KUNIT_ASSERT_LT_MSG(test, left, right, fmt, ...) \
	__KUNIT_INT(test, KUNIT_ASSERTION, left, #left, <, right, #right, fmt, ##__VA_ARGS__)
#define KUNIT_ASSERT_LE(test, left, right) \
	__KUNIT_INT(test, KUNIT_ASSERTION, left, #left, <=, right, #right, NULL)
#define KUNIT_ASSERT_LE_MSG(test, left, right, fmt, ...) \
	__KUNIT_INT(test, KUNIT_ASSERTION, left, #left, <=, right, #right, fmt, ##__VA_ARGS__)
#define KUNIT_ASSERT_GT(test, left, right) \
	__KUNIT_INT(test, KUNIT_ASSERTION, left, #left, >, right, #right, NULL)
#define KUNIT_ASSERT_GT_MSG(test, left, right, fmt, ...) \
	__KUNIT_INT(test, KUNIT_ASSERTION, left, #left, >, right, #right, fmt, ##__VA_ARGS__)
#define KUNIT_ASSERT_GE(test, left, right) \
	__KUNIT_INT(test, KUNIT_ASSERTION, left, #left, >=, right, #right, NULL)
#define KUNIT_ASSERT_GE_MSG(test, left, right, fmt, ...) \
	__KUNIT_INT(test, KUNIT_ASSERTION, left, #left, >=, right, #right, fmt, ##__VA_ARGS__)
#define KUNIT_ASSERT_PTR_EQ(test, left, right) \
	__KUNIT_PTR(test, KUNIT_ASSERTION, left, #left, ==, right, #right, NULL)
#define KUNIT_ASSERT_PTR_EQ_MSG(test, left, right, fmt, ...) \
	__KUNIT_PTR(test, KUNIT_ASSERTION, left, #left, ==, right, #right, fmt, ##__VA_ARGS__)
#define KUNIT_ASSERT_PTR_NE(test, left, right) \
	__KUNIT_PTR(test, KUNIT_ASSERTION, left, #left, !=, right, #right, NULL)
#define KUNIT_ASSERT_PTR_NE_MSG(test, left, right, fmt, ...) \
	__KUNIT_PTR(test, KUNIT_ASSERTION, left, #left, !=, right, #right, fmt, ##__VA_ARGS__)
#define KUNIT_ASSERT_STREQ(test, left, right) \
	__KUNIT_STR(test, KUNIT_ASSERTION, left, #left, ==, right, #right, NULL)
#define KUNIT_ASSERT_STREQ_MSG(test, left, right, fmt, ...) \
	__KUNIT_STR(test, KUNIT_ASSERTION, left, #left, ==, right, #right, fmt, ##__VA_ARGS__)
#define KUNIT_ASSERT_STRNEQ(test, left, right) \
	__KUNIT_STR(test, KUNIT_ASSERTION, left, #left, !=, right, #right, NULL)
#define KUNIT_ASSERT_STRNEQ_MSG(test, left, right, fmt, ...) \
	__KUNIT_STR(test, KUNIT_ASSERTION, left, #left, !=, right, #right, fmt, ##__VA_ARGS__)
#define KUNIT_ASSERT_MEMEQ(test, left, right, size) \
	__KUNIT_MEM(test, KUNIT_ASSERTION, left, #left, ==, right, #right, size, NULL)
#define KUNIT_ASSERT_MEMEQ_MSG(test, left, right, size, fmt, ...) \
	__KUNIT_MEM(test, KUNIT_ASSERTION, left, #left, ==, right, #right, size, fmt, ##__VA_ARGS__)
#define KUNIT_ASSERT_MEMNEQ(test, left, right, size) \
	__KUNIT_MEM(test, KUNIT_ASSERTION, left, #left, !=, right, #right, size, NULL)
#define KUNIT_ASSERT_MEMNEQ_MSG(test, left, right, size, fmt, ...) \
	__KUNIT_MEM(test, KUNIT_ASSERTION, left, #left, !=, right, #right, size, fmt, ##__VA_ARGS__)
#define KUNIT_ASSERT_NULL(test, ptr) \
	__KUNIT_PTR(test, KUNIT_ASSERTION, ptr, #ptr, ==, NULL, "NULL", NULL)
#define KUNIT_ASSERT_NULL_MSG(test, ptr, fmt, ...) \
	__KUNIT_PTR(test, KUNIT_ASSERTION, ptr, #ptr, ==, NULL, "NULL", fmt, ##__VA_ARGS__)
#define KUNIT_ASSERT_NOT_NULL(test, ptr) \
	__KUNIT_PTR(test, KUNIT_ASSERTION, ptr, #ptr, !=, NULL, "NULL", NULL)
#define KUNIT_ASSERT_NOT_NULL_MSG(test, ptr, fmt, ...) \
	__KUNIT_PTR(test, KUNIT_ASSERTION, ptr, #ptr, !=, NULL, "NULL", fmt, ##__VA_ARGS__)
#define KUNIT_ASSERT_NOT_ERR_OR_NULL(test, ptr) \
	__KUNIT_NOT_ERR(test, KUNIT_ASSERTION, ptr, #ptr, NULL)
#define KUNIT_ASSERT_NOT_ERR_OR_NULL_MSG(test, ptr, fmt, ...) \
	__KUNIT_NOT_ERR(test, KUNIT_ASSERTION, ptr, #ptr, fmt, ##__VA_ARGS__)

/**
 * KUNIT_ARRAY_PARAM() - a parameter generator over an array
 * @name: the generator becomes name_gen_params()
 * @array: the parameters
 * @get_desc: void (*)(element pointer, char *desc), or NULL
 */
#define KUNIT_ARRAY_PARAM(name, array, get_desc)                                                   \
	static const void *name##_gen_params(const void *prev, char *desc)                         \
	{                                                                                          \
		typeof((array)[0]) *__next =                                                       \
			prev ? ((typeof(__next))prev) + 1 : (typeof(__next))(array);               \
		void (*__describe)(typeof(__next), char *) = get_desc;                             \
												   \
		if (__next - (typeof(__next))(array) >= (long)ARRAY_SIZE(array))                   \
			return NULL;                                                               \
		if (__describe)                                                                    \
			__describe(__next, desc);                                                  \
		return __next;                                                                     \
	}

/**
 * KUNIT_ARRAY_PARAM_DESC() - the same, described by a string member of the element
 * @name: the generator becomes name_gen_params()
 * @array: the parameters
 * @desc_member: member of type char * or char []
 */
#define KUNIT_ARRAY_PARAM_DESC(name, array, desc_member)                                           \
	static const void *name##_gen_params(const void *prev, char *desc)                         \
	{                                                                                          \
		typeof((array)[0]) *__next =                                                       \
			prev ? ((typeof(__next))prev) + 1 : (typeof(__next))(array);               \
												   \
		if (__next - (typeof(__next))(array) >= (long)ARRAY_SIZE(array))                   \
			return NULL;                                                               \
		strscpy(desc, __next->desc_member, KUNIT_PARAM_DESC_SIZE);                         \
		return __next;                                                                     \
	}

#endif /* _KUNIT_EXPECT_H */

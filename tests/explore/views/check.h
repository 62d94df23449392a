/* SPDX-License-Identifier: MIT */
#ifndef LS_VIEWS_CHECK_H
#define LS_VIEWS_CHECK_H

#include <stdio.h>
#include <string.h>

/* Checks of host programs: each failure is a line, and all of them run. */

static int check_failed;

#define check(cond) check_at(!!(cond), __LINE__, #cond, "", "")
#define check_int(a, b)                                                                            \
	do {                                                                                       \
		long long __a = (a), __b = (b);                                                    \
		char __at[32], __bt[32];                                                           \
                                                                                                   \
		snprintf(__at, sizeof(__at), "%lld", __a);                                         \
		snprintf(__bt, sizeof(__bt), "%lld", __b);                                         \
		check_at(__a == __b, __LINE__, #a " is " #b, __at, __bt);                          \
	} while (0)
#define check_str(a, b)                                                                            \
	do {                                                                                       \
		const char *__a = (a), *__b = (b);                                                 \
                                                                                                   \
		check_at(!strcmp(__a, __b), __LINE__, #a " is " #b, __a, __b);                     \
	} while (0)
#define check_has(a, b)                                                                            \
	do {                                                                                       \
		const char *__a = (a), *__b = (b);                                                 \
                                                                                                   \
		check_at(strstr(__a, __b) != NULL, __LINE__, #a " has " #b, __a, __b);             \
	} while (0)

static inline void check_at(int ok, int line, const char *what, const char *a, const char *b)
{
	if (ok)
		return;
	check_failed++;
	fprintf(stderr, "line %d: not so: %s\n  first:  %s\n  second: %s\n", line, what, a, b);
}

static inline int check_result(void)
{
	if (check_failed)
		fprintf(stderr, "%d checks failed\n", check_failed);
	return check_failed ? 1 : 0;
}

#endif /* LS_VIEWS_CHECK_H */

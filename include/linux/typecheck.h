/* SPDX-License-Identifier: MIT */
#ifndef _LINUX_TYPECHECK_H
#define _LINUX_TYPECHECK_H

/* Warn when @x is not of @type; 1 in any case. */
#define typecheck(type, x)                                                                         \
	({                                                                                         \
		type __tc_a;                                                                       \
		typeof(x) __tc_b;                                                                  \
		(void)(&__tc_a == &__tc_b);                                                        \
		1;                                                                                 \
	})
#define typecheck_fn(type, function)                                                               \
	({                                                                                         \
		typeof(type) __tc_f = function;                                                    \
		(void)__tc_f;                                                                      \
	})
#define typecheck_pointer(x)                                                                       \
	({                                                                                         \
		typeof(x) __tc_p;                                                                  \
		(void)sizeof(*__tc_p);                                                             \
		1;                                                                                 \
	})

#endif

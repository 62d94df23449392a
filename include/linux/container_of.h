/* SPDX-License-Identifier: MIT */
#ifndef _LINUX_CONTAINER_OF_H
#define _LINUX_CONTAINER_OF_H

#include <linux/build_bug.h>
#include <linux/stddef.h>

#define typeof_member(T, m) typeof(((T *)0)->m)

/**
 * container_of - from a member to the structure it is in
 * @ptr: pointer to the member
 * @type: type of the structure
 * @member: name of the member
 */
#define container_of(ptr, type, member)                                                            \
	({                                                                                         \
		void *__mptr = (void *)(ptr);                                                      \
		static_assert(__same_type(*(ptr), ((type *)0)->member) ||                          \
				      __same_type(*(ptr), void),                                   \
			      "container_of: pointer of another type");                            \
		((type *)(__mptr - offsetof(type, member)));                                       \
	})

#define container_of_const(ptr, type, member)                                                      \
	_Generic(ptr, const typeof(*(ptr)) *: ((const type *)container_of(ptr, type, member)),     \
		 default: ((type *)container_of(ptr, type, member)))

#endif

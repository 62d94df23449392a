/* SPDX-License-Identifier: MIT */
#ifndef LOCKSTEP_DESCRIBE_H
#define LOCKSTEP_DESCRIBE_H

#include "point.h"

/**
 * DOC: what an address is
 *
 * An explorer knows objects by their address. When it records an execution for people it asks
 * for words of the kernel: the lock of a buffer, the reference count of an object, a task. Each
 * room tells about its own things and about nothing else, so no one has to be asked who is
 * not there.
 */

/**
 * struct ls_describer - who knows about some objects
 * @name: Write what @obj is to @buf and return true, if it is known. "resv#2" is one thing; what
 *	has no '#' is numbered by who shows it. @obj may be any address: not all of
 *	what lies behind it need be mapped. Must not be a scheduling point, nor allocate.
 * @next: used by ls_describe_add()
 */
struct ls_describer {
	_Bool (*name)(enum ls_op op, const void *obj, char *buf, unsigned long size);
	struct ls_describer *next;
};

/* Ask @d too, before those who were added earlier. Static storage. Boot. */
void ls_describe_add(struct ls_describer *d);

/* What @obj is: "" if nobody knows. Any context. */
void ls_describe(enum ls_op op, const volatile void *obj, char *buf, unsigned long size);

#endif /* LOCKSTEP_DESCRIBE_H */

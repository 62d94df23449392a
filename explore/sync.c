// SPDX-License-Identifier: MIT
/*
 * Who knows of whom: vector clocks along what synchronises.
 *
 * A clock counts, for each task, how often that task gave its past away. An object carries what
 * tasks left there: @excl for everybody who comes, @shared (of readers that left) for
 * those who come alone.
 *
 * Marked accesses order as much as their barriers say. A relaxed store carries the clock
 * of the last smp_wmb(); what a relaxed load finds waits for an smp_rmb(). So a flag that is
 * set by WRITE_ONCE() orders nothing by itself.
 */
#include "internal.h"
#include "races.h"

struct sync_object {
	struct vclock excl, shared;
};

static struct sync_state {
	struct race_task *tasks[LS_TASKS_MAX];
	struct addr_map objects;
} *S;

static bool reserve(struct vclock *v, uint32_t len)
{
	uint32_t room = (len + 7) & ~7u;
	uint32_t *c;

	if (len <= v->room)
		return true;
	c = race_alloc(room * sizeof(*c));
	if (!c)
		return false;
	if (v->len)
		memcpy(c, v->c, v->len * sizeof(*c));
	v->c = c;
	v->room = room;
	return true;
}

static void join(struct vclock *to, const struct vclock *from)
{
	if (!from->len || !reserve(to, from->len))
		return;
	for (uint32_t i = 0; i < from->len; i++) {
		if (i >= to->len || from->c[i] > to->c[i])
			to->c[i] = from->c[i];
	}
	if (from->len > to->len)
		to->len = from->len;
}

static void copy(struct vclock *to, const struct vclock *from)
{
	if (!reserve(to, from->len))
		return;
	if (from->len)
		memcpy(to->c, from->c, from->len * sizeof(*to->c));
	to->len = from->len;
}

/* What the task does from now on is not in what it gave away. */
static void advance(struct race_task *t, unsigned int i)
{
	if (i < t->clock.len)
		t->clock.c[i]++;
}

static struct race_task *new_task(unsigned int i)
{
	struct race_task *t = race_alloc(sizeof(*t));

	if (!t || !reserve(&t->clock, i + 1))
		return NULL;
	memset(t->clock.c, 0, (i + 1) * sizeof(*t->clock.c));
	t->clock.len = i + 1;
	t->clock.c[i] = 1;
	S->tasks[i] = t;
	return t;
}

int sync_init(void)
{
	S = race_alloc(sizeof(*S));
	return S ? 0 : -1;
}

struct race_task *race_task(unsigned int i)
{
	return likely(S->tasks[i] != NULL) ? S->tasks[i] : new_task(i);
}

static struct sync_object *object(const volatile void *obj)
{
	void **slot = addr_slot(&S->objects, (uint64_t)(uintptr_t)obj);

	if (slot && !*slot)
		*slot = race_alloc(sizeof(struct sync_object));
	return slot ? *slot : NULL;
}

void sync_spawn(unsigned int parent, unsigned int child)
{
	struct race_task *from = race_task(parent), *to = race_task(child);

	if (!from || !to)
		return;
	to->suspended = to->atomic_nest = to->inlined = 0;
	to->atomic_next = 0;
	/* An earlier task of that index did the same work: each run comes after the one before. */
	advance(to, child);
	join(&to->clock, &from->clock);
	advance(from, parent);
}

static void release(struct vclock *to, struct race_task *t, unsigned int i)
{
	join(to, &t->clock);
	advance(t, i);
}

void sync_touch(unsigned int task, const volatile void *obj, enum ls_access access)
{
	struct race_task *t;
	struct sync_object *o;

	if (access == LS_NONE || access == LS_TRY_FAILED || !obj)
		return;
	t = race_task(task);
	o = t ? object(obj) : NULL;
	if (!o)
		return;
	switch (access) {
	case LS_WRITE:
		join(&t->clock, &o->excl);
		join(&t->clock, &o->shared);
		release(&o->excl, t, task);
		break;
	case LS_ACQUIRE:
	case LS_TRY:
		join(&t->clock, &o->shared);
		join(&t->clock, &o->excl);
		break;
	case LS_READ:
	case LS_ACQUIRE_SHARED:
	case LS_TRY_SHARED:
		join(&t->clock, &o->excl);
		break;
	case LS_RELEASE:
		release(&o->excl, t, task);
		break;
	case LS_RELEASE_SHARED:
		release(&o->shared, t, task);
		break;
	default:
		break;
	}
}

void sync_point(unsigned int task, enum ls_op op, const volatile void *obj,
		enum ls_access access)
{
	struct race_task *t = race_task(task);

	if (!t || (t->inlined && op <= LS_OP_RMW))
		return;
	/* A store of the library's own: none of them waits for what others stored before. */
	sync_touch(task, obj, op == LS_OP_STORE && access == LS_WRITE ? LS_RELEASE : access);
}

void sync_fence(struct race_task *t, unsigned int i, unsigned int flags)
{
	if (flags & LS_RACE_ACQUIRE)
		join(&t->clock, &t->pending);
	if (flags & LS_RACE_RELEASE) {
		copy(&t->fenced, &t->clock);
		advance(t, i);
	}
}

/* What returns a value and says nothing else is a full barrier on both sides. */
static bool is_full(unsigned int flags)
{
	const unsigned int full = LS_RACE_READ | LS_RACE_WRITE | LS_RACE_ACQUIRE | LS_RACE_RELEASE;

	return (flags & full) == full;
}

void sync_access(struct race_task *t, unsigned int i, const volatile void *addr,
		 unsigned int flags)
{
	struct sync_object *o = object(addr);

	if (!o)
		return;
	if (flags & LS_RACE_READ)
		join(flags & LS_RACE_ACQUIRE ? &t->clock : &t->pending, &o->excl);
	if (is_full(flags))
		sync_fence(t, i, flags);
	if (!(flags & LS_RACE_WRITE))
		return;
	/* A store covers what was there; a read-modify-write passes it on. */
	if (!(flags & LS_RACE_READ))
		o->excl.len = 0;
	if (flags & LS_RACE_RELEASE)
		release(&o->excl, t, i);
	else
		join(&o->excl, &t->fenced);
}

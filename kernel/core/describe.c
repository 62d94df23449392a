// SPDX-License-Identifier: MIT
/*
 * What an address is: see lockstep/describe.h. Here: locks and tasks.
 */
#include <linux/container_of.h>
#include <linux/mutex.h>
#include <linux/rwlock.h>
#include <linux/rwsem.h>
#include <linux/sched.h>
#include <linux/spinlock.h>
#include <linux/sprintf.h>
#include <linux/string.h>
#include <lockstep/describe.h>
#include <lockstep/os.h>
#include <lockstep/track.h>

static struct ls_describer *describers;

void ls_describe_add(struct ls_describer *d)
{
	d->next = describers;
	describers = d;
}

/* "&bo->lock" is called bo->lock: that it is an address goes without saying. */
static bool name_map(const struct lockdep_map *map, char *buf, unsigned long size)
{
	char name[40];
	unsigned long n = map->name ? os_copy_user(name, map->name, sizeof(name) - 1, 0) : 0;

	name[n] = '\0';
	if (!name[0])
		return false;
	snprintf(buf, size, "%s", name + (name[0] == '&'));
	return true;
}

/*
 * Which kind of lock stands at @obj is not said by the operation. An initialised one knows
 * what it is; what is read past the end of a smaller one does not.
 */
static bool name_lock(const void *obj, char *buf, unsigned long size)
{
	union {
		struct mutex mutex;
		struct raw_spinlock spin;
		rwlock_t rwlock;
		struct rw_semaphore sem;
	} copy = { 0 };

	os_copy_user(&copy, obj, sizeof(copy), 0);
	if (copy.mutex.magic == obj)
		return name_map(&copy.mutex.dep_map, buf, size);
	if (copy.spin.magic == SPINLOCK_MAGIC)
		return name_map(&copy.spin.dep_map, buf, size);
	if (copy.rwlock.magic == RWLOCK_MAGIC)
		return name_map(&copy.rwlock.dep_map, buf, size);
	if (copy.sem.magic == obj)
		return name_map(&copy.sem.dep_map, buf, size);
	return false;
}

struct task_at {
	const void *obj;
	const struct task_struct *task;
};

static bool is_in_task(const void *obj, void *arg)
{
	const struct task_struct *t = obj;
	struct task_at *at = arg;

	if (at->obj < (const void *)t || at->obj >= (const void *)(t + 1))
		return false;
	at->task = t;
	return true;
}

static bool name_task(const void *obj, char *buf, unsigned long size)
{
	struct task_at at = { .obj = obj };

	/* Only kthreads are of this kind, and they are no larger than what else is. */
	if (!is_in_task(current, &at) && !ls_track_find(LS_KIND_OTHER, is_in_task, &at))
		return false;
	snprintf(buf, size, "%s %.15s", obj == at.task ? "task" :
		 obj == &at.task->exit_word ? "end of task" : "word of task", at.task->comm);
	return true;
}

/**
 * ls_describe - what an address is, in words of the kernel
 * @op: what is done to it
 * @obj: the address, or NULL
 * @buf: room for the words
 * @size: of @buf, not 0
 *
 * Context: Any. Slow: for recorded executions.
 */
void ls_describe(enum ls_op op, const volatile void *obj, char *buf, unsigned long size)
{
	const void *at = (const void *)obj;

	buf[0] = '\0';
	if (!obj)
		return;
	for (const struct ls_describer *d = describers; d; d = d->next) {
		if (d->name(op, at, buf, size))
			return;
	}
	if (op == LS_OP_LOCK || op == LS_OP_TRYLOCK || op == LS_OP_UNLOCK) {
		if (!name_lock(at, buf, size))
			buf[0] = '\0';
	} else if (!name_task(at, buf, size)) {
		buf[0] = '\0';
	}
}

// SPDX-License-Identifier: MIT
/*
 * The steps of the running execution: what each of them did to which object, what happens
 * before it, and the hash of its class.
 *
 * Closing a step changes the objects in its footprint; each access remembers what it replaced,
 * so that steps can be taken back from the end. An execution that begins like the one before
 * keeps the common beginning.
 */
#include "engine.h"

struct trace T;

/* Eight entries at a time: SSE2 compares signed 16 bits. */
typedef int16_t vec __attribute__((vector_size(16), aligned(16)));

static inline void clock_join(clock_entry *to, const clock_entry *from)
{
	vec *a = (vec *)to;
	const vec *b = (const vec *)from;

	for (unsigned int i = 0; i < T.stride / 8; i++) {
		vec m = a[i] > b[i];

		a[i] = (a[i] & m) | (b[i] & ~m);
	}
}

/* --- objects ------------------------------------------------------------------- */

static bool grow_hash(void)
{
	uint32_t size = T.hash_mask ? 2 * (T.hash_mask + 1) : 4096;
	uint32_t *hash = calloc(size, sizeof(*hash));

	if (!hash)
		return false;
	free(T.hash);
	T.hash = hash;
	T.hash_mask = size - 1;
	for (uint32_t o = 1; o <= T.nr_objects; o++) {
		uint32_t i = object_hash(T.objects[o].addr) & T.hash_mask;

		while (hash[i])
			i = (i + 1) & T.hash_mask;
		hash[i] = o;
	}
	return true;
}

static bool grow_objects(void)
{
	uint32_t max = T.max_objects ? 2 * T.max_objects : 2048;
	struct object *objects = realloc(T.objects, (max + 1UL) * sizeof(*objects));

	if (!objects)
		return false;
	if (!T.max_objects)
		memset(&objects[0], 0, sizeof(objects[0]));
	T.objects = objects;
	T.max_objects = max;
	return true;
}

/* By address, not by who came first: that is the order in which a free touches them. */
static void hang_near(uint32_t object)
{
	uint32_t *link = &T.near[hash_near((uintptr_t)T.objects[object].addr)];

	while (*link && (uintptr_t)T.objects[*link].addr < (uintptr_t)T.objects[object].addr)
		link = &T.objects[*link].near;
	T.objects[object].near = *link;
	*link = object;
}

uint32_t trace_object_slow(const volatile void *addr)
{
	uint32_t i = object_hash(addr) & T.hash_mask;

	while (T.hash[i]) {
		if (T.objects[T.hash[i]].addr == addr)
			return T.hash[i];
		i = (i + 1) & T.hash_mask;
	}
	if (T.nr_objects == T.max_objects && !grow_objects())
		goto no_memory;
	if (2 * T.nr_objects > T.hash_mask) {
		if (!grow_hash())
			goto no_memory;
		i = object_hash(addr) & T.hash_mask;
		while (T.hash[i])
			i = (i + 1) & T.hash_mask;
	}
	T.hash[i] = ++T.nr_objects;
	memset(&T.objects[T.nr_objects], 0, sizeof(T.objects[0]));
	T.objects[T.nr_objects].addr = addr;
	T.objects[T.nr_objects].canon = address_canon(addr);
	hang_near(T.nr_objects);
	return T.nr_objects;

no_memory:
	engine_error("out of memory for the objects of an execution");
	return 0;
}

/* --- steps ---------------------------------------------------------------------- */

/* Those who share and those who look see each other. Returns the sum of the pasts that @a saw. */
static uint64_t join_readers(const struct access *a, clock_entry *clock)
{
	uint64_t sum = 0;

	for (uint32_t r = a->readers; r; r = T.accs[r].readers) {
		if (!access_conflict(a->kind, T.accs[r].kind))
			continue;
		if (clock)
			clock_join(clock, clock_of(T.accs[r].event));
		sum += mix(T.events[T.accs[r].event].hash, 2);
	}
	return sum;
}

/* What the step saw at an object, in the hash of its past. Two multiplications for an access. */
static inline uint64_t hash_access(uint64_t past, const struct object *o, int kind, uint64_t seen)
{
	return mix(past ^ seen, o->canon + (unsigned int)kind);
}

static inline uint64_t close_write(struct access *a, uint32_t index, struct object *o, uint64_t past,
				   clock_entry *clock)
{
	if (clock) {
		for (uint32_t r = o->readers; r; r = T.accs[r].readers)
			clock_join(clock, clock_of(T.accs[r].event));
	}
	past = hash_access(past, o, a->kind, 3 * o->hash_write + o->hash_read);
	o->hash_write = past;
	o->hash_read = 0;
	o->write = index;
	o->readers = 0;
	o->groups = 0;
	return past;
}

static inline uint64_t close_read(struct access *a, uint32_t index, struct object *o, uint64_t past,
				  clock_entry *clock)
{
	uint64_t seen = 3 * o->hash_write;

	if (access_sees_readers(a->kind, o->groups))
		seen += join_readers(a, clock);
	past = hash_access(past, o, a->kind, seen);
	o->groups |= access_group(a->kind);
	o->hash_read += past;
	o->readers = index;
	return past;
}

/* Returns the hash of the step's past with this access. */
static inline uint64_t close_access(uint32_t index, uint64_t past, clock_entry *clock)
{
	struct access *a = &T.accs[index];
	struct object *o = &T.objects[a->object];

	a->prev = o->write;
	a->readers = o->readers;
	a->groups = o->groups;
	a->hash_write = o->hash_write;
	a->hash_read = o->hash_read;
	if (clock && o->write)
		clock_join(clock, clock_of(T.accs[o->write].event));
	return is_write_like(a->kind) ? close_write(a, index, o, past, clock) :
					close_read(a, index, o, past, clock);
}

void trace_close(struct event *e, unsigned int pre)
{
	uint64_t past = mix(T.events[pre].hash, task_canon(e->task) + e->op +
			    ((uint64_t)e->result << 8) + ((uint64_t)e->chose << 16));
	clock_entry *clock = NULL;

	if (T.with_clocks) {
		clock = clock_of(T.nr);
		memcpy(clock, clock_of(pre), T.stride * sizeof(*clock));
	}
	for (uint32_t i = e->acc, end = e->acc + e->nr_acc; i < end; i++)
		past = close_access(i, past, clock);
	e->hash = past;
	if (clock)
		clock[e->task] = (clock_entry)T.nr;
}

void trace_pop(unsigned int nr)
{
	const struct access *a, *end;

	if (T.nr <= nr)
		return;
	/* Those of a step follow each other, and those of the next one follow them. */
	end = &T.accs[T.events[nr + 1].acc];
	for (a = &T.accs[T.nr_accs]; a >= end; a--) {
		struct object *o = &T.objects[a->object];

		o->write = a->prev;
		o->readers = a->readers;
		o->groups = a->groups;
		o->hash_write = a->hash_write;
		o->hash_read = a->hash_read;
	}
	T.nr_accs = T.events[nr + 1].acc - 1;
	T.nr = nr;
}

/* Each task's past is in the hash of its last step: whatever it saw is in there, in order. */
uint64_t trace_fingerprint(void)
{
	uint64_t sum = 0;

	for (unsigned int i = 0; i < E.e.nr_tasks; i++) {
		if (E.tasks[i].last)
			sum += mix(T.events[E.tasks[i].last].hash, task_canon(i));
	}
	return sum;
}

bool trace_stride(unsigned int task)
{
	unsigned int stride = (task + 8) & ~7u;
	clock_entry *clocks;

	if (stride <= T.stride || !T.with_clocks) {
		if (stride > T.stride)
			T.stride = stride;
		return true;
	}
	clocks = aligned_alloc(16, (T.max_events + 2UL) * stride * sizeof(*clocks));
	if (!clocks)
		return false;
	memset(clocks, 0, stride * sizeof(*clocks));
	for (unsigned int i = 0; i <= T.nr && T.stride; i++) {
		memset(clocks + (unsigned long)i * stride, 0, stride * sizeof(*clocks));
		memcpy(clocks + (unsigned long)i * stride, clock_of(i),
		       T.stride * sizeof(*clocks));
	}
	free(T.clocks);
	T.clocks = clocks;
	T.stride = stride;
	return true;
}

int trace_init(unsigned int max_events, bool with_clocks)
{
	memset(&T, 0, sizeof(T));
	T.max_events = max_events;
	T.with_clocks = with_clocks;
	T.max_accs = 16 * max_events;
	T.events = calloc(max_events + 2UL, sizeof(*T.events));
	T.accs = calloc(T.max_accs + 2UL, sizeof(*T.accs));
	if (!T.events || !T.accs || !grow_hash() || !grow_objects() || !trace_stride(15))
		return -1;
	return 0;
}

void trace_free(void)
{
	free(T.events);
	free(T.accs);
	free(T.clocks);
	free(T.objects);
	free(T.hash);
	memset(&T, 0, sizeof(T));
}




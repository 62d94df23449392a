// SPDX-License-Identifier: MIT
/*
 * Parts of a search, to be done by another process that explores the same case.
 *
 * A job is a node: the steps that lead to it, who sleeps there with which footprint, and which
 * tasks are still to be tried. All that could ever be tried at that node goes away at once, and
 * nodes above have been given away before, so that no race found later asks for more there:
 * the part and what stays behind have nothing to say to each other.
 *
 * Addresses are the same in all processes of an exploration; indices of tasks are not, and go
 * with the job.
 */
#include "depth.h"

#define JOB_MAGIC 0x31626f6a736cULL

struct job_head {
	uint64_t magic, layout; /* address of a variable: same library at the same place */
	uint32_t nr_ids, nr_prefix, nr_sleepers, nr_footprints;
	struct set tasks;
};

struct job_step {
	uint16_t kind, value; /* task or value */
};

struct job_sleeper {
	uint32_t task, nr;
};

struct job_footprint {
	uint64_t addr, kind;
};

/* A growing piece of memory; @bad once there is none. */
struct buffer {
	char *data;
	size_t size, room;
	bool bad;
};

static void put(struct buffer *b, const void *data, size_t size)
{
	if (b->size + size > b->room && !b->bad) {
		size_t room = 2 * (b->size + size);
		char *p = realloc(b->data, room);

		b->bad = !p;
		if (p) {
			b->data = p;
			b->room = room;
		}
	}
	if (b->bad)
		return;
	memcpy(b->data + b->size, data, size);
	b->size += size;
}

static bool get(struct buffer *b, void *data, size_t size)
{
	if (b->size + size > b->room)
		return false;
	memcpy(data, b->data + b->size, size);
	b->size += size;
	return true;
}

/* --- giving -------------------------------------------------------------------------- */

/* What could be tried at @n, beside what was or is. */
static bool alternatives(const struct node *n, struct set *s)
{
	bool any = false;

	memset(s, 0, sizeof(*s));
	set_for_each(i, &n->ready) {
		if (i == n->chosen || set_has(&n->done, (unsigned int)i) ||
		    depth_sleeps(n, (unsigned int)i))
			continue;
		set_add(s, (unsigned int)i);
		any = true;
	}
	return any;
}

static void put_sleepers(struct buffer *b, const struct node *n)
{
	const struct event *e = &T.events[n->event + 1];
	struct job_sleeper chosen = { n->chosen, e->nr_acc };

	for (uint32_t i = 0; i < n->nr_sleep; i++) {
		const struct sleeper *s = &D.sleepers[n->sleep + i];
		struct job_sleeper out = { s->task, s->nr };

		put(b, &out, sizeof(out));
		for (uint32_t k = 0; k < s->nr; k++) {
			const struct footprint *f = &D.accs[s->acc + k];
			struct job_footprint fp = { (uintptr_t)T.objects[f->object].addr, f->kind };

			put(b, &fp, sizeof(fp));
		}
	}
	put(b, &chosen, sizeof(chosen));
	for (unsigned int k = 0; k < e->nr_acc; k++) {
		const struct access *a = &T.accs[e->acc + k];
		struct job_footprint fp = { (uintptr_t)T.objects[a->object].addr, a->kind };

		put(b, &fp, sizeof(fp));
	}
}

static bool give_node(unsigned int index, const struct set *tasks)
{
	const struct node *n = &D.nodes[index];
	struct job_head head = { .magic = JOB_MAGIC, .layout = (uintptr_t)&ls_explorer,
				 .nr_prefix = index, .nr_sleepers = D.reduce ? n->nr_sleep + 1 : 0,
				 .tasks = *tasks };
	const struct id_key *ids = task_ids(&head.nr_ids);
	struct buffer b = { 0 };

	put(&b, &head, sizeof(head));
	put(&b, ids, head.nr_ids * sizeof(*ids));
	for (unsigned int i = 0; i < index; i++) {
		const struct node *p = &D.nodes[i];
		struct job_step step = { p->kind, p->kind == NODE_STEP ? p->chosen : p->value };

		put(&b, &step, sizeof(step));
	}
	if (D.reduce)
		put_sleepers(&b, n);
	if (!b.bad)
		E.x->give(E.x, b.data, b.size);
	free(b.data);
	return !b.bad;
}

void job_give(void)
{
	struct set tasks;

	for (; D.frozen < D.nr; D.frozen++) {
		struct node *n = &D.nodes[D.frozen];

		if (n->kind != NODE_STEP || !alternatives(n, &tasks))
			continue;
		/* A step with choices in it has a footprint that is not known yet: keep those. */
		if (D.frozen + 1 < D.nr && D.nodes[D.frozen + 1].kind == NODE_CHOICE) {
			n->backtrack = n->ready;
			continue;
		}
		if (!give_node(D.frozen, &tasks))
			return;
		n->backtrack = n->done;
		set_add(&n->backtrack, n->chosen);
		D.frozen++;
		return;
	}
}

/* --- taking ---------------------------------------------------------------------------- */

static bool get_prefix(struct buffer *b, unsigned int nr)
{
	struct job_step step;

	for (unsigned int i = 0; i < nr; i++) {
		struct node *n;

		if (!get(b, &step, sizeof(step)) || step.kind > NODE_CHOICE ||
		    (step.kind == NODE_STEP && step.value >= LS_TASKS_MAX))
			return false;
		n = depth_push(step.kind);
		if (step.kind == NODE_STEP) {
			n->chosen = step.value;
			set_add(&n->ready, step.value);
			set_add(&n->backtrack, step.value);
		} else {
			n->value = step.value;
			n->nr = step.value + 1;
		}
	}
	return true;
}

static bool get_sleeper(struct buffer *b, struct node *n)
{
	struct job_sleeper in;
	struct job_footprint fp;
	struct sleeper s;

	if (!get(b, &in, sizeof(in)) || in.task >= LS_TASKS_MAX)
		return false;
	s = (struct sleeper){ .task = (uint16_t)in.task, .nr = (uint16_t)in.nr, .acc = D.nr_accs };
	for (uint32_t k = 0; k < in.nr; k++) {
		if (!get(b, &fp, sizeof(fp)) || fp.kind >= LS_ACCESS_NR)
			return false;
		GROW(D.accs, D.nr_accs, D.max_accs);
		D.accs[D.nr_accs].object = trace_object((void *)(uintptr_t)fp.addr);
		D.accs[D.nr_accs].kind = (uint32_t)fp.kind;
		D.nr_accs++;
	}
	GROW(D.sleepers, D.nr_sleepers, D.max_sleepers);
	D.sleepers[D.nr_sleepers++] = s;
	n->nr_sleep++;
	n->extra = D.nr_accs;
	return true;
}

bool job_start(void)
{
	struct buffer b = { .data = (char *)E.x->job, .room = E.x->job_size };
	struct id_key ids[LS_TASKS_MAX];
	struct job_head head;
	struct node *n;

	if (!get(&b, &head, sizeof(head)) || head.magic != JOB_MAGIC ||
	    head.layout != (uintptr_t)&ls_explorer || head.nr_ids > LS_TASKS_MAX ||
	    !get(&b, ids, head.nr_ids * sizeof(*ids)) || set_next(&head.tasks, -1) < 0)
		return false;
	task_ids_set(ids, head.nr_ids);
	if (!trace_stride(head.nr_ids) || !get_prefix(&b, head.nr_prefix))
		return false;
	n = depth_push(NODE_STEP);
	n->ready = n->backtrack = head.tasks;
	n->chosen = (uint16_t)set_next(&head.tasks, -1);
	for (uint32_t i = 0; i < head.nr_sleepers; i++) {
		if (!get_sleeper(&b, n))
			return false;
	}
	D.frozen = D.nr;
	return true;
}

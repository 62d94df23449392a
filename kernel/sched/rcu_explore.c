// SPDX-License-Identifier: MIT
/*
 * RCU under an explorer: grace periods are made of the read sections of explored tasks.
 *
 * What depends on what is just what RCU promises. A section begins before a grace period does or
 * after it: these two are dependent. A grace period ends after each section that began before
 * it: its end depends on the end of these. When a section ends compared with the beginning of a
 * grace period is of no consequence. So in footprints
 *
 *	begin of a section	writes one of @begins, that of its task
 *	begin of a grace period	reads all of @begins
 *	end of a section	releases an address that stands for this one section
 *	end of a grace period	acquires, shared, the addresses of the last section of each task
 *				that began one before
 *
 * and sections commute with each other, as grace periods do. Beginning and end of a grace period
 * are two steps even if no section holds it back: an execution has the same steps whether a
 * section ended just before or after the beginning.
 *
 * Readers, callbacks and grace periods stay on the heap until the execution is over, where an
 * explorer goes back to a snapshot.
 */
#include <linux/rcupdate.h>
#include <linux/slab.h>
#include "internal.h"

#define NR_BEGINS 8 /* tasks beyond share one, which makes some sections dependent */

const char ls_rcu_gp, ls_rcu_polls;
static const char begins[NR_BEGINS];
static const char ends_object;	    /* whoever waits for an end is asked again because of it */
static const char callbacks_object; /* callbacks read it, rcu_barrier() writes */

/**
 * struct ls_rcu_reader - the read sections of a task
 * @node: in the list of readers, which is sorted by address
 * @section: number of the last one that began
 * @inside: it has not ended
 * @ends: addresses of the ends of sections; after so many they are used again, which makes
 *	some steps dependent that are not
 */
struct ls_rcu_reader {
	struct list_head node;
	unsigned long section;
	bool inside;
	char ends[64];
};

static LIST_HEAD(readers);

static const char *end_of(const struct ls_rcu_reader *r, unsigned long section)
{
	return &r->ends[section % sizeof(r->ends)];
}

static struct ls_rcu_reader *make_reader(void)
{
	struct ls_rcu_reader *r = os_alloc(sizeof(*r));
	struct list_head *after = &readers;

	if (!r)
		ls_sleep_for_good();
	/* In an order that does not depend on who was first: it is one of footprints. */
	while (after->prev != &readers && (unsigned long)after->prev > (unsigned long)&r->node)
		after = after->prev;
	list_add_tail(&r->node, after);
	return r;
}

const void *ls_rcu_begin_of(const struct task_struct *t)
{
	return &begins[t->lineage % NR_BEGINS];
}

/* What holds back grace periods begins. Nests. */
void ls_rcu_explore_enter(struct task_struct *t)
{
	if (t->rcu_nest++)
		return;
	if (!t->rcu_reader)
		t->rcu_reader = make_reader();
	t->rcu_reader->section++;
	t->rcu_reader->inside = true;
	ls_touch(ls_rcu_begin_of(t), LS_WRITE);
}

void ls_rcu_explore_exit(struct task_struct *t)
{
	struct ls_rcu_reader *r = t->rcu_reader;

	if (--t->rcu_nest)
		return;
	r->inside = false;
	ls_touch(end_of(r, r->section), LS_RELEASE);
	ls_touch(&ends_object, LS_RELEASE_SHARED); /* commutes with its like */
}

/* --- grace periods -------------------------------------------------------------- */

/**
 * struct grace - a grace period
 * @nr: readers that had a section before it began
 * @of: each of them, and the last of these sections
 */
struct grace {
	unsigned int nr;
	struct {
		struct ls_rcu_reader *reader;
		unsigned long section;
	} of[];
};

static struct grace *grace_begin(void)
{
	struct ls_rcu_reader *r;
	unsigned int nr = 0, i;
	struct grace *g;

	list_for_each_entry(r, &readers, node)
		nr++;
	g = os_alloc(sizeof(*g) + nr * sizeof(g->of[0]));
	if (!g)
		ls_sleep_for_good();
	list_for_each_entry(r, &readers, node) {
		g->of[g->nr].reader = r;
		g->of[g->nr++].section = r->section;
	}
	for (i = 0; i < NR_BEGINS; i++)
		ls_touch(&begins[i], LS_READ);
	return g;
}

static bool holds_back(const struct grace *g, unsigned int i)
{
	const struct ls_rcu_reader *r = g->of[i].reader;

	return r->inside && r->section == g->of[i].section;
}

static bool grace_over(const void *arg)
{
	const struct grace *g = arg;
	unsigned int i;

	for (i = 0; i < g->nr; i++)
		if (holds_back(g, i))
			return false;
	return true;
}

/* Wait for the end of a grace period. */
static void grace_wait(struct grace *g)
{
	unsigned int i;

	if (ls_point_wait(LS_OP_RCU, &ends_object, LS_NONE, grace_over, g, OS_NEVER) ==
	    LS_WAIT_STUCK)
		ls_sleep_for_good();
	for (i = 0; i < g->nr; i++)
		ls_touch(end_of(g->of[i].reader, g->of[i].section), LS_ACQUIRE_SHARED);
	os_free(g);
}

static bool always(const void *unused)
{
	return true;
}

/*
 * Grace periods commute with each other, which ls_point() would not say. @begun counts them;
 * returns the number of this one.
 */
unsigned long ls_rcu_explore_synchronize(unsigned long *begun)
{
	struct grace *g;
	unsigned long nr;

	ls_point_wait(LS_OP_RCU, &ls_rcu_gp, LS_NONE, always, NULL, OS_NEVER);
	nr = ++*begun;
	ls_touch(&ls_rcu_polls, LS_READ);
	g = grace_begin();
	grace_wait(g);
	ls_touch(&ls_rcu_polls, LS_READ);
	return nr;
}

/*
 * Free what only the library looks at under RCU. If somebody is in a section it stays: there is
 * no task here that could wait. @keep: bytes that are not worth being filled.
 */
void ls_rcu_explore_free(void *memory, unsigned long keep)
{
	struct ls_rcu_reader *r;

	list_for_each_entry(r, &readers, node)
		if (r->inside)
			return;
	os_free_but(memory, keep);
}

/* --- callbacks: each is a task ------------------------------------------------------ */

/**
 * struct callback - one call_rcu() or kfree_rcu()
 * @head: of the object; not read for kfree_rcu()
 * @func: what to call, or NULL
 * @free: what to free then
 * @seq: number among all callbacks
 */
struct callback {
	struct rcu_head *head;
	rcu_callback_t func;
	void *free;
	struct grace *grace;
	unsigned long seq;
};

/**
 * struct barrier - a task in rcu_barrier()
 * @seq: callbacks with smaller numbers count
 * @remaining: so many of them
 */
struct barrier {
	struct list_head node;
	unsigned long seq;
	unsigned int remaining;
};

static struct {
	unsigned long next_seq;
	unsigned int nr;
	struct list_head barriers;
} calls = { .barriers = LIST_HEAD_INIT(calls.barriers) };

static void callback_done(unsigned long seq)
{
	struct barrier *b, *next;

	calls.nr--;
	ls_touch(&callbacks_object, list_empty(&calls.barriers) ? LS_READ : LS_WRITE);
	list_for_each_entry_safe(b, next, &calls.barriers, node)
		if (seq < b->seq && !--b->remaining)
			list_del(&b->node);
}

static int callback_main(void *arg)
{
	struct callback *c = arg;

	grace_wait(c->grace);
	/* The object is there until now: whoever has freed it is found out. */
	ls_touch(c->func ? (void *)c->head : c->free, LS_WRITE);
	if (c->func) {
		ls_rcu_run(c->head, c->func);
	} else {
		__preempt_count_add(SOFTIRQ_OFFSET);
		kvfree(c->free);
		__preempt_count_sub(SOFTIRQ_OFFSET);
	}
	callback_done(c->seq);
	os_free(c);
	return 0;
}

/* @func(@head), or if that is NULL kvfree(@free), after a grace period that begins now. */
void ls_rcu_explore_call(struct rcu_head *head, rcu_callback_t func, void *free)
{
	struct callback *c = os_alloc(sizeof(*c));

	if (!c)
		ls_sleep_for_good();
	c->head = head;
	c->func = func;
	c->free = free;
	c->grace = grace_begin();
	c->seq = calls.next_seq++;
	calls.nr++;
	ls_touch(&callbacks_object, LS_READ);
	ls_task_explore("rcu", head, callback_main, c, "rcu");
}

static bool barrier_over(const void *arg)
{
	return !((const struct barrier *)arg)->remaining;
}

void ls_rcu_explore_barrier(void)
{
	struct barrier b;

	ls_point(LS_OP_FLUSH, &callbacks_object);
	b.seq = calls.next_seq;
	b.remaining = calls.nr;
	if (!b.remaining)
		return;
	list_add_tail(&b.node, &calls.barriers);
	if (ls_point_wait(LS_OP_FLUSH, &callbacks_object, LS_READ, barrier_over, &b, OS_NEVER) ==
	    LS_WAIT_STUCK)
		ls_sleep_for_good();
}

// SPDX-License-Identifier: MIT
/*
 * The validator's slow half: the graph of classes, and what contradicts it.
 *
 * Runs once for each new chain of locks and each new kind of use of a class, with the
 * graph locked. Reports are made after it is unlocked.
 */

#include "lockdep_internals.h"

#define LS_USED_IN_ANY                                                                             \
	(LS_USED_IN_HARDIRQ | LS_USED_IN_HARDIRQ_READ | LS_USED_IN_SOFTIRQ |                       \
	 LS_USED_IN_SOFTIRQ_READ)

static u32 ls_search;	   /* number of the current search */
static bool ls_irqs_used; /* some class was taken in an interrupt */

struct ls_goal {
	const struct lock_class *class; /* this one, unless @usage */
	bool strong;			/* only by a path that does not end in a recursive reader */
	u32 usage;			/* or any with one of these */
};

static bool ls_goal_met(const struct ls_goal *goal, const struct lock_class *class, int weak)
{
	if (goal->usage)
		return class->usage & goal->usage;
	return class == goal->class && !(goal->strong && weak);
}

/*
 * One step of a search. Forward, the state says that only a recursive reader arrives;
 * backward, that the following edge only holds its first lock shared. Either way a
 * recursive reader must not meet a shared holder: nothing would block there.
 * Returns the state at the other end, -1 if the edge does not block.
 */
static int ls_step(const struct lock_edge *edge, int state, bool forward)
{
	u8 dep = edge->dep;

	if (edge->bad)
		return -1;
	if (forward) {
		if (state)
			dep &= LS_DEP_ER | LS_DEP_EN;
		return dep ? !(dep & (LS_DEP_SN | LS_DEP_EN)) : -1;
	}
	if (state)
		dep &= LS_DEP_SN | LS_DEP_EN;
	return dep ? !(dep & (LS_DEP_ER | LS_DEP_EN)) : -1;
}

static bool ls_visit(struct lock_class *class, int state, struct lock_edge *via, int via_state)
{
	/* state 0 allows all that state 1 does */
	if (class->visit[0] == ls_search || class->visit[state] == ls_search)
		return false;
	class->visit[state] = ls_search;
	class->via[state] = via;
	class->via_state[state] = via_state;
	class->queue_next[state] = NULL;
	return true;
}

/* Breadth first, so the path is a shortest one. Returns the class found, with *state. */
static struct lock_class *ls_find(struct lock_class *from, int *state, bool forward,
				  const struct ls_goal *goal)
{
	struct lock_class *cur = from, *tail = from, *next;
	int cur_state = *state, tail_state = *state, step;
	struct lock_edge *edge;

	ls_search++;
	ls_visit(from, cur_state, NULL, 0);
	while (cur) {
		if (ls_goal_met(goal, cur, cur_state)) {
			*state = cur_state;
			return cur;
		}
		for (edge = forward ? cur->after : cur->before; edge;
		     edge = forward ? edge->after : edge->before) {
			step = ls_step(edge, cur_state, forward);
			next = forward ? edge->to : edge->from;
			if (step < 0 || !ls_visit(next, step, edge, cur_state))
				continue;
			/* low bit of the link: the state it is queued in */
			tail->queue_next[tail_state] =
				(struct lock_class *)((unsigned long)next | step);
			tail = next;
			tail_state = step;
		}
		next = cur->queue_next[cur_state];
		cur = (struct lock_class *)((unsigned long)next & ~1UL);
		cur_state = (unsigned long)next & 1;
	}
	return NULL;
}

/* Append how the last search came to @class, in order of acquisition. */
static void ls_path_add(struct ls_path *path, const struct lock_class *class, int state,
			bool forward)
{
	const struct lock_edge *found[LS_PATH_MAX], *edge;
	unsigned int nr = 0, i;

	while ((edge = class->via[state]) && nr < LS_PATH_MAX) {
		found[nr++] = edge;
		state = class->via_state[state];
		class = forward ? edge->from : edge->to;
	}
	for (i = 0; i < nr && path->nr < LS_PATH_MAX; i++)
		path->edge[path->nr++] = found[forward ? nr - 1 - i : i];
}

static struct lock_edge *ls_edge_find(struct lock_class *from, struct lock_class *to)
{
	struct lock_edge *edge;

	for (edge = from->after; edge; edge = edge->after) {
		if (edge->to == to)
			return edge;
	}
	return NULL;
}

static u8 ls_dep_of(const struct held_lock *prev, const struct held_lock *next)
{
	if (next->read == 2)
		return prev->read ? LS_DEP_SR : LS_DEP_ER;
	return prev->read ? LS_DEP_SN : LS_DEP_EN;
}

static void ls_edge_learn(struct task_struct *me, const struct held_lock *prev,
			  const struct held_lock *next, u8 dep, bool bad, const void *fp)
{
	struct lock_edge *edge = ls_edge_find(prev->class, next->class);
	unsigned int i;

	if (edge) {
		edge->dep |= dep;
		edge->bad |= bad;
		return;
	}
	edge = os_alloc_shared(sizeof(*edge));
	if (!edge)
		return; /* learnt later, or never: nothing wrong is concluded from a missing edge */
	edge->from = prev->class;
	edge->to = next->class;
	edge->dep = dep;
	edge->bad = bad;
	edge->held_at = *prev->trace;
	ls_stack_from(&edge->taken_at, fp);
	edge->pid = me->pid;
	for (i = 0; i < sizeof(edge->comm); i++)
		edge->comm[i] = me->comm[i];
	edge->after = prev->class->after;
	prev->class->after = edge;
	edge->before = next->class->before;
	next->class->before = edge;
}

/* --- interrupts ---------------------------------------------------------------- */

/* A class used so in an interrupt, and one left so open to it, must not depend. */
static u32 ls_usage_conflicts(int bit)
{
	static const u32 conflicts[LS_USAGE_BITS] = {
		LS_ENABLED_HARDIRQ | LS_ENABLED_HARDIRQ_READ, /* used in hardirq */
		LS_ENABLED_HARDIRQ,			      /* the same, read */
		LS_USED_IN_HARDIRQ | LS_USED_IN_HARDIRQ_READ, /* hardirqs enabled */
		LS_USED_IN_HARDIRQ,			      /* the same, read */
		LS_ENABLED_SOFTIRQ | LS_ENABLED_SOFTIRQ_READ,
		LS_ENABLED_SOFTIRQ,
		LS_USED_IN_SOFTIRQ | LS_USED_IN_SOFTIRQ_READ,
		LS_USED_IN_SOFTIRQ,
	};

	return conflicts[bit];
}

static bool ls_is_used_in(int bit)
{
	return (1u << bit) & LS_USED_IN_ANY;
}

struct ls_irq_finding {
	struct lock_class *safe, *unsafe;
	int used_bit, enabled_bit;
	struct ls_path path;
};

static int ls_first_bit(u32 mask)
{
	return mask ? __builtin_ctz(mask) : -1;
}

/* Once for a pair of classes and kinds of use. */
static bool ls_irq_news(struct ls_irq_finding *f)
{
	bool news = !(f->safe->reported & (1u << f->used_bit)) ||
		    !(f->unsafe->reported & (1u << f->enabled_bit));

	f->safe->reported |= 1u << f->used_bit;
	f->unsafe->reported |= 1u << f->enabled_bit;
	return news;
}

/* Does the new edge prev -> next lead from a class used in interrupts to one open to them? */
static bool ls_edge_irq(const struct held_lock *prev, const struct held_lock *next,
			struct ls_irq_finding *f)
{
	int bit, state;

	for (bit = 0; bit < LS_USAGE_BITS; bit++) {
		struct ls_goal used = { .usage = 1u << bit };
		struct ls_goal open = { .usage = ls_usage_conflicts(bit) };

		if (!ls_is_used_in(bit))
			continue;
		state = prev->read != 0;
		f->safe = ls_find(prev->class, &state, false, &used);
		if (!f->safe)
			continue;
		f->path.nr = 0;
		ls_path_add(&f->path, f->safe, state, false);
		state = next->read == 2;
		f->unsafe = ls_find(next->class, &state, true, &open);
		if (!f->unsafe)
			continue;
		ls_path_add(&f->path, f->unsafe, state, true);
		f->used_bit = bit;
		f->enabled_bit = ls_first_bit(f->unsafe->usage & open.usage);
		return true;
	}
	return false;
}

/* Does a class, now used in a new way, contradict itself or what it is connected with? */
static bool ls_usage_irq(struct held_lock *hlock, int bit, struct ls_irq_finding *f)
{
	bool used_in = ls_is_used_in(bit);
	struct ls_goal goal = { .usage = ls_usage_conflicts(bit) };
	struct lock_class *other;
	int state;

	/* used in an interrupt: what follows counts; open to them: what it is taken under */
	state = used_in ? hlock->read == 2 : hlock->read != 0;
	other = ls_find(hlock->class, &state, used_in, &goal);
	if (!other)
		return false;
	f->path.nr = 0;
	ls_path_add(&f->path, other, state, used_in);
	f->safe = used_in ? hlock->class : other;
	f->unsafe = used_in ? other : hlock->class;
	f->used_bit = used_in ? bit : ls_first_bit(other->usage & goal.usage);
	f->enabled_bit = used_in ? ls_first_bit(other->usage & goal.usage) : bit;
	return true;
}

/**
 * ls_mark_usage() - a class is used in a way that is new for it
 * @me: the current task
 * @hlock: the acquisition
 * @want: LS_USED_IN_* and LS_ENABLED_*
 * @fp: frame of the public function
 */
noinline void ls_mark_usage(struct task_struct *me, struct held_lock *hlock, u32 want,
			    const void *fp)
{
	struct lock_class *class = hlock->class;
	struct ls_irq_finding f;
	bool found = false;
	u32 new;
	int bit;

	me->lockdep.recursion++;
	ls_word_lock(&ls_graph_lock);
	new = want & ~class->usage;
	__atomic_fetch_or(&class->usage, new, __ATOMIC_RELAXED);
	if (new & LS_USED_IN_ANY)
		ls_irqs_used = true;
	for (bit = 0; bit < LS_USAGE_BITS; bit++) {
		if (!(new & (1u << bit)))
			continue;
		class->usage_at[bit] = os_alloc_shared(sizeof(struct ls_trace));
		if (class->usage_at[bit])
			ls_trace_fill(class->usage_at[bit], me, fp);
		if (!found && ls_irqs_used)
			found = ls_usage_irq(hlock, bit, &f) && ls_irq_news(&f);
	}
	ls_word_unlock(&ls_graph_lock);
	if (found)
		ls_report_irq(f.safe, f.used_bit, f.unsafe, f.enabled_bit, &f.path, hlock->instance,
			      fp);
	me->lockdep.recursion--;
}

/* --- order ----------------------------------------------------------------------- */

/* Learn that @next is taken under @prev, unless that closes a cycle. */
static void ls_learn(struct task_struct *me, const struct held_lock *prev,
		     const struct held_lock *next, const void *fp)
{
	/* The cycle is next -> ... -> prev -> next; a shared prev only stops a writer. */
	struct ls_goal goal = { .class = prev->class, .strong = prev->read != 0 };
	int state = next->read == 2;
	u8 dep = ls_dep_of(prev, next);
	struct ls_path path = { .nr = 0 };
	struct ls_irq_finding f;
	struct lock_class *end;
	struct lock_edge *edge;
	bool irq = false;

	if (prev->class == next->class)
		return;
	ls_word_lock(&ls_graph_lock);
	edge = ls_edge_find(prev->class, next->class);
	if (edge && (edge->bad || (edge->dep & dep))) {
		ls_word_unlock(&ls_graph_lock);
		return;
	}
	end = ls_find(next->class, &state, true, &goal);
	if (end)
		ls_path_add(&path, end, state, true);
	else if (ls_irqs_used)
		irq = ls_edge_irq(prev, next, &f) && ls_irq_news(&f);
	ls_edge_learn(me, prev, next, dep, end || irq, fp);
	ls_word_unlock(&ls_graph_lock);

	if (end)
		ls_report_order(prev, next, &path, fp);
	else if (irq)
		ls_report_irq(f.safe, f.used_bit, f.unsafe, f.enabled_bit, &f.path, next->instance,
			      fp);
}

/* The same lock again, in a way that must block: reported, for certain, when the task waits. */
static bool ls_is_self(const struct held_lock *prev, const struct held_lock *next)
{
	const struct lockdep_map *map = next->instance;

	if (map->ls_kind == LS_LOCK_MUTEX)
		return ls_mutex_owner_now(container_of(map, struct mutex, dep_map)) == current;
	if (map->ls_kind == LS_LOCK_MAP || map->ls_kind == LS_LOCK_SEQCOUNT)
		return false;
	return prev->instance == map && !(prev->read && next->read);
}

/*
 * Is a lock of the same class held? Returns 0 if not, 1 if that is all right and no order
 * is to be learnt, -1 after a report.
 */
static int ls_check_recursion(struct ls_lockdep_task *lt, struct held_lock *next, const void *fp)
{
	struct held_lock *prev;
	bool nested = false;
	unsigned int i;

	for (i = 0; i < lt->depth; i++) {
		prev = &lt->held[i];
		if (next->nest_lock && prev->instance == next->nest_lock)
			nested = true;
		if (prev->class != next->class)
			continue;
		if (next->read == 2 && prev->read)
			continue;
		if (nested || ls_is_self(prev, next))
			return 1;
		ls_report_recursion(prev, next, fp);
		return -1;
	}
	return 0;
}

/**
 * ls_validate() - check a chain of locks that was not seen before
 * @me: the current task
 * @hlock: its innermost lock, not yet counted
 * @fp: frame of the public function
 */
noinline void ls_validate(struct task_struct *me, struct held_lock *hlock, const void *fp)
{
	struct ls_lockdep_task *lt = &me->lockdep;
	struct held_lock *prev;
	unsigned int i;

	lt->recursion++;
	if (ls_check_recursion(lt, hlock, fp))
		goto out;
	for (i = lt->depth; i-- > 0;) {
		prev = &lt->held[i];
		if (prev->irq_context != hlock->irq_context)
			break;
		if (!prev->check)
			continue;
		ls_learn(me, prev, hlock, fp);
		/* what was taken by waiting has learnt its own predecessors */
		if (!prev->trylock)
			break;
	}
out:
	lt->recursion--;
}

/**
 * ls_graph_reset() - forget every order and every use
 */
void ls_graph_reset(void)
{
	struct lock_class *class;
	struct lock_edge *edge, *next;
	int bit;

	ls_word_lock(&ls_graph_lock);
	for (class = ls_classes; class; class = class->next) {
		for (edge = class->after; edge; edge = next) {
			next = edge->after;
			os_free(edge);
		}
		class->after = NULL;
		class->before = NULL;
		class->reported = 0;
		__atomic_store_n(&class->usage, 0, __ATOMIC_RELAXED);
		for (bit = 0; bit < LS_USAGE_BITS; bit++) {
			os_free(class->usage_at[bit]);
			class->usage_at[bit] = NULL;
		}
	}
	ls_irqs_used = false;
	ls_word_unlock(&ls_graph_lock);
}

// SPDX-License-Identifier: MIT
/* Who can come to a function that the convention has a rule for: a graph of names. */
#include "tree_reach.h"

#include <stdlib.h>
#include <string.h>

#include "arena.h"
#include "lockstep/convention.h"
#include "map.h"

/* Items of one name hang together: the next one, plus one. */
struct by_name {
	struct ls_map first;
	uint32_t *next;
	struct ls_map exports; /* of a file */
	uint64_t *bits;	       /* by bits of an id: most names are nothing here */
};

#define ID_BITS 20

static void set_bit(uint64_t *bits, uint64_t id)
{
	id >>= 64 - ID_BITS;
	bits[id / 64] |= 1ULL << id % 64;
}

static int has_bit(const uint64_t *bits, uint64_t id)
{
	id >>= 64 - ID_BITS;
	return bits[id / 64] >> id % 64 & 1;
}

static uint64_t export_key(uint64_t id, uint32_t file)
{
	return ls_hash_u64(id + file);
}

static void index_names(struct ls_reach *r, struct by_name *names)
{
	names->next = calloc(r->scan->nr_items + 1, sizeof(*names->next));
	names->bits = calloc((1 << ID_BITS) / 64, sizeof(*names->bits));
	if (!names->next || !names->bits)
		ls_no_memory();
	for (size_t i = r->scan->nr_items; i-- > 0;) {
		uint64_t *first;

		first = ls_map_put(&names->first, r->scan->item[i].id, NULL);
		set_bit(names->bits, r->scan->item[i].id);
		names->next[i] = (uint32_t)*first;
		*first = i + 1;
	}
	for (size_t i = 0; i < r->scan->nr_exports; i++)
		ls_map_put(&names->exports,
			   export_key(r->scan->export[i].function, r->scan->export[i].file), NULL);
}

/*
 * How near is what @from means by a name: 3 in its file, 2 in its group, 1 elsewhere; 0: it cannot
 * mean it.
 */
static int nearness(const struct ls_reach *r, const struct by_name *names,
		    const struct ls_scan_item *from, const struct ls_scan_item *to)
{
	if (from->file == to->file)
		return 3;
	if (r->is_header[to->file]) {
		/* A driver's own header; or one for all. */
		if (r->group[to->file] == r->group[from->file])
			return 2;
		return r->group[to->file] == UINT32_MAX;
	}
	if (to->is_static || to->kind == LS_SCAN_MACRO)
		return 0;
	if (r->group[to->file] == r->group[from->file])
		return 2;
	return ls_map_find(&names->exports, export_key(to->id, to->file)) != NULL;
}

/* Callees that are being found: a growing array. */
struct callees {
	uint32_t *callee;
	size_t nr, room;
};

/* All that @from means by this name. */
static void add_callees(const struct ls_reach *r, const struct by_name *names, struct callees *c,
			const struct ls_scan_item *from, uint64_t id)
{
	const uint64_t *first = has_bit(names->bits, id) ? ls_map_find(&names->first, id) : NULL;
	uint32_t start = first ? (uint32_t)*first : 0;
	int nearest = 1;

	for (uint32_t to = start; to; to = names->next[to - 1]) {
		int near = nearness(r, names, from, &r->scan->item[to - 1]);

		nearest = near > nearest ? near : nearest;
	}
	for (uint32_t to = start; to; to = names->next[to - 1]) {
		if (&r->scan->item[to - 1] == from ||
		    nearness(r, names, from, &r->scan->item[to - 1]) != nearest)
			continue;
		c->callee = ls_grow(c->callee, c->nr, &c->room, sizeof(*c->callee));
		c->callee[c->nr++] = to - 1;
	}
}

static void link_callees(struct ls_reach *r, const struct by_name *names, struct ls_arena *arena)
{
	struct callees c = { 0 };

	r->callee_at = ls_arena_array(arena, r->scan->nr_items + 1, sizeof(*r->callee_at));
	for (size_t i = 0; i < r->scan->nr_items; i++) {
		const struct ls_scan_item *from = &r->scan->item[i];

		r->callee_at[i] = (uint32_t)c.nr;
		for (size_t j = 0; j < from->nr_mentions; j++)
			add_callees(r, names, &c, from, r->scan->mention[from->mention + j]);
	}
	r->callee_at[r->scan->nr_items] = (uint32_t)c.nr;
	r->callee = ls_arena_copy(arena, c.callee, c.nr * sizeof(*c.callee));
	free(c.callee);
}

/* Functions of the table; and types of its ops tables, with value 2. */
static void rule_names(struct ls_map *rules)
{
	for (size_t i = 0; i < LS_NR_RULES; i++) {
		const struct ls_rule *rule = &ls_rules[i];
		size_t len = strcspn(rule->name, ".");

		if (rule->lock != LS_LOCK_RESV)
			continue;
		*ls_map_put(rules, ls_scan_id(rule->name, len), NULL) = rule->callback ? 2 : 1;
		for (int release = 0; release < LS_NR_RELEASES && !rule->callback; release++) {
			char name[128];

			ls_rule_name(rule, release, name, sizeof(name));
			*ls_map_put(rules, ls_scan_id(name, strlen(name)), NULL) = 1;
		}
	}
}

/* What a search needs beside the result. */
struct search {
	struct ls_reach *r;
	struct by_name names;
	struct ls_map rules;
	uint32_t *caller_at, *caller;
	uint32_t *queue; /* items that reach, in the order found */
	size_t nr, done;
};

static void found(struct search *s, size_t item, uint8_t how)
{
	if (!s->r->reaches[item])
		s->queue[s->nr++] = (uint32_t)item;
	if (s->r->reaches[item] < how)
		s->r->reaches[item] = how;
}

/* The callbacks in an ops table are what its rules are about. */
static void take_table(struct search *s, size_t table)
{
	const struct ls_reach *r = s->r;

	for (uint32_t k = r->callee_at[table]; k < r->callee_at[table + 1]; k++) {
		const struct ls_scan_item *to = &r->scan->item[r->callee[k]];

		if (to->kind == LS_SCAN_FUNCTION &&
		    r->group[to->file] == r->group[r->scan->item[table].file])
			found(s, r->callee[k], LS_REACHES);
	}
	s->r->reaches[table] = LS_REACHES_DIRECTLY;
}

/* Items that are a rule, or name one, even if nothing here defines it. */
static void first_reaching(struct search *s)
{
	const struct ls_scan *scan = s->r->scan;

	for (size_t i = 0; i < scan->nr_items; i++) {
		const struct ls_scan_item *item = &scan->item[i];
		int table = item->kind == LS_SCAN_TABLE;
		const uint64_t *rule = ls_map_find(&s->rules, table ? item->type : item->id);
		int direct = rule && *rule == 1 && !table;

		if (table && item->type && rule && *rule == 2)
			take_table(s, i);
		for (size_t j = 0; !direct && !table && j < item->nr_mentions; j++) {
			rule = ls_map_find(&s->rules, scan->mention[item->mention + j]);
			direct = rule && *rule == 1;
		}
		if (direct)
			found(s, i, LS_REACHES_DIRECTLY);
	}
}

/* All who call what is in the queue. */
static void spread(struct search *s)
{
	for (; s->done < s->nr; s->done++) {
		uint32_t i = s->queue[s->done];

		for (uint32_t k = s->caller_at[i]; k < s->caller_at[i + 1]; k++) {
			uint32_t from = s->caller[k];

			/* Who names a table of functions does not call them. */
			if (s->r->scan->item[from].kind != LS_SCAN_TABLE)
				found(s, from, LS_REACHES);
			else if (!s->r->reaches[from])
				s->r->reaches[from] = LS_REACHES;
		}
	}
}

static uint64_t member_key(uint64_t member, uint32_t group)
{
	return ls_hash_u64(member + group);
}

/* How many functions a member is set to in a group (upper half), and how many of them reach. */
static void count_slots(struct search *s, struct ls_map *members)
{
	const struct ls_reach *r = s->r;

	for (size_t i = 0; i < r->scan->nr_slots; i++) {
		const struct ls_scan_slot *slot = &r->scan->slot[i];
		struct ls_scan_item at = { .file = slot->file };
		struct callees c = { 0 };
		int functions = 0, reach = 0;

		add_callees(r, &s->names, &c, &at, slot->function);
		for (size_t k = 0; k < c.nr; k++) {
			if (r->scan->item[c.callee[k]].kind != LS_SCAN_FUNCTION)
				continue;
			functions = 1;
			reach |= r->reaches[c.callee[k]] != 0;
		}
		free(c.callee);
		if (functions)
			*ls_map_put(members, member_key(slot->member, r->group[slot->file]),
				    NULL) += (1ULL << 32) + (uint64_t)reach;
	}
}

/*
 * Calls of members: "ops->put_pages(obj)" is one of what put_pages is set to in that group. Of
 * names like "init" that would be everything: only those members count of which four in five reach.
 */
static void follow_members(struct search *s)
{
	const struct ls_reach *r = s->r;
	struct ls_map members = { 0 };

	count_slots(s, &members);
	for (size_t i = 0; i < r->scan->nr_items; i++) {
		const struct ls_scan_item *item = &r->scan->item[i];

		for (size_t j = 0; j < item->nr_mentions && !r->reaches[i]; j++) {
			uint64_t key = member_key(r->scan->mention[item->mention + j],
						  r->group[item->file]);
			const uint64_t *count = ls_map_find(&members, key);

			if (count && (*count & UINT32_MAX) * 5 >= (*count >> 32) * 4)
				found(s, i, LS_REACHES);
		}
	}
	ls_map_fini(&members);
}

static void link_callers(struct search *s)
{
	const struct ls_reach *r = s->r;
	size_t nr = r->scan->nr_items;

	s->caller_at = calloc(nr + 2, sizeof(*s->caller_at));
	s->caller = calloc(r->callee_at[nr] + 1, sizeof(*s->caller));
	s->queue = calloc(nr + 1, sizeof(*s->queue));
	if (!s->caller_at || !s->caller || !s->queue)
		ls_no_memory();
	for (size_t k = 0; k < r->callee_at[nr]; k++)
		s->caller_at[r->callee[k] + 2]++;
	for (size_t i = 0; i < nr; i++)
		s->caller_at[i + 2] += s->caller_at[i + 1];
	for (size_t i = 0; i < nr; i++)
		for (uint32_t k = r->callee_at[i]; k < r->callee_at[i + 1]; k++)
			s->caller[s->caller_at[r->callee[k] + 1]++] = (uint32_t)i;
}

void ls_reach_find(struct ls_reach *r, struct ls_arena *arena)
{
	struct search s = { .r = r };

	rule_names(&s.rules);
	index_names(r, &s.names);
	link_callees(r, &s.names, arena);
	r->reaches = ls_arena_alloc(arena, r->scan->nr_items + 1);
	link_callers(&s);
	first_reaching(&s);
	spread(&s);
	for (int round = 0; round < 8; round++) {
		follow_members(&s);
		if (s.done == s.nr)
			break;
		spread(&s);
	}
	free(s.caller_at);
	free(s.caller);
	free(s.queue);
	free(s.names.next);
	free(s.names.bits);
	ls_map_fini(&s.names.first);
	ls_map_fini(&s.names.exports);
	ls_map_fini(&s.rules);
}

void ls_reach_called(const struct ls_reach *r, uint8_t *along)
{
	size_t nr = r->scan->nr_items, nr_queue = 0;
	uint32_t *queue = calloc(nr + 1, sizeof(*queue));

	if (!queue)
		ls_no_memory();
	for (size_t i = 0; i < nr; i++)
		if (along[i])
			queue[nr_queue++] = (uint32_t)i;
	for (size_t at = 0; at < nr_queue; at++) {
		for (uint32_t k = r->callee_at[queue[at]]; k < r->callee_at[queue[at] + 1]; k++) {
			uint32_t to = r->callee[k];

			if (along[to] || !r->reaches[to])
				continue;
			along[to] = 1;
			queue[nr_queue++] = to;
		}
	}
	free(queue);
}

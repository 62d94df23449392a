// SPDX-License-Identifier: MIT
/* Where a lock lies, as the model says it: names of members become offsets. */
#include <string.h>

#include "arena.h"
#include "context.h"

/* What argument @arg of @call points to, as declared by the function or by one in its slot. */
static const struct ls_unit *declared(struct ls_analysis *a, const struct ls_model_call *call,
				      int arg, uint32_t *type)
{
	const struct ls_program *p = a->p;
	void **entry = ls_names_find_string(&p->by_name, call->name);
	uint32_t id, fn = LS_NONE;
	const struct ls_function *f;

	if (!entry || arg < 0)
		return NULL;
	id = (uint32_t)((uintptr_t)*entry - 1);
	if (!call->is_callback) {
		fn = p->symbol[id].fn;
	} else {
		for (uint32_t h = p->slot[id].holder; h != LS_NONE && fn == LS_NONE;
		     h = p->holder[h].next)
			fn = p->symbol[p->holder[h].function].fn;
	}
	if (fn == LS_NONE)
		return NULL;
	f = p->fn[fn].f;
	if ((uint32_t)arg >= f->nr_params)
		return NULL;
	*type = ls_type_target(ls_fn_unit(p, fn), ls_fn_unit(p, fn)->params[f->param + arg].type);
	return ls_fn_unit(p, fn);
}

static int enter_type(struct ls_analysis *a, const char *name, const struct ls_unit **u,
		      uint32_t *type)
{
	const struct ls_unit *named;

	if (name) {
		named = ls_type_named(a->p, name, type);
		if (!named)
			return 0;
		*u = named;
	} else if (*u && *type < (*u)->head->types.nr && !(*u)->types[*type].nr_members) {
		/* Declared here, defined elsewhere. */
		named = ls_type_named(a->p, ls_unit_string(*u, (*u)->types[*type].name), type);
		if (named)
			*u = named;
	}
	return *u != NULL;
}

uint32_t ls_alias_marks(const struct ls_analysis *a, const char *type, const char *member)
{
	uint32_t marks = 0;

	for (size_t i = 0; i < a->paths.nr_aliases && i < 32; i++)
		if (!strcmp(a->paths.alias[i].type, type) &&
		    !strcmp(a->paths.alias[i].first, member))
			marks |= 1U << i;
	return marks;
}

void ls_lock_path_compile(struct ls_analysis *a, const struct ls_model_call *call,
			  const struct ls_model_path *path, struct ls_lock_path *out)
{
	const struct ls_unit *u = NULL;
	struct ls_hop *hop = ls_arena_array(a->arena, path->nr_steps + 1, sizeof(*hop));
	uint32_t type = LS_NONE;
	int found = 1;

	out->arg = path->arg;
	out->hop = hop;
	out->nr = path->nr_steps;
	if (path->arg == LS_ARG_NONE || path->arg == LS_ARG_ANY)
		return;
	if (path->type) {
		if (path->inside || path->nr_steps)
			enter_type(a, path->type, &u, &type);
	} else if (call) {
		u = declared(a, call, path->arg, &type);
	}
	if (path->inside) {
		if (!u)
			return;
		ls_type_find(u, type, path->inside, &out->start, &found);
		if (!found)
			return;
	}
	for (size_t i = 0; i < path->nr_steps; i++) {
		const struct ls_path_step *s = &path->steps[i];

		hop[i].load = s->load;
		hop[i].each = s->each;
		if (!s->member)
			continue;
		if (!enter_type(a, s->type, &u, &type))
			return;
		hop[i].marks = ls_alias_marks(a, ls_unit_string(u, u->types[type].name), s->member);
		type = ls_type_find(u, type, s->member, &hop[i].offset, &found);
		if (!found)
			return;
		if (s->load)
			type = ls_type_target(u, type);
		if (s->each && type < u->head->types.nr && u->types[type].kind == LS_TYPE_ARRAY)
			type = ls_type_target(u, u->types[type].target);
	}
	out->usable = 1;
}

const struct ls_lock_path *ls_lock_path_of(struct ls_analysis *a, const struct ls_model_call *call,
					   enum ls_path_of which)
{
	uint64_t *at = ls_map_put(&a->lock_paths, (uintptr_t)call, NULL);
	struct ls_lock_path *all = (struct ls_lock_path *)(uintptr_t)*at;

	if (!all) {
		all = ls_arena_array(a->arena, LS_NR_PATHS_OF, sizeof(*all));
		*at = (uintptr_t)all;
		ls_lock_path_compile(a, call, &call->lock, &all[LS_PATH_OF_LOCK]);
		ls_lock_path_compile(a, call, &call->ctx, &all[LS_PATH_OF_CTX]);
		ls_lock_path_compile(a, call, &call->repeat, &all[LS_PATH_OF_REPEAT]);
	}
	return &all[which];
}

void ls_effect_compile_aliases(struct ls_analysis *a)
{
	struct ls_path_alias *alias =
		ls_arena_array(a->arena, a->model->nr_aliases + 1, sizeof(*alias));
	size_t nr = 0;

	for (size_t i = 0; i < a->model->nr_aliases; i++) {
		const struct ls_model_alias *m = &a->model->alias[i];
		struct ls_model_path one = m->one, other = m->other;
		struct ls_lock_path x = { 0 }, y = { 0 };

		one.type = one.type ? one.type : m->type;
		other.type = other.type ? other.type : m->type;
		if (nr == 32 || !one.nr_steps || !other.nr_steps || !other.steps[0].member)
			continue;
		/* The marks of the hops are those of the aliases so far, and its own. */
		a->paths.alias = alias;
		a->paths.nr_aliases = nr;
		ls_lock_path_compile(a, NULL, &one, &x);
		ls_lock_path_compile(a, NULL, &other, &y);
		if (!x.usable || !y.usable)
			continue;
		alias[nr++] = (struct ls_path_alias) {
			.one = x.hop, .nr_one = x.nr, .other = y.hop, .nr_other = y.nr,
			.type = m->type, .if_set = m->if_set, .first = other.steps[0].member,
		};
	}
	a->paths.alias = alias;
	a->paths.nr_aliases = nr;
}

ls_path ls_lock_path_eval(struct ls_paths *p, const struct ls_state *s,
			  const struct ls_lock_path *path, const ls_path *arg, size_t nr_args,
			  ls_path result)
{
	ls_path at;

	if (!path->usable)
		return LS_NO_PATH;
	if (path->arg == LS_ARG_RESULT)
		at = result;
	else if (path->arg >= 0 && (size_t)path->arg < nr_args)
		at = arg[path->arg];
	else
		return LS_NO_PATH;
	at = ls_path_offset(p, at, -path->start);
	for (size_t i = 0; i < path->nr && at; i++) {
		at = ls_path_offset(p, at, path->hop[i].offset);
		ls_path_mark(p, at, path->hop[i].marks);
		if (path->hop[i].each)
			at = ls_path_element(p, at, LS_NO_PATH);
		if (path->hop[i].load)
			at = ls_state_load(p, s, at);
	}
	return at;
}

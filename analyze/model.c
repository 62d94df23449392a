// SPDX-License-Identifier: MIT
/*
 * The model: rows of the convention's table, then what the files say of them, then put in order.
 */
#include "model_parse.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

extern const char ls_model_text[];	/* convention/model.txt, by convention/embed */

int ls_model_bad(struct ls_model_maker *m, const char *format, ...)
{
	va_list args;
	char *why;

	if (m->error)
		return -1;
	va_start(args, format);
	if (vasprintf(&why, format, args) < 0)
		ls_no_memory();
	va_end(args);
	if (asprintf(&m->error, "%s:%u: %s", m->file, m->line, why) < 0)
		ls_no_memory();
	free(why);
	return -1;
}

const char *ls_model_here(struct ls_model_maker *m)
{
	return ls_arena_printf(m->arena, "%s:%u", m->file, m->line);
}

struct ls_draft *ls_model_draft(struct ls_model_maker *m, const char *name)
{
	void **place = ls_names_put_string(&m->drafts, name, NULL);
	struct ls_draft *d = *place;

	if (d)
		return d;
	d = ls_arena_alloc(m->arena, sizeof(*d));
	d->call.name = ls_arena_strdup(m->arena, name);
	d->call.is_callback = !!strchr(name, '.');
	d->call.lock.arg = d->call.ctx.arg = d->call.repeat.arg = LS_ARG_NONE;
	*place = d;
	return d;
}

static const enum ls_model_effect effects[] = {
	[LS_EFFECT_NONE] = LS_DOES_NOTHING,
	[LS_EFFECT_LOCKS] = LS_LOCKS_INSIDE,
	[LS_EFFECT_MAY_LOCK] = LS_MAY_LOCK_INSIDE,
	[LS_EFFECT_ACQUIRES] = LS_ACQUIRES,
	[LS_EFFECT_TRIES] = LS_ACQUIRES,
	[LS_EFFECT_RELEASES] = LS_RELEASES,
};

/* Rules about reservation locks only: a fence's own lock is lockdep's business. */
static void add_rows(struct ls_model_maker *m)
{
	for (size_t i = 0; i < LS_NR_RULES; i++) {
		const struct ls_rule *rule = &ls_rules[i];
		struct ls_draft *d;
		char name[128];

		*ls_names_put_string(&m->ids, rule->id, NULL) = "the table of the convention";
		if (rule->lock != LS_LOCK_RESV)
			continue;
		d = ls_model_draft(m, ls_rule_name(rule, m->release, name, sizeof(name)));
		*ls_names_put_string(&m->rows, rule->name, NULL) = d;
		d->row = rule;
		d->call.source = "convention.tsv";
		d->call.effect = effects[rule->effect];
		if (rule->state[m->release] != LS_STATE_ABSENT) {
			d->call.rule = rule->id;
			d->call.text = rule->text;
		}
		/* held_dynamic: it depends on an object that is not in sight. */
		if (rule->state[m->release] == LS_STATE_HELD)
			d->call.entry = LS_ENTRY_HELD;
		else if (rule->state[m->release] == LS_STATE_NOT_HELD)
			d->call.entry = LS_ENTRY_NOT_HELD;
	}
}

/* "same NAME OTHER": OTHER may be described further down, so this comes last. */
static int resolve_same(struct ls_model_maker *m)
{
	for (size_t i = 0; i < m->drafts.nr; i++) {
		struct ls_draft *d = m->drafts.entry[i].value, *other;
		struct ls_model_call own = d->call;
		void **found;

		if (!d->same_as)
			continue;
		found = ls_names_find_string(&m->rows, d->same_as);
		if (!found)
			found = ls_names_find_string(&m->drafts, d->same_as);
		other = found ? *found : NULL;
		if (!other || other->same_as) {
			free(m->error);
			if (asprintf(&m->error, "%s: nothing is said of %s, or that it is the same as another",
				     d->same_where, d->same_as) < 0)
				ls_no_memory();
			return -1;
		}
		d->call = other->call;
		d->call.name = own.name;
		d->call.is_callback = own.is_callback;
		d->call.source = d->same_where;
		d->call.interruptible |= own.interruptible;
		if (d->said[LS_SAYS_LOCK])
			d->call.lock = own.lock;
		if (d->said[LS_SAYS_CONTEXT])
			d->call.ctx = own.ctx;
		if (d->said[LS_SAYS_RETURNS]) {
			d->call.outcome = own.outcome;
			d->call.nr_outcomes = own.nr_outcomes;
		}
	}
	return 0;
}

static int by_name(const void *a, const void *b)
{
	const struct ls_model_call *one = a, *other = b;

	return strcmp(one->name, other->name);
}

static int by_passer(const void *a, const void *b)
{
	const struct ls_model_passed *one = a, *other = b;
	int order = strcmp(one->name, other->name);

	return order ? order : one->arg - other->arg;
}

static void finish_call(struct ls_model_call *c)
{
	static const struct ls_model_outcome always = { INT64_MIN, INT64_MAX, LS_LOCK_HELD };

	if (c->root && !c->rule) {
		c->entry = LS_ENTRY_NOT_HELD;
		c->lock.arg = LS_ARG_ANY;
		c->lock.text = "any";
	}
	/* Which locks it drops no path names, so nobody can tell whether they are held. */
	if (c->effect == LS_RELEASES_ALL && c->lock.arg == LS_ARG_ANY)
		c->entry = LS_ENTRY_ANY;
	if (c->effect == LS_ACQUIRES && !c->nr_outcomes) {
		c->outcome = &always;
		c->nr_outcomes = 1;
	}
	/* What takes or drops the lock is known by what it does: its body would only confuse. */
	if (c->effect == LS_ACQUIRES || c->effect == LS_RELEASES || c->effect == LS_RELEASES_ALL ||
	    c->effect == LS_ASSERTS)
		c->opaque = c->opaque || c->lock.arg != LS_ARG_NONE;
}

static void finish(struct ls_model_maker *m)
{
	struct ls_model *model = m->model;

	model->call = ls_arena_array(m->arena, m->drafts.nr, sizeof(*model->call));
	for (size_t i = 0; i < m->drafts.nr; i++) {
		struct ls_draft *d = m->drafts.entry[i].value;

		if (d->inferred)
			continue;
		if (!d->call.source)
			for (int facet = 0; facet < LS_NR_FACETS; facet++)
				if (d->where[facet])
					d->call.source = d->where[facet];
		finish_call(&d->call);
		model->call[model->nr_calls++] = d->call;
	}
	qsort(model->call, model->nr_calls, sizeof(*model->call), by_name);
	if (model->nr_passed)
		qsort(model->passed, model->nr_passed, sizeof(*model->passed), by_passer);
}

static void hash_text(struct ls_model *model, const char *text)
{
	model->hash = ls_hash(text, strlen(text) + 1, model->hash);
}

static void hash_table(struct ls_model *model, int release)
{
	for (size_t i = 0; i < LS_NR_RULES; i++) {
		unsigned char how[] = { ls_rules[i].state[release], ls_rules[i].effect };

		hash_text(model, ls_rules[i].id);
		hash_text(model, ls_rules[i].name);
		hash_text(model, ls_rules[i].renamed);
		hash_text(model, ls_rules[i].text);
		model->hash = ls_hash(how, sizeof(how), model->hash);
	}
	hash_text(model, ls_release_names[release]);
}

static int read_user_file(struct ls_model_maker *m, const char *name)
{
	FILE *f = fopen(name, "re");
	char *text = NULL;
	size_t room = 0;
	ssize_t len = -1;
	int ret;

	/* Up to the end of the file, or a 0 byte, which no text has. */
	if (f)
		len = getdelim(&text, &room, '\0', f);
	if (!f || (len < 0 && ferror(f))) {
		free(m->error);
		if (asprintf(&m->error, "%s: cannot read the model: %s", name, strerror(errno)) < 0)
			ls_no_memory();
		if (f)
			fclose(f);
		free(text);
		return -1;
	}
	fclose(f);
	hash_text(m->model, name);
	hash_text(m->model, len < 0 ? "" : text);
	ret = ls_model_read(m, ls_arena_strdup(m->arena, name), len < 0 ? "" : text);
	free(text);
	return ret;
}

/* Arrays that grew outside of the arena move into it. */
static void settle(struct ls_model_maker *m)
{
	struct ls_model *model = m->model;
	void *old[] = { model->alias, model->passed, model->object, (void *)model->skip };

	model->alias = ls_arena_copy(m->arena, model->alias, model->nr_aliases * sizeof(*model->alias));
	model->passed = ls_arena_copy(m->arena, model->passed, model->nr_passed * sizeof(*model->passed));
	model->object = ls_arena_copy(m->arena, model->object, model->nr_objects * sizeof(*model->object));
	model->skip = ls_arena_copy(m->arena, model->skip, model->nr_skip * sizeof(*model->skip));
	for (size_t i = 0; i < sizeof(old) / sizeof(old[0]); i++)
		free(old[i]);
}

struct ls_model *ls_model_load(int release, const char *const *files, size_t nr, char **error)
{
	struct ls_model_maker m = { .release = release, .arena = ls_arena_create() };
	int ret;

	m.model = ls_arena_alloc(m.arena, sizeof(*m.model));
	m.model->arena = m.arena;
	hash_table(m.model, release);
	hash_text(m.model, ls_model_text);
	add_rows(&m);
	ret = ls_model_read(&m, "model.txt", ls_model_text);
	for (size_t i = 0; i < nr && !ret; i++)
		ret = read_user_file(&m, files[i]);
	if (!ret)
		ret = resolve_same(&m);
	settle(&m);
	if (!ret)
		finish(&m);
	ls_names_fini(&m.drafts);
	ls_names_fini(&m.rows);
	ls_names_fini(&m.ids);
	if (!ret)
		return m.model;
	*error = m.error;
	ls_arena_destroy(m.arena);
	return NULL;
}

void ls_model_free(struct ls_model *model)
{
	if (model)
		ls_arena_destroy(model->arena);
}

static const struct ls_model_call *find(const struct ls_model *model, const char *name)
{
	const struct ls_model_call key = { .name = name };

	return bsearch(&key, model->call, model->nr_calls, sizeof(key), by_name);
}

const struct ls_model_call *ls_model_find(const struct ls_model *model, const char *name)
{
	const struct ls_model_call *call = find(model, name);
	const char *dot = strchr(name, '.');
	char wild[128];

	if (call || !dot || (size_t)(dot - name) + 3 > sizeof(wild))
		return call;
	snprintf(wild, sizeof(wild), "%.*s.*", (int)(dot - name), name);
	return find(model, wild);
}

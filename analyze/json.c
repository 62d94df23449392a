// SPDX-License-Identifier: MIT
/*
 * Findings as JSON: docs/check-json.md. The same form keeps results in the cache.
 */
#include <json-c/json.h>
#include <stdlib.h>
#include <string.h>

#include "arena.h"
#include "output.h"

static const char *const kind_names[] = {
	[LS_NOT_HELD] = "not-held", [LS_HELD] = "held", [LS_TAKEN_TWICE] = "taken-twice",
};
static const char *const confidence_names[] = {
	[LS_CONFIDENCE_HIGH] = "high", [LS_CONFIDENCE_LOW] = "low",
};
static const char *const change_names[] = { [LS_ADDS] = "adds", [LS_MENDS] = "mends" };

/* --- writing -------------------------------------------------------------------------- */

/* Length of the UTF-8 sequence at @s; 0 if it is none. Overlong forms and surrogates are none. */
static size_t utf8_length(const unsigned char *s)
{
	size_t len = s[0] < 0x80 ? 1 : s[0] < 0xc2 ? 0 : s[0] < 0xe0 ? 2 : s[0] < 0xf0 ? 3 :
		     s[0] < 0xf5 ? 4 : 0;

	for (size_t i = 1; i < len; i++) {
		if ((s[i] & 0xc0) != 0x80)
			return 0;
	}
	if ((s[0] == 0xe0 && s[1] < 0xa0) || (s[0] == 0xed && s[1] > 0x9f) ||
	    (s[0] == 0xf0 && s[1] < 0x90) || (s[0] == 0xf4 && s[1] > 0x8f))
		return 0;
	return len;
}

struct json_object *ls_json_text(const char *text)
{
	const unsigned char *s = (const unsigned char *)text;
	struct json_object *obj;
	char *clean, *out;

	if (!text)
		return NULL;
	out = clean = malloc(3 * strlen(text) + 1);
	if (!clean)
		ls_no_memory();
	while (*s) {
		size_t len = utf8_length(s);

		if (len) {
			memcpy(out, s, len);
			out += len;
			s += len;
		} else {
			memcpy(out, "\xef\xbf\xbd", 3);
			out += 3;
			s++;
		}
	}
	*out = '\0';
	obj = json_object_new_string(clean);
	free(clean);
	return obj;
}

static void add_text(struct json_object *obj, const char *key, const char *text)
{
	json_object_object_add(obj, key, ls_json_text(text));
}

static void add_number(struct json_object *obj, const char *key, size_t n)
{
	json_object_object_add(obj, key, json_object_new_int64(n));
}

static void add_place(struct json_object *obj, const char *function, const char *file,
		      unsigned int line)
{
	add_text(obj, "function", function);
	add_text(obj, "file", file);
	add_number(obj, "line", line);
}

static void add_key(struct json_object *obj, uint64_t key)
{
	char text[20];

	snprintf(text, sizeof(text), "%016llx", (unsigned long long)key);
	add_text(obj, "key", text);
}

static struct json_object *path_to_json(const struct ls_finding *f)
{
	struct json_object *list = json_object_new_array(), *obj;

	for (size_t i = 0; i < f->nr_steps; i++) {
		const struct ls_step *s = &f->steps[i];

		obj = json_object_new_object();
		add_place(obj, s->function, s->file, s->line);
		add_text(obj, "callee", s->callee);
		add_text(obj, "via", s->via);
		json_object_array_add(list, obj);
	}
	return list;
}

static struct json_object *others_to_json(const struct ls_finding *f)
{
	struct json_object *list = json_object_new_array(), *obj, *taken;

	for (size_t i = 0; i < f->nr_others; i++) {
		const struct ls_other *other = &f->others[i];

		obj = json_object_new_object();
		taken = other->taken_file ? json_object_new_object() : NULL;
		add_place(obj, other->function, other->file, other->line);
		if (taken) {
			add_text(taken, "file", other->taken_file);
			add_number(taken, "line", other->taken_line);
		}
		json_object_object_add(obj, "taken", taken);
		json_object_array_add(list, obj);
	}
	return list;
}

static struct json_object *also_to_json(const struct ls_finding *f)
{
	struct json_object *list = json_object_new_array(), *obj;

	for (size_t i = 0; i < f->nr_also; i++) {
		obj = json_object_new_object();
		add_key(obj, f->also[i].key);
		add_text(obj, "kind", kind_names[f->also[i].kind]);
		add_text(obj, "rule", f->also[i].rule);
		add_place(obj, f->also[i].function, f->also[i].file, f->also[i].line);
		add_text(obj, "callee", f->also[i].callee);
		add_text(obj, "lock", f->also[i].lock);
		json_object_array_add(list, obj);
	}
	return list;
}

static struct json_object *advice_to_json(const struct ls_advice *a)
{
	struct json_object *obj = json_object_new_object();

	add_place(obj, a->function, a->file, a->line);
	add_text(obj, "callee", a->callee);
	add_text(obj, "condition", a->condition);
	add_text(obj, "lock", a->lock);
	add_text(obj, "why_not_inner", a->why_not_inner);
	add_text(obj, "why_none", a->why_none);
	return obj;
}

struct json_object *ls_finding_to_json(const struct ls_finding *f)
{
	struct json_object *obj = json_object_new_object(), *taken = NULL, *asserted = NULL;

	add_key(obj, f->key);
	add_text(obj, "kind", kind_names[f->kind]);
	add_text(obj, "confidence", confidence_names[f->confidence]);
	add_text(obj, "doubt", f->doubt);
	add_text(obj, "rule", f->rule);
	add_text(obj, "text", f->text);
	add_place(obj, f->function, f->file, f->line);
	add_text(obj, "callee", f->callee);
	add_text(obj, "lock", f->lock);
	if (f->asserted_line) {
		asserted = json_object_new_object();
		add_place(asserted, f->asserted_function, f->asserted_file, f->asserted_line);
	}
	json_object_object_add(obj, "asserted", asserted);
	if (f->taken_line) {
		taken = json_object_new_object();
		add_place(taken, f->taken_function, f->taken_file, f->taken_line);
	}
	json_object_object_add(obj, "taken", taken);
	add_text(obj, "entry", f->entry);
	json_object_object_add(obj, "path", path_to_json(f));
	add_number(obj, "paths", f->nr_paths);
	json_object_object_add(obj, "others", others_to_json(f));
	json_object_object_add(obj, "also", also_to_json(f));
	json_object_object_add(obj, "advice", advice_to_json(&f->advice));
	return obj;
}

struct json_object *ls_must_hold_to_json(const struct ls_must_hold *m)
{
	struct json_object *obj = json_object_new_object();

	add_place(obj, m->function, m->file, m->line);
	add_text(obj, "lock", m->lock);
	add_text(obj, "because", m->because);
	return obj;
}

static struct json_object *findings_to_json(const struct ls_output *o)
{
	struct json_object *list = json_object_new_array(), *obj;

	for (size_t i = 0; i < o->nr; i++) {
		char *message = ls_finding_message(o->item[i].finding);

		obj = ls_finding_to_json(o->item[i].finding);
		add_text(obj, "message", message);
		if (o->item[i].change)
			add_text(obj, "change", change_names[o->item[i].change]);
		free(message);
		json_object_array_add(list, obj);
	}
	return list;
}

static struct json_object *failed_to_json(const struct ls_output *o)
{
	struct json_object *list = json_object_new_array(), *obj;

	for (size_t i = 0; i < o->nr_failed; i++) {
		obj = json_object_new_object();
		add_text(obj, "file", o->failed[i].path);
		add_text(obj, "why", o->failed[i].why);
		json_object_array_add(list, obj);
	}
	return list;
}

void ls_output_json(const struct ls_output *o, FILE *file)
{
	struct json_object *top = json_object_new_object(), *list;

	add_text(top, "lockstep", o->version);
	add_number(top, "version", 1);
	add_text(top, "tree", o->tree);
	add_text(top, "release", o->release);
	add_text(top, "rules", o->rules);
	json_object_object_add(top, "findings", findings_to_json(o));
	add_number(top, "hidden", o->hidden);
	add_number(top, "known", o->known);
	add_number(top, "mended", o->mended);
	json_object_object_add(top, "failed", failed_to_json(o));
	list = json_object_new_array();
	for (size_t i = 0; i < o->nr_bounded; i++)
		json_object_array_add(list, ls_json_text(o->bounded[i]));
	json_object_object_add(top, "bounded", list);
	list = json_object_new_array();
	for (size_t i = 0; i < o->nr_annotations; i++)
		json_object_array_add(list, ls_must_hold_to_json(&o->annotation[i]));
	json_object_object_add(top, "annotations", list);
	fputs(json_object_to_json_string_ext(top, JSON_C_TO_STRING_PRETTY |
					     JSON_C_TO_STRING_NOSLASHESCAPE), file);
	putc('\n', file);
	json_object_put(top);
}

/* --- reading ----------------------------------------------------------------------------- */

static const char *get_text(struct json_object *obj, const char *key, struct ls_arena *arena)
{
	struct json_object *value = json_object_object_get(obj, key);

	return value ? ls_arena_strdup(arena, json_object_get_string(value)) : NULL;
}

static size_t get_number(struct json_object *obj, const char *key)
{
	return json_object_get_int64(json_object_object_get(obj, key));
}

/* Index of the text under @key in @names; -1 if it is none of them. */
static int get_name(struct json_object *obj, const char *key, const char *const *names, int nr)
{
	const char *text = json_object_get_string(json_object_object_get(obj, key));

	for (int i = 0; text && i < nr; i++) {
		if (!strcmp(text, names[i]))
			return i;
	}
	return -1;
}

/* The array under @key; no elements if it is none. */
static size_t get_list(struct json_object *obj, const char *key, struct json_object **list)
{
	*list = json_object_object_get(obj, key);
	return json_object_is_type(*list, json_type_array) ? json_object_array_length(*list) : 0;
}

static void path_from_json(struct json_object *obj, struct ls_finding *f, struct ls_arena *arena)
{
	struct json_object *list, *step;
	struct ls_step *steps;

	f->nr_steps = get_list(obj, "path", &list);
	f->steps = steps = ls_arena_array(arena, f->nr_steps, sizeof(*steps));
	for (size_t i = 0; i < f->nr_steps; i++) {
		step = json_object_array_get_idx(list, i);
		steps[i].function = get_text(step, "function", arena);
		steps[i].file = get_text(step, "file", arena);
		steps[i].line = get_number(step, "line");
		steps[i].callee = get_text(step, "callee", arena);
		steps[i].via = get_text(step, "via", arena);
	}
}

static void others_from_json(struct json_object *obj, struct ls_finding *f,
			     struct ls_arena *arena)
{
	struct json_object *list, *other, *taken;
	struct ls_other *others;

	f->nr_others = get_list(obj, "others", &list);
	f->others = others = ls_arena_array(arena, f->nr_others, sizeof(*others));
	for (size_t i = 0; i < f->nr_others; i++) {
		other = json_object_array_get_idx(list, i);
		taken = json_object_object_get(other, "taken");
		others[i].function = get_text(other, "function", arena);
		others[i].file = get_text(other, "file", arena);
		others[i].line = get_number(other, "line");
		if (taken) {
			others[i].taken_file = get_text(taken, "file", arena);
			others[i].taken_line = get_number(taken, "line");
		}
	}
}

static void also_from_json(struct json_object *obj, struct ls_finding *f, struct ls_arena *arena)
{
	struct json_object *list, *one;
	struct ls_also *also;

	f->nr_also = get_list(obj, "also", &list);
	f->also = also = ls_arena_array(arena, f->nr_also, sizeof(*also));
	for (size_t i = 0; i < f->nr_also; i++) {
		const char *key;
		int kind;

		one = json_object_array_get_idx(list, i);
		key = json_object_get_string(json_object_object_get(one, "key"));
		kind = get_name(one, "kind", kind_names, 3);
		also[i].key = key ? strtoull(key, NULL, 16) : 0;
		also[i].kind = kind < 0 ? f->kind : (enum ls_finding_kind)kind;
		also[i].function = get_text(one, "function", arena);
		also[i].file = get_text(one, "file", arena);
		also[i].line = get_number(one, "line");
		also[i].callee = get_text(one, "callee", arena);
		also[i].rule = get_text(one, "rule", arena);
		also[i].lock = get_text(one, "lock", arena);
	}
}

static void advice_from_json(struct json_object *obj, struct ls_advice *a, struct ls_arena *arena)
{
	if (!obj)
		return;
	a->function = get_text(obj, "function", arena);
	a->file = get_text(obj, "file", arena);
	a->line = get_number(obj, "line");
	a->callee = get_text(obj, "callee", arena);
	a->condition = get_text(obj, "condition", arena);
	a->lock = get_text(obj, "lock", arena);
	a->why_not_inner = get_text(obj, "why_not_inner", arena);
	a->why_none = get_text(obj, "why_none", arena);
}

int ls_finding_from_json(struct json_object *obj, struct ls_finding *f, struct ls_arena *arena)
{
	int kind = get_name(obj, "kind", kind_names, 3);
	int confidence = get_name(obj, "confidence", confidence_names, 2);
	const char *key = json_object_get_string(json_object_object_get(obj, "key"));
	struct json_object *taken = json_object_object_get(obj, "taken");
	struct json_object *asserted = json_object_object_get(obj, "asserted");

	memset(f, 0, sizeof(*f));
	if (kind < 0 || confidence < 0 || !key)
		return -1;
	f->kind = kind;
	f->confidence = confidence;
	f->key = strtoull(key, NULL, 16);
	f->doubt = get_text(obj, "doubt", arena);
	f->rule = get_text(obj, "rule", arena);
	f->text = get_text(obj, "text", arena);
	f->function = get_text(obj, "function", arena);
	f->file = get_text(obj, "file", arena);
	f->line = get_number(obj, "line");
	f->callee = get_text(obj, "callee", arena);
	f->lock = get_text(obj, "lock", arena);
	if (asserted) {
		f->asserted_function = get_text(asserted, "function", arena);
		f->asserted_file = get_text(asserted, "file", arena);
		f->asserted_line = get_number(asserted, "line");
	}
	if (taken) {
		f->taken_function = get_text(taken, "function", arena);
		f->taken_file = get_text(taken, "file", arena);
		f->taken_line = get_number(taken, "line");
	}
	f->entry = get_text(obj, "entry", arena);
	path_from_json(obj, f, arena);
	f->nr_paths = get_number(obj, "paths");
	others_from_json(obj, f, arena);
	also_from_json(obj, f, arena);
	advice_from_json(json_object_object_get(obj, "advice"), &f->advice, arena);
	return f->file && f->function && f->callee && f->lock ? 0 : -1;
}

int ls_must_hold_from_json(struct json_object *obj, struct ls_must_hold *m,
			   struct ls_arena *arena)
{
	m->function = get_text(obj, "function", arena);
	m->file = get_text(obj, "file", arena);
	m->line = get_number(obj, "line");
	m->lock = get_text(obj, "lock", arena);
	m->because = get_text(obj, "because", arena);
	return m->function && m->file && m->lock ? 0 : -1;
}

// SPDX-License-Identifier: MIT
/*
 * Findings as SARIF 2.1.0 (OASIS), as code hosts and editors read it: the path is a code flow,
 * other places are related locations.
 */
#include <json-c/json.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "arena.h"
#include "lockstep/convention.h"
#include "output.h"

#define SCHEMA "https://json.schemastore.org/sarif-2.1.0.json"

static void add(struct json_object *obj, const char *key, struct json_object *value)
{
	json_object_object_add(obj, key, value);
}

/* { "text": TEXT }: SARIF's messages. */
static struct json_object *message(const char *text)
{
	struct json_object *obj = json_object_new_object();

	add(obj, "text", ls_json_text(text));
	return obj;
}

static struct json_object *messagef(const char *format, ...)
	__attribute__((format(printf, 1, 2)));

static struct json_object *messagef(const char *format, ...)
{
	struct json_object *obj;
	va_list args;
	char *text;
	int len;

	va_start(args, format);
	len = vasprintf(&text, format, args);
	va_end(args);
	if (len < 0)
		ls_no_memory();
	obj = message(text);
	free(text);
	return obj;
}

/* A path as a URI: what may not stand in one is percent-encoded. To be freed. */
static char *uri_of(const char *scheme, const char *path, const char *end)
{
	static const char plain[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
				    "0123456789-._~/+@,=";
	char *uri = malloc(strlen(scheme) + 3 * strlen(path) + strlen(end) + 1), *out = uri;

	if (!uri)
		ls_no_memory();
	out = stpcpy(out, scheme);
	for (; *path; path++) {
		if (strchr(plain, *path))
			*out++ = *path;
		else
			out += sprintf(out, "%%%02X", (unsigned char)*path);
	}
	strcpy(out, end);
	return uri;
}

static struct json_object *artifact(const char *file)
{
	struct json_object *obj = json_object_new_object();
	char *uri = uri_of("", file ? file : "", "");

	add(obj, "uri", ls_json_text(uri));
	add(obj, "uriBaseId", ls_json_text("TREE"));
	free(uri);
	return obj;
}

/* A place; @function and @text may be NULL, @line 0. */
static struct json_object *location(const char *function, const char *file, unsigned int line,
				    struct json_object *text)
{
	struct json_object *obj = json_object_new_object(), *physical = json_object_new_object();

	add(physical, "artifactLocation", artifact(file));
	if (line) {
		struct json_object *region = json_object_new_object();

		add(region, "startLine", json_object_new_int64(line));
		add(physical, "region", region);
	}
	add(obj, "physicalLocation", physical);
	if (function) {
		struct json_object *logical = json_object_new_object(), *list;

		add(logical, "name", ls_json_text(function));
		add(logical, "kind", ls_json_text("function"));
		list = json_object_new_array();
		json_object_array_add(list, logical);
		add(obj, "logicalLocations", list);
	}
	if (text)
		add(obj, "message", text);
	return obj;
}

static struct json_object *code_flows(const struct ls_finding *f)
{
	struct json_object *flows = json_object_new_array(), *flow = json_object_new_object();
	struct json_object *threads = json_object_new_array(), *thread = json_object_new_object();
	struct json_object *steps = json_object_new_array();

	if (f->taken_line && f->kind != LS_NOT_HELD) {
		struct json_object *step = json_object_new_object();

		add(step, "location", location(f->taken_function, f->taken_file, f->taken_line,
					       messagef("%s is taken", f->lock)));
		json_object_array_add(steps, step);
	}
	for (size_t i = 0; i < f->nr_steps; i++) {
		const struct ls_step *s = &f->steps[i];
		struct json_object *step = json_object_new_object(), *text;

		text = s->via ? messagef("calls %s, through %s", s->callee, s->via) :
				messagef("calls %s", s->callee);
		add(step, "location", location(s->function, s->file, s->line, text));
		json_object_array_add(steps, step);
	}
	add(thread, "locations", steps);
	json_object_array_add(threads, thread);
	add(flow, "threadFlows", threads);
	json_object_array_add(flows, flow);
	return flows;
}

static void add_related(struct json_object *list, struct json_object *place)
{
	add(place, "id", json_object_new_int64(json_object_array_length(list) + 1));
	json_object_array_add(list, place);
}

static struct json_object *related(const struct ls_finding *f)
{
	struct json_object *list = json_object_new_array();
	const struct ls_advice *a = &f->advice;

	if (a->line)
		add_related(list, location(a->function, a->file, a->line,
					   messagef("take the lock here, before the call to %s%s%s%s%s",
						    a->callee,
						    a->condition ? ", if " : "",
						    a->condition ? a->condition : "",
						    a->why_not_inner ? "; not further in: " : "",
						    a->why_not_inner ? a->why_not_inner : "")));
	if (f->asserted_line)
		add_related(list, location(f->asserted_function, f->asserted_file, f->asserted_line,
					   message("it is asserted here")));
	for (size_t i = 0; i < f->nr_also; i++)
		add_related(list, location(f->also[i].function, f->also[i].file, f->also[i].line,
					   messagef("the same mistake, at a call of %s",
						    f->also[i].callee)));
	for (size_t i = 0; i < f->nr_others; i++) {
		const struct ls_other *o = &f->others[i];

		add_related(list, location(o->function, o->file, o->line,
					   message(f->kind == LS_NOT_HELD ?
						   "this caller holds the lock" :
						   "this caller does not hold the lock")));
		if (o->taken_file)
			add_related(list, location(NULL, o->taken_file, o->taken_line,
						   messagef("%s takes it here", o->function)));
	}
	return list;
}

/* Its index among the rules told; SARIF's results name rules by both. */
static int rule_index(struct json_object *rules, const struct ls_finding *f)
{
	const char *id = ls_finding_rule(f);
	struct json_object *rule, *help;
	const struct ls_rule *row = ls_rule_find(id);
	size_t nr = json_object_array_length(rules);

	for (size_t i = 0; i < nr; i++) {
		rule = json_object_object_get(json_object_array_get_idx(rules, i), "id");
		if (!strcmp(json_object_get_string(rule), id))
			return i;
	}
	rule = json_object_new_object();
	add(rule, "id", ls_json_text(id));
	add(rule, "shortDescription", message(f->text && *f->text ? f->text :
					      "a lock must not be taken twice by one task"));
	if (row) {
		help = messagef("%s: %s. Called by the %s. %s%s", row->name, row->text, row->who,
				row->remarks, *row->remarks ? "." : "");
		add(rule, "help", help);
	}
	json_object_array_add(rules, rule);
	return nr;
}

static struct json_object *result(struct json_object *rules, const struct ls_output_item *item)
{
	static const char *const state[] = { [LS_ADDS] = "new", [LS_MENDS] = "absent" };
	const struct ls_finding *f = item->finding;
	struct json_object *obj = json_object_new_object(), *list, *prints, *bag;
	bool high = f->confidence == LS_CONFIDENCE_HIGH;
	char *text = ls_finding_message(f), key[20];

	add(obj, "ruleId", ls_json_text(ls_finding_rule(f)));
	add(obj, "ruleIndex", json_object_new_int(rule_index(rules, f)));
	add(obj, "level", ls_json_text(high ? "error" : "warning"));
	add(obj, "message", f->doubt ? messagef("%s (not certain: %s)", text, f->doubt) :
				       message(text));
	list = json_object_new_array();
	json_object_array_add(list, location(f->function, f->file, f->line, NULL));
	add(obj, "locations", list);
	if (f->nr_steps)
		add(obj, "codeFlows", code_flows(f));
	add(obj, "relatedLocations", related(f));
	prints = json_object_new_object();
	snprintf(key, sizeof(key), "%016llx", (unsigned long long)f->key);
	add(prints, "lockstep/v1", ls_json_text(key));
	add(obj, "partialFingerprints", prints);
	if (state[item->change])
		add(obj, "baselineState", ls_json_text(state[item->change]));
	bag = json_object_new_object();
	add(bag, "confidence", ls_json_text(high ? "high" : "low"));
	add(obj, "properties", bag);
	free(text);
	return obj;
}

/* What was left out is told as notifications of the run. */
static struct json_object *invocations(const struct ls_output *o)
{
	struct json_object *list = json_object_new_array(), *run = json_object_new_object();
	struct json_object *notes = json_object_new_array();

	for (size_t i = 0; i < o->nr_failed; i++) {
		struct json_object *note = json_object_new_object();
		struct json_object *places = json_object_new_array();

		add(note, "level", ls_json_text("warning"));
		add(note, "message", messagef("left out: it does not compile: %s", o->failed[i].why ?
					      o->failed[i].why : "?"));
		json_object_array_add(places, location(NULL, o->failed[i].path, 0, NULL));
		add(note, "locations", places);
		json_object_array_add(notes, note);
	}
	for (size_t i = 0; i < o->nr_bounded; i++) {
		struct json_object *note = json_object_new_object();

		add(note, "level", ls_json_text("warning"));
		add(note, "message", messagef("not followed to its end, too large: %s",
					      o->bounded[i]));
		json_object_array_add(notes, note);
	}
	add(run, "executionSuccessful", json_object_new_boolean(true));
	add(run, "toolExecutionNotifications", notes);
	json_object_array_add(list, run);
	return list;
}

static struct json_object *tool(const struct ls_output *o, struct json_object *rules)
{
	struct json_object *obj = json_object_new_object(), *driver = json_object_new_object();

	add(driver, "name", ls_json_text("Lockstep"));
	add(driver, "version", ls_json_text(o->version));
	add(driver, "fullName", ls_json_text("lockstep check"));
	add(driver, "rules", rules);
	add(obj, "driver", driver);
	return obj;
}

static struct json_object *bases(const struct ls_output *o)
{
	struct json_object *obj = json_object_new_object(), *tree = json_object_new_object();
	char *uri = uri_of("file://", o->tree, "/");

	add(tree, "uri", ls_json_text(uri));
	add(obj, "TREE", tree);
	free(uri);
	return obj;
}

void ls_output_sarif(const struct ls_output *o, FILE *file)
{
	struct json_object *top = json_object_new_object(), *runs = json_object_new_array();
	struct json_object *run = json_object_new_object(), *rules = json_object_new_array();
	struct json_object *results = json_object_new_array(), *bag = json_object_new_object();

	for (size_t i = 0; i < o->nr; i++)
		json_object_array_add(results, result(rules, &o->item[i]));
	add(top, "$schema", ls_json_text(SCHEMA));
	add(top, "version", ls_json_text("2.1.0"));
	add(run, "tool", tool(o, rules));
	add(run, "invocations", invocations(o));
	add(run, "originalUriBaseIds", bases(o));
	add(run, "results", results);
	add(bag, "rules", ls_json_text(o->rules));
	add(bag, "release", ls_json_text(o->release ? o->release : "unknown"));
	add(run, "properties", bag);
	json_object_array_add(runs, run);
	add(top, "runs", runs);
	fputs(json_object_to_json_string_ext(top, JSON_C_TO_STRING_PRETTY |
					     JSON_C_TO_STRING_NOSLASHESCAPE), file);
	putc('\n', file);
	json_object_put(top);
}

// SPDX-License-Identifier: MIT
/*
 * `lockstep rules`: the convention, as the table has it.
 */
#include <argp.h>
#include <errno.h>
#include <json-c/json.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "lockstep/convention.h"
#include "cmd.h"

struct rules {
	int release;
	bool json;
};

static const struct argp_option options[] = {
	{ "for", 'r', "RELEASE", 0, "rules of this kernel release: 6.1, 6.12 (default), 6.16, 7.1", 0 },
	{ "format", 'f', "table|json", 0, "how to print them (table)", 0 },
	{ 0 },
};

static error_t parse(int key, char *arg, struct argp_state *state)
{
	struct rules *rules = state->input;

	switch (key) {
	case 'r':
		rules->release = ls_release_parse(arg);
		if (rules->release < 0)
			usage_error(state, "--for %s: there are rules for 6.1, 6.12, 6.16 and 7.1",
				    arg);
		break;
	case 'f':
		if (strcmp(arg, "table") && strcmp(arg, "json"))
			usage_error(state, "--format %s: the formats are table and json", arg);
		rules->json = !strcmp(arg, "json");
		break;
	case ARGP_KEY_ARG:
		usage_error(state, "'%s': unexpected argument", arg);
	default:
		return ARGP_ERR_UNKNOWN;
	}
	return 0;
}

static const struct argp argp = {
	.options = options,
	.parser = parse,
	.doc = "Print the locking convention of the buffer-sharing stack: for each function and "
	       "callback, what its lock must be on entry and what the call does to it.",
};

static const char *state_of(const struct ls_rule *rule, int release)
{
	return ls_state_names[rule->state[release]];
}

/* The table's words, in English: "not_held" -> "not held", nothing for "none". */
static const char *plain(const char *word, char *buf, size_t size)
{
	snprintf(buf, size, "%s", strcmp(word, "none") ? word : "-");
	for (char *c = buf; *c; c++) {
		if (*c == '_')
			*c = ' ';
	}
	return buf;
}

static int name_width(int release)
{
	char name[128];
	int width = 0;

	for (int i = 0; i < LS_NR_RULES; i++) {
		int len = ls_rules[i].state[release] == LS_STATE_ABSENT ? 0 :
			  strlen(ls_rule_name(&ls_rules[i], release, name, sizeof(name)));

		width = len > width ? len : width;
	}
	return width;
}

static void print_table(int release)
{
	char name[128], entry[32], effect[32];
	int width = name_width(release);

	printf("The locking convention of Linux %s. On entry: is the lock held by the caller?\n"
	       "Effect: what the call does to it.\n\n", ls_release_names[release]);
	printf("%-*s  %-10s  %-12s  %-8s  %s\n", width, "function or callback", "lock", "on entry",
	       "effect", "rule");
	for (int i = 0; i < LS_NR_RULES; i++) {
		const struct ls_rule *rule = &ls_rules[i];

		if (rule->state[release] == LS_STATE_ABSENT)
			continue;
		printf("%-*s  %-10s  %-12s  %-8s  %s\n", width,
		       ls_rule_name(rule, release, name, sizeof(name)), ls_lock_names[rule->lock],
		       plain(state_of(rule, release), entry, sizeof(entry)),
		       plain(ls_effect_names[rule->effect], effect, sizeof(effect)), rule->id);
	}
}

static void add(struct json_object *obj, const char *key, const char *s)
{
	json_object_object_add(obj, key, json_object_new_string(s));
}

static void print_json(int release)
{
	struct json_object *top = json_object_new_object(), *list = json_object_new_array();
	char name[128];

	add(top, "release", ls_release_names[release]);
	json_object_object_add(top, "rules", list);
	for (int i = 0; i < LS_NR_RULES; i++) {
		const struct ls_rule *rule = &ls_rules[i];
		struct json_object *obj;

		if (rule->state[release] == LS_STATE_ABSENT)
			continue;
		obj = json_object_new_object();
		add(obj, "id", rule->id);
		add(obj, "name", ls_rule_name(rule, release, name, sizeof(name)));
		add(obj, "kind", rule->callback ? "callback" : "function");
		add(obj, "who", rule->who);
		add(obj, "lock", ls_lock_names[rule->lock]);
		add(obj, "entry", state_of(rule, release));
		add(obj, "effect", ls_effect_names[rule->effect]);
		add(obj, "text", rule->text);
		add(obj, "check", ls_check_names[rule->check]);
		add(obj, "since", rule->since);
		add(obj, "source", rule->source);
		json_object_object_add(obj, "asserted", json_object_new_boolean(rule->asserted));
		add(obj, "remarks", rule->remarks);
		json_object_array_add(list, obj);
	}
	puts(json_object_to_json_string_ext(top, JSON_C_TO_STRING_PRETTY |
					    JSON_C_TO_STRING_NOSLASHESCAPE));
	json_object_put(top);
}

int cmd_rules(int argc, char **argv)
{
	struct rules rules = { .release = LS_LINUX_6_12 };

	parse_args(&argp, argc, argv, &rules);
	if (rules.json)
		print_json(rules.release);
	else
		print_table(rules.release);
	if (fflush(stdout) || ferror(stdout))
		return trouble("cannot write: %s", strerror(errno));
	return EXIT_CLEAN;
}

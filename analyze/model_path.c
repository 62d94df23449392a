// SPDX-License-Identifier: MIT
/*
 * Paths of the model: "arg0:dma_buf_attachment->dmabuf->resv".
 */
#include "model_parse.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#define STEPS_MAX 16

struct reader {
	struct ls_model_maker *m;
	const char *text, *at;
	struct ls_path_step step[STEPS_MAX];
	size_t nr;
	const char *type;	/* written, for the next step */
};

static int bad(struct reader *r, const char *why)
{
	return ls_model_bad(r->m, "bad path \"%s\": %s", r->text, why);
}

/* Does the path go on with @word? Then it is read. */
static int eat(struct reader *r, const char *word)
{
	size_t len = strlen(word);

	if (strncmp(r->at, word, len))
		return 0;
	r->at += len;
	return 1;
}

static void spaces(struct reader *r)
{
	while (*r->at == ' ' || *r->at == '\t')
		r->at++;
}

/* A C name; with @dots, names joined by dots. Returns NULL if there is none. */
static const char *name(struct reader *r, int dots)
{
	const char *start = r->at;

	if (!isalpha((unsigned char)*start) && *start != '_')
		return NULL;
	while (isalnum((unsigned char)*r->at) || *r->at == '_' ||
	       (dots && *r->at == '.' && isalpha((unsigned char)r->at[1])))
		r->at++;
	return ls_arena_strndup(r->m->arena, start, (size_t)(r->at - start));
}

static int argument(struct reader *r, struct ls_model_path *path)
{
	char *end;

	if (eat(r, "result")) {
		path->arg = LS_ARG_RESULT;
		return 0;
	}
	if (!eat(r, "arg") || !isdigit((unsigned char)*r->at))
		return bad(r, "it begins with arg0, arg1, ..., result, container_of(, or is \"any\"");
	path->arg = (int)strtol(r->at, &end, 10);
	r->at = end;
	return path->arg < 32 ? 0 : bad(r, "no function has so many arguments");
}

/* container_of(arg0, dma_resv, lock.base.dep_map) */
static int container(struct reader *r, struct ls_model_path *path)
{
	spaces(r);
	if (argument(r, path))
		return -1;
	spaces(r);
	if (eat(r, ",")) {
		spaces(r);
		path->type = name(r, 0);
		spaces(r);
	}
	if (path->type && eat(r, ",")) {
		spaces(r);
		path->inside = name(r, 1);
		spaces(r);
	}
	if (!path->inside || !eat(r, ")"))
		return bad(r, "write container_of(arg0, TYPE, MEMBER)");
	r->type = path->type;
	return 0;
}

static int step(struct reader *r, const char *member, int each)
{
	if (r->nr == STEPS_MAX)
		return bad(r, "too many steps");
	if (!r->nr && member && !r->type)
		return bad(r, "say what the argument points to: \"arg0:TYPE->...\"");
	r->step[r->nr].type = r->type;
	r->step[r->nr].member = member;
	r->step[r->nr].load = 1;
	r->step[r->nr].each = each;
	r->nr++;
	r->type = NULL;
	return 0;
}

/* ":TYPE", or nothing. */
static int type(struct reader *r)
{
	if (!eat(r, ":"))
		return 0;
	r->type = name(r, 0);
	return r->type ? 0 : bad(r, "a struct's name belongs behind \":\"");
}

static int steps(struct reader *r)
{
	while (*r->at) {
		int arrow = eat(r, "->"), dot = !arrow && eat(r, ".");
		const char *member;

		if (!arrow && !dot)
			return bad(r, "after a member comes ->, . or []");
		if (dot && (!r->nr || r->step[r->nr - 1].each || r->type))
			return bad(r, "what is in front of \".\" is a pointer: write ->");
		if (dot)
			r->step[r->nr - 1].load = 0;
		member = name(r, 0);
		if (!member)
			return bad(r, "a member's name is missing");
		if (step(r, member, 0))
			return -1;
		if (eat(r, "[]"))
			r->step[r->nr - 1].each = 1;
		if (type(r))
			return -1;
	}
	return 0;
}

int ls_model_parse_path(struct ls_model_maker *m, const char *text, struct ls_model_path *path)
{
	struct reader r = { .m = m, .text = text, .at = text };
	int address;

	*path = (struct ls_model_path){ .arg = LS_ARG_ANY, .text = ls_arena_strdup(m->arena, text) };
	if (!strcmp(text, "any"))
		return 0;
	address = eat(&r, "&");
	if (eat(&r, "container_of(")) {
		if (container(&r, path))
			return -1;
	} else {
		if (argument(&r, path))
			return -1;
		if (eat(&r, "[]") && step(&r, NULL, 1))
			return -1;
		if (type(&r))
			return -1;
		path->type = r.type;
	}
	if (steps(&r))
		return -1;
	if (address) {
		if (!r.nr || r.step[r.nr - 1].each)
			return bad(&r, "\"&\" goes with a member at the end");
		r.step[r.nr - 1].load = 0;
	}
	path->steps = ls_arena_copy(m->arena, r.step, r.nr * sizeof(r.step[0]));
	path->nr_steps = r.nr;
	return 0;
}

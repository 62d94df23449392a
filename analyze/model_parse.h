/* SPDX-License-Identifier: MIT */
#ifndef LOCKSTEP_ANALYZE_MODEL_PARSE_H
#define LOCKSTEP_ANALYZE_MODEL_PARSE_H

#include "arena.h"
#include "map.h"
#include "model.h"

#include "lockstep/convention.h"

/* What can be said of a name; each once, by the same words if more often. */
enum ls_facet {
	LS_SAYS_LOCK, LS_SAYS_CONTEXT, LS_SAYS_RETURNS, LS_SAYS_EFFECT, LS_SAYS_RULE, LS_SAYS_REPEAT,
	LS_NR_FACETS
};

/* A call while the model is being made. */
struct ls_draft {
	struct ls_model_call call;
	const struct ls_rule *row;	/* NULL: not of the table */
	const char *said[LS_NR_FACETS];	/* words that said it, or NULL */
	const char *where[LS_NR_FACETS];
	int inferred;			/* a driver's own: not for the model */
	const char *same_as;		/* described as that name is, but for the lock */
	const char *same_where;
};

struct ls_model_maker {
	struct ls_model *model;
	struct ls_arena *arena;
	int release;
	struct ls_names drafts;		/* by name in this release: struct ls_draft */
	struct ls_names rows;		/* by name in the table: the same */
	struct ls_names ids;		/* of rules: where each was given */
	size_t room_aliases, room_passed, room_objects, room_skip;
	/* The line being read. */
	const char *file;
	unsigned int line;
	char *error;			/* the first one, malloc'ed */
};

/* Note the first error, "FILE:LINE: ...". Return: -1. */
int ls_model_bad(struct ls_model_maker *m, const char *format, ...)
	__attribute__((format(printf, 2, 3)));
/* Return: "FILE:LINE" of the line being read. */
const char *ls_model_here(struct ls_model_maker *m);
/* Return: the draft of @name, made if there is none. */
struct ls_draft *ls_model_draft(struct ls_model_maker *m, const char *name);

/**
 * ls_model_parse_path() - read a path
 * @m: for the arena and the error
 * @text: as in model.txt
 * @path: set to it
 *
 * Return: 0, or -1 with an error noted.
 */
int ls_model_parse_path(struct ls_model_maker *m, const char *text, struct ls_model_path *path);

/**
 * ls_model_read() - read all statements of a file
 * @m: what is made
 * @file: its name, for messages
 * @text: its content
 *
 * Return: 0, or -1 with an error noted.
 */
int ls_model_read(struct ls_model_maker *m, const char *file, const char *text);

#endif

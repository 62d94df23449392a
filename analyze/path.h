/* SPDX-License-Identifier: MIT */
#ifndef LOCKSTEP_ANALYZE_PATH_H
#define LOCKSTEP_ANALYZE_PATH_H

#include <stddef.h>
#include <stdint.h>

#include "map.h"

/**
 * DOC: access paths
 *
 * Every value the analysis works with is a *path*: where it came from, in terms of the parameters
 * of the function looked at, of symbols and of loads. "obj->base.resv" is
 *
 *	LOAD(OFFSET(PARAM 0, 184))
 *
 * Paths are interned: equal paths have equal numbers, so a comparison is one of integers. As
 * offsets are added up, container_of() undoes what "&obj->base" did. What has no name (the result
 *of a call, a value merged from two branches) is a *local* path: it says something within one
 * function only.
 */
typedef uint32_t ls_path;

#define LS_NO_PATH	0

enum ls_path_kind {
	LS_PATH_NONE,
	LS_PATH_NUMBER,	  /* @number */
	LS_PATH_PARAM,	  /* parameter @index of the function */
	LS_PATH_SYMBOL,	  /* address of the program's symbol @index */
	LS_PATH_OFFSET,	  /* @base plus @number bytes */
	LS_PATH_LOAD,	  /* what is at @base */
	LS_PATH_ELEMENT,  /* address in an array at @base; @index: path of the index, 0: any */
	LS_PATH_EXPR,	  /* @base OP @number, or path @index if there is one */
	LS_PATH_ANSWER,	  /* what function @index, which only looks, says of @base */
	LS_PATH_RETURNED, /* in an outcome: what the function returns, if it has no other name */
	LS_PATH_UNKNOWN,  /* in an outcome: something without a name */
	/* local from here on; @index is an SSA value or an instruction */
	LS_PATH_OBJECT,	 /* address of a local object */
	LS_PATH_RESULT,	 /* of a call */
	LS_PATH_MERGED,	 /* SSA value with several origins */
	LS_PATH_OPAQUE,	 /* SSA value that nothing is known of */
	LS_PATH_CHANGED, /* what is at @base after instruction @index */
	LS_PATH_FORMER,	 /* @base, in an earlier round of a loop */
};

/* Compares first, in the order of enum ls_compare; then enum ls_binary. */
#define LS_EXPR_BINARY	16
#define LS_EXPR_RELATION 32	/* of two paths */

struct ls_path_node {
	uint8_t kind;
	uint8_t op;
	uint8_t local;
	uint8_t depth;		/* loads in it */
	uint32_t index;
	ls_path base;
	int64_t number;
};

/* One step of a compiled alias or model path. */
struct ls_hop {
	int64_t offset;
	int load;
	int each;
	uint32_t marks;		/* aliases that begin with this member */
};

/* Two names of one thing: @other is rewritten to @one. */
struct ls_path_alias {
	const struct ls_hop *one, *other;
	size_t nr_one, nr_other;
	const char *type;	/* of the object that both begin at */
	const char *if_set;	/* its member that is not NULL then */
	const char *first;	/* member that @other begins with */
};

#define LS_CHUNK	4096
#define LS_CHUNKS_MAX	4096

struct ls_paths {
	struct ls_path_node *chunk[LS_CHUNKS_MAX];	/* nodes stay where they are */
	size_t nr;
	uint64_t *slot;		/* by hash */
	size_t nr_slots;
	const struct ls_path_alias *alias;
	size_t nr_aliases;
	struct ls_map marks;	/* address -> the aliases whose first member lies there */
	struct ls_map spelled;	/* rewritten path -> as it was before; for messages */
	/* While set: paths whose numbers were asked for, and addresses that were read. */
	struct ls_map *asked, *read;
};

void ls_paths_init(struct ls_paths *paths);
void ls_paths_fini(struct ls_paths *paths);

ls_path ls_path_number(struct ls_paths *p, int64_t number);
ls_path ls_path_param(struct ls_paths *p, uint32_t index);
ls_path ls_path_symbol(struct ls_paths *p, uint32_t symbol);
ls_path ls_path_local(struct ls_paths *p, enum ls_path_kind kind, uint32_t index, ls_path base);
/* Return: @base plus @bytes; numbers are added. */
ls_path ls_path_offset(struct ls_paths *p, ls_path base, int64_t bytes);
/* Return: what is at @address, under the one name it has. */
ls_path ls_path_load(struct ls_paths *p, ls_path address);
/*
 * Say that @address is that of the first member of the aliases in @marks. Offsets alone do not
 * tell: other structs have pointers there as well.
 */
void ls_path_mark(struct ls_paths *p, ls_path address, uint32_t marks);
uint32_t ls_path_marks(const struct ls_paths *p, ls_path address);
ls_path ls_path_element(struct ls_paths *p, ls_path base, ls_path index);
/* Numbers are compared at once, and comparisons of comparisons made plain. */
ls_path ls_path_compare(struct ls_paths *p, unsigned int op, ls_path base, int64_t number);
/* Return: @x OP @y, of two paths. */
ls_path ls_path_relation(struct ls_paths *p, unsigned int op, ls_path x, ls_path y);
unsigned int ls_path_opposite(unsigned int op);
ls_path ls_path_binary(struct ls_paths *p, unsigned int op, ls_path base, int64_t number);
ls_path ls_path_plain(struct ls_paths *p, enum ls_path_kind kind);
ls_path ls_path_answer(struct ls_paths *p, uint32_t fn, ls_path of);

/* Split an address: Return: the path without its offset, which goes to @offset. */
ls_path ls_path_base(const struct ls_paths *p, ls_path path, int64_t *offset);
/* Return: whether @part is @path or occurs in it. */
int ls_path_contains(const struct ls_paths *p, ls_path path, ls_path part);
/* Return: @path with @from replaced by @to. */
ls_path ls_path_replace(struct ls_paths *p, ls_path path, ls_path from, ls_path to);
/*
 * Return: whether both end alike (the same member of the same kind of object), so that they could
 * be two names of one lock.
 */
int ls_path_alike(const struct ls_paths *p, ls_path a, ls_path b);
/* Return: whether it names one object: no element of an array, nothing merged, no former round. */
int ls_path_exact(const struct ls_paths *p, ls_path path);

static inline const struct ls_path_node *ls_path_node(const struct ls_paths *p, ls_path path)
{
	return &p->chunk[path / LS_CHUNK][path % LS_CHUNK];
}

static inline int ls_path_is_number(const struct ls_paths *p, ls_path path)
{
	return ls_path_node(p, path)->kind == LS_PATH_NUMBER;
}

#endif

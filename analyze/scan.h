/* SPDX-License-Identifier: MIT */
#ifndef LOCKSTEP_ANALYZE_SCAN_H
#define LOCKSTEP_ANALYZE_SCAN_H

#include <stddef.h>
#include <stdint.h>

struct ls_arena;

/**
 * DOC: the textual scan
 *
 * Which functions a C file defines, and which identifiers they name: enough to tell which files
 * can matter, at 200 MB/s, with no command to compile them. Nothing is expanded: a macro is
 * taken for a function, and of #if and #else both sides are read.
 */

enum ls_scan_kind {
	LS_SCAN_FUNCTION,
	LS_SCAN_MACRO,
	LS_SCAN_TABLE,		/* an initialised variable */
};

/* Identifiers are known by their hash. */
struct ls_scan_item {
	const char *name;
	uint64_t id;		/* of the name */
	uint64_t type;		/* LS_SCAN_TABLE: of the identifier after "struct"; else 0 */
	uint32_t file;		/* as given to ls_scan_file() */
	uint8_t kind;
	uint8_t is_static;
	size_t mention, nr_mentions;	/* identifiers in it, into the scan's array; each once */
};

/* ".member = function" or "->member = function". */
struct ls_scan_slot {
	uint64_t member;	/* LS_SCAN_MEMBER() */
	uint64_t function;
	uint32_t file;
};

/* EXPORT_SYMBOL(function) */
struct ls_scan_export {
	uint64_t function;
	uint32_t file;
};

/* #include "x.c": it is no source of its own. */
struct ls_scan_include {
	const char *name;
	uint32_t file;
};

struct ls_scan {
	struct ls_arena *arena;
	struct ls_scan_item *item;
	size_t nr_items, room_items;
	uint64_t *mention;
	size_t nr_mentions, room_mentions;
	struct ls_scan_slot *slot;
	size_t nr_slots, room_slots;
	struct ls_scan_export *export;
	size_t nr_exports, room_exports;
	struct ls_scan_include *include;
	size_t nr_includes, room_includes;
	uint64_t *seen;		/* identifiers of the item at hand, by lower bits of the hash */
	uint32_t *seen_at;
	uint32_t stamp;
};

/* Return: how identifier @name is known. */
uint64_t ls_scan_id(const char *name, size_t len);
/* The same for a member that is called: "->put_pages(". */
#define LS_SCAN_MEMBER(id)	((id) ^ 0x6d656d6265720000ULL)

/**
 * ls_scan_file() - add a file to the scan
 * @text: its content, with a 0 behind it
 * @size: of the content
 * @file: what to call it
 */
void ls_scan_file(struct ls_scan *scan, const char *text, size_t size, uint32_t file);
void ls_scan_fini(struct ls_scan *scan);

#endif

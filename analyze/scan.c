// SPDX-License-Identifier: MIT
#include "scan.h"

#include <stdlib.h>
#include <string.h>

#include "arena.h"
#include "map.h"

#define SEEN_SLOTS     4096
#define MAX_CONDITIONS 64

/* One file, while it is read. */
struct reader {
	struct ls_scan *s;
	const char *p, *end;
	uint32_t file;
	int depth, parens;
	int condition_depth[MAX_CONDITIONS], conditions;

	/* The item at hand: -1 at file scope. */
	ptrdiff_t item;
	int item_depth; /* of braces when it began */

	/* The declaration at hand, at file scope. */
	const char *name, *candidate, *last, *tag;
	size_t name_len, candidate_len, last_len, tag_len;
	int is_static, assigned, after_tag;
};

/* FNV-1a, mixed at the end: identifiers are short. */
static uint64_t id_of(const char *p, size_t len)
{
	uint64_t h = 0xcbf29ce484222325ULL;

	for (size_t i = 0; i < len; i++)
		h = (h ^ (unsigned char)p[i]) * 0x100000001b3ULL;
	return ls_hash_u64(h);
}

uint64_t ls_scan_id(const char *name, size_t len)
{
	return id_of(name, len);
}

static void begin_item(struct reader *r, enum ls_scan_kind kind, const char *name, size_t len)
{
	struct ls_scan *s = r->s;
	struct ls_scan_item *item;

	s->item = ls_grow(s->item, s->nr_items, &s->room_items, sizeof(*s->item));
	item = &s->item[s->nr_items];
	*item = (struct ls_scan_item){
		.name = ls_arena_strndup(s->arena, name, len),
		.id = id_of(name, len),
		.file = r->file,
		.kind = (uint8_t)kind,
		.is_static = (uint8_t)r->is_static,
		.mention = s->nr_mentions,
	};
	r->item = (ptrdiff_t)s->nr_items++;
	r->item_depth = r->depth;
	s->stamp++;
}

static void end_item(struct reader *r)
{
	r->item = -1;
}

static void mention(struct reader *r, uint64_t id)
{
	struct ls_scan *s = r->s;
	size_t slot = id & (SEEN_SLOTS - 1);

	/* A slot that two identifiers share lets one of them in twice: no harm. */
	if (s->seen_at[slot] == s->stamp && s->seen[slot] == id)
		return;
	s->seen_at[slot] = s->stamp;
	s->seen[slot] = id;
	s->mention = ls_grow(s->mention, s->nr_mentions, &s->room_mentions, sizeof(*s->mention));
	s->mention[s->nr_mentions++] = id;
	s->item[r->item].nr_mentions++;
}

static const char *skip_comment(const char *p, const char *end)
{
	if (p[1] == '/') {
		while (p < end && *p != '\n')
			p += *p == '\\' && p + 1 < end ? 2 : 1;
		return p;
	}
	for (p += 2; p < end; p++)
		if (*p == '*' && p[1] == '/')
			return p + 2;
	return end;
}

static const char *skip_literal(const char *p, const char *end)
{
	char quote = *p++;

	while (p < end && *p != quote && *p != '\n')
		p += *p == '\\' && p + 1 < end ? 2 : 1;
	return p < end ? p + 1 : end;
}

/* 1: may begin an identifier, 2: only go on. */
static const unsigned char word_char[256] = {
	['a' ... 'z'] = 1,
	['A' ... 'Z'] = 1,
	['_'] = 1,
	['0' ... '9'] = 2,
};

static int is_letter(unsigned char c)
{
	return word_char[c] == 1;
}

static int is_digit(unsigned char c)
{
	return word_char[c] == 2;
}

static size_t word_length(const char *p, const char *end)
{
	const char *start = p;

	while (p < end && word_char[(unsigned char)*p])
		p++;
	return (size_t)(p - start);
}

static inline int is_word(const char *p, size_t len, const char *word)
{
	return *p == *word && strlen(word) == len && !memcmp(p, word, len);
}

/* Attributes that stand behind the parameters of a function. */
static int is_attribute(const char *p, size_t len)
{
	static const char *const names[] = { "__must_hold",	"__acquires",	 "__releases",
					     "__cond_acquires", "__attribute__", "__acquire",
					     "__release",	"__printf",	 "__scanf",
					     "__aligned",	"__section",	 "__no_sanitize" };

	for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++)
		if (is_word(p, len, names[i]))
			return 1;
	return 0;
}

static const char *skip_blanks(const char *p, const char *end)
{
	while (p < end && (*p == ' ' || *p == '\t'))
		p++;
	return p;
}

/* Behind the "=" of ".member = function": a name and nothing else. */
static void take_slot(struct reader *r, uint64_t member, const char *p)
{
	struct ls_scan *s = r->s;
	size_t len;

	p = skip_blanks(p, r->end);
	if (p < r->end && *p == '&')
		p++;
	if (p >= r->end || !is_letter((unsigned char)*p))
		return;
	len = word_length(p, r->end);
	if (!strchr(",;}\n \t", p[len]))
		return;
	s->slot = ls_grow(s->slot, s->nr_slots, &s->room_slots, sizeof(*s->slot));
	s->slot[s->nr_slots++] =
		(struct ls_scan_slot){ LS_SCAN_MEMBER(member), id_of(p, len), r->file };
}

/* An identifier and what it is named for, inside of an item. */
static void inner_word(struct reader *r, const char *word, size_t len, char before)
{
	const char *p = skip_blanks(r->p, r->end);
	int tag = r->after_tag;
	uint64_t id;

	r->after_tag = is_word(word, len, "struct") || is_word(word, len, "union") ||
		       is_word(word, len, "enum");
	if (tag || r->after_tag)
		return;
	id = id_of(word, len);
	if (before != '.' && before != '>') {
		mention(r, id);
		return;
	}
	if (p >= r->end)
		return;
	if (*p == '(')
		mention(r, LS_SCAN_MEMBER(id));
	else if (*p == '=' && p[1] != '=')
		take_slot(r, id, p + 1);
}

/* The function of an EXPORT_SYMBOL(function). */
static void take_export(struct reader *r)
{
	struct ls_scan *s = r->s;
	const char *p = skip_blanks(r->p, r->end);
	size_t len;

	if (p >= r->end || *p != '(')
		return;
	p = skip_blanks(p + 1, r->end);
	len = word_length(p, r->end);
	if (!len)
		return;
	s->export = ls_grow(s->export, s->nr_exports, &s->room_exports, sizeof(*s->export));
	s->export[s->nr_exports++] = (struct ls_scan_export){ id_of(p, len), r->file };
}

/* An identifier at file scope. */
static void outer_word(struct reader *r, const char *word, size_t len)
{
	const char *p = r->p;

	if (r->after_tag) {
		r->tag = word;
		r->tag_len = len;
		r->after_tag = 0;
		return;
	}
	if (len >= 13 && !strncmp(word, "EXPORT_SYMBOL", 13) && !r->parens && !r->assigned)
		take_export(r);
	if (is_word(word, len, "static"))
		r->is_static = 1;
	else if (is_word(word, len, "struct") || is_word(word, len, "union"))
		r->after_tag = !r->assigned && !r->parens;
	if (r->parens || r->assigned)
		return;
	r->last = word;
	r->last_len = len;
	while (p < r->end && (*p == ' ' || *p == '\t' || *p == '\n'))
		p++;
	if (p < r->end && *p == '(' && !is_attribute(word, len)) {
		r->candidate = word;
		r->candidate_len = len;
	}
}

static void end_declaration(struct reader *r)
{
	r->candidate = r->last = r->tag = r->name = NULL;
	r->is_static = r->assigned = r->after_tag = r->parens = 0;
}

static void open_brace(struct reader *r)
{
	if (r->depth++ || r->item >= 0 || r->parens)
		return;
	if (r->assigned && r->name) {
		begin_item(r, LS_SCAN_TABLE, r->name, r->name_len);
		if (r->tag)
			r->s->item[r->item].type = id_of(r->tag, r->tag_len);
	} else if (r->candidate && !r->assigned) {
		begin_item(r, LS_SCAN_FUNCTION, r->candidate, r->candidate_len);
	} else {
		return;
	}
	r->item_depth = 0;
}

static void close_brace(struct reader *r)
{
	if (r->depth)
		r->depth--;
	if (r->depth)
		return;
	if (r->item >= 0) {
		int function = r->s->item[r->item].kind == LS_SCAN_FUNCTION;

		end_item(r);
		if (!function)
			return;
		end_declaration(r);
	}
	/* struct x { ... } y = { ... }; goes on until the ";". */
	r->candidate = NULL;
}

static void punctuation(struct reader *r, char c)
{
	switch (c) {
	case '{':
		open_brace(r);
		break;
	case '}':
		close_brace(r);
		break;
	case '(':
		if (!r->depth)
			r->parens++;
		break;
	case ')':
		if (!r->depth && r->parens)
			r->parens--;
		break;
	case '=':
		if (!r->depth && !r->parens && !r->assigned) {
			r->assigned = 1;
			r->name = r->last;
			r->name_len = r->last_len;
		}
		break;
	case ';':
		if (!r->depth && !r->parens)
			end_declaration(r);
		break;
	}
}

/* From behind the name of a macro to the end of its line. */
static void macro_body(struct reader *r)
{
	char before = 0;

	while (r->p < r->end && *r->p != '\n') {
		char c = *r->p;

		if (c == '\\' && r->p + 1 < r->end) {
			r->p += 2;
		} else if (c == '/' && (r->p[1] == '/' || r->p[1] == '*')) {
			r->p = skip_comment(r->p, r->end);
		} else if (c == '"' || c == '\'') {
			r->p = skip_literal(r->p, r->end);
		} else if (is_letter((unsigned char)c)) {
			const char *word = r->p;
			size_t len = word_length(word, r->end);

			r->p += len;
			inner_word(r, word, len, before);
			before = 0;
		} else {
			if (is_digit((unsigned char)c))
				r->p += word_length(r->p, r->end);
			else
				r->p++;
			if (c != ' ' && c != '\t')
				before = c;
		}
	}
}

/* #if and #else may each open a brace that is closed once. */
static void condition(struct reader *r, const char *word, size_t len)
{
	if (is_word(word, len, "if") || is_word(word, len, "ifdef") ||
	    is_word(word, len, "ifndef")) {
		if (r->conditions < MAX_CONDITIONS)
			r->condition_depth[r->conditions] = r->depth;
		r->conditions++;
	} else if (is_word(word, len, "else") || is_word(word, len, "elif")) {
		if (r->conditions && r->conditions <= MAX_CONDITIONS && r->item >= 0)
			r->depth = r->condition_depth[r->conditions - 1];
	} else if (is_word(word, len, "endif") && r->conditions) {
		r->conditions--;
	}
}

static void take_include(struct reader *r)
{
	struct ls_scan *s = r->s;
	const char *p = skip_blanks(r->p, r->end);
	size_t len;

	if (p >= r->end || *p != '"')
		return;
	len = strcspn(p + 1, "\"\n");
	if (len < 3 || strncmp(p + len - 1, ".c", 2))
		return;
	s->include = ls_grow(s->include, s->nr_includes, &s->room_includes, sizeof(*s->include));
	s->include[s->nr_includes++] =
		(struct ls_scan_include){ ls_arena_strndup(s->arena, p + 1, len), r->file };
}

static void directive(struct reader *r)
{
	const char *word;
	size_t len;

	r->p = skip_blanks(r->p + 1, r->end);
	word = r->p;
	len = word_length(word, r->end);
	r->p += len;
	condition(r, word, len);
	if (is_word(word, len, "include"))
		take_include(r);
	if (is_word(word, len, "define") && r->item < 0) {
		int is_static = r->is_static;

		r->p = skip_blanks(r->p, r->end);
		word = r->p;
		len = word_length(word, r->end);
		r->p += len;
		if (!len)
			return;
		r->is_static = 0;
		begin_item(r, LS_SCAN_MACRO, word, len);
		macro_body(r);
		end_item(r);
		/* Most macros name nothing but numbers. */
		if (!r->s->item[r->s->nr_items - 1].nr_mentions)
			r->s->nr_items--;
		r->is_static = is_static;
		return;
	}
	while (r->p < r->end && *r->p != '\n') {
		if (*r->p == '/' && r->p[1] == '*')
			r->p = skip_comment(r->p, r->end);
		else
			r->p += *r->p == '\\' && r->p + 1 < r->end ? 2 : 1;
	}
}

void ls_scan_file(struct ls_scan *scan, const char *text, size_t size, uint32_t file)
{
	struct reader r = { .s = scan, .p = text, .end = text + size, .file = file, .item = -1 };
	int fresh_line = 1;
	char before = 0;

	if (!scan->seen) {
		scan->seen = calloc(SEEN_SLOTS, sizeof(*scan->seen));
		scan->seen_at = calloc(SEEN_SLOTS, sizeof(*scan->seen_at));
		if (!scan->seen || !scan->seen_at)
			ls_no_memory();
	}
	while (r.p < r.end) {
		char c = *r.p;

		if (c == ' ' || c == '\t' || c == '\r' || c == '\n') {
			fresh_line |= c == '\n';
			r.p++;
			continue;
		}
		if (is_letter((unsigned char)c)) {
			const char *word = r.p;
			size_t len = word_length(word, r.end);

			r.p += len;
			if (r.item >= 0)
				inner_word(&r, word, len, before);
			else if (!r.depth)
				outer_word(&r, word, len);
		} else if (c == '#' && fresh_line) {
			directive(&r);
			continue;
		} else if (c == '/' && (r.p[1] == '/' || r.p[1] == '*')) {
			r.p = skip_comment(r.p, r.end);
			continue;
		} else if (c == '"' || c == '\'') {
			r.p = skip_literal(r.p, r.end);
		} else if (is_digit((unsigned char)c)) {
			r.p += word_length(r.p, r.end);
		} else {
			punctuation(&r, c);
			r.p++;
		}
		before = c;
		fresh_line = 0;
	}
}

void ls_scan_fini(struct ls_scan *scan)
{
	free(scan->item);
	free(scan->mention);
	free(scan->slot);
	free(scan->export);
	free(scan->include);
	free(scan->seen);
	free(scan->seen_at);
}

// SPDX-License-Identifier: MIT
/* The unit's tables, and the file. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "bitcode.h"

void gen_init_tables(struct gen *g)
{
	static const size_t size[] = {
		1, sizeof(uint32_t), sizeof(struct ls_type), sizeof(struct ls_member),
		sizeof(struct ls_symbol), sizeof(struct ls_function), sizeof(struct ls_param),
		sizeof(struct ls_block), sizeof(struct ls_insn), sizeof(uint32_t), sizeof(int64_t),
		sizeof(struct ls_place), sizeof(struct ls_variable), sizeof(struct ls_slot),
	};
	struct gen_table *t = &g->strings;

	for (size_t i = 0; i < sizeof(size) / sizeof(*size); i++)
		t[i].size = size[i];
	g->todo.size = sizeof(LLVMValueRef);
	gen_add(&g->strings);	/* "" */
}

void *gen_add(struct gen_table *t)
{
	char *record;

	t->bytes = ls_grow(t->bytes, t->nr, &t->room, t->size);
	record = t->bytes + t->nr++ * t->size;
	memset(record, 0, t->size);
	return record;
}

uint32_t gen_string(struct gen *g, const char *s, size_t len)
{
	void **at;
	int is_new;

	if (!len)
		return 0;
	at = ls_names_put(&g->string_at, s, len, &is_new);
	if (is_new) {
		*at = (void *)(uintptr_t)g->strings.nr;
		for (size_t i = 0; i < len; i++)
			*(char *)gen_add(&g->strings) = s[i] ? s[i] : '?';
		gen_add(&g->strings);
	}
	return (uint32_t)(uintptr_t)*at;
}

uint32_t gen_constant(struct gen *g, int64_t n)
{
	int is_new;
	uint64_t *at = ls_map_put(&g->constant_at, (uint64_t)n, &is_new);

	if (is_new) {
		*at = g->constants.nr;
		*(int64_t *)gen_add(&g->constants) = n;
	}
	return LS_VALUE(LS_CONSTANT, *at);
}

uint32_t gen_place(struct gen *g, uint32_t symbol, int64_t offset)
{
	struct ls_place place = {.symbol = symbol, .offset = offset};
	int is_new;
	void **at = ls_names_put(&g->place_at, &place, sizeof(place), &is_new);

	if (is_new) {
		*at = (void *)(uintptr_t)g->places.nr;
		*(struct ls_place *)gen_add(&g->places) = place;
	}
	return LS_VALUE(LS_PLACE, (uintptr_t)*at);
}

/* "a/./b/../c" becomes "a/c". */
static void normalise(char *path)
{
	char *out = path, *in = path;

	while (*in) {
		size_t len = strcspn(in, "/");
		char *prev = out > path ? memrchr(path, '/', out - path - 1) : NULL;

		if (len == 2 && !memcmp(in, "..", 2) && prev && strncmp(prev, "/../", 4)) {
			out = prev + 1;
		} else if (!(len == 1 && *in == '.') && (len || out == path)) {
			memmove(out, in, len);
			out += len;
			if (in[len])
				*out++ = '/';
		}
		in += len + (in[len] == '/');
	}
	*out = '\0';
}

static const char *without(const char *path, const char *prefix)
{
	size_t len = prefix ? strlen(prefix) : 0;

	while (len && prefix[len - 1] == '/')
		len--;
	if (!len || strncmp(path, prefix, len) || path[len] != '/')
		return NULL;
	return path + len + 1;
}

const char *gen_path(struct gen *g, const char *directory, const char *file)
{
	char *path = *file == '/' || !*directory ? ls_arena_strdup(g->arena, file) :
		     ls_arena_printf(g->arena, "%s/%s", directory, file);
	const char *rest;

	normalise(path);
	for (size_t i = 0; i < g->nr_prefixes; i++) {
		rest = without(path, g->prefix[i]);
		if (rest)
			return rest;
	}
	/* Generated headers lie where the compiler ran. */
	rest = without(path, g->directory);
	return rest ? rest : path;
}

uint32_t gen_file(struct gen *g, LLVMMetadataRef scope)
{
	LLVMMetadataRef md;
	const char *name, *dir, *path;
	unsigned int name_len, dir_len;
	uint64_t *of_scope;
	void **at;
	int is_new;

	if (!scope)
		return LS_NONE;
	of_scope = ls_map_put(&g->file_of_scope, (uintptr_t)scope, &is_new);
	if (!is_new)
		return *of_scope;
	*of_scope = LS_NONE;
	md = LLVMGetMetadataKind(scope) == LLVMDIFileMetadataKind ? scope : LLVMDIScopeGetFile(scope);
	if (!md)
		return LS_NONE;
	name = LLVMDIFileGetFilename(md, &name_len);
	dir = LLVMDIFileGetDirectory(md, &dir_len);
	path = gen_path(g, dir ? ls_arena_strndup(g->arena, dir, dir_len) : "",
			name ? ls_arena_strndup(g->arena, name, name_len) : "");
	at = ls_names_put_string(&g->file_at, path, &is_new);
	if (is_new) {
		*at = (void *)(uintptr_t)g->files.nr;
		*(uint32_t *)gen_add(&g->files) = gen_string(g, path, strlen(path));
	}
	return *of_scope = (uint32_t)(uintptr_t)*at;
}

static int write_all(struct gen *g, FILE *file, uint32_t source)
{
	struct ls_unit_header h = {.magic = LS_UNIT_MAGIC, .version = LS_UNIT_VERSION, .source = source};
	struct ls_table *out = &h.strings;
	const struct gen_table *t = &g->strings;
	static const char zeroes[8];
	uint64_t at = (sizeof(h) + 7) / 8 * 8;

	for (; t <= &g->slots; t++, out++) {
		out->at = at;
		out->nr = t->nr;
		at += (t->nr * t->size + 7) / 8 * 8;
		if (at > UINT32_MAX) {
			errno = EFBIG;
			return -1;
		}
	}
	h.size = at;
	fwrite(&h, sizeof(h), 1, file);
	fwrite(zeroes, (8 - sizeof(h) % 8) % 8, 1, file);
	for (t = &g->strings; t <= &g->slots; t++) {
		size_t len = t->nr * t->size;

		if (len)
			fwrite(t->bytes, len, 1, file);
		fwrite(zeroes, (8 - len % 8) % 8, 1, file);
	}
	return fflush(file) || ferror(file) ? -1 : 0;
}

int gen_write(struct gen *g, const char *path, uint32_t source)
{
	const char *tmp = ls_arena_printf(g->arena, "%s.new", path);
	FILE *file = fopen(tmp, "wb");

	if (file && !write_all(g, file, source) && !fclose(file) && !rename(tmp, path))
		return 0;
	fprintf(stderr, "lockstep-bitcode: %s: %s: make room, or choose another place\n", path,
		strerror(errno));
	unlink(tmp);
	return -1;
}

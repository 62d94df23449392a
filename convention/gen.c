// SPDX-License-Identifier: MIT
/*
 * gen: turn convention.tsv into C and into documentation
 *
 *	gen TABLE header OUT	enum ls_rule_no
 *	gen TABLE source OUT	ls_rules[]
 *	gen TABLE doc OUT	docs/convention.md
 *
 * The table is checked on the way: each error is one line with the row number,
 * and no output is written.
 */
#include <errno.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define ROWS_MAX 1024
#define NR_RELEASES 4

enum column {
	ID, NAME, RENAMED, KIND, WHO, LOCK, STATE, EFFECT = STATE + NR_RELEASES, CHECK, TEXT, SINCE,
	SOURCE, ASSERTED, REMARKS, NR_COLUMNS
};

static const char *const columns[NR_COLUMNS] = {
	"id", "name", "renamed", "kind", "who", "lock", "6.1", "6.12", "6.16", "7.1", "effect", "check",
	"text", "since", "source", "asserted", "remarks",
};

/* Words allowed in a column and the C constants they stand for, in the same order. */
struct words {
	const char *word[8];
	const char *constant[8];
};

static const struct words kinds = { { "api", "callback" }, { "0", "1" } };
static const struct words flags = { { "no", "yes" }, { "0", "1" } };
static const struct words locks = { { "resv", "fence", "signalling" },
				    { "LS_LOCK_RESV", "LS_LOCK_FENCE", "LS_LOCK_SIGNALLING" } };
static const struct words states = {
	{ "any", "held", "not_held", "held_dynamic", "absent" },
	{ "LS_STATE_ANY", "LS_STATE_HELD", "LS_STATE_NOT_HELD", "LS_STATE_HELD_DYNAMIC",
	  "LS_STATE_ABSENT" },
};
static const struct words effects = {
	{ "none", "locks", "may_lock", "acquires", "tries", "releases" },
	{ "LS_EFFECT_NONE", "LS_EFFECT_LOCKS", "LS_EFFECT_MAY_LOCK", "LS_EFFECT_ACQUIRES",
	  "LS_EFFECT_TRIES", "LS_EFFECT_RELEASES" },
};
static const struct words checks = {
	{ "convention", "lockdep", "nobody" },
	{ "LS_BY_CONVENTION", "LS_BY_LOCKDEP", "LS_BY_NOBODY" },
};

struct row {
	int line;
	char *field[NR_COLUMNS];
};

static struct row rows[ROWS_MAX];
static int nr_rows;
static int nr_errors;
static const char *table;

static void __attribute__((format(printf, 2, 3))) bad(int line, const char *fmt, ...)
{
	va_list args;

	fprintf(stderr, "%s:%d: ", table, line);
	va_start(args, fmt);
	vfprintf(stderr, fmt, args);
	va_end(args);
	fputc('\n', stderr);
	nr_errors++;
}

static const char *constant(const struct words *words, const char *word)
{
	for (int i = 0; i < 8 && words->word[i]; i++)
		if (!strcmp(words->word[i], word))
			return words->constant[i];
	return NULL;
}

/* Split @s at tabs into exactly NR_COLUMNS fields; how many there really were. */
static int split(char *s, char **field)
{
	int n = 0;

	for (;;) {
		char *tab = strchr(s, '\t');

		if (n < NR_COLUMNS)
			field[n] = s;
		n++;
		if (!tab)
			return n;
		*tab = '\0';
		s = tab + 1;
	}
}

static void check_header(int line, char **field, int n)
{
	if (n != NR_COLUMNS) {
		bad(line, "%d columns, expected %d", n, NR_COLUMNS);
		return;
	}
	for (int i = 0; i < NR_COLUMNS; i++)
		if (strcmp(field[i], columns[i]))
			bad(line, "column %d is '%s', expected '%s'", i + 1, field[i], columns[i]);
}

static void check_word(const struct row *row, int column, const struct words *words)
{
	if (!constant(words, row->field[column]))
		bad(row->line, "unknown %s '%s'", columns[column], row->field[column]);
}

static void check_row(const struct row *row)
{
	const char *id = row->field[ID];

	if (!*id || strspn(id, "abcdefghijklmnopqrstuvwxyz0123456789-") != strlen(id))
		bad(row->line, "id '%s' is not made of a-z, 0-9 and '-'", id);
	if (!*row->field[NAME])
		bad(row->line, "empty name");
	if (!*row->field[TEXT])
		bad(row->line, "empty text");
	check_word(row, KIND, &kinds);
	check_word(row, LOCK, &locks);
	for (int i = 0; i < NR_RELEASES; i++)
		check_word(row, STATE + i, &states);
	check_word(row, EFFECT, &effects);
	check_word(row, CHECK, &checks);
	check_word(row, ASSERTED, &flags);

	for (int i = 0; i < nr_rows; i++) {
		if (&rows[i] == row)
			break;
		if (!strcmp(rows[i].field[ID], id))
			bad(row->line, "id '%s' is already in line %d", id, rows[i].line);
		if (!strcmp(rows[i].field[NAME], row->field[NAME]))
			bad(row->line, "name '%s' is already in line %d", row->field[NAME],
			    rows[i].line);
	}
}

static int load(void)
{
	FILE *f = fopen(table, "r");
	char *line = NULL;
	size_t size = 0;
	ssize_t len;
	int nr = 0;

	if (!f) {
		fprintf(stderr, "gen: %s: %s\n", table, strerror(errno));
		return -1;
	}
	while ((len = getline(&line, &size, f)) >= 0) {
		char *field[NR_COLUMNS] = { NULL };
		char *copy;
		int n;

		nr++;
		if (len && line[len - 1] == '\n')
			line[len - 1] = '\0';
		copy = strdup(line); /* rows point into it until the end */
		if (!copy)
			abort();
		n = split(copy, field);
		if (nr == 1) {
			check_header(nr, field, n);
			continue;
		}
		if (n != NR_COLUMNS) {
			bad(nr, "%d columns, expected %d", n, NR_COLUMNS);
			continue;
		}
		if (nr_rows == ROWS_MAX) {
			bad(nr, "more than %d rows", ROWS_MAX);
			break;
		}
		rows[nr_rows].line = nr;
		memcpy(rows[nr_rows].field, field, sizeof(field));
		check_row(&rows[nr_rows++]);
	}
	free(line);
	fclose(f);
	if (!nr_rows && !nr_errors)
		bad(nr, "no rows");
	return nr_errors ? -1 : 0;
}

static void put_constant(FILE *out, const char *name)
{
	fputs("LS_RULE_", out);
	for (; *name; name++) {
		if (*name == '.')
			fputs("__", out);
		else
			fputc(*name, out);
	}
}

static void put_string(FILE *out, const char *s)
{
	fputc('"', out);
	for (; *s; s++) {
		if (*s == '"' || *s == '\\')
			fputc('\\', out);
		fputc(*s, out);
	}
	fputs("\",\n", out);
}

static void write_header(FILE *out)
{
	fputs("/* SPDX-License-Identifier: MIT */\n"
	      "/* Made of convention/convention.tsv by convention/gen.c. */\n"
	      "#ifndef LS_RULES_H\n#define LS_RULES_H\n\nenum ls_rule_no {\n", out);
	for (int i = 0; i < nr_rows; i++) {
		fputc('\t', out);
		put_constant(out, rows[i].field[NAME]);
		fprintf(out, ", /* %s */\n", rows[i].field[ID]);
	}
	fputs("\tLS_NR_RULES\n};\n\n#endif /* LS_RULES_H */\n", out);
}

static void write_source(FILE *out)
{
	static const struct {
		const char *member;
		enum column column;
	} strings[] = {
		{ "id", ID }, { "name", NAME }, { "renamed", RENAMED }, { "text", TEXT }, { "who", WHO },
		{ "since", SINCE }, { "source", SOURCE }, { "remarks", REMARKS },
	};

	fputs("// SPDX-License-Identifier: MIT\n"
	      "/* Made of convention/convention.tsv by convention/gen.c. */\n"
	      "#include <lockstep/convention.h>\n\n"
	      "const struct ls_rule ls_rules[LS_NR_RULES] = {\n", out);
	for (int i = 0; i < nr_rows; i++) {
		char **f = rows[i].field;

		fputs("\t[", out);
		put_constant(out, f[NAME]);
		fputs("] = {\n", out);
		for (size_t s = 0; s < sizeof(strings) / sizeof(*strings); s++) {
			fprintf(out, "\t\t.%s = ", strings[s].member);
			put_string(out, f[strings[s].column]);
		}
		fprintf(out, "\t\t.callback = %s,\n\t\t.asserted = %s,\n", constant(&kinds, f[KIND]),
			constant(&flags, f[ASSERTED]));
		fprintf(out, "\t\t.lock = %s,\n\t\t.effect = %s,\n\t\t.check = %s,\n",
			constant(&locks, f[LOCK]), constant(&effects, f[EFFECT]),
			constant(&checks, f[CHECK]));
		fputs("\t\t.state = { ", out);
		for (int r = 0; r < NR_RELEASES; r++)
			fprintf(out, "%s%s", r ? ", " : "", constant(&states, f[STATE + r]));
		fputs(" },\n\t},\n", out);
	}
	fputs("};\n", out);
}

/* --- documentation -------------------------------------------------------- */

static bool starts(const char *s, const char *prefix)
{
	return !strncmp(s, prefix, strlen(prefix));
}

/* The chapter a row belongs to: the first that matches. */
static const struct chapter {
	const char *title;
	const char *prefix[6];
	const char *kind;
} chapters[] = {
	{ "Shared buffers: calls", { "dma_buf_" }, "api" },
	{ "Shared buffers: callbacks", { "dma_buf_ops.", "dma_buf_attach_ops." }, "callback" },
	{ "Reservation objects", { "dma_resv_" }, NULL },
	{ "Fences: calls", { "dma_fence_" }, "api" },
	{ "Fences: callbacks", { "dma_fence_" }, "callback" },
	{ "GEM and PRIME: calls", { "drm_gem_", "drm_prime_", "drm_exec_", "drm_gpuv" }, "api" },
	{ "GEM and PRIME: callbacks", { "drm_gem_" }, "callback" },
	{ "TTM", { "ttm_" }, NULL },
	{ "Drivers and other subsystems", { "" }, NULL },
};

#define NR_CHAPTERS (sizeof(chapters) / sizeof(*chapters))

static size_t chapter_of(const struct row *row)
{
	for (size_t c = 0; c < NR_CHAPTERS; c++) {
		const struct chapter *ch = &chapters[c];

		if (ch->kind && strcmp(ch->kind, row->field[KIND]))
			continue;
		for (int p = 0; p < 6 && ch->prefix[p]; p++)
			if (starts(row->field[NAME], ch->prefix[p]))
				return c;
	}
	return NR_CHAPTERS - 1;
}

static const char *plain(const char *word)
{
	return !strcmp(word, "not_held") ? "not held" :
	       !strcmp(word, "held_dynamic") ? "held if dynamic" :
	       !strcmp(word, "may_lock") ? "may take and drop it" :
	       !strcmp(word, "locks") ? "takes and drops it" :
	       !strcmp(word, "tries") ? "tries to take it" :
	       !strcmp(word, "acquires") ? "returns with it held" :
	       !strcmp(word, "releases") ? "releases it" :
	       !strcmp(word, "none") ? "leaves it" : word;
}

static void put_cell(FILE *out, const char *s)
{
	for (; *s; s++) {
		if (*s == '|' || *s == '<' || *s == '*' || *s == '_')
			fputc('\\', out);
		fputc(*s, out);
	}
}

static void write_chapter(FILE *out, size_t c)
{
	fprintf(out, "\n## %s\n\n| rule | function | lock | on entry | the call | the rule in words | checked by |\n"
		     "| --- | --- | --- | --- | --- | --- | --- |\n", chapters[c].title);
	for (int i = 0; i < nr_rows; i++) {
		char **f = rows[i].field;

		if (chapter_of(&rows[i]) != c)
			continue;
		fprintf(out, "| `%s` | `%s` | %s | %s | %s | ", f[ID], f[NAME], f[LOCK],
			plain(f[STATE + 1]), plain(f[EFFECT]));
		put_cell(out, f[TEXT]);
		fprintf(out, " | %s |\n", f[CHECK]);
	}
}

static void write_changes(FILE *out)
{
	fputs("\n## What changed between releases\n\n"
	      "| rule | function | 6.1 | 6.12 | 6.16 | 7.1 | renamed | history |\n"
	      "| --- | --- | --- | --- | --- | --- | --- | --- |\n", out);
	for (int i = 0; i < nr_rows; i++) {
		char **f = rows[i].field;
		bool differs = *f[RENAMED];

		for (int r = 1; r < NR_RELEASES; r++)
			differs = differs || strcmp(f[STATE], f[STATE + r]);
		if (!differs)
			continue;
		fprintf(out, "| `%s` | `%s` |", f[ID], f[NAME]);
		for (int r = 0; r < NR_RELEASES; r++)
			fprintf(out, " %s |", plain(f[STATE + r]));
		fputc(' ', out);
		put_cell(out, f[RENAMED]);
		fputs(" | ", out);
		put_cell(out, f[SINCE]);
		fputs(" |\n", out);
	}
}

static void write_remarks(FILE *out)
{
	fputs("\n## Remarks and sources\n\nFile and line are those of Linux 6.12.\n\n", out);
	for (int i = 0; i < nr_rows; i++) {
		char **f = rows[i].field;

		if (!*f[REMARKS] && !*f[SOURCE])
			continue;
		fprintf(out, "* `%s` (%s)%s", f[ID], f[SOURCE], *f[REMARKS] ? ": " : "");
		put_cell(out, f[REMARKS]);
		fputc('\n', out);
	}
}

static void write_doc(FILE *out)
{
	fputs("<!-- Made of convention/convention.tsv by convention/gen.c: edit the table. -->\n"
	      "# The locking convention\n\n"
	      "Each row says what a lock must be when a function is called, or when a callback\n"
	      "runs, in Linux 6.12; the chapter at the end says where other releases differ. `lock`\n"
	      "is the buffer's reservation lock (resv), the lock of a fence (fence), or a\n"
	      "fence-signalling section (signalling). *Held* means held by the calling task.\n"
	      "`checked by` says who reports a breach: the convention (the report carries the rule's\n"
	      "id), lockdep (its own rules: self-deadlock, lock-order, ...), or nobody, for functions\n"
	      "of drivers, which the table knows for reference.\n", out);
	for (size_t c = 0; c < NR_CHAPTERS; c++)
		write_chapter(out, c);
	write_changes(out);
	write_remarks(out);
}

int main(int argc, char **argv)
{
	static const struct {
		const char *name;
		void (*write)(FILE *out);
	} kinds_of_output[] = {
		{ "header", write_header }, { "source", write_source }, { "doc", write_doc },
	};
	FILE *out;

	if (argc != 4) {
		fputs("usage: gen TABLE header|source|doc OUT\n", stderr);
		return 2;
	}
	table = argv[1];
	if (load())
		return 1;
	for (size_t i = 0; i < sizeof(kinds_of_output) / sizeof(*kinds_of_output); i++) {
		if (strcmp(argv[2], kinds_of_output[i].name))
			continue;
		out = fopen(argv[3], "w");
		if (!out) {
			fprintf(stderr, "gen: %s: %s\n", argv[3], strerror(errno));
			return 1;
		}
		kinds_of_output[i].write(out);
		if (fclose(out)) {
			fprintf(stderr, "gen: %s: %s\n", argv[3], strerror(errno));
			return 1;
		}
		return 0;
	}
	fprintf(stderr, "gen: unknown output '%s'\n", argv[2]);
	return 2;
}

// SPDX-License-Identifier: MIT
/*
 * Schedule files: reading them. Each line is checked by itself, so that what is wrong can be
 * named with its line; then the seal says whether all of them are what was written.
 */
#include <ctype.h>
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "digest.h"
#include "schedule.h"

#define LONGEST (64L << 20) /* bytes */

#define AGAIN "explore the case again"

enum part {
	PART_FIRST,	/* the line with the format */
	PART_HEADER,
	PART_CHOICES,
	PART_END,	/* nothing comes after it */
};

/* What is read so far. */
struct reader {
	struct ls_schedule *s;
	const char *path, *abi;
	char *err;
	unsigned int line, cap;
	unsigned int seen; /* header lines, a bit each */
	enum part part;
	struct ls_digest seal;
};

/* "FILE:LINE: ...". Returns -1. */
static int __attribute__((format(printf, 2, 3))) bad(struct reader *r, const char *fmt, ...)
{
	va_list args;
	int n;

	n = snprintf(r->err, LS_SCHEDULE_ERR, "%.512s:%u: ", r->path, r->line);
	va_start(args, fmt);
	vsnprintf(r->err + n, LS_SCHEDULE_ERR - n, fmt, args);
	va_end(args);
	/* What is quoted came from a file. */
	for (unsigned char *p = (unsigned char *)r->err; *p; p++) {
		if (*p < ' ' || *p == 127)
			*p = '?';
	}
	return -1;
}

/* A number without a sign, spaces or anything after it, and at most @max. */
static int number(const char *text, unsigned long long max, unsigned long long *value)
{
	char *end;

	if (!isdigit((unsigned char)*text))
		return -1;
	errno = 0;
	*value = strtoull(text, &end, 10);
	return *end || errno || *value > max ? -1 : 0;
}

/* Undo put_escaped(), in place. */
static int unescape(char *text)
{
	char *out = text;

	for (char *in = text; *in; out++) {
		if (*in != '\\') {
			*out = *in++;
			continue;
		}
		if (in[1] != 'x' || !isxdigit((unsigned char)in[2]) ||
		    !isxdigit((unsigned char)in[3]))
			return -1;
		*out = (char)strtoul((char[]){ in[2], in[3], 0 }, NULL, 16);
		if (!*out)
			return -1;
		in += 4;
	}
	*out = '\0';
	return 0;
}

/* A growing array of which @nr are used: room for one more. */
static int grow(struct reader *r, void *array, unsigned int nr, size_t size)
{
	void *more;

	if (nr & (nr - 1)) /* not a power of two: there is room */
		return 0;
	more = realloc(*(void **)array, (nr ? 2 * (size_t)nr : 1) * size);
	if (!more)
		return bad(r, "out of memory");
	memset((char *)more + nr * size, 0, (nr ? nr : 1) * size);
	*(void **)array = more;
	return 0;
}

/* --- the header --------------------------------------------------------------------- */

static int get_text(struct reader *r, char **to, const char *value)
{
	*to = strdup(value);
	return *to ? 0 : bad(r, "out of memory");
}

static int get_abi(struct reader *r, char *value)
{
	if (strcmp(value, r->abi))
		return bad(r, "made by another Lockstep (%.100s, this is %s); use that one, or " AGAIN,
			   value, r->abi);
	return get_text(r, &r->s->abi, value);
}

static int get_module(struct reader *r, char *value)
{
	size_t len = strspn(value, "0123456789abcdef");
	struct ls_schedule_module *m;

	if (len != 64 || value[len] != ' ' || !value[len + 1])
		return bad(r, "a module is 64 hexadecimal digits and a file, not '%.100s'; " AGAIN,
			   value);
	if (grow(r, &r->s->modules, r->s->nr_modules, sizeof(*m)))
		return -1;
	m = &r->s->modules[r->s->nr_modules++];
	memcpy(m->hash, value, 64);
	return get_text(r, &m->path, value + 65);
}

static int get_case(struct reader *r, char *value)
{
	return get_text(r, &r->s->test, value);
}

static int get_parameter(struct reader *r, char *value)
{
	unsigned long long n;

	if (number(value, 1 << 30, &n))
		return bad(r, "'%.100s' is no parameter's index; " AGAIN, value);
	r->s->param = (int)n;
	return 0;
}

static int get_rules(struct reader *r, char *value)
{
	return get_text(r, &r->s->rules, value);
}

static int get_set(struct reader *r, char *value)
{
	if (!strchr(value, '=') || *value == '=')
		return bad(r, "'%.100s' is no name=value; " AGAIN, value);
	if (grow(r, &r->s->params, r->s->nr_params, sizeof(char *)))
		return -1;
	return get_text(r, &r->s->params[r->s->nr_params++], value);
}

static int get_strategy(struct reader *r, char *value)
{
	char *word = strchr(value, ' ');
	unsigned long long n = 0;

	if (word)
		*word++ = '\0';
	for (enum ls_strategy_kind k = 0; ls_strategy_name(k); k++) {
		if (strcmp(ls_strategy_name(k), value) || k == LS_REPLAY)
			continue;
		if (!word != (k != LS_BOUND && k != LS_PCT) || (word && number(word, 1 << 30, &n)))
			break;
		r->s->strategy = k;
		r->s->bound = (unsigned int)n;
		return 0;
	}
	return bad(r, "'%.100s%s%.100s' is no strategy of this Lockstep; " AGAIN, value,
		   word ? " " : "", word ? word : "");
}

static int get_seed(struct reader *r, char *value)
{
	return number(value, ~0ULL, &r->s->seed) ?
	       bad(r, "'%.100s' is no seed; " AGAIN, value) : 0;
}

static int get_fail_alloc(struct reader *r, char *value)
{
	unsigned long long n;

	if (number(value, 1 << 30, &n))
		return bad(r, "'%.100s' is no number of allocations; " AGAIN, value);
	r->s->fail_alloc = (unsigned int)n;
	return 0;
}

static int get_verdict(struct reader *r, char *value)
{
	for (enum ls_verdict v = 0; v < LS_VERDICT_NR; v++) {
		if (!strcmp(ls_verdict_name(v), value)) {
			r->s->verdict = v;
			return 0;
		}
	}
	return bad(r, "'%.100s' is no verdict of this Lockstep; " AGAIN, value);
}

static int get_rule(struct reader *r, char *value)
{
	return get_text(r, &r->s->rule, value);
}

static const struct key {
	const char *name;
	int (*get)(struct reader *r, char *value);
	enum { MUST = 1, MANY = 2 } flags;
} keys[] = {
	{ "lockstep", get_abi, MUST },	   { "module", get_module, MUST | MANY },
	{ "case", get_case, MUST },	   { "parameter", get_parameter, 0 },
	{ "rules", get_rules, MUST },	   { "set", get_set, MANY },
	{ "strategy", get_strategy, MUST }, { "seed", get_seed, MUST },
	{ "fail-alloc", get_fail_alloc, MUST }, { "verdict", get_verdict, MUST },
	{ "rule", get_rule, 0 },
};

#define NR_KEYS (sizeof(keys) / sizeof(keys[0]))

static int header_done(struct reader *r)
{
	for (size_t i = 0; i < NR_KEYS; i++) {
		if ((keys[i].flags & MUST) && !(r->seen & 1u << i))
			return bad(r, "no '%s' before the choices: the file was edited; " AGAIN,
				   keys[i].name);
	}
	r->part = PART_CHOICES;
	return 0;
}

static int header_line(struct reader *r, char *line)
{
	char *value = strchr(line, ' ');

	if (!strcmp(line, "choices"))
		return header_done(r);
	if (value)
		*value++ = '\0';
	for (size_t i = 0; i < NR_KEYS; i++) {
		if (strcmp(keys[i].name, line))
			continue;
		if (!value || !*value)
			return bad(r, "'%s' without a value; " AGAIN, line);
		if ((r->seen & 1u << i) && !(keys[i].flags & MANY))
			return bad(r, "a second '%s'; " AGAIN, line);
		if (unescape(value))
			return bad(r, "a backslash without \"xNN\" behind it; " AGAIN);
		r->seen |= 1u << i;
		return keys[i].get(r, value);
	}
	return bad(r, "'%.40s' is nothing that this Lockstep knows; " AGAIN, line);
}

static int first_line(struct reader *r, const char *line)
{
	static const char magic[] = "lockstep-schedule ";
	unsigned long long format;

	if (strncmp(line, magic, sizeof(magic) - 1) ||
	    number(line + sizeof(magic) - 1, ~0ULL, &format)) {
		snprintf(r->err, LS_SCHEDULE_ERR, "%.512s is no schedule: its first line is not "
			 "\"lockstep-schedule %d\"; `lockstep explore` writes schedules", r->path,
			 LS_SCHEDULE_FORMAT);
		return -1;
	}
	if (format != LS_SCHEDULE_FORMAT)
		return bad(r, "a schedule of format %llu, this Lockstep reads format %d; use the "
			      "Lockstep that wrote it, or " AGAIN, format, LS_SCHEDULE_FORMAT);
	r->part = PART_HEADER;
	return 0;
}

/* --- the choices --------------------------------------------------------------------- */

static int end_line(struct reader *r, const char *count, const char *seal)
{
	struct ls_digest d = r->seal;
	char hex[LS_DIGEST_HEX];
	unsigned long long n;

	if (!count || number(count, ~0U, &n) || !seal || strlen(seal) != 16)
		return bad(r, "'end' wants a number and 16 digits; " AGAIN);
	if (n != r->s->nr)
		return bad(r, "%u choices, but the end speaks of %llu: lines were taken out or put in; "
			   AGAIN, r->s->nr, n);
	ls_digest_end(&d, hex);
	if (strncmp(hex, seal, 16))
		return bad(r, "the file was edited after it was written (checksum %.16s, not %s); only "
			      "what stands behind a # may be changed; " AGAIN, hex, seal);
	r->part = PART_END;
	return 0;
}

static int op_of(const char *word)
{
	for (int op = 0; ls_op_name(op); op++) {
		if (!strcmp(ls_op_name(op), word))
			return op;
	}
	return -1;
}

static int choice_line(struct reader *r, char *line)
{
	unsigned long long task, object, value = LS_STEP;
	char *word[6] = { line }, *save = NULL;
	int nr = 0, op;

	for (char *w = strtok_r(line, " \t", &save); w && nr < 6; w = strtok_r(NULL, " \t", &save))
		word[nr++] = w;
	if (!strcmp(word[0], "end"))
		return end_line(r, nr > 1 ? word[1] : NULL, nr == 3 ? word[2] : NULL);
	if (nr != 3 && (nr != 5 || strcmp(word[3], "=")))
		return bad(r, "a choice is \"TASK OPERATION OBJECT [= VALUE]\"; " AGAIN);
	if (number(word[0], LS_TASKS_MAX - 1, &task))
		return bad(r, "'%.40s' is no task (0 to %d); " AGAIN, word[0], LS_TASKS_MAX - 1);
	op = op_of(word[1]);
	if (op < 0)
		return bad(r, "'%.40s' is no operation of this Lockstep; " AGAIN, word[1]);
	if (number(word[2], UINT32_MAX, &object))
		return bad(r, "'%.40s' is no object; " AGAIN, word[2]);
	if (nr == 5 && number(word[4], LS_STEP - 1, &value))
		return bad(r, "'%.40s' is no value (0 to %d); " AGAIN, word[4], LS_STEP - 1);
	if (grow(r, &r->s->choices, r->s->nr, sizeof(struct ls_choice)))
		return -1;
	r->s->choices[r->s->nr++] = (struct ls_choice){
		.task = task, .value = value, .op = op, .object = object,
	};
	return 0;
}

/* --- the file ------------------------------------------------------------------------- */

static int take_line(struct reader *r, char *line, size_t len)
{
	char *comment;

	if (memchr(line, 0, len))
		return r->part == PART_FIRST ? first_line(r, "") :
		       bad(r, "not text: there is a zero byte; " AGAIN);
	comment = strchr(line, '#');
	if (comment)
		*comment = '\0';
	len = strlen(line);
	while (len && isspace((unsigned char)line[len - 1]))
		line[--len] = '\0';
	if (!len)
		return 0;
	if (r->part != PART_CHOICES || strncmp(line, "end", 3)) {
		ls_digest_add(&r->seal, line, len);
		ls_digest_add(&r->seal, "\n", 1);
	}
	switch (r->part) {
	case PART_FIRST: return first_line(r, line);
	case PART_HEADER: return header_line(r, line);
	case PART_CHOICES: return choice_line(r, line);
	case PART_END: break;
	}
	return bad(r, "more after the end; " AGAIN);
}

/* All of @f, at most LONGEST: a device may have no end. NULL: see @r->err. */
static char *slurp(struct reader *r, FILE *f, size_t *len)
{
	size_t cap = 65536, nr = 0, n;
	char *text = malloc(cap + 1), *more;

	while (text && (n = fread(text + nr, 1, cap - nr, f))) {
		nr += n;
		if (nr < cap)
			continue;
		more = cap < LONGEST ? realloc(text, 2 * cap + 1) : NULL;
		if (!more)
			free(text);
		text = more;
		cap *= 2;
	}
	if (text && !ferror(f)) {
		text[nr] = '\0';
		*len = nr;
		return text;
	}
	snprintf(r->err, LS_SCHEDULE_ERR, "cannot read schedule %.512s: %s", r->path,
		 text ? strerror(errno) : cap > LONGEST ? "longer than any schedule is" : "out of memory");
	free(text);
	return NULL;
}

static int take_all(struct reader *r, char *text, size_t len)
{
	char *end = text + len;
	int ret = 0;

	for (char *line = text, *next; line < end && !ret; line = next + 1) {
		next = memchr(line, '\n', end - line);
		if (!next)
			next = end;
		*next = '\0';
		r->line++;
		ret = take_line(r, line, next - line);
	}
	if (!ret && r->part == PART_FIRST)
		return first_line(r, "");
	if (!ret && r->part != PART_END)
		return bad(r, "the file breaks off here, without its 'end' line; copy it again, or "
			   AGAIN);
	return ret;
}

int ls_schedule_read(struct ls_schedule *s, const char *path, const char *abi, char *err)
{
	struct reader r = { .s = s, .path = path, .abi = abi, .err = err };
	struct stat st;
	size_t len;
	char *text;
	FILE *f;
	int ret;

	memset(s, 0, sizeof(*s));
	s->param = -1;
	f = fopen(path, "re");
	if (!f || fstat(fileno(f), &st)) {
		snprintf(err, LS_SCHEDULE_ERR, "cannot read schedule %.512s: %s", path, strerror(errno));
		if (f)
			fclose(f);
		return -1;
	}
	if (S_ISDIR(st.st_mode)) {
		snprintf(err, LS_SCHEDULE_ERR, "%.512s is a directory; name a schedule, as `lockstep "
			 "explore` writes them", path);
		fclose(f);
		return -1;
	}
	text = slurp(&r, f, &len);
	fclose(f);
	if (!text)
		return -1;
	ls_digest_init(&r.seal);
	ret = take_all(&r, text, len);
	free(text);
	return ret;
}

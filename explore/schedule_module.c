// SPDX-License-Identifier: MIT
/*
 * Schedule files: the modules that they belong to. A module that was built again has other
 * scheduling points, so a schedule goes with the file it was made with, wherever that lies now.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "digest.h"
#include "schedule.h"

static const char *base_name(const char *path)
{
	const char *slash = strrchr(path, '/');

	return slash ? slash + 1 : path;
}

/* @name in the directory of @path; the caller frees it. NULL: no memory. */
static char *beside(const char *path, const char *name)
{
	int dir = (int)(base_name(path) - path);
	char *s;

	return asprintf(&s, "%.*s%s", dir, path, name) < 0 ? NULL : s;
}

/*
 * Is @path there? 1: yes, and it is the one, then @m has its path. 0: there, and another.
 * -errno: cannot be read.
 */
static int try(struct ls_schedule_module *m, const char *path)
{
	char hex[LS_DIGEST_HEX], *copy;
	int ret = ls_digest_file(path, hex);

	if (ret || strcmp(hex, m->hash))
		return ret;
	copy = strdup(path);
	if (!copy)
		return -ENOMEM;
	free(m->path);
	m->path = copy;
	return 1;
}

/* Places where it may be, the likeliest first: as named, seen from the schedule, beside it. */
static char *place(const struct ls_schedule_module *m, const char *path, int nr)
{
	switch (nr) {
	case 0: return strdup(m->path);
	case 1: return m->path[0] == '/' ? strdup(m->path) : beside(path, m->path);
	default: return beside(path, base_name(m->path));
	}
}

static int find(struct ls_schedule_module *m, const char *path, char *err)
{
	int first = 0;

	for (int i = 0; i < 3; i++) {
		char *name = place(m, path, i);
		int ret = name ? try(m, name) : -ENOMEM;

		free(name);
		if (ret == 1)
			return 0;
		if (!ret) {
			snprintf(err, LS_SCHEDULE_ERR, "module %.400s is not the one that %.400s was made "
				 "with (was it built again?); explore it again, or name the other with "
				 "--module", m->path, path);
			return -1;
		}
		if (!i)
			first = -ret;
	}
	snprintf(err, LS_SCHEDULE_ERR, "cannot read module %.400s of %.400s: %s; say where it is with "
		 "--module", m->path, path, strerror(first));
	return -1;
}

int ls_schedule_find_modules(struct ls_schedule *s, const char *path, char *const *given,
			     unsigned int nr_given, char *err)
{
	bool *found = calloc(s->nr_modules ? s->nr_modules : 1, sizeof(*found));
	int ret = 0;

	if (!found) {
		snprintf(err, LS_SCHEDULE_ERR, "out of memory");
		return -1;
	}
	for (unsigned int i = 0; i < nr_given && !ret; i++) {
		int match = 0;

		for (unsigned int j = 0; j < s->nr_modules && match >= 0; j++) {
			if (found[j])
				continue;
			match = try(&s->modules[j], given[i]);
			if (match == 1) {
				found[j] = true;
				break;
			}
		}
		if (match == 1)
			continue;
		snprintf(err, LS_SCHEDULE_ERR, "%s %.400s%s%s", match ? "cannot read module" : "module",
			 given[i], match ? ": " : " is none that the schedule was made with; build it as "
			 "it was then, or explore it again", match ? strerror(-match) : "");
		ret = -1;
	}
	for (unsigned int i = 0; i < s->nr_modules && !ret; i++)
		ret = found[i] ? 0 : find(&s->modules[i], path, err);
	free(found);
	return ret;
}

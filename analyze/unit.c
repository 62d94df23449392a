// SPDX-License-Identifier: MIT
#include "unit.h"

#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "arena.h"
#include "unit_check.h"

static struct ls_unit *fail(char **error, const char *path, const char *why)
{
	if (asprintf(error, "%s: %s", path, why) < 0)
		ls_no_memory();
	return NULL;
}

/* Return: the mapping, or NULL with @why. */
static const void *map_file(const char *path, size_t *size, const char **why)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	struct stat st;
	void *p = MAP_FAILED;

	*why = NULL;
	if (fd < 0 || fstat(fd, &st)) {
		*why = strerror(errno);
	} else if (!S_ISREG(st.st_mode) || st.st_size < (off_t)sizeof(struct ls_unit_header)) {
		*why = "not a unit: too short";
	} else {
		p = mmap(NULL, st.st_size, PROT_READ, MAP_PRIVATE, fd, 0);
		if (p == MAP_FAILED)
			*why = strerror(errno);
		*size = st.st_size;
	}
	if (fd >= 0)
		close(fd);
	return p == MAP_FAILED ? NULL : p;
}

static void set_tables(struct ls_unit *u)
{
	const char *base = (const char *)u->head;
	const struct ls_unit_header *h = u->head;

	u->strings = base + h->strings.at;
	u->files = (const void *)(base + h->files.at);
	u->types = (const void *)(base + h->types.at);
	u->members = (const void *)(base + h->members.at);
	u->symbols = (const void *)(base + h->symbols.at);
	u->functions = (const void *)(base + h->functions.at);
	u->params = (const void *)(base + h->params.at);
	u->blocks = (const void *)(base + h->blocks.at);
	u->insns = (const void *)(base + h->insns.at);
	u->operands = (const void *)(base + h->operands.at);
	u->constants = (const void *)(base + h->constants.at);
	u->places = (const void *)(base + h->places.at);
	u->variables = (const void *)(base + h->variables.at);
	u->slots = (const void *)(base + h->slots.at);
}

struct ls_unit *ls_unit_open(const char *path, char **error)
{
	const char *why;
	size_t size = 0;
	const void *map = map_file(path, &size, &why);
	struct ls_unit *u;

	if (!map)
		return fail(error, path, why);
	why = ls_unit_check_header(map, size);
	if (why) {
		munmap((void *)map, size);
		return fail(error, path, why);
	}
	u = calloc(1, sizeof(*u));
	if (!u)
		ls_no_memory();
	u->head = map;
	u->path = strdup(path);
	if (!u->path)
		ls_no_memory();
	set_tables(u);
	why = ls_unit_check(u);
	if (why) {
		ls_unit_close(u);
		return fail(error, path, why);
	}
	return u;
}

void ls_unit_close(struct ls_unit *u)
{
	if (!u)
		return;
	munmap((void *)u->head, u->head->size);
	free((void *)u->path);
	free(u);
}

// SPDX-License-Identifier: MIT
/*
 * --classes: the fingerprints of all classes seen, to be compared: alone and with many, with and
 * without reduction.
 */
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "exploring.h"

static FILE *file;

int explore_classes_open(const struct explore *x)
{
	if (!x->classes)
		return 0;
	file = fopen(x->classes, "we");
	return file ? 0 : trouble("cannot write %s: %s", x->classes, strerror(errno));
}

void explore_classes_add(const struct explored *e)
{
	for (size_t i = 0; file && i < e->nr_classes; i++)
		fprintf(file, "%s %016" PRIx64 "\n", e->name, e->classes[i]);
}

int explore_classes_close(const struct explore *x)
{
	int bad;

	if (!file)
		return 0;
	bad = ferror(file);
	bad |= fclose(file);
	file = NULL;
	return bad ? trouble("cannot write %s: %s", x->classes, strerror(errno)) : 0;
}

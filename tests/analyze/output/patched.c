// SPDX-License-Identifier: MIT
/*
 * Applies a patch beside a tree: each touched file, with its content.   usage: patched TREE PATCH
 */
#include <stdio.h>
#include <stdlib.h>

#include "patch.h"

static void print_file(const char *path)
{
	FILE *f = fopen(path, "r");
	int c;

	while (f && (c = getc(f)) != EOF)
		putchar(c);
	if (f)
		fclose(f);
}

int main(int argc, char **argv)
{
	char *error = NULL;
	struct ls_patch *p;

	if (argc != 3)
		return 99;
	p = ls_patch_apply(argv[1], argv[2], &error);
	if (!p) {
		fprintf(stderr, "%s\n", error);
		free(error);
		return 2;
	}
	printf("patches %zu\n", p->nr_patches);
	for (size_t i = 0; i < p->nr; i++) {
		printf("== %s%s\n", p->overlay[i].path, p->overlay[i].file ? "" : " removed");
		print_file(p->overlay[i].file ? p->overlay[i].file : "/dev/null");
	}
	ls_patch_free(p);
	return 0;
}

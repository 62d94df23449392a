// SPDX-License-Identifier: MIT
/*
 * Kbuild files. Make itself evaluates them: it reads the file after a few definitions,
 * and a few lines behind it print the variables that upstream/README.md lists.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "build.h"

/* What make prints: "@key value". */
static const char prologue[] =
	"MAKEFLAGS += --no-print-directory -rR\n"
	"linux := %s\n"
	"src := %s\n"
	"obj := $(src)\n"
	"srctree := $(linux)\n"
	"lockstep := %s\n"
	"linux-version := %d.%d\n"
	"VERSION := %d\nPATCHLEVEL := %d\nSUBLEVEL := %d\n"
	"KERNELRELEASE := %d.%d.%d\n"
	"include %s\n";

/* $(1) is the module's name. Composite objects, or the one that bears its name. */
static const char epilogue[] =
	"ls-parts = $(or $(strip $($(1)-y) $($(1)-objs) $($(1)-m)),$(1).o)\n"
	"ls-mods := $(patsubst %.o,%,$(filter %.o,$(obj-m)))\n"
	"ls-mods := $(or $(ls-mods),$(patsubst %.o,%,$(filter %.o,$(obj-y))))\n"
	"$(foreach m,$(ls-mods),$(info @module $(m)))\n"
	"$(foreach m,$(firstword $(ls-mods)),$(foreach o,$(call ls-parts,$(m)),$(info @object $(o))))\n"
	"$(info @ccflags $(subdir-ccflags-y) $(EXTRA_CFLAGS) $(ccflags-y))\n"
	"$(foreach v,$(filter CFLAGS_%.o,$(.VARIABLES)),$(info @file $(patsubst CFLAGS_%,%,$(v)) $($(v))))\n"
	"$(foreach f,$(linux-files),$(info @linux-file $(f)))\n"
	"$(foreach f,$(linux-versions),$(info @linux-version $(f)))\n"
	"$(info @end)\n"
	"ls-all: ;\n"
	".DEFAULT_GOAL := ls-all\n"
	".PHONY: ls-all\n";

static char *find_kbuild(const char *dir)
{
	static const char *const names[] = { "Kbuild", "Makefile" };

	for (int i = 0; i < 2; i++) {
		char *path = xprintf("%s/%s", dir, names[i]);

		if (!access(path, R_OK))
			return path;
		free(path);
	}
	return NULL;
}

/* "x.o" -> the source it is made of. */
static int add_object(struct build *b, const char *object)
{
	size_t len = strlen(object);
	char *path;

	if (len < 3 || strcmp(object + len - 2, ".o"))
		return trouble("%s: '%s' in the list of objects does not end in .o", b->src, object);
	if (object[0] == '/')
		path = xprintf("%.*s.c", (int)len - 2, object);
	else
		path = xprintf("%s/%.*s.c", b->src, (int)len - 2, object);
	/* Those of the tree appear when the view is made. */
	if (strncmp(path, b->view, strlen(b->view)) && access(path, R_OK)) {
		int ret = trouble("%s: there is no source file for the object %s", path, object);

		free(path);
		return ret;
	}
	strv_add(&b->objects, path);
	free(path);
	return 0;
}

static int take_line(struct build *b, char *line)
{
	char *value = strchr(line, ' ');

	if (value)
		*value++ = '\0';
	else
		value = "";
	if (!strcmp(line, "@module")) {
		if (b->name)
			return trouble("%s makes more than one module (%s and %s); build them one by "
				       "one from their source files", b->src, b->name, value);
		b->name = xstrdup(value);
	} else if (!strcmp(line, "@object")) {
		return add_object(b, value);
	} else if (!strcmp(line, "@ccflags")) {
		strv_split(&b->ccflags, value);
	} else if (!strcmp(line, "@file")) {
		strv_add(&b->file_flags, value);
	} else if (!strcmp(line, "@linux-file")) {
		strv_add(&b->linux_files, value);
	} else if (!strcmp(line, "@linux-version")) {
		strv_add(&b->linux_versions, value);
	}
	return 0;
}

static int write_makefile(struct build *b, const char *path, const char *kbuild)
{
	FILE *f = fopen(path, "w");
	const int *v = b->version;

	if (!f)
		return trouble("cannot write %s: %s", path, strerror(errno));
	fprintf(f, prologue, b->view, b->src, lockstep_paths()->include.v[0], v[0], v[1], v[0], v[1],
		v[2], v[0], v[1], v[2], kbuild);
	fputs(epilogue, f);
	if (fclose(f))
		return trouble("cannot write %s: %s", path, strerror(errno));
	return 0;
}

static int read_answers(struct build *b, FILE *f)
{
	char *line = NULL;
	size_t cap = 0;
	ssize_t len;
	bool complete = false;
	int ret = 0;

	while (!ret && (len = getline(&line, &cap, f)) > 0) {
		if (line[len - 1] == '\n')
			line[len - 1] = '\0';
		if (line[0] != '@')
			continue; /* the file's own $(info) */
		complete |= !strcmp(line, "@end");
		ret = take_line(b, line);
	}
	free(line);
	if (!ret && !complete)
		ret = trouble("make cannot evaluate the Kbuild file of %s; its message stands above",
			      b->src);
	return ret;
}

/* A path that make or a command line would split is not worth a quoting scheme of its own. */
static int check_path(const char *path)
{
	if (strpbrk(path, " \t#$:%\\'\"&;"))
		return trouble("%s: make cannot handle this path; use one without spaces and "
			       "special characters", path);
	return 0;
}

int kbuild_evaluate(struct build *b)
{
	char *kbuild = find_kbuild(b->src), *makefile = NULL, *out = NULL;
	struct strv cmd = { 0 };
	FILE *f;
	int ret;

	if (!kbuild)
		return trouble("%s: no Kbuild file and no Makefile in it", b->src);
	ret = check_path(b->src);
	if (ret)
		goto out;
	makefile = xprintf("%s/Makefile", b->scratch);
	out = xprintf("%s/kbuild", b->scratch);
	ret = write_makefile(b, makefile, kbuild);
	if (ret)
		goto out;

	strv_add(&cmd, "make");
	strv_add(&cmd, "-s");
	strv_add(&cmd, "-f");
	strv_add(&cmd, makefile);
	for (size_t i = 0; i < b->make_vars.nr; i++)
		strv_add(&cmd, b->make_vars.v[i]);
	strv_addf(&cmd, "--output-sync=none");
	ret = run_to_file(b, &cmd, out, kbuild);
	if (ret)
		goto out;
	f = fopen(out, "r");
	if (!f) {
		ret = trouble("cannot read %s: %s", out, strerror(errno));
		goto out;
	}
	ret = read_answers(b, f);
	fclose(f);
	if (!ret && !b->objects.nr)
		ret = trouble("%s: its Kbuild file names no obj-m; with obj-$(CONFIG_FOO) say "
			      "CONFIG_FOO=m", b->src);
out:
	strv_free(&cmd);
	free(kbuild);
	free(makefile);
	free(out);
	return ret;
}

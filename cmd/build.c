// SPDX-License-Identifier: MIT
/*
 * `lockstep build`: arguments and the order of things. See build.h.
 */
#include <argp.h>
#include <errno.h>
#include <ftw.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "build.h"
#include "ls_config.h"

enum { OPT_LINUX = 256, OPT_RULES, OPT_CC, OPT_RACES };

static const struct argp_option options[] = {
	{ "linux", OPT_LINUX, "TREE", 0, "kernel tree, or its .tar.xz, that $(linux) stands for", 0 },
	{ "output", 'o', "FILE", 0, "module to write (NAME.so)", 0 },
	{ "rules", OPT_RULES, "RELEASE", 0, "hold the module to the rules of this kernel release", 0 },
	{ "cc", OPT_CC, "CC", 0, "C compiler (" LS_CC ")", 0 },
	{ "races", OPT_RACES, NULL, 0, "instrument it, so that `lockstep explore` finds data races", 0 },
	{ "jobs", 'j', "N", 0, "compile so many files at once", 0 },
	{ "verbose", 'v', NULL, 0, "print the commands", 0 },
	{ 0 },
};

static error_t parse(int key, char *arg, struct argp_state *state)
{
	struct build *b = state->input;

	switch (key) {
	case OPT_LINUX:
		b->tree = arg;
		break;
	case 'o':
		b->out = xstrdup(arg);
		break;
	case OPT_RULES:
		b->rules = option_rules(state, arg);
		break;
	case OPT_CC:
		b->cc = arg;
		break;
	case OPT_RACES:
		b->races = true;
		break;
	case 'j':
		b->jobs = option_number(state, "jobs", arg, 1, 1024);
		break;
	case 'v':
		b->verbose = true;
		break;
	case ARGP_KEY_ARG:
		strv_add(strchr(arg, '=') ? &b->make_vars : &b->inputs, arg);
		break;
	case ARGP_KEY_END:
		if (!b->inputs.nr)
			usage_error(state, "no directory and no source file given");
		break;
	default:
		return ARGP_ERR_UNKNOWN;
	}
	return 0;
}

static const struct argp argp = {
	.options = options,
	.parser = parse,
	.args_doc = "DIR [NAME=VALUE...]\nFILE.c...",
	.doc = "Make a module for `lockstep test` of kernel sources: of a directory with a Kbuild "
	       "file or Makefile (obj-m, NAME-y, ccflags-y), or of the files named.\v"
	       "NAME=VALUE sets a make variable, such as CONFIG_FOO=m. A directory that does not "
	       "exist is also looked for among Lockstep's own recipes (upstream/i915).",
};

/* --- scratch directory ----------------------------------------------------------------- */

static int remove_entry(const char *path, const struct stat *st, int type, struct FTW *ftw)
{
	return remove(path);
}

static void remove_scratch(struct build *b)
{
	if (b->scratch)
		nftw(b->scratch, remove_entry, 16, FTW_DEPTH | FTW_PHYS);
}

static int make_scratch(struct build *b)
{
	const char *tmp = getenv("TMPDIR");
	char *real;

	b->scratch = xprintf("%s/lockstep-XXXXXX", tmp && *tmp ? tmp : "/tmp");
	if (!mkdtemp(b->scratch)) {
		free(b->scratch);
		b->scratch = NULL;
		return trouble("cannot make a scratch directory: %s; set TMPDIR to one with space",
			       strerror(errno));
	}
	real = realpath(b->scratch, NULL);
	if (real) {
		free(b->scratch);
		b->scratch = real;
	}
	b->view = xprintf("%s/linux", b->scratch);
	if (mkdir(b->view, 0777))
		return trouble("cannot make %s: %s", b->view, strerror(errno));
	return 0;
}

/* --- inputs -------------------------------------------------------------------------------- */

static bool is_dir(const char *path)
{
	struct stat st;

	return !stat(path, &st) && S_ISDIR(st.st_mode);
}

/* A directory as given, or a recipe of ours by that name. */
static char *find_dir(const char *path)
{
	char *own = xprintf("%s/%s", lockstep_paths()->data, path);
	char *found = NULL;

	if (!*path)
		; /* nothing, which is no name for the place of our own */
	else if (is_dir(path))
		found = realpath(path, NULL);
	else if (path[0] != '/' && is_dir(own))
		found = realpath(own, NULL);
	free(own);
	return found;
}

static char *base_name(const char *path, const char *suffix)
{
	const char *slash = strrchr(path, '/');
	char *name = xstrdup(slash ? slash + 1 : path);
	size_t len = strlen(name), slen = strlen(suffix);

	if (len > slen && !strcmp(name + len - slen, suffix))
		name[len - slen] = '\0';
	return name;
}

/* A name that can be a C identifier, as KBUILD_MODNAME must be. */
static char *module_name(char *name)
{
	for (char *c = name; *c; c++) {
		if (*c == '-' || *c == '.')
			*c = '_';
	}
	return name;
}

static int take_files(struct build *b)
{
	for (size_t i = 0; i < b->inputs.nr; i++) {
		const char *path = b->inputs.v[i];
		size_t len = strlen(path);
		char *abs;

		if (is_dir(path))
			return trouble("%s is a directory; give one directory, or source files", path);
		if (len < 3 || strcmp(path + len - 2, ".c"))
			return trouble("'%s': not a C source file (.c) and not a directory", path);
		abs = realpath(path, NULL);
		if (!abs)
			return trouble("cannot find %s: %s", path, strerror(errno));
		strv_add(&b->objects, abs);
		free(abs);
	}
	b->name = module_name(base_name(b->out ? b->out : b->inputs.v[0], b->out ? ".so" : ".c"));
	return 0;
}

static int take_inputs(struct build *b)
{
	b->src = b->inputs.nr == 1 ? find_dir(b->inputs.v[0]) : NULL;
	if (b->src)
		return kbuild_evaluate(b);
	return take_files(b);
}

static int check_release(const struct build *b)
{
	char release[32];

	snprintf(release, sizeof(release), "%d.%d", b->version[0], b->version[1]);
	if (b->tree && b->linux_versions.nr) {
		for (size_t i = 0; i < b->linux_versions.nr; i++) {
			if (!strcmp(b->linux_versions.v[i], release))
				return 0;
		}
		return trouble("%s is Linux %s; %s is written for %s%s%s", b->tree, release,
			       b->inputs.v[0], b->linux_versions.v[0],
			       b->linux_versions.nr > 1 ? " and " : "",
			       b->linux_versions.nr > 1 ? b->linux_versions.v[1] : "");
	}
	if (!b->tree && (b->linux_files.nr || b->linux_versions.nr))
		return trouble("%s needs a kernel tree of Linux %s%s%s: give it with --linux",
			       b->inputs.v[0],
			       b->linux_versions.nr ? b->linux_versions.v[0] : "6.12",
			       b->linux_versions.nr > 1 ? " or " : "",
			       b->linux_versions.nr > 1 ? b->linux_versions.v[1] : "");
	return 0;
}

/* Better now than after compiling. */
static int check_output(const struct build *b)
{
	char *dir = xstrdup(b->out), *slash = strrchr(dir, '/');
	struct stat st;
	int ret = 0;

	if (slash)
		slash[slash == dir] = '\0';
	if (access(slash ? dir : ".", W_OK))
		ret = trouble("cannot write %s: %s", b->out, strerror(errno));
	else if (!stat(b->out, &st) && !S_ISREG(st.st_mode))
		ret = trouble("cannot write %s: it is %s", b->out,
			      S_ISDIR(st.st_mode) ? "a directory" : "no regular file");
	else if (!lstat(b->out, &st) && S_ISLNK(st.st_mode))
		ret = trouble("cannot write %s: it is a symbolic link; name the file itself",
			      b->out);
	free(dir);
	return ret;
}

static int build_module(struct build *b)
{
	struct strv objs = { 0 };
	int ret;

	if (b->tree) {
		ret = tree_version(b);
		if (ret)
			return ret;
	}
	ret = make_scratch(b);
	if (!ret && b->races)
		ret = races_prepare(b);
	if (!ret)
		ret = take_inputs(b);
	if (!ret)
		ret = check_release(b);
	if (!ret && !b->out)
		b->out = xprintf("%s.so", b->name);
	if (!ret)
		ret = check_output(b);
	if (!ret && b->tree)
		ret = tree_make_view(b);
	if (!ret)
		ret = compile_all(b, &objs);
	if (!ret)
		ret = link_module(b, &objs);
	strv_free(&objs);
	return ret;
}

int cmd_build(int argc, char **argv)
{
	struct build b = {
		.cc = LS_CC,
		.version = { 6, 12, 0 },
		.jobs = sysconf(_SC_NPROCESSORS_ONLN),
	};
	int ret;

	parse_args(&argp, argc, argv, &b);
	catch_interrupts();
	ret = build_module(&b);
	remove_scratch(&b);
	if (interrupted()) {
		trouble("interrupted; nothing was written");
		return 128 + interrupted();
	}
	return ret;
}

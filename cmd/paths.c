// SPDX-License-Identifier: MIT
/*
 * Where this Lockstep keeps its headers, its library and its recipes. In a build tree the
 * command is BUILD/cmd/lockstep; installed it is PREFIX/bin/lockstep.
 */
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cmd.h"
#include "ls_config.h"

static char *exe_dir(void)
{
	char path[PATH_MAX];
	ssize_t len = readlink("/proc/self/exe", path, sizeof(path) - 1);

	if (len < 0)
		exit(trouble("cannot tell where I am: /proc is not mounted"));
	path[len] = '\0';
	*strrchr(path, '/') = '\0';
	return xstrdup(path);
}

static void from_build_tree(struct paths *p)
{
	for (const char *const *dir = ls_kernel_includes; *dir; dir++)
		strv_addf(&p->include, "%s/%s", LS_SOURCE_ROOT, *dir);
	strv_addf(&p->include, "%s/convention", LS_BUILD_ROOT);
	p->library = xprintf("%s/liblockstep.so", LS_BUILD_ROOT);
	p->data = xstrdup(LS_SOURCE_ROOT);
}

static void from_prefix(struct paths *p, const char *bin)
{
	char *prefix = xstrdup(bin);

	*strrchr(prefix, '/') = '\0';
	p->data = xprintf("%s/%s/lockstep", prefix, LS_DATADIR);
	for (const char *const *dir = ls_kernel_includes; *dir; dir++)
		strv_addf(&p->include, "%s/%s", p->data, *dir);
	p->library = xprintf("%s/%s/liblockstep.so", prefix, LS_LIBDIR);
	free(prefix);
}

const struct paths *lockstep_paths(void)
{
	static struct paths paths;
	char *dir;

	if (paths.data)
		return &paths;
	dir = exe_dir();
	if (!strncmp(dir, LS_BUILD_ROOT "/", strlen(LS_BUILD_ROOT) + 1))
		from_build_tree(&paths);
	else
		from_prefix(&paths, dir);
	free(dir);
	return &paths;
}

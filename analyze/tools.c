// SPDX-License-Identifier: MIT
#include "tools.h"

#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "analyze_config.h"
#include "arena.h"

char *ls_tool_bitcode(void)
{
	char exe[PATH_MAX], *path = NULL;
	ssize_t len = readlink("/proc/self/exe", exe, sizeof(exe) - 1);
	int err;

	if (!*LS_LLVM_VERSION)
		return NULL;
	exe[len < 0 ? 0 : len] = '\0';
	if (!strncmp(exe, LS_BUILD_ROOT "/", strlen(LS_BUILD_ROOT "/"))) {
		err = asprintf(&path, "%s", LS_BITCODE_BUILT);
	} else {
		/* PREFIX/bin/lockstep: the installation may have been moved as a whole. */
		for (int up = 0; up < 2 && strrchr(exe, '/'); up++)
			*strrchr(exe, '/') = '\0';
		err = asprintf(&path, "%s/%s/lockstep-bitcode", exe, LS_BITCODE_DIR);
	}
	if (err < 0)
		ls_no_memory();
	return path;
}

const char *ls_tool_clang(void)
{
	return *LS_LLVM_VERSION ? LS_CLANG : NULL;
}

const char *ls_tool_llvm_version(void)
{
	return LS_LLVM_VERSION;
}

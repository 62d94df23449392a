// SPDX-License-Identifier: MIT
/*
 * Mapping modules. The stamp is read from the file first: an object of another Lockstep
 * is not mapped at all.
 */
#include <dlfcn.h>
#include <elf.h>
#include <errno.h>
#include <fcntl.h>
#include <gelf.h>
#include <libelf.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "lockstep/symbol.h"
#include "ls_abi.h"
#include "ls_config.h"
#include "run.h"

/* Contents of ".lockstep.stamp", NULL if there is none. */
static char *read_stamp(Elf *elf)
{
	Elf_Scn *scn = NULL;
	size_t strndx;

	if (elf_getshdrstrndx(elf, &strndx))
		return NULL;
	while ((scn = elf_nextscn(elf, scn))) {
		GElf_Shdr hdr;
		const char *name;
		Elf_Data *data;

		if (!gelf_getshdr(scn, &hdr))
			continue;
		name = elf_strptr(elf, strndx, hdr.sh_name);
		if (!name || strcmp(name, ".lockstep.stamp"))
			continue;
		data = elf_getdata(scn, NULL);
		if (!data || !data->d_size)
			return NULL;
		return strndup(data->d_buf, data->d_size);
	}
	return NULL;
}

/* Value of @key in a stamp; the caller frees it. */
static char *stamp_value(const char *stamp, const char *key)
{
	size_t len = strlen(key);

	for (const char *line = stamp; line && *line;) {
		const char *end = strchrnul(line, '\n');

		if (!strncmp(line, key, len) && line[len] == '=')
			return strndup(line + len + 1, end - line - len - 1);
		line = *end ? end + 1 : end;
	}
	return xstrdup("");
}

static int check_stamp(const char *path, const char *stamp)
{
	char *abi = stamp_value(stamp, "abi");
	char *sanitizers = stamp_value(stamp, "sanitizers");
	int ret = 0;

	if (strcmp(abi, LOCKSTEP_ABI))
		ret = trouble("%s was built for another Lockstep (%s, this is %s); build it again "
			      "with `lockstep build`", path, abi, LOCKSTEP_ABI);
	else if (strcmp(sanitizers, LS_SANITIZE))
		ret = trouble("%s was built with sanitizers '%s', this Lockstep with '%s'; build it "
			      "again with this one's `lockstep build`", path, sanitizers, LS_SANITIZE);
	free(abi);
	free(sanitizers);
	return ret;
}

static int check_file(const char *path)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC), ret;
	char *stamp;
	Elf *elf;

	if (fd < 0)
		return trouble("cannot open module %s: %s", path, strerror(errno));
	elf_version(EV_CURRENT);
	elf = elf_begin(fd, ELF_C_READ, NULL);
	if (!elf || elf_kind(elf) != ELF_K_ELF) {
		elf_end(elf);
		close(fd);
		return trouble("%s is no module: not an ELF file; make one with `lockstep build`", path);
	}
	stamp = read_stamp(elf);
	if (stamp)
		ret = check_stamp(path, stamp);
	else
		ret = trouble("%s is no Lockstep module; make one with `lockstep build`", path);
	free(stamp);
	elf_end(elf);
	close(fd);
	return ret;
}

static int load_one(struct loaded *m, const char *path)
{
	/* Without a slash dlopen() would look in the library path. */
	char *file = strchr(path, '/') ? xstrdup(path) : xprintf("./%s", path);
	const struct lockstep_module *info;
	void *handle;
	int ret = check_file(path);

	if (ret)
		goto out;
	handle = dlopen(file, RTLD_NOW | RTLD_LOCAL);
	if (!handle) {
		ret = trouble("cannot map %s: %s", path, dlerror());
		goto out;
	}
	info = dlsym(handle, "lockstep_module_info");
	if (!info || info->magic != LOCKSTEP_MODULE_MAGIC || info->size != sizeof(*info)) {
		ret = trouble("%s is no module of this Lockstep; build it again with `lockstep build`",
			      path);
		goto out;
	}
	m->path = path;
	m->info = info;
	for (const char *const *root = info->roots; *root; root++)
		os_source_root(*root);
out:
	free(file);
	return ret;
}

int load_modules(struct run *run)
{
	run->nr_mods = run->paths.nr;
	run->mods = xalloc(run->nr_mods * sizeof(*run->mods));
	run->infos = xalloc(run->nr_mods * sizeof(*run->infos));

	for (int i = 0; i < run->nr_mods; i++) {
		int ret = load_one(&run->mods[i], run->paths.v[i]);

		if (ret)
			return ret;
		run->infos[i] = run->mods[i].info;
	}
	ls_modules_set(run->infos, run->nr_mods);
	return 0;
}

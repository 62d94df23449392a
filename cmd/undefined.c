// SPDX-License-Identifier: MIT
/*
 * Kernel functions that a module calls and Lockstep does not have: each by name, and
 * where it is used. The names come from the module's symbol table; for the places the
 * linker is asked once more, this time to complain.
 */
#include <dlfcn.h>
#include <fcntl.h>
#include <gelf.h>
#include <libelf.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "build.h"
#include "ls_config.h"

#define PLACES_SHOWN 4

/*
 * What the compiler and the sanitizers call on their own, and the C functions that the
 * kernel world shares with the C library. Anything else must come from Lockstep: that a
 * name exists in the C library too does not make it the kernel's.
 */
static bool is_builtin(const char *name)
{
	static const char *const prefixes[] = { "__asan_", "__ubsan_", "__tsan_", "__sanitizer_",
						"__gcov_", "__cxa_", "_ITM_", "__tls_get_addr",
						"__gmon_start__", "__stack_chk_fail", "_Unwind_",
						"mem", "str", "__mem", "__str", "_mcount" };

	/* Of --races: the runtime for it is Lockstep's own. */
	if (!strncmp(name, "__tsan_", 7) && !strstr(LS_SANITIZE, "thread"))
		return false;
	for (size_t i = 0; i < sizeof(prefixes) / sizeof(prefixes[0]); i++) {
		if (!strncmp(name, prefixes[i], strlen(prefixes[i])))
			return dlsym(RTLD_DEFAULT, name) || name[0] == '_';
	}
	return false;
}

/* Call @fn for each dynamic symbol of @path that is (not) defined. */
static int each_symbol(const char *path, bool defined,
		       void (*fn)(const char *name, bool weak, void *arg), void *arg)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	Elf_Scn *scn = NULL;
	Elf *elf;

	elf_version(EV_CURRENT);
	elf = fd < 0 ? NULL : elf_begin(fd, ELF_C_READ, NULL);
	if (!elf) {
		if (fd >= 0)
			close(fd);
		return trouble("cannot read %s", path);
	}
	while ((scn = elf_nextscn(elf, scn))) {
		Elf_Data *data;
		GElf_Shdr hdr;

		if (!gelf_getshdr(scn, &hdr) || hdr.sh_type != SHT_DYNSYM)
			continue;
		data = elf_getdata(scn, NULL);
		for (size_t i = 1; data && i < hdr.sh_size / hdr.sh_entsize; i++) {
			GElf_Sym sym;

			if (gelf_getsym(data, i, &sym) &&
			    (sym.st_shndx != SHN_UNDEF) == defined)
				fn(elf_strptr(elf, hdr.sh_link, sym.st_name),
				   GELF_ST_BIND(sym.st_info) == STB_WEAK, arg);
		}
	}
	elf_end(elf);
	close(fd);
	return 0;
}

static int compare(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

static void add_defined(const char *name, bool weak, void *arg)
{
	strv_add(arg, name);
}

struct search {
	struct strv defined, missing;
};

static void add_missing(const char *name, bool weak, void *arg)
{
	struct search *s = arg;

	if (weak || !*name || is_builtin(name))
		return;
	if (!bsearch(&name, s->defined.v, s->defined.nr, sizeof(char *), compare))
		strv_add(&s->missing, name);
}

/* --- places ---------------------------------------------------------------------------------- */

/* Let the linker say where each of them is used, into the file @out. */
static void ask_linker(struct build *b, const struct strv *objs, const char *out)
{
	struct strv cmd = { 0 };

	strv_add(&cmd, b->cc);
	strv_add(&cmd, "-shared");
	strv_add(&cmd, "-nostdlib");
	strv_add(&cmd, "-Wl,-z,defs");
	strv_add(&cmd, "-o");
	strv_add(&cmd, "/dev/null");
	for (size_t i = 0; i < objs->nr; i++)
		strv_add(&cmd, objs->v[i]);
	strv_add(&cmd, lockstep_paths()->library);
	run_command(b, &cmd, out);
	strv_free(&cmd);
}

/*
 * "DIR/file.c:12: undefined reference to `name'", after a prefix of the linker's own.
 * Its words may be translated; the place and the quoted name are not.
 */
static bool place_of(struct build *b, char *line, const char *name, char **place)
{
	size_t len = strlen(b->view);
	char *quoted = strrchr(line, '`');
	char *colon;

	if (!quoted || strncmp(quoted + 1, name, strlen(name)) || quoted[1 + strlen(name)] != '\'')
		return false;
	*quoted = '\0';
	colon = strstr(line, ": undefined");
	if (!colon)
		return false;
	*colon = '\0';
	*place = strstr(line, ": ") ? strstr(line, ": ") + 2 : line;
	if (!strncmp(*place, b->view, len))
		*place += len + 1;
	else if (!strncmp(*place, "./", 2))
		*place += 2;
	if (strstr(*place, ".o:(")) /* no line known: a section of an object */
		return false;
	return true;
}

static void name_one(struct build *b, const char *name, const char *messages)
{
	FILE *f = fopen(messages, "r");
	char *line = NULL, *place;
	struct strv places = { 0 };
	size_t cap = 0;

	while (f && getline(&line, &cap, f) > 0) {
		if (place_of(b, line, name, &place) && !strv_has(&places, place))
			strv_add(&places, place);
	}
	fprintf(stderr, "undefined: %s", name);
	for (size_t i = 0; i < places.nr && i < PLACES_SHOWN; i++)
		fprintf(stderr, "%s%s", i ? ", " : ", used at ", places.v[i]);
	fputs(places.nr > PLACES_SHOWN ? ", ...\n" : "\n", stderr);
	strv_free(&places);
	free(line);
	if (f)
		fclose(f);
}

int check_undefined(struct build *b, const char *module, const struct strv *objs)
{
	struct search s = { 0 };
	int ret;

	ret = each_symbol(lockstep_paths()->library, true, add_defined, &s.defined);
	if (!ret) {
		qsort(s.defined.v, s.defined.nr, sizeof(char *), compare);
		ret = each_symbol(module, false, add_missing, &s);
	}
	if (!ret && s.missing.nr) {
		char *messages = xprintf("%s/undefined", b->scratch);

		ask_linker(b, objs, messages);
		for (size_t i = 0; i < s.missing.nr; i++)
			name_one(b, s.missing.v[i], messages);
		free(messages);
		ret = trouble("%s uses %zu function%s or variable%s that Lockstep does not have; "
			      "define %s in a file of the module", b->name, s.missing.nr,
			      s.missing.nr == 1 ? "" : "s", s.missing.nr == 1 ? "" : "s",
			      s.missing.nr == 1 ? "it" : "them");
	}
	strv_free(&s.defined);
	strv_free(&s.missing);
	return ret;
}

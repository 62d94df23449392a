// SPDX-License-Identifier: MIT
/*
 * From return addresses to source lines, with libdw.
 *
 * Nothing is read before the first address is asked for: reading the debug information
 * takes longer than most test runs. Answers are kept for the life of the process.
 */
#include <dlfcn.h>
#include <dwarf.h>
#include <elfutils/libdwfl.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "fixed.h"
#include "lockstep/os.h"
#include "lockstep/symbol.h"

#define FRAMES_PER_PC 16
#define CACHE_SIZE    4096
#define ROOTS_MAX     32
#define VIEWS_MAX     16

struct cached {
	unsigned long pc;
	unsigned long start; /* of the function */
	const char *object;
	int nr;
	struct os_frame *frames;
};

/* What is learned here is true whatever an explorer restores; and it is libdw's memory. */
static pthread_mutex_t lock LS_KEEP = PTHREAD_MUTEX_INITIALIZER;
static struct cached *cache LS_KEEP; /* CACHE_SIZE of them */
static const char *roots[ROOTS_MAX] LS_KEEP;
static unsigned int nr_roots LS_KEEP;
static Dwfl *views[VIEWS_MAX] LS_KEEP;
static unsigned int nr_views LS_KEEP;

void os_source_root(const char *root)
{
	pthread_mutex_lock(&lock);
	if (root && *root && nr_roots < ROOTS_MAX)
		roots[nr_roots++] = root;
	pthread_mutex_unlock(&lock);
}

/* --- file names ------------------------------------------------------------ */

/* Take "." and ".." out of an absolute path, in place. */
static void collapse(char *path)
{
	char *out = path, *in = path;

	while (*in) {
		size_t len;

		while (*in == '/')
			in++;
		len = strcspn(in, "/");
		if (len == 2 && !memcmp(in, "..", 2)) {
			while (out > path && *--out != '/')
				;
		} else if (len && !(len == 1 && *in == '.')) {
			*out++ = '/';
			memmove(out, in, len);
			out += len;
		}
		in += len;
	}
	*out = '\0';
}

static const char *strip_roots(const char *path)
{
	const char *best = path;

	for (unsigned int i = 0; i < nr_roots; i++) {
		size_t len = strlen(roots[i]);

		while (len && roots[i][len - 1] == '/')
			len--;
		if (!strncmp(path, roots[i], len) && path[len] == '/' && path + len + 1 > best)
			best = path + len + 1;
	}
	return best;
}

const char *os_short_path(const char *file)
{
	const char *s;

	while (!strncmp(file, "../", 3))
		file += 3;
	pthread_mutex_lock(&lock);
	s = strip_roots(file);
	pthread_mutex_unlock(&lock);
	return s;
}

/* @path as recorded by the compiler, made short and permanent. */
static const char *tidy_path(const char *path, const char *comp_dir)
{
	char full[4096];

	if (!path)
		return NULL;
	if (path[0] == '/')
		snprintf(full, sizeof(full), "%s", path);
	else if (comp_dir && !strncmp(path, "..", 2))
		snprintf(full, sizeof(full), "%s/%s", comp_dir, path);
	else
		return strdup(strncmp(path, "./", 2) ? path : path + 2); /* mapped: short already */
	collapse(full);
	return strdup(strip_roots(full));
}

/* --- libdw ----------------------------------------------------------------- */

static const Dwfl_Callbacks callbacks = {
	.find_elf = dwfl_linux_proc_find_elf,
	.find_debuginfo = dwfl_standard_find_debuginfo,
};

/*
 * Modules are mapped while we run, so an address in an object that no view has needs a new
 * view. The old ones stay: names from them were given away, and a Dwfl that looks at its
 * process a second time may lose modules that it knew.
 */
static Dwfl_Module *find_module(unsigned long pc)
{
	Dl_info info;

	for (unsigned int i = 0; i < nr_views; i++) {
		Dwfl_Module *mod = dwfl_addrmodule(views[i], pc);

		if (mod)
			return mod;
	}
	/* Beyond the end of a chain may be any word: not worth a look at the process. */
	if (nr_views == VIEWS_MAX || !dladdr((void *)pc, &info))
		return NULL;
	views[nr_views] = dwfl_begin(&callbacks);
	if (!views[nr_views])
		return NULL;
	dwfl_report_begin(views[nr_views]);
	dwfl_linux_proc_report(views[nr_views], getpid());
	dwfl_report_end(views[nr_views], NULL, NULL);
	return dwfl_addrmodule(views[nr_views++], pc);
}

static const char *object_name(Dwfl_Module *mod)
{
	const char *path = dwfl_module_info(mod, NULL, NULL, NULL, NULL, NULL, NULL, NULL);
	const char *base = path ? strrchr(path, '/') : NULL;
	char *name, *dot;

	if (!path)
		return NULL;
	name = strdup(base ? base + 1 : path);
	dot = name ? strstr(name, ".so") : NULL;
	if (dot)
		*dot = '\0';
	if (name && !strcmp(name, "liblockstep"))
		return "lockstep";
	return name;
}

static const char *die_name(Dwarf_Die *die)
{
	Dwarf_Attribute attr;

	return dwarf_formstring(dwarf_attr_integrate(die, DW_AT_name, &attr));
}

static int attr_number(Dwarf_Die *die, unsigned int name)
{
	Dwarf_Attribute attr;
	Dwarf_Word value;

	if (dwarf_formudata(dwarf_attr_integrate(die, name, &attr), &value))
		return 0;
	return (int)value;
}

/* File that an inlined call stands in. */
static const char *call_file(Dwarf_Die *cu, Dwarf_Die *die)
{
	Dwarf_Files *files;
	size_t nr;
	int file = attr_number(die, DW_AT_call_file);

	if (dwarf_getsrcfiles(cu, &files, &nr) || file < 0 || (size_t)file >= nr)
		return NULL;
	return dwarf_filesrc(files, file, NULL, NULL);
}

static const char *comp_dir_of(Dwarf_Die *cu)
{
	Dwarf_Attribute attr;

	return dwarf_formstring(dwarf_attr(cu, DW_AT_comp_dir, &attr));
}

/*
 * One frame for the place itself and one for each call that was inlined around it: the
 * scopes come innermost first, and each inlined one knows where it was called from.
 */
static int frames_from_dwarf(Dwfl_Module *mod, Dwarf_Addr addr, struct os_frame *frames, int max)
{
	Dwarf_Addr bias;
	Dwarf_Die *cu = dwfl_module_addrdie(mod, addr, &bias);
	Dwfl_Line *src = dwfl_module_getsrc(mod, addr);
	Dwarf_Die *scopes = NULL, *abstract = NULL;
	const char *file = NULL, *dir;
	int nr_scopes, nr = 0, line = 0;

	if (!cu)
		return 0;
	dir = comp_dir_of(cu);
	if (src)
		file = dwfl_lineinfo(src, NULL, &line, NULL, NULL, NULL);

	nr_scopes = dwarf_getscopes(cu, addr - bias, &scopes);
	/* Inside an inlined function these are its abstract scopes: ask for the concrete ones. */
	if (nr_scopes > 0) {
		int n = dwarf_getscopes_die(&scopes[0], &abstract);

		if (n > 0) {
			free(scopes);
			scopes = abstract;
			nr_scopes = n;
		}
	}
	for (int i = 0; i < nr_scopes && nr < max; i++) {
		int tag = dwarf_tag(&scopes[i]);

		if (tag != DW_TAG_inlined_subroutine && tag != DW_TAG_subprogram)
			continue;
		frames[nr].func = die_name(&scopes[i]);
		frames[nr].file = tidy_path(file, dir);
		frames[nr].line = line;
		frames[nr].inlined = tag == DW_TAG_inlined_subroutine;
		frames[nr].internal = !dwarf_hasattr_integrate(&scopes[i], DW_AT_external);
		nr++;
		if (tag == DW_TAG_subprogram)
			break;
		file = call_file(cu, &scopes[i]);
		line = attr_number(&scopes[i], DW_AT_call_line);
	}
	free(scopes);
	return nr;
}

static void look_up(struct cached *c)
{
	struct os_frame frames[FRAMES_PER_PC] = { 0 };
	Dwfl_Module *mod = find_module(c->pc);
	Dwarf_Addr addr = c->pc - 1; /* inside the call, not after it */
	const char *sym;
	GElf_Off off;
	GElf_Sym esym;

	if (!mod)
		return;
	c->object = object_name(mod);
	sym = dwfl_module_addrinfo(mod, addr, &off, &esym, NULL, NULL, NULL);
	if (sym)
		c->start = addr - off;

	c->nr = frames_from_dwarf(mod, addr, frames, FRAMES_PER_PC);
	if (!c->nr && sym) {
		frames[0].func = strdup(sym);
		c->nr = 1;
	}
	for (int i = 0; i < c->nr; i++)
		frames[i].object = c->object;
	c->frames = c->nr ? calloc(c->nr, sizeof(frames[0])) : NULL;
	if (c->frames)
		memcpy(c->frames, frames, c->nr * sizeof(frames[0]));
	else
		c->nr = 0;
}

/* Called with the lock held. When the cache is full the oldest of the place goes. */
static struct cached *lookup_cached(unsigned long pc)
{
	unsigned long hash = (pc >> 2 ^ pc >> 14) % CACHE_SIZE;
	struct cached *c;

	if (!cache)
		cache = calloc(CACHE_SIZE, sizeof(*cache));
	if (!cache)
		return NULL;
	for (int i = 0; i < 8; i++) {
		c = &cache[(hash + i) % CACHE_SIZE];
		if (c->pc == pc)
			return c;
		if (!c->pc)
			break;
	}
	/* The strings of what stood here stay: they were given away. */
	*c = (struct cached){ .pc = pc };
	look_up(c);
	return c;
}

int os_symbolize(unsigned long pc, struct os_frame *frames, int max)
{
	struct cached *c;
	int nr;

	if (!pc)
		return 0;
	pthread_mutex_lock(&lock);
	c = lookup_cached(pc);
	nr = !c ? 0 : c->nr < max ? c->nr : max;
	if (nr)
		memcpy(frames, c->frames, nr * sizeof(*frames));
	pthread_mutex_unlock(&lock);
	return nr;
}

const char *os_symbol(unsigned long pc, unsigned long *offset, unsigned long *size)
{
	const char *name = NULL;
	Dwfl_Module *mod;
	GElf_Off off;
	GElf_Sym sym;

	pthread_mutex_lock(&lock);
	mod = find_module(pc);
	if (mod)
		name = dwfl_module_addrinfo(mod, pc, &off, &sym, NULL, NULL, NULL);
	if (name) {
		*offset = off;
		*size = sym.st_size;
	}
	pthread_mutex_unlock(&lock);
	return name;
}

// SPDX-License-Identifier: MIT
#include "tree_pch.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "arena.h"
#include "jobs.h"

#define MIN_FILES	8	/* fewer do not make up for it */

/* A set of headers for a set of flags. */
struct set {
	struct ls_pch pch;
	const struct ls_tree_file *f;	/* the first one: its flags are all the others' */
	int graphics;
	size_t nr_files;
	const char *header, *out, *err;
};

struct ls_pchs {
	struct ls_work *w;
	struct set *set;
	size_t nr, room, next, made, wanted;
	struct set **slot;	/* what each job makes */
	struct ls_map of;	/* file: its set */
};

/* Headers that are not there are left out. */
static const char *const general[] = {
	"linux/module.h", "linux/slab.h", "linux/device.h", "linux/dma-buf.h", "linux/dma-resv.h",
	"linux/dma-mapping.h", "linux/pci.h", "linux/delay.h", "linux/firmware.h", "linux/pm_runtime.h",
	"linux/platform_device.h", "linux/clk.h", "linux/of.h", "linux/debugfs.h", "linux/vmalloc.h",
	"linux/uaccess.h", "linux/io.h", "linux/interrupt.h", "linux/i2c.h", "linux/mm.h",
	"linux/seq_file.h", "linux/highmem.h", "linux/sched/mm.h", "linux/workqueue.h", "linux/shmem_fs.h",
	"linux/iommu.h", "linux/scatterlist.h", "linux/regulator/consumer.h",
};

static const char *const graphics[] = {
	"drm/drm_device.h", "drm/drm_drv.h", "drm/drm_file.h", "drm/drm_gem.h", "drm/drm_print.h",
	"drm/drm_prime.h", "drm/drm_managed.h", "drm/drm_fourcc.h", "drm/drm_framebuffer.h",
	"drm/drm_crtc.h", "drm/drm_atomic.h", "drm/drm_atomic_helper.h", "drm/drm_edid.h",
	"drm/drm_vblank.h", "drm/drm_probe_helper.h", "drm/drm_syncobj.h", "drm/drm_cache.h",
	"drm/ttm/ttm_bo.h", "drm/ttm/ttm_device.h", "drm/ttm/ttm_placement.h", "drm/ttm/ttm_tt.h",
};

/* What Kbuild defines for each file. */
static int is_own_name(const char *flag)
{
	return !strncmp(flag, "-DKBUILD_", 9) || !strncmp(flag, "-D__KBUILD_", 11);
}

/* Where a driver's own headers are: the headers here are found without. */
static int is_directory(const char *flag)
{
	return !strncmp(flag, "-I", 2) && flag[2];
}

/* The name of a macro that the line defines or undefines; NULL: it does not. */
static const char *defines(const char *line)
{
	line += strspn(line, " \t");
	if (*line++ != '#')
		return NULL;
	line += strspn(line, " \t");
	if (strncmp(line, "define", 6) && strncmp(line, "undef", 5))
		return NULL;
	line += strcspn(line, " \t\n");
	return line + strspn(line, " \t");
}

static int is_include(const char *line)
{
	line += strspn(line, " \t");
	if (*line++ != '#')
		return 0;
	line += strspn(line, " \t");
	return !strncmp(line, "include", 7);
}

/* A prefix for messages: all headers look at it, and only when they are used. */
static int is_prefix(const char *name)
{
	size_t len = strcspn(name, " \t\r\n(");

	return (len == 6 && !strncmp(name, "pr_fmt", len)) || (len == 7 && !strncmp(name, "dev_fmt", len));
}

/* Return: whether no header can know that it was read before the file began. */
static int is_plain(struct ls_work *w, const struct ls_tree_file *f)
{
	char *text = ls_file_read(ls_arena_printf(w->arena, "%s/%s", w->source, f->path), NULL);
	const char *name;
	int defined = 0, plain = 1;

	for (const char *line = text; line && *line && plain; line = strchr(line, '\n')) {
		line += *line == '\n';
		name = defines(line);
		if (name && !is_prefix(name))
			defined = 1;
		else if (defined && is_include(line))
			plain = 0;
		if (!*line)
			break;
	}
	free(text);
	return text && plain;
}

static int is_graphics(const struct ls_tree_file *f)
{
	return ls_path_in(f->path, "drivers/gpu") || ls_path_in(f->path, "drivers/accel");
}

/* All that makes headers mean something else. */
static char *set_name(const struct ls_tree_file *f)
{
	char *name = NULL;
	size_t size;
	FILE *out = open_memstream(&name, &size);

	if (!out)
		ls_no_memory();
	fprintf(out, "%d\n%s\n", is_graphics(f), f->dir ? f->dir : "");
	for (size_t i = 0; f->flags[i]; i++)
		if (!is_own_name(f->flags[i]) && !is_directory(f->flags[i]))
			fprintf(out, "%s\n", f->flags[i]);
	if (fclose(out))
		ls_no_memory();
	return name;
}

static void find_sets(struct ls_pchs *p)
{
	struct ls_names known = {0};

	for (size_t i = 0; i < p->w->nr_files; i++) {
		const struct ls_tree_file *f = &p->w->file[i];
		char *name;
		void **at;
		int is_new;

		if (f->unit || f->why || !f->flags || !is_plain(p->w, f))
			continue;
		name = set_name(f);
		at = ls_names_put_string(&known, name, &is_new);
		free(name);
		if (is_new) {
			p->set = ls_grow(p->set, p->nr, &p->room, sizeof(*p->set));
			p->set[p->nr] = (struct set){.f = f, .graphics = is_graphics(f)};
			*at = (void *)(uintptr_t)p->nr++;
		}
		p->set[(uintptr_t)*at].nr_files++;
		*ls_map_put(&p->of, (uintptr_t)f, NULL) = (uintptr_t)*at;
	}
	ls_names_fini(&known);
}

static void put_headers(FILE *out, const char *const *header, size_t nr)
{
	for (size_t i = 0; i < nr; i++)
		fprintf(out, "#if __has_include(<%s>)\n#include <%s>\n#endif\n", header[i], header[i]);
}

/* Return: 0 if the file was written. */
static int write_header(const struct set *s)
{
	static const char *const names[] = {"KBUILD_MODNAME", "KBUILD_BASENAME", "KBUILD_MODFILE"};
	FILE *out = fopen(s->header, "w");

	if (!out)
		return -1;
	for (size_t i = 0; i < 3; i++)
		fprintf(out, "#define %s \"\"\n", names[i]);
	put_headers(out, general, sizeof(general) / sizeof(*general));
	if (s->graphics)
		put_headers(out, graphics, sizeof(graphics) / sizeof(*graphics));
	for (size_t i = 0; i < 3; i++)
		fprintf(out, "#undef %s\n", names[i]);
	return fclose(out);
}

static void set_command(struct ls_work *w, struct set *s, struct ls_command *command)
{
	size_t nr = 0, n = 0;
	const char **argv;

	while (s->f->flags[nr])
		nr++;
	argv = ls_arena_array(w->arena, nr + LS_TREE_OWN_FLAGS + 16, sizeof(*argv));
	argv[n++] = w->clang;
	for (size_t i = 0; i < nr; i++)
		if (!is_own_name(s->f->flags[i]))
			argv[n++] = s->f->flags[i];
	for (size_t i = 0; i < LS_TREE_OWN_FLAGS; i++)
		argv[n++] = ls_tree_own_flags[i];
	argv[n++] = ls_arena_printf(w->arena, "-fdebug-prefix-map=%s/=", w->source);
	argv[n++] = "-x";
	argv[n++] = "c-header";
	argv[n++] = "-o";
	argv[n++] = s->out;
	argv[n++] = s->header;
	*command = (struct ls_command){.argv = argv, .dir = s->f->dir, .err = s->err};
	s->pch.start = time(NULL);
}

static int next(void *arg, unsigned int slot, struct ls_command *command)
{
	struct ls_pchs *p = arg;

	while (p->next < p->nr) {
		struct set *s = &p->set[p->next++];
		const char *base;

		if (s->nr_files < MIN_FILES)
			continue;
		base = ls_arena_printf(p->w->arena, "%s/%d-headers%zu", p->w->temp, getpid(), p->next);
		s->header = ls_arena_printf(p->w->arena, "%s.h", base);
		s->out = ls_arena_printf(p->w->arena, "%s.pch", base);
		s->err = ls_arena_printf(p->w->arena, "%s.err", base);
		if (write_header(s))
			continue;
		set_command(p->w, s, command);
		p->slot[slot] = s;
		return 1;
	}
	return 0;
}

static int done(void *arg, unsigned int slot, int status, struct ls_command *command)
{
	struct ls_pchs *p = arg;

	(void)command;
	if (!status)
		p->slot[slot]->pch.file = p->slot[slot]->out;
	ls_tree_progress(p->w, "precompiling headers", ++p->made, p->wanted);
	return 0;
}

struct ls_pchs *ls_pch_make(struct ls_work *w)
{
	struct ls_pchs *p = ls_arena_alloc(w->arena, sizeof(*p));
	struct ls_jobs jobs = {.nr = w->jobs, .arg = p, .next = next, .done = done};

	p->w = w;
	if (w->o->nr_overlays)
		return p;
	find_sets(p);
	p->slot = ls_arena_array(w->arena, w->jobs, sizeof(*p->slot));
	for (size_t i = 0; i < p->nr; i++)
		p->wanted += p->set[i].nr_files >= MIN_FILES;
	if (p->wanted) {
		ls_tree_progress(w, "precompiling headers", 0, p->wanted);
		ls_jobs_run(&jobs);
	}
	return p;
}

const struct ls_pch *ls_pch_of(const struct ls_pchs *p, const struct ls_tree_file *f)
{
	const uint64_t *set = ls_map_find(&p->of, (uintptr_t)f);

	return set && p->set[*set].pch.file ? &p->set[*set].pch : NULL;
}

void ls_pch_fini(struct ls_pchs *p)
{
	for (size_t i = 0; i < p->nr; i++) {
		if (!p->set[i].out)
			continue;
		unlink(p->set[i].header);
		unlink(p->set[i].out);
		unlink(p->set[i].err);
	}
	free(p->set);
	ls_map_fini(&p->of);
}

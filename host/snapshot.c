// SPDX-License-Identifier: MIT
/*
 * Going back in time: memory of the kernel world as it was when a snapshot was taken.
 *
 * Taking one makes all of that memory read-only. The first write to a page faults: the page
 * is copied, becomes *hot* and writable, and stays so. Going back copies all hot pages back.
 * After a few executions nearly every page that executions write to is hot, and there are no
 * more faults. So an execution pays for the pages that any execution writes to, however
 * much memory there is.
 *
 * Nothing here is in memory that it restores: see LS_KEEP. One thread runs all of this.
 */
#include <dlfcn.h>
#include <errno.h>
#include <link.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "fixed.h"
#include "lockstep/crash.h"
#include "lockstep/fibre.h"
#include "lockstep/os.h"
#include "snapshot.h"

#define PAGE_SHIFT  12
#define PAGE	    (1UL << PAGE_SHIFT)
#define MAX_REGIONS 1024
#define MAX_PIECES  128
#define MAX_HOT	    (1UL << 20)

#if defined(__SANITIZE_ADDRESS__)
#include <sanitizer/asan_interface.h>
/* ASan's view of a page goes back with it: its shadow lies behind the copy of the page. */
#define SHADOW_SHIFT 3
#define SHADOW_SIZE  (PAGE >> SHADOW_SHIFT)
#else
#define SHADOW_SIZE  0UL
#endif
#define SLOT (PAGE + SHADOW_SIZE)

/**
 * struct region - pages that are covered
 * @start: of the first page
 * @end: of the page behind the last
 * @hot: a byte for each page
 */
struct region {
	unsigned long start, end;
	unsigned char *hot;
};

/* What is too small, or too mixed with other things, to be known by its pages: always copied. */
struct piece {
	char *start;
	unsigned long size;
	char *copy;
};

/* A fibre, and what of its stack was in use: @size bytes from its stack pointer up. */
struct made {
	struct os_fibre *at;
	struct os_fibre was;
	unsigned long size;
	char *copy;
};

/* Asked for by the user, for all snapshots to come. */
static struct region wanted[MAX_REGIONS / 4] LS_KEEP;
static unsigned int nr_wanted LS_KEEP;
static struct piece wanted_pieces[MAX_PIECES / 2] LS_KEEP;
static unsigned int nr_wanted_pieces LS_KEEP;

/* Of the snapshot. */
static int taken LS_KEEP;
static struct region *regions LS_KEEP; /* sorted */
static unsigned int nr_regions LS_KEEP;
static unsigned char *hot_bytes LS_KEEP;
static unsigned long nr_pages LS_KEEP;
static struct piece pieces[MAX_PIECES] LS_KEEP;
static unsigned int nr_pieces LS_KEEP;
static struct made *made LS_KEEP;
static unsigned int nr_made LS_KEEP;
static char *stacks LS_KEEP; /* their copies */
static unsigned long stacks_size LS_KEEP;

/* Entry i was copied to slots + i * SLOT. */
static char **hot LS_KEEP;
static unsigned long nr_hot LS_KEEP;
static char *slots LS_KEEP;

/* --- copying ------------------------------------------------------------------------ */

#if defined(__x86_64__)
LS_UNCOUNTED void ls_copy(void *to, const void *from, unsigned long size)
{
	asm volatile("rep movsb" : "+D"(to), "+S"(from), "+c"(size) : : "memory");
}
#else
typedef long vec __attribute__((vector_size(16), may_alias, aligned(8)));

LS_UNCOUNTED __attribute__((no_sanitize("address", "undefined"))) void
ls_copy(void *to, const void *from, unsigned long size)
{
	vec *t = to;
	const vec *f = from;
	char *t1;
	const char *f1;

	for (; size >= 4 * sizeof(*t); size -= 4 * sizeof(*t), t += 4, f += 4) {
		vec a = f[0], b = f[1], c = f[2], d = f[3];

		t[0] = a;
		t[1] = b;
		t[2] = c;
		t[3] = d;
	}
	for (t1 = (char *)t, f1 = (const char *)f; size; size--)
		*t1++ = *f1++;
}
#endif

#if defined(__SANITIZE_ADDRESS__)
LS_UNCOUNTED static char *shadow_of(const char *page)
{
	size_t scale, offset;

	__asan_get_shadow_mapping(&scale, &offset);
	return (char *)(((unsigned long)page >> SHADOW_SHIFT) + offset);
}

LS_UNCOUNTED static void save_shadow(char *copy, const char *at, unsigned long size)
{
	ls_copy(copy + size, shadow_of(at), size >> SHADOW_SHIFT);
}

static void restore_shadow(char *at, const char *copy, unsigned long size)
{
	ls_copy(shadow_of(at), copy + size, size >> SHADOW_SHIFT);
}
#else
LS_UNCOUNTED static void save_shadow(char *copy, const char *at, unsigned long size)
{
	(void)copy;
	(void)at;
	(void)size;
}

static void restore_shadow(char *at, const char *copy, unsigned long size)
{
	(void)at;
	(void)copy;
	(void)size;
}
#endif

/* --- pages ---------------------------------------------------------------------------- */

/* The first one that ends behind @addr. */
LS_UNCOUNTED static struct region *region_from(unsigned long addr)
{
	unsigned int low = 0, high = nr_regions;

	while (low < high) {
		unsigned int mid = low + (high - low) / 2;

		if (addr < regions[mid].end)
			high = mid;
		else
			low = mid + 1;
	}
	return &regions[low];
}

LS_UNCOUNTED static unsigned char *hot_byte(const struct region *r, unsigned long addr)
{
	return r->hot + ((addr - r->start) >> PAGE_SHIFT);
}

static void too_much(void)
{
	static const char text[] =
		"lockstep: this case writes to too many separate pages to go back in time; "
		"raise vm.max_map_count, or use less memory\n";

	os_write(STDERR_FILENO, text, sizeof(text) - 1);
	os_exit(2);
}

LS_UNCOUNTED static void make_hot(struct region *r, unsigned long addr)
{
	char *page = (char *)(addr & -PAGE), *slot = slots + nr_hot * SLOT;

	if (nr_hot == MAX_HOT)
		too_much();
	ls_copy(slot, page, PAGE);
	save_shadow(slot, page, PAGE);
	if (mprotect(page, PAGE, PROT_READ | PROT_WRITE))
		too_much();
	*hot_byte(r, addr) = 1;
	hot[nr_hot++] = page;
}

int ls_snapshot_taken(void)
{
	return taken;
}

LS_UNCOUNTED int os_snapshot_fault(unsigned long addr)
{
	int saved = errno;
	struct region *r;

	if (!taken)
		return 0;
	r = region_from(addr);
	if (r == regions + nr_regions || addr < r->start || *hot_byte(r, addr))
		return 0;
	make_hot(r, addr);
	errno = saved;
	return 1;
}

void os_snapshot_touch(void *addr, unsigned long size)
{
	unsigned long start = (unsigned long)addr & -PAGE, end = (unsigned long)addr + size;

	if (!taken)
		return;
	for (struct region *r = region_from(start); r < regions + nr_regions && r->start < end; r++) {
		unsigned long at = start > r->start ? start : r->start;

		for (; at < end && at < r->end; at += PAGE)
			if (!*hot_byte(r, at))
				make_hot(r, at);
	}
}

/* --- what is covered -------------------------------------------------------------------- */

static int want_piece(void *start, unsigned long size)
{
	if (!size)
		return 0;
	for (unsigned int i = 0; i < nr_wanted_pieces; i++)
		if (wanted_pieces[i].start == start)
			return 0;
	if (nr_wanted_pieces == sizeof(wanted_pieces) / sizeof(wanted_pieces[0]))
		return -ENOSPC;
	wanted_pieces[nr_wanted_pieces++] = (struct piece){ start, size, NULL };
	return 0;
}

static int want_region(unsigned long start, unsigned long end)
{
	if (start >= end)
		return 0;
	for (unsigned int i = 0; i < nr_wanted; i++)
		if (start < wanted[i].end && wanted[i].start < end)
			return start >= wanted[i].start && end <= wanted[i].end ? 0 : -EEXIST;
	if (nr_wanted == sizeof(wanted) / sizeof(wanted[0]))
		return -ENOSPC;
	wanted[nr_wanted++] = (struct region){ start, end, NULL };
	return 0;
}

/* Whole pages by their pages; a page that is only in part covered is no page of ours. */
int os_snapshot_range(void *addr, unsigned long size)
{
	unsigned long start = (unsigned long)addr, end = start + size;
	unsigned long first = (start + PAGE - 1) & -PAGE, last = end & -PAGE;
	int err;

	if (first >= last)
		return want_piece(addr, size);
	err = want_piece(addr, first - start);
	if (!err)
		err = want_region(first, last);
	return err ?: want_piece((void *)last, end - last);
}

struct query {
	unsigned long addr;
	int found, err;
};

/* [@start, @end) without what must not go back. */
static int want_data(unsigned long start, unsigned long end)
{
	unsigned long keep = (unsigned long)__start_ls_keep;
	unsigned long keep_end = (unsigned long)__stop_ls_keep;
	int err;

	if (keep >= end || keep_end <= start)
		return os_snapshot_range((void *)start, end - start);
	err = os_snapshot_range((void *)start, keep - start);
	return err ?: os_snapshot_range((void *)keep_end, end - keep_end);
}

static int visit_object(struct dl_phdr_info *info, size_t size, void *arg)
{
	struct query *q = arg;
	unsigned long relro = 0;

	for (int i = 0; i < info->dlpi_phnum; i++) {
		const ElfW(Phdr) *ph = &info->dlpi_phdr[i];
		unsigned long at = info->dlpi_addr + ph->p_vaddr;

		if (ph->p_type == PT_LOAD && q->addr >= at && q->addr - at < ph->p_memsz)
			q->found = 1;
		if (ph->p_type == PT_GNU_RELRO)
			relro = (at + ph->p_memsz) & -PAGE;
	}
	if (!q->found)
		return 0;
	for (int i = 0; i < info->dlpi_phnum && !q->err; i++) {
		const ElfW(Phdr) *ph = &info->dlpi_phdr[i];
		unsigned long at = info->dlpi_addr + ph->p_vaddr;
		unsigned long end = (at + ph->p_memsz + PAGE - 1) & -PAGE;

		/* The linker puts what becomes read-only in front of what stays writable. */
		if (ph->p_type == PT_LOAD && (ph->p_flags & PF_W))
			q->err = want_data(relro > at ? relro : at & -PAGE, end);
		else if (ph->p_type == PT_TLS && info->dlpi_tls_data)
			q->err = want_piece(info->dlpi_tls_data, ph->p_memsz);
	}
	return 1;
}

int os_snapshot_object(const void *addr)
{
	struct query q = { .addr = (unsigned long)addr };

	dl_iterate_phdr(visit_object, &q);
	return q.found ? q.err : -ENOENT;
}

/* --- taking one ------------------------------------------------------------------------- */

static int build_err LS_KEEP;

static void add_region(void *start, unsigned long size)
{
	if (nr_regions == MAX_REGIONS) {
		build_err = -ENOSPC;
		return;
	}
	regions[nr_regions++] = (struct region){ (unsigned long)start,
						 (unsigned long)start + size, NULL };
	nr_pages += size >> PAGE_SHIFT;
}

/*
 * What is below the stack pointer of a fibre that does not run is nothing. What is in use will be
 * written to for sure, and by system calls too, so stacks are not waited for but copied at once.
 */
static int copy_stacks(void)
{
	char *copy;

	for (unsigned int i = 0; i < nr_made; i++)
		stacks_size += made[i].size + made[i].size / PAGE * SHADOW_SIZE + SHADOW_SIZE;
	if (!nr_made)
		return 0;
	copy = stacks = ls_map_anywhere(stacks_size);
	if (!stacks)
		return -ENOMEM;
	for (unsigned int i = 0; i < nr_made; i++) {
		struct made *m = &made[i];

		m->copy = copy;
		ls_copy(copy, m->was.sp, m->size);
		save_shadow(copy, m->was.sp, m->size);
		copy += m->size + m->size / PAGE * SHADOW_SIZE + SHADOW_SIZE;
	}
	return 0;
}

static void add_fibres(void)
{
	unsigned int nr = ls_fibre_made();

	nr_made = 0;
	for (unsigned int i = 0; i < nr; i++) {
		struct os_fibre *f = ls_fibre_at(i);

		if (f)
			made[nr_made++] = (struct made){ .at = f, .was = *f,
							 .size = (unsigned long)(ls_fibre_top(i) -
										 (char *)f->sp) };
	}
}

static int by_start(const void *a, const void *b)
{
	const struct region *x = a, *y = b;

	return x->start < y->start ? -1 : x->start > y->start;
}

/* Everything is writable again, and nothing is covered. */
static void forget(void)
{
	taken = 0;
	for (unsigned int i = 0; i < nr_regions; i++)
		mprotect((void *)regions[i].start, regions[i].end - regions[i].start,
			 PROT_READ | PROT_WRITE);
	for (unsigned int i = 0; i < nr_pieces; i++)
		free(pieces[i].copy);
	if (hot_bytes)
		munmap(hot_bytes, nr_pages);
	if (made)
		munmap(made, (nr_made + 1) * sizeof(*made));
	if (stacks)
		munmap(stacks, stacks_size);
	hot_bytes = NULL;
	made = NULL;
	stacks = NULL;
	stacks_size = 0;
	nr_regions = 0;
	nr_pieces = 0;
	nr_pages = 0;
	nr_hot = 0;
	nr_made = 0;
}

static int build(void)
{
	unsigned char *bytes;

	if (!regions)
		regions = ls_map_anywhere(MAX_REGIONS * sizeof(*regions));
	if (!hot)
		hot = ls_map_anywhere(MAX_HOT * sizeof(*hot));
	if (!slots)
		slots = ls_map_large(MAX_HOT * SLOT);
	made = ls_map_anywhere((ls_fibre_made() + 1) * sizeof(*made));
	if (!regions || !hot || !slots || !made)
		return -ENOMEM;
	build_err = 0;
	for (unsigned int i = 0; i < nr_wanted; i++)
		add_region((void *)wanted[i].start, wanted[i].end - wanted[i].start);
	ls_arenas_take(add_region);
	ls_heap_take(add_region);
	add_fibres();
	if (build_err)
		return build_err;
	if (copy_stacks())
		return -ENOMEM;
	qsort(regions, nr_regions, sizeof(*regions), by_start);
	hot_bytes = bytes = ls_map_anywhere(nr_pages);
	if (!bytes)
		return -ENOMEM;
	for (unsigned int i = 0; i < nr_regions; i++) {
		regions[i].hot = bytes;
		bytes += (regions[i].end - regions[i].start) >> PAGE_SHIFT;
	}
	for (unsigned int i = 0; i < nr_wanted_pieces; i++) {
		pieces[i] = wanted_pieces[i];
		pieces[i].copy = malloc(pieces[i].size);
		if (!pieces[i].copy)
			return -ENOMEM;
		nr_pieces++;
		ls_copy(pieces[i].copy, pieces[i].start, pieces[i].size);
	}
	return 0;
}

int os_snapshot_take(void)
{
	int err;

	forget();
	err = build();
	if (err) {
		forget();
		return err;
	}
	os_crash_stack();
	for (unsigned int i = 0; i < nr_regions; i++) {
		if (mprotect((void *)regions[i].start, regions[i].end - regions[i].start,
			     PROT_READ)) {
			err = -errno;
			forget();
			return err;
		}
	}
	taken = 1;
	ls_arenas_touch();
	return 0;
}

void os_snapshot_restore(void)
{
	if (!taken)
		return;
	ls_arenas_restore();
	for (unsigned long i = 0; i < nr_hot; i++) {
		ls_copy(hot[i], slots + i * SLOT, PAGE);
		restore_shadow(hot[i], slots + i * SLOT, PAGE);
	}
	for (unsigned int i = 0; i < nr_pieces; i++)
		ls_copy(pieces[i].start, pieces[i].copy, pieces[i].size);
	ls_heap_restore();
	for (unsigned int i = 0; i < nr_made; i++) {
		struct os_fibre *f = made[i].at;

		*f = made[i].was;
		ls_copy(f->sp, made[i].copy, made[i].size);
		restore_shadow(f->sp, made[i].copy, made[i].size);
		/* Frames that were left behind further down. */
		os_unpoison(f->low, (unsigned long)((char *)f->sp - f->low));
	}
}

void os_snapshot_stats(struct os_snapshot_stats *stats)
{
	stats->pages = nr_pages;
	stats->hot = nr_hot;
	stats->heap_peak = ls_heap_peak();
}

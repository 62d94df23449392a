// SPDX-License-Identifier: MIT
/*
 * Which function and which object an address lies in, without debug information.
 *
 * Enforcement asks this while tests run, so it must be cheap: the unwind tables that
 * every object carries (.eh_frame_hdr) are sorted by function, and a binary search in
 * them answers for static functions too.
 */
#include <dlfcn.h>
#include <link.h>
#include <stdint.h>
#include <string.h>

#include "lockstep/symbol.h"

/* Encodings of .eh_frame_hdr that linkers write; others are not understood. */
#define ENC_UDATA4         0x03
#define ENC_SDATA4_DATAREL 0x3b

struct eh_entry {
	int32_t start; /* relative to the header */
	int32_t fde;
};

struct eh_header {
	uint8_t version;
	uint8_t eh_frame_ptr_enc;
	uint8_t fde_count_enc;
	uint8_t table_enc;
	int32_t eh_frame_ptr;
	uint32_t fde_count;
	struct eh_entry table[];
};

struct query {
	unsigned long pc;
	unsigned long start;
	const char *path;
};

/*
 * Not sanitised for alignment and bounds: the table belongs to the linker, 4-byte aligned
 * by construction.
 */
static unsigned long search(const struct eh_header *hdr, unsigned long pc)
{
	unsigned long base = (unsigned long)hdr;
	uint32_t low = 0, high;

	if (hdr->version != 1 || hdr->fde_count_enc != ENC_UDATA4 ||
	    hdr->table_enc != ENC_SDATA4_DATAREL || !hdr->fde_count)
		return 0;
	high = hdr->fde_count;
	while (low < high) {
		uint32_t mid = low + (high - low) / 2;

		if (base + (long)hdr->table[mid].start <= pc)
			low = mid + 1;
		else
			high = mid;
	}
	return low ? base + (long)hdr->table[low - 1].start : 0;
}

static int visit(struct dl_phdr_info *info, size_t size, void *arg)
{
	struct query *q = arg;
	const struct eh_header *hdr = NULL;
	int inside = 0;

	for (int i = 0; i < info->dlpi_phnum; i++) {
		const ElfW(Phdr) *ph = &info->dlpi_phdr[i];
		unsigned long at = info->dlpi_addr + ph->p_vaddr;

		if (ph->p_type == PT_LOAD && q->pc >= at && q->pc - at < ph->p_memsz)
			inside = 1;
		else if (ph->p_type == PT_GNU_EH_FRAME)
			hdr = (const struct eh_header *)at;
	}
	if (!inside)
		return 0;
	q->path = info->dlpi_name;
	if (hdr)
		q->start = search(hdr, q->pc);
	return 1;
}

unsigned long os_function_start(unsigned long pc)
{
	struct query q = { .pc = pc - 1 };

	dl_iterate_phdr(visit, &q);
	return q.start;
}

const char *os_object_name(unsigned long pc)
{
	static __thread char name[64];
	struct query q = { .pc = pc };
	const char *base;
	size_t len;

	if (!dl_iterate_phdr(visit, &q) || !q.path || !q.path[0])
		return NULL;
	base = strrchr(q.path, '/');
	base = base ? base + 1 : q.path;
	if (!strncmp(base, "liblockstep.so", 14))
		return "lockstep";
	len = strcspn(base, ".");
	if (strstr(base, ".so"))
		len = strstr(base, ".so") - base;
	if (len >= sizeof(name))
		len = sizeof(name) - 1;
	memcpy(name, base, len);
	name[len] = '\0';
	return name;
}

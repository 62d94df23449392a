// SPDX-License-Identifier: MIT
/*
 * Scatterlists: see linux/scatterlist.h.
 *
 * A table is a chain of chunks. All but the last hold one entry less than they have
 * room for: their last entry is the link.
 */
#include <linux/kernel.h>
#include <linux/mm.h>
#include <linux/scatterlist.h>
#include <linux/slab.h>

/**
 * sg_next() - the entry after
 * @sg: entry
 *
 * Return: entry, or NULL after the last one.
 */
struct scatterlist *sg_next(struct scatterlist *sg)
{
	if (sg_is_last(sg))
		return NULL;
	sg++;
	return sg_is_chain(sg) ? sg_chain_ptr(sg) : sg;
}

/**
 * sg_nents() - length of a list
 * @sg: first entry, or NULL
 *
 * Return: entries up to the end mark.
 */
int sg_nents(struct scatterlist *sg)
{
	int nents = 0;

	for (; sg; sg = sg_next(sg))
		nents++;
	return nents;
}

/**
 * sg_nents_for_len() - how many entries hold so many bytes
 * @sg: first entry
 * @len: bytes
 *
 * Return: entries, or -EINVAL when the whole list is shorter.
 */
int sg_nents_for_len(struct scatterlist *sg, u64 len)
{
	u64 total = 0;
	int nents = 0;

	if (!len)
		return 0;
	for (; sg; sg = sg_next(sg)) {
		nents++;
		total += sg->length;
		if (total >= len)
			return nents;
	}
	return -EINVAL;
}

/**
 * sg_last() - the last of so many entries
 * @s: first entry
 * @nents: how many
 *
 * Return: the last one.
 */
struct scatterlist *sg_last(struct scatterlist *s, unsigned int nents)
{
	struct scatterlist *sg, *last = NULL;
	unsigned int i;

	for_each_sg(s, sg, nents, i)
		last = sg;
	return last;
}

/**
 * sg_init_table() - an array of entries becomes a list
 * @sgl: array
 * @nents: its entries
 */
void sg_init_table(struct scatterlist *sgl, unsigned int nents)
{
	memset(sgl, 0, sizeof(*sgl) * nents);
	sg_mark_end(&sgl[nents - 1]);
}

/**
 * sg_init_one() - a list of one entry
 * @sg: entry
 * @buf: memory of the page arena
 * @buflen: bytes
 */
void sg_init_one(struct scatterlist *sg, const void *buf, unsigned int buflen)
{
	sg_init_table(sg, 1);
	sg_set_buf(sg, buf, buflen);
}

/* --- tables -------------------------------------------------------------------- */

static struct scatterlist *chunk_alloc(unsigned int nents, gfp_t gfp)
{
	return kmalloc_array(nents, sizeof(struct scatterlist), gfp);
}

static void chunk_free(struct scatterlist *sgl, unsigned int nents)
{
	kfree(sgl);
}

/**
 * __sg_free_table() - free the chunks of a table
 * @table: the table
 * @max_ents: entries of a full chunk, with the link
 * @nents_first_chunk: entries of a first chunk that belongs to the caller and is kept, or 0
 * @free_fn: frees one chunk
 * @num_ents: entries in all
 *
 * Context: Any that @free_fn allows.
 */
void __sg_free_table(struct sg_table *table, unsigned int max_ents, unsigned int nents_first_chunk,
		     sg_free_fn *free_fn, unsigned int num_ents)
{
	struct scatterlist *sgl = table->sgl, *next;
	unsigned int room = nents_first_chunk ?: max_ents;
	bool keep = nents_first_chunk != 0;

	while (sgl && num_ents) {
		unsigned int used = num_ents, size = num_ents;

		next = NULL;
		if (num_ents > room) {
			size = room;
			used = room - 1;
			next = sg_chain_ptr(&sgl[used]);
		}
		if (!keep)
			free_fn(sgl, size);
		keep = false;
		num_ents -= used;
		sgl = next;
		room = max_ents;
	}
	table->sgl = NULL;
}

/**
 * __sg_alloc_table() - allocate the chunks of a table
 * @table: the table
 * @nents: entries
 * @max_ents: entries of a full chunk, with the link
 * @first_chunk: first chunk, given by the caller, or NULL
 * @nents_first_chunk: its entries
 * @gfp: flags
 * @alloc_fn: allocates one chunk
 *
 * Context: May sleep if @gfp has __GFP_DIRECT_RECLAIM.
 * Return: 0, -EINVAL for no entries, or -ENOMEM: then the table says what there is, and
 * __sg_free_table() frees it.
 */
int __sg_alloc_table(struct sg_table *table, unsigned int nents, unsigned int max_ents,
		     struct scatterlist *first_chunk, unsigned int nents_first_chunk, gfp_t gfp,
		     sg_alloc_fn *alloc_fn)
{
	struct scatterlist *prev = NULL;
	unsigned int room = nents_first_chunk ?: max_ents, prev_size = 0, left = nents;

	memset(table, 0, sizeof(*table));
	if (!nents)
		return -EINVAL;
	while (left) {
		unsigned int size = min(left, room);
		unsigned int used = left > room ? size - 1 : size;
		struct scatterlist *sgl = first_chunk ?: alloc_fn(size, gfp);

		if (!sgl) {
			/* The link of the chunk before was counted as none of its entries. */
			if (prev)
				table->nents = ++table->orig_nents;
			return -ENOMEM;
		}
		first_chunk = NULL;
		sg_init_table(sgl, size);
		table->nents = table->orig_nents += used;
		if (prev)
			sg_chain(prev, prev_size, sgl);
		else
			table->sgl = sgl;
		left -= used;
		if (!left)
			sg_mark_end(&sgl[size - 1]);
		prev = sgl;
		prev_size = size;
		room = max_ents;
	}
	return 0;
}

/**
 * sg_alloc_table() - allocate a table
 * @table: the table
 * @nents: entries
 * @gfp: flags
 *
 * Context: May sleep if @gfp has __GFP_DIRECT_RECLAIM.
 * Return: 0, -EINVAL for no entries, or -ENOMEM: then nothing is left to free.
 */
int sg_alloc_table(struct sg_table *table, unsigned int nents, gfp_t gfp)
{
	int ret = __sg_alloc_table(table, nents, SG_MAX_SINGLE_ALLOC, NULL, 0, gfp, chunk_alloc);

	if (unlikely(ret))
		sg_free_table(table);
	return ret;
}

/**
 * sg_free_table() - free a table
 * @table: from sg_alloc_table()
 *
 * Context: Any.
 */
void sg_free_table(struct sg_table *table)
{
	__sg_free_table(table, SG_MAX_SINGLE_ALLOC, 0, chunk_free, table->orig_nents);
}

/**
 * sg_free_append_table() - free a table that grew
 * @table: from sg_alloc_append_table_from_pages()
 *
 * Context: Any.
 */
void sg_free_append_table(struct sg_append_table *table)
{
	struct scatterlist *chunk = table->sgt.sgl;

	/* Chunks may have any size, so their own marks say where they end. */
	while (chunk) {
		struct scatterlist *sg = chunk;

		while (!sg_is_chain(sg) && !sg_is_last(sg))
			sg++;
		sg = sg_is_chain(sg) ? sg_chain_ptr(sg) : NULL;
		chunk_free(chunk, 0);
		chunk = sg;
	}
	memset(table, 0, sizeof(*table));
}

/*
 * The next free entry of a growing table. When its chunk is full, the last entry moves to
 * a new chunk and leaves the link in its place.
 */
static struct scatterlist *append_entry(struct sg_append_table *table, unsigned int left, gfp_t gfp)
{
	struct scatterlist *prv = table->prv, *next = prv ? sg_next(prv) : NULL, *chunk;
	unsigned int size = min_t(unsigned int, left + (prv ? 1 : 0), SG_MAX_SINGLE_ALLOC);

	if (next)
		return next;
	chunk = chunk_alloc(size, gfp);
	if (!chunk)
		return NULL;
	sg_init_table(chunk, size);
	if (!prv) {
		table->sgt.sgl = chunk;
		table->total_nents = size;
		return chunk;
	}
	sg_set_page(&chunk[0], sg_page(prv), prv->length, prv->offset);
	__sg_chain(prv, chunk);
	table->prv = chunk;
	table->total_nents += size;
	return &chunk[1];
}

static unsigned int run_of_pages(struct page **pages, unsigned int first, unsigned int n_pages,
				 unsigned int max_segment)
{
	unsigned long len = PAGE_SIZE;
	unsigned int i = first + 1;

	while (i < n_pages && pages[i] == pages[i - 1] + 1 && len + PAGE_SIZE <= max_segment) {
		len += PAGE_SIZE;
		i++;
	}
	return i;
}

/**
 * sg_alloc_append_table_from_pages() - add pages to a table that may grow further
 * @sgt_append: the table, zeroed at first
 * @pages: the pages
 * @n_pages: how many
 * @offset: of the data in the first page
 * @size: bytes of data
 * @max_segment: limit of an entry's bytes
 * @left_pages: how many pages will be added later
 * @gfp: flags
 *
 * Adjacent pages share an entry, also with the last entry of the table.
 *
 * Context: May sleep if @gfp has __GFP_DIRECT_RECLAIM.
 * Return: 0, -EINVAL for a limit below a page, -EOPNOTSUPP for @offset in a table that has
 * entries, or -ENOMEM: sg_free_append_table() frees what there is.
 */
int sg_alloc_append_table_from_pages(struct sg_append_table *sgt_append, struct page **pages,
				     unsigned int n_pages, unsigned int offset, unsigned long size,
				     unsigned int max_segment, unsigned int left_pages, gfp_t gfp)
{
	unsigned int chunks = 0, i, end;

	max_segment = ALIGN_DOWN(max_segment, PAGE_SIZE);
	if (WARN_ON(max_segment < PAGE_SIZE))
		return -EINVAL;
	if (sgt_append->prv && offset)
		return -EOPNOTSUPP;

	i = 0;
	if (sgt_append->prv) {
		struct scatterlist *prv = sgt_append->prv;
		unsigned long at = page_to_pfn(sg_page(prv)) +
				   ((prv->offset + prv->length) >> PAGE_SHIFT);

		while (i < n_pages && page_to_pfn(pages[i]) == at + i &&
		       IS_ALIGNED(prv->offset + prv->length, PAGE_SIZE) &&
		       prv->length + PAGE_SIZE <= max_segment && size) {
			unsigned long len = min(size, PAGE_SIZE);

			prv->length += len;
			size -= len;
			i++;
		}
	}
	for (end = i; end < n_pages; chunks++)
		end = run_of_pages(pages, end, n_pages, max_segment);

	while (i < n_pages) {
		struct scatterlist *sg = append_entry(sgt_append, chunks + left_pages, gfp);
		unsigned long len;

		if (!sg)
			return -ENOMEM;
		end = run_of_pages(pages, i, n_pages, max_segment);
		len = min(size, ((unsigned long)(end - i) << PAGE_SHIFT) - offset);
		sg_set_page(sg, pages[i], len, offset);
		sgt_append->prv = sg;
		sgt_append->sgt.nents++;
		sgt_append->sgt.orig_nents++;
		size -= len;
		offset = 0;
		i = end;
		chunks--;
	}
	if (!left_pages && sgt_append->prv)
		sg_mark_end(sgt_append->prv);
	return 0;
}

/**
 * sg_alloc_table_from_pages_segment() - a table of pages
 * @sgt: the table
 * @pages: the pages
 * @n_pages: how many
 * @offset: of the data in the first page
 * @size: bytes of data
 * @max_segment: limit of an entry's bytes
 * @gfp: flags
 *
 * Adjacent pages share an entry.
 *
 * Context: May sleep if @gfp has __GFP_DIRECT_RECLAIM.
 * Return: 0, -EINVAL for a limit below a page or no pages, or -ENOMEM: then nothing is left to
 * free.
 */
int sg_alloc_table_from_pages_segment(struct sg_table *sgt, struct page **pages,
				      unsigned int n_pages, unsigned int offset, unsigned long size,
				      unsigned int max_segment, gfp_t gfp)
{
	unsigned int nents = 0, i, end;
	struct scatterlist *sg;
	int err;

	max_segment = ALIGN_DOWN(max_segment, PAGE_SIZE);
	if (WARN_ON(max_segment < PAGE_SIZE))
		return -EINVAL;
	for (i = 0; i < n_pages; nents++)
		i = run_of_pages(pages, i, n_pages, max_segment);
	err = sg_alloc_table(sgt, nents, gfp);
	if (err)
		return err;
	sg = sgt->sgl;
	for (i = 0; i < n_pages; i = end, sg = sg_next(sg)) {
		unsigned long len;

		end = run_of_pages(pages, i, n_pages, max_segment);
		len = min(size, ((unsigned long)(end - i) << PAGE_SHIFT) - offset);
		sg_set_page(sg, pages[i], len, offset);
		size -= len;
		offset = 0;
	}
	return 0;
}

// SPDX-License-Identifier: MIT
/* Walking scatterlists page by page, and copying to and from them. */
#include <linux/kernel.h>
#include <linux/highmem.h>
#include <linux/scatterlist.h>

void __sg_page_iter_start(struct sg_page_iter *piter, struct scatterlist *sglist,
			  unsigned int nents, unsigned long pgoffset)
{
	piter->__pg_advance = 0;
	piter->__nents = nents;
	piter->sg = sglist;
	piter->sg_pgoffset = pgoffset;
}

/* One page forward, over entries of @pages(sg) pages. */
static bool iter_next(struct sg_page_iter *piter, unsigned long (*pages)(struct scatterlist *sg))
{
	if (!piter->__nents || !piter->sg)
		return false;
	piter->sg_pgoffset += piter->__pg_advance;
	piter->__pg_advance = 1;
	while (piter->sg_pgoffset >= pages(piter->sg)) {
		piter->sg_pgoffset -= pages(piter->sg);
		piter->sg = sg_next(piter->sg);
		if (!--piter->__nents || !piter->sg)
			return false;
	}
	return true;
}

static unsigned long cpu_pages(struct scatterlist *sg)
{
	return PAGE_ALIGN(sg->offset + sg->length) >> PAGE_SHIFT;
}

static unsigned long dma_pages(struct scatterlist *sg)
{
	return PAGE_ALIGN(sg->offset + sg_dma_len(sg)) >> PAGE_SHIFT;
}

bool __sg_page_iter_next(struct sg_page_iter *piter)
{
	return iter_next(piter, cpu_pages);
}

bool __sg_page_iter_dma_next(struct sg_dma_page_iter *dma_iter)
{
	return iter_next(&dma_iter->base, dma_pages);
}

/**
 * sg_miter_start() - begin to walk a list, mapped piece by mapped piece
 * @miter: the walk
 * @sgl: first entry
 * @nents: entries
 * @flags: SG_MITER_TO_SG or SG_MITER_FROM_SG, and SG_MITER_ATOMIC
 *
 * Context: Any.
 */
void sg_miter_start(struct sg_mapping_iter *miter, struct scatterlist *sgl, unsigned int nents,
		    unsigned int flags)
{
	memset(miter, 0, sizeof(*miter));
	__sg_page_iter_start(&miter->piter, sgl, nents, 0);
	WARN_ON(!(flags & (SG_MITER_TO_SG | SG_MITER_FROM_SG)));
	miter->__flags = flags;
}

/* Stand on a page with bytes left in it. */
static bool miter_next_page(struct sg_mapping_iter *miter)
{
	struct scatterlist *sg;

	if (miter->__remaining)
		return true;
	if (!__sg_page_iter_next(&miter->piter))
		return false;
	sg = miter->piter.sg;
	miter->__offset = miter->piter.sg_pgoffset ? 0 : sg->offset;
	miter->piter.sg_pgoffset += miter->__offset >> PAGE_SHIFT;
	miter->__offset &= PAGE_SIZE - 1;
	miter->__remaining = sg->offset + sg->length -
			     (miter->piter.sg_pgoffset << PAGE_SHIFT) - miter->__offset;
	miter->__remaining = min_t(unsigned long, miter->__remaining, PAGE_SIZE - miter->__offset);
	return true;
}

/**
 * sg_miter_skip() - go forward without looking
 * @miter: the walk
 * @offset: bytes
 *
 * Context: Any.
 * Return: false if the list ends before.
 */
bool sg_miter_skip(struct sg_mapping_iter *miter, off_t offset)
{
	sg_miter_stop(miter);
	while (offset) {
		off_t consumed;

		if (!miter_next_page(miter))
			return false;
		consumed = min_t(off_t, offset, miter->__remaining);
		miter->__offset += consumed;
		miter->__remaining -= consumed;
		offset -= consumed;
	}
	return true;
}

/**
 * sg_miter_next() - map the next piece
 * @miter: the walk
 *
 * Context: Any; with SG_MITER_ATOMIC, atomic until the next call.
 * Return: false at the end.
 */
bool sg_miter_next(struct sg_mapping_iter *miter)
{
	sg_miter_stop(miter);
	if (!miter_next_page(miter))
		return false;
	miter->page = sg_page_iter_page(&miter->piter);
	miter->consumed = miter->length = miter->__remaining;
	miter->addr = (miter->__flags & SG_MITER_ATOMIC ? kmap_atomic(miter->page) :
							  kmap_local_page(miter->page)) +
		      miter->__offset;
	return true;
}

/**
 * sg_miter_stop() - unmap the current piece
 * @miter: the walk
 *
 * Context: As for sg_miter_next().
 */
void sg_miter_stop(struct sg_mapping_iter *miter)
{
	if (!miter->addr)
		return;
	miter->__offset += miter->consumed;
	miter->__remaining -= miter->consumed;
	if (miter->__flags & SG_MITER_ATOMIC)
		kunmap_atomic(miter->addr);
	else
		kunmap_local(miter->addr);
	miter->page = NULL;
	miter->addr = NULL;
	miter->length = 0;
	miter->consumed = 0;
}

/**
 * sg_copy_buffer() - copy between a list and a buffer
 * @sgl: first entry
 * @nents: entries
 * @buf: the buffer; NULL to fill the list with zeroes
 * @buflen: bytes
 * @skip: bytes of the list to leave out
 * @to_buffer: direction
 *
 * Context: Any.
 * Return: bytes copied.
 */
size_t sg_copy_buffer(struct scatterlist *sgl, unsigned int nents, void *buf, size_t buflen,
		      off_t skip, bool to_buffer)
{
	struct sg_mapping_iter miter;
	size_t done = 0;

	sg_miter_start(&miter, sgl, nents, to_buffer ? SG_MITER_FROM_SG : SG_MITER_TO_SG);
	if (!sg_miter_skip(&miter, skip))
		return 0;
	while (done < buflen && sg_miter_next(&miter)) {
		size_t len = min(miter.length, buflen - done);

		if (to_buffer)
			memcpy(buf + done, miter.addr, len);
		else if (buf)
			memcpy(miter.addr, buf + done, len);
		else
			memset(miter.addr, 0, len);
		done += len;
	}
	sg_miter_stop(&miter);
	return done;
}

/**
 * sg_copy_from_buffer() - copy a buffer to a list
 * @sgl: first entry
 * @nents: entries
 * @buf: the buffer
 * @buflen: bytes
 *
 * Context: Any.
 * Return: bytes copied.
 */
size_t sg_copy_from_buffer(struct scatterlist *sgl, unsigned int nents, const void *buf,
			   size_t buflen)
{
	return sg_copy_buffer(sgl, nents, (void *)buf, buflen, 0, false);
}

/**
 * sg_copy_to_buffer() - copy a list to a buffer
 * @sgl: first entry
 * @nents: entries
 * @buf: the buffer
 * @buflen: bytes
 *
 * Context: Any.
 * Return: bytes copied.
 */
size_t sg_copy_to_buffer(struct scatterlist *sgl, unsigned int nents, void *buf, size_t buflen)
{
	return sg_copy_buffer(sgl, nents, buf, buflen, 0, true);
}

/**
 * sg_pcopy_from_buffer() - copy a buffer to a part of a list
 * @sgl: first entry
 * @nents: entries
 * @buf: the buffer
 * @buflen: bytes
 * @skip: bytes of the list to leave out
 *
 * Context: Any.
 * Return: bytes copied.
 */
size_t sg_pcopy_from_buffer(struct scatterlist *sgl, unsigned int nents, const void *buf,
			    size_t buflen, off_t skip)
{
	return sg_copy_buffer(sgl, nents, (void *)buf, buflen, skip, false);
}

/**
 * sg_pcopy_to_buffer() - copy a part of a list to a buffer
 * @sgl: first entry
 * @nents: entries
 * @buf: the buffer
 * @buflen: bytes
 * @skip: bytes of the list to leave out
 *
 * Context: Any.
 * Return: bytes copied.
 */
size_t sg_pcopy_to_buffer(struct scatterlist *sgl, unsigned int nents, void *buf, size_t buflen,
			  off_t skip)
{
	return sg_copy_buffer(sgl, nents, buf, buflen, skip, true);
}

/**
 * sg_zero_buffer() - fill a part of a list with zeroes
 * @sgl: first entry
 * @nents: entries
 * @buflen: bytes
 * @skip: bytes of the list to leave out
 *
 * Context: Any.
 * Return: bytes filled.
 */
size_t sg_zero_buffer(struct scatterlist *sgl, unsigned int nents, size_t buflen, off_t skip)
{
	return sg_copy_buffer(sgl, nents, NULL, buflen, skip, false);
}

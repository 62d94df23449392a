// SPDX-License-Identifier: MIT
/* Bitmaps of any size. Bits of the last word past @nbits are ignored when read. */
#include <linux/bitmap.h>
#include <linux/bitops.h>
#include <linux/export.h>
#include <linux/slab.h>

/**
 * bitmap_alloc() - memory for a bitmap
 * @nbits: its size
 * @flags: how to allocate
 *
 * Context: May sleep if @flags says so.
 * Return: the bitmap, not initialised, for bitmap_free(); NULL when out of memory.
 */
unsigned long *bitmap_alloc(unsigned int nbits, gfp_t flags)
{
	return kmalloc_array(BITS_TO_LONGS(nbits), sizeof(unsigned long), flags);
}
EXPORT_SYMBOL(bitmap_alloc);

/* The same, all bits clear. */
unsigned long *bitmap_zalloc(unsigned int nbits, gfp_t flags)
{
	return bitmap_alloc(nbits, flags | __GFP_ZERO);
}
EXPORT_SYMBOL(bitmap_zalloc);

void bitmap_free(const unsigned long *bitmap)
{
	kfree(bitmap);
}
EXPORT_SYMBOL(bitmap_free);

/* The bits of word @n that lie in [@start, @start + @len). */
static unsigned long part(unsigned int n, unsigned int start, unsigned int len)
{
	unsigned long low = (unsigned long)n * BITS_PER_LONG, mask = ~0UL;

	if (start > low)
		mask &= ~0UL << (start - low);
	if ((unsigned long)start + len < low + BITS_PER_LONG)
		mask &= ~0UL >> (low + BITS_PER_LONG - start - len);
	return mask;
}

void bitmap_set(unsigned long *map, unsigned int start, unsigned int len)
{
	unsigned int n;

	for (n = start / BITS_PER_LONG; len && n <= (start + len - 1) / BITS_PER_LONG; n++)
		map[n] |= part(n, start, len);
}
EXPORT_SYMBOL(bitmap_set);

void bitmap_clear(unsigned long *map, unsigned int start, unsigned int len)
{
	unsigned int n;

	for (n = start / BITS_PER_LONG; len && n <= (start + len - 1) / BITS_PER_LONG; n++)
		map[n] &= ~part(n, start, len);
}
EXPORT_SYMBOL(bitmap_clear);

/* Do OP on all words; tell whether a bit below nbits is set in the result. */
#define COMBINE(dst, nbits, OP)                                                                    \
	({                                                                                         \
		unsigned long __any = 0;                                                           \
		unsigned int n;                                                                    \
		for (n = 0; n < BITS_TO_LONGS(nbits); n++) {                                       \
			dst[n] = (OP);                                                             \
			__any |= dst[n] & part(n, 0, nbits);                                       \
		}                                                                                  \
		__any != 0;                                                                        \
	})

bool bitmap_and(unsigned long *dst, const unsigned long *a, const unsigned long *b,
		unsigned int nbits)
{
	return COMBINE(dst, nbits, a[n] & b[n]);
}
EXPORT_SYMBOL(bitmap_and);

void bitmap_or(unsigned long *dst, const unsigned long *a, const unsigned long *b,
	       unsigned int nbits)
{
	COMBINE(dst, nbits, a[n] | b[n]);
}
EXPORT_SYMBOL(bitmap_or);

void bitmap_xor(unsigned long *dst, const unsigned long *a, const unsigned long *b,
		unsigned int nbits)
{
	COMBINE(dst, nbits, a[n] ^ b[n]);
}
EXPORT_SYMBOL(bitmap_xor);

bool bitmap_andnot(unsigned long *dst, const unsigned long *a, const unsigned long *b,
		   unsigned int nbits)
{
	return COMBINE(dst, nbits, a[n] & ~b[n]);
}
EXPORT_SYMBOL(bitmap_andnot);

/* Whether OP has a set bit below nbits. */
#define ANY(nbits, OP)                                                                             \
	({                                                                                         \
		unsigned long __any = 0;                                                           \
		unsigned int n;                                                                    \
		for (n = 0; n < BITS_TO_LONGS(nbits) && !__any; n++)                               \
			__any = (OP) & part(n, 0, nbits);                                          \
		__any != 0;                                                                        \
	})

bool bitmap_equal(const unsigned long *a, const unsigned long *b, unsigned int nbits)
{
	return !ANY(nbits, a[n] ^ b[n]);
}
EXPORT_SYMBOL(bitmap_equal);

bool bitmap_intersects(const unsigned long *a, const unsigned long *b, unsigned int nbits)
{
	return ANY(nbits, a[n] & b[n]);
}
EXPORT_SYMBOL(bitmap_intersects);

bool bitmap_subset(const unsigned long *a, const unsigned long *b, unsigned int nbits)
{
	return !ANY(nbits, a[n] & ~b[n]);
}
EXPORT_SYMBOL(bitmap_subset);

unsigned int bitmap_weight(const unsigned long *src, unsigned int nbits)
{
	unsigned int n, weight = 0;

	for (n = 0; n < BITS_TO_LONGS(nbits); n++)
		weight += hweight_long(src[n] & part(n, 0, nbits));
	return weight;
}
EXPORT_SYMBOL(bitmap_weight);

/**
 * bitmap_find_next_zero_area() - find @nr clear bits in a row
 * @map: the bitmap
 * @size: its size in bits
 * @start: where to begin
 * @nr: how many
 * @align_mask: the area begins at a multiple of this plus one
 *
 * Context: Any.
 * Return: the first bit of the area; more than @size - @nr when there is none.
 */
unsigned long bitmap_find_next_zero_area(unsigned long *map, unsigned long size,
					 unsigned long start, unsigned int nr,
					 unsigned long align_mask)
{
	for (;;) {
		unsigned long first = find_next_zero_bit(map, size, start);
		unsigned long busy;

		first = (first + align_mask) & ~align_mask;
		if (first + nr > size)
			return size + 1;
		busy = find_next_bit(map, first + nr, first);
		if (busy >= first + nr)
			return first;
		start = busy + 1;
	}
}
EXPORT_SYMBOL(bitmap_find_next_zero_area);

/* SPDX-License-Identifier: MIT */
#ifndef _LINUX_IO_MAPPING_H
#define _LINUX_IO_MAPPING_H

#include <linux/types.h>
#include <linux/slab.h>
#include <linux/bug.h>
#include <linux/io.h>
#include <linux/pgtable.h>
#include <linux/preempt.h>

/** struct io_mapping - a range of physical addresses, mapped as a whole */
struct io_mapping {
	resource_size_t base;
	unsigned long size;
	pgprot_t prot;
	void __iomem *iomem;
};

static inline struct io_mapping *io_mapping_init_wc(struct io_mapping *iomap, resource_size_t base,
						    unsigned long size)
{
	iomap->iomem = ioremap_wc(base, size);
	if (!iomap->iomem)
		return NULL;
	iomap->base = base;
	iomap->size = size;
	iomap->prot = pgprot_writecombine(PAGE_KERNEL);
	return iomap;
}

static inline void io_mapping_fini(struct io_mapping *mapping)
{
	iounmap(mapping->iomem);
}

static inline void __iomem *io_mapping_map_wc(struct io_mapping *mapping, unsigned long offset,
					      unsigned long size)
{
	return (char __iomem *)mapping->iomem + offset;
}

static inline void io_mapping_unmap(void __iomem *vaddr)
{
}

static inline void __iomem *io_mapping_map_local_wc(struct io_mapping *mapping,
						    unsigned long offset)
{
	return io_mapping_map_wc(mapping, offset, PAGE_SIZE);
}

#define io_mapping_unmap_local(vaddr) io_mapping_unmap(vaddr)

static inline void __iomem *io_mapping_map_atomic_wc(struct io_mapping *mapping,
						     unsigned long offset)
{
	preempt_disable();
	return io_mapping_map_wc(mapping, offset, PAGE_SIZE);
}

static inline void io_mapping_unmap_atomic(void __iomem *vaddr)
{
	preempt_enable();
}

static inline struct io_mapping *io_mapping_create_wc(resource_size_t base, unsigned long size)
{
	struct io_mapping *iomap = kmalloc(sizeof(*iomap), GFP_KERNEL);

	if (iomap && !io_mapping_init_wc(iomap, base, size)) {
		kfree(iomap);
		iomap = NULL;
	}
	return iomap;
}

static inline void io_mapping_free(struct io_mapping *iomap)
{
	io_mapping_fini(iomap);
	kfree(iomap);
}

#endif

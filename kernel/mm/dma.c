// SPDX-License-Identifier: MIT
/* DMA mappings: the identity. See linux/dma-mapping.h. */
#include <linux/device.h>
#include <linux/dma-mapping.h>
#include <linux/kernel.h>
#include <linux/mm.h>
#include <linux/slab.h>
#include "internal.h"

/* Can @dev reach the bytes up to @end? A device without a mask reaches everything. */
static bool reachable(struct device *dev, dma_addr_t end)
{
	return !dev || !dev->dma_mask || !*dev->dma_mask || end - 1 <= *dev->dma_mask;
}

/* A mapping may need memory of its own (an IOVA, a bounce buffer). */
static bool mapping_fails(void)
{
	return ls_should_fail_alloc(GFP_ATOMIC);
}

static int map_sg(struct device *dev, struct scatterlist *sgl, int nents,
		  enum dma_data_direction dir)
{
	struct scatterlist *sg;
	int i;

	if (WARN_ON_ONCE(!valid_dma_direction(dir)) || nents <= 0)
		return -EINVAL;
	if (mapping_fails())
		return -ENOMEM;
	for_each_sg(sgl, sg, nents, i) {
		if (!reachable(dev, sg_phys(sg) + sg->length))
			return -EIO;
		sg->dma_address = sg_phys(sg);
		sg->dma_length = sg->length;
	}
	return nents;
}

/**
 * dma_map_sg_attrs() - map a list for a device
 * @dev: device
 * @sg: first entry
 * @nents: entries
 * @dir: direction
 * @attrs: DMA_ATTR_*
 *
 * Context: Any.
 * Return: DMA segments, 0 on failure.
 */
unsigned int dma_map_sg_attrs(struct device *dev, struct scatterlist *sg, int nents,
			      enum dma_data_direction dir, unsigned long attrs)
{
	int ret = map_sg(dev, sg, nents, dir);

	return ret < 0 ? 0 : ret;
}

/**
 * dma_unmap_sg_attrs() - undo dma_map_sg_attrs()
 * @dev: device
 * @sg: first entry
 * @nents: entries, as given to it
 * @dir: direction
 * @attrs: DMA_ATTR_*
 *
 * Context: Any.
 */
void dma_unmap_sg_attrs(struct device *dev, struct scatterlist *sg, int nents,
			enum dma_data_direction dir, unsigned long attrs)
{
	WARN_ON_ONCE(!valid_dma_direction(dir));
}

/**
 * dma_map_sgtable() - map a table for a device
 * @dev: device
 * @sgt: table; its nents becomes the number of DMA segments
 * @dir: direction
 * @attrs: DMA_ATTR_*
 *
 * Context: Any.
 * Return: 0, -EINVAL for a bad direction or an empty table, -ENOMEM, or -EIO when the device
 * cannot reach the memory.
 */
int dma_map_sgtable(struct device *dev, struct sg_table *sgt, enum dma_data_direction dir,
		    unsigned long attrs)
{
	int nents = map_sg(dev, sgt->sgl, sgt->orig_nents, dir);

	if (nents < 0)
		return nents;
	sgt->nents = nents;
	return 0;
}

/**
 * dma_unmap_sgtable() - undo dma_map_sgtable()
 * @dev: device
 * @sgt: table
 * @dir: direction
 * @attrs: DMA_ATTR_*
 *
 * Context: Any.
 */
void dma_unmap_sgtable(struct device *dev, struct sg_table *sgt, enum dma_data_direction dir,
		       unsigned long attrs)
{
	dma_unmap_sg_attrs(dev, sgt->sgl, sgt->orig_nents, dir, attrs);
}

/**
 * dma_map_resource() - map a range of physical addresses for a device
 * @dev: device
 * @phys_addr: first
 * @size: bytes
 * @dir: direction
 * @attrs: DMA_ATTR_*
 *
 * Context: Any.
 * Return: DMA address; dma_mapping_error() tells failure.
 */
dma_addr_t dma_map_resource(struct device *dev, phys_addr_t phys_addr, size_t size,
			    enum dma_data_direction dir, unsigned long attrs)
{
	if (WARN_ON_ONCE(!valid_dma_direction(dir)) || mapping_fails() ||
	    !reachable(dev, phys_addr + size))
		return DMA_MAPPING_ERROR;
	return phys_addr;
}

/**
 * dma_unmap_resource() - undo dma_map_resource()
 * @dev: device
 * @addr: DMA address
 * @size: bytes
 * @dir: direction
 * @attrs: DMA_ATTR_*
 *
 * Context: Any.
 */
void dma_unmap_resource(struct device *dev, dma_addr_t addr, size_t size,
			enum dma_data_direction dir, unsigned long attrs)
{
	WARN_ON_ONCE(!valid_dma_direction(dir));
}

/**
 * dma_map_page_attrs() - map a part of a page for a device
 * @dev: device
 * @page: page
 * @offset: in it
 * @size: bytes
 * @dir: direction
 * @attrs: DMA_ATTR_*
 *
 * Context: Any.
 * Return: DMA address; dma_mapping_error() tells failure.
 */
dma_addr_t dma_map_page_attrs(struct device *dev, struct page *page, size_t offset, size_t size,
			      enum dma_data_direction dir, unsigned long attrs)
{
	return dma_map_resource(dev, page_to_phys(page) + offset, size, dir, attrs);
}

/**
 * dma_unmap_page_attrs() - undo dma_map_page_attrs()
 * @dev: device
 * @addr: DMA address
 * @size: bytes
 * @dir: direction
 * @attrs: DMA_ATTR_*
 *
 * Context: Any.
 */
void dma_unmap_page_attrs(struct device *dev, dma_addr_t addr, size_t size,
			  enum dma_data_direction dir, unsigned long attrs)
{
	WARN_ON_ONCE(!valid_dma_direction(dir));
}

/**
 * dma_map_single_attrs() - map memory for a device
 * @dev: device
 * @ptr: memory of the page arena
 * @size: bytes
 * @dir: direction
 * @attrs: DMA_ATTR_*
 *
 * Context: Any.
 * Return: DMA address; dma_mapping_error() tells failure.
 */
dma_addr_t dma_map_single_attrs(struct device *dev, void *ptr, size_t size,
				enum dma_data_direction dir, unsigned long attrs)
{
	if (WARN_ON_ONCE(!virt_addr_valid(ptr)))
		return DMA_MAPPING_ERROR;
	return dma_map_resource(dev, virt_to_phys(ptr), size, dir, attrs);
}

/**
 * dma_alloc_attrs() - memory that processor and device share
 * @dev: device
 * @size: bytes
 * @dma_handle: DMA address
 * @flag: gfp flags
 * @attrs: DMA_ATTR_*
 *
 * Context: May sleep if @flag has __GFP_DIRECT_RECLAIM.
 * Return: zeroed memory, aligned to a page, or NULL.
 */
noinline void *dma_alloc_attrs(struct device *dev, size_t size, dma_addr_t *dma_handle, gfp_t flag,
			       unsigned long attrs)
{
	void *p = alloc_pages_exact(size, flag | __GFP_ZERO);

	if (!p)
		return NULL;
	*dma_handle = virt_to_phys(p);
	if (reachable(dev, *dma_handle + size))
		return p;
	free_pages_exact(p, size);
	return NULL;
}

/**
 * dma_free_attrs() - free what dma_alloc_attrs() returned
 * @dev: device
 * @size: bytes
 * @cpu_addr: memory
 * @dma_handle: DMA address
 * @attrs: DMA_ATTR_*
 *
 * Context: Any.
 */
void dma_free_attrs(struct device *dev, size_t size, void *cpu_addr, dma_addr_t dma_handle,
		    unsigned long attrs)
{
	if (cpu_addr)
		free_pages_exact(cpu_addr, size);
}

/**
 * dma_get_sgtable_attrs() - a table of what dma_alloc_attrs() returned
 * @dev: device
 * @sgt: table, to be freed with sg_free_table()
 * @cpu_addr: memory
 * @dma_addr: DMA address
 * @size: bytes
 * @attrs: DMA_ATTR_*
 *
 * Context: Sleeps.
 * Return: 0, or -ENOMEM.
 */
int dma_get_sgtable_attrs(struct device *dev, struct sg_table *sgt, void *cpu_addr,
			  dma_addr_t dma_addr, size_t size, unsigned long attrs)
{
	int err = sg_alloc_table(sgt, 1, GFP_KERNEL);

	if (!err)
		sg_set_page(sgt->sgl, virt_to_page(cpu_addr), PAGE_ALIGN(size), 0);
	return err;
}

/**
 * dma_mmap_attrs() - map what dma_alloc_attrs() returned to a client
 * @dev: device
 * @vma: where
 * @cpu_addr: memory
 * @dma_addr: DMA address
 * @size: bytes
 * @attrs: DMA_ATTR_*
 *
 * Context: Sleeps.
 * Return: 0, -ENXIO if @vma goes beyond the memory, or what remap_pfn_range() fails with.
 */
int dma_mmap_attrs(struct device *dev, struct vm_area_struct *vma, void *cpu_addr,
		   dma_addr_t dma_addr, size_t size, unsigned long attrs)
{
	unsigned long count = PAGE_ALIGN(size) >> PAGE_SHIFT;

	if (vma->vm_pgoff >= count || vma_pages(vma) > count - vma->vm_pgoff)
		return -ENXIO;
	return remap_pfn_range(vma, vma->vm_start, virt_to_pfn(cpu_addr) + vma->vm_pgoff,
			       vma->vm_end - vma->vm_start, vma->vm_page_prot);
}

/**
 * dma_sync_sg_for_cpu() - the processor takes over; memory is coherent
 * @dev: device
 * @sg: first entry
 * @nelems: entries
 * @dir: direction
 *
 * Context: Any.
 */
void dma_sync_sg_for_cpu(struct device *dev, struct scatterlist *sg, int nelems,
			 enum dma_data_direction dir)
{
	WARN_ON_ONCE(!valid_dma_direction(dir));
}

/**
 * dma_sync_sg_for_device() - the device takes over; memory is coherent
 * @dev: device
 * @sg: first entry
 * @nelems: entries
 * @dir: direction
 *
 * Context: Any.
 */
void dma_sync_sg_for_device(struct device *dev, struct scatterlist *sg, int nelems,
			    enum dma_data_direction dir)
{
	WARN_ON_ONCE(!valid_dma_direction(dir));
}

/**
 * dma_sync_single_for_cpu() - the processor takes over; memory is coherent
 * @dev: device
 * @addr: DMA address
 * @size: bytes
 * @dir: direction
 *
 * Context: Any.
 */
void dma_sync_single_for_cpu(struct device *dev, dma_addr_t addr, size_t size,
			     enum dma_data_direction dir)
{
	WARN_ON_ONCE(!valid_dma_direction(dir));
}

/**
 * dma_sync_single_for_device() - the device takes over; memory is coherent
 * @dev: device
 * @addr: DMA address
 * @size: bytes
 * @dir: direction
 *
 * Context: Any.
 */
void dma_sync_single_for_device(struct device *dev, dma_addr_t addr, size_t size,
				enum dma_data_direction dir)
{
	WARN_ON_ONCE(!valid_dma_direction(dir));
}

/**
 * dma_set_mask() - which addresses a device reaches
 * @dev: device
 * @mask: highest address
 *
 * Return: 0, or -EIO when the device has no mask or reaches no memory.
 */
int dma_set_mask(struct device *dev, u64 mask)
{
	if (!dev->dma_mask || mask < LS_PHYS_BASE)
		return -EIO;
	*dev->dma_mask = mask;
	return 0;
}

/**
 * dma_set_coherent_mask() - which addresses a device reaches in shared memory
 * @dev: device
 * @mask: highest address
 *
 * Return: 0, or -EIO when it reaches no memory.
 */
int dma_set_coherent_mask(struct device *dev, u64 mask)
{
	if (mask < LS_PHYS_BASE)
		return -EIO;
	dev->coherent_dma_mask = mask;
	return 0;
}

/**
 * dma_get_required_mask() - the mask that reaches all memory
 * @dev: device
 *
 * Return: the mask.
 */
u64 dma_get_required_mask(struct device *dev)
{
	return DMA_BIT_MASK(fls64(LS_PHYS_BASE + ls_page_bytes - 1));
}

/**
 * dma_get_max_seg_size() - limit of a DMA segment
 * @dev: device
 *
 * Return: bytes.
 */
unsigned int dma_get_max_seg_size(struct device *dev)
{
	if (dev->dma_parms && dev->dma_parms->max_segment_size)
		return dev->dma_parms->max_segment_size;
	return SZ_64K;
}

/**
 * dma_set_max_seg_size() - set the limit of a DMA segment
 * @dev: device
 * @size: bytes
 *
 * Return: 0, or -EIO when the device has nowhere to keep it.
 */
int dma_set_max_seg_size(struct device *dev, unsigned int size)
{
	if (!dev->dma_parms)
		return -EIO;
	dev->dma_parms->max_segment_size = size;
	return 0;
}

/**
 * dma_max_mapping_size() - limit of one mapping
 * @dev: device
 *
 * Return: bytes.
 */
size_t dma_max_mapping_size(struct device *dev)
{
	return SIZE_MAX;
}

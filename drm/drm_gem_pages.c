// SPDX-License-Identifier: MIT
/*
 * Pages of a shmem-backed GEM object.
 */
#include <linux/mm.h>
#include <linux/module.h>
#include <linux/pagemap.h>
#include <linux/shmem_fs.h>
#include <linux/slab.h>
#include <drm/drm_gem.h>

/**
 * drm_gem_get_pages() - all pages of a shmem-backed object
 * @obj: object made by drm_gem_object_init()
 *
 * Context: may sleep.
 * Return: array for drm_gem_put_pages(), or ERR_PTR: -EINVAL if there is no shmem file,
 * -ENOMEM.
 */
struct page **drm_gem_get_pages(struct drm_gem_object *obj)
{
	unsigned long i, nr = obj->size >> PAGE_SHIFT;
	struct address_space *mapping;
	struct page **pages, *page;

	if (WARN_ON(!obj->filp))
		return ERR_PTR(-EINVAL);
	pages = kvmalloc_array(nr, sizeof(*pages), GFP_KERNEL);
	if (!pages)
		return ERR_PTR(-ENOMEM);
	mapping = obj->filp->f_mapping;
	mapping_set_unevictable(mapping);
	for (i = 0; i < nr; i++) {
		page = shmem_read_mapping_page(mapping, i);
		if (IS_ERR(page))
			goto err_put;
		pages[i] = page;
	}
	return pages;

err_put:
	while (i--)
		put_page(pages[i]);
	mapping_clear_unevictable(mapping);
	kvfree(pages);
	return ERR_CAST(page);
}
EXPORT_SYMBOL(drm_gem_get_pages);

/**
 * drm_gem_put_pages() - undo drm_gem_get_pages()
 * @obj: object
 * @pages: array; freed. Entries may be NULL
 * @dirty: they were written to
 * @accessed: they were used
 *
 * Context: may sleep.
 */
void drm_gem_put_pages(struct drm_gem_object *obj, struct page **pages, bool dirty,
		       bool accessed)
{
	unsigned long i, nr = obj->size >> PAGE_SHIFT;

	mapping_clear_unevictable(file_inode(obj->filp)->i_mapping);
	for (i = 0; i < nr; i++) {
		if (!pages[i])
			continue;
		if (dirty)
			set_page_dirty(pages[i]);
		if (accessed)
			mark_page_accessed(pages[i]);
		put_page(pages[i]);
	}
	kvfree(pages);
}
EXPORT_SYMBOL(drm_gem_put_pages);

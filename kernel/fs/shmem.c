// SPDX-License-Identifier: MIT
/* Files of memory without a name: see linux/shmem_fs.h. */
#include <linux/file.h>
#include <linux/fs.h>
#include <linux/magic.h>
#include <linux/mm.h>
#include <linux/mount.h>
#include <linux/mutex.h>
#include <linux/pagemap.h>
#include <linux/pseudo_fs.h>
#include <linux/shmem_fs.h>
#include <lockstep/mm.h>
#include <lockstep/track.h>

static struct vfsmount *shmem_mnt;
static DEFINE_MUTEX(shmem_mnt_lock); /* the first use mounts */

static const struct address_space_operations shmem_aops;

static void shmem_evict_inode(struct inode *inode)
{
	truncate_inode_pages(inode->i_mapping, 0);
	clear_inode(inode);
}

static const struct super_operations shmem_ops = {
	.evict_inode = shmem_evict_inode,
};

static char *shmem_dname(struct dentry *dentry, char *buffer, int buflen)
{
	return dynamic_dname(buffer, buflen, "/%s (deleted)", dentry->d_name.name);
}

static const struct dentry_operations shmem_dentry_ops = {
	.d_dname = shmem_dname,
};

static int shmem_init_fs_context(struct fs_context *fc)
{
	struct pseudo_fs_context *ctx = init_pseudo(fc, TMPFS_MAGIC);

	if (!ctx)
		return -ENOMEM;
	ctx->ops = &shmem_ops;
	ctx->dops = &shmem_dentry_ops;
	return 0;
}

static struct file_system_type shmem_fs_type = {
	.name = "tmpfs",
	.init_fs_context = shmem_init_fs_context,
	.kill_sb = kill_anon_super,
};

/* The mount belongs to the process, whichever case is the first to need it. */
static struct vfsmount *shmem_mount(void)
{
	struct vfsmount *mnt;

	mutex_lock(&shmem_mnt_lock);
	mnt = shmem_mnt;
	if (!mnt) {
		ls_track_pause();
		ls_fail_pause();
		mnt = kern_mount(&shmem_fs_type);
		ls_fail_resume();
		ls_track_resume();
		if (!IS_ERR(mnt))
			shmem_mnt = mnt;
	}
	mutex_unlock(&shmem_mnt_lock);
	return mnt;
}

static vm_fault_t shmem_fault(struct vm_fault *vmf)
{
	struct inode *inode = file_inode(vmf->vma->vm_file);
	struct page *page;

	if (vmf->pgoff >= DIV_ROUND_UP(i_size_read(inode), PAGE_SIZE))
		return VM_FAULT_SIGBUS;
	page = shmem_read_mapping_page_gfp(inode->i_mapping, vmf->pgoff,
					   mapping_gfp_mask(inode->i_mapping));
	if (IS_ERR(page))
		return vmf_error(PTR_ERR(page));
	if (vmf->flags & FAULT_FLAG_WRITE)
		set_page_dirty(page);
	vmf->page = page;
	return 0;
}

static const struct vm_operations_struct shmem_vm_ops = {
	.fault = shmem_fault,
};

static int shmem_mmap(struct file *file, struct vm_area_struct *vma)
{
	vma->vm_ops = &shmem_vm_ops;
	return 0;
}

static const struct file_operations shmem_file_operations = {
	.mmap = shmem_mmap,
};

/**
 * shmem_file_setup_with_mnt() - make a file of memory
 * @mnt: mount it lives on
 * @name: for those who look at it
 * @size: bytes
 * @flags: VM_NORESERVE, or 0
 *
 * Context: Sleeps.
 * Return: file with one reference, or ERR_PTR: -EINVAL for a bad @size, -ENOMEM.
 */
struct file *shmem_file_setup_with_mnt(struct vfsmount *mnt, const char *name, loff_t size,
				       unsigned long flags)
{
	struct inode *inode;
	struct file *file;

	if (IS_ERR(mnt))
		return ERR_CAST(mnt);
	if (size < 0)
		return ERR_PTR(-EINVAL);
	inode = alloc_anon_inode(mnt->mnt_sb);
	if (IS_ERR(inode))
		return ERR_CAST(inode);
	inode->i_mode = S_IFREG | 0777;
	inode->i_size = size;
	inode->i_mapping->a_ops = &shmem_aops;
	mapping_set_gfp_mask(inode->i_mapping, GFP_HIGHUSER_MOVABLE);
	file = alloc_file_pseudo(inode, mnt, name, O_RDWR, &shmem_file_operations);
	if (IS_ERR(file))
		iput(inode);
	return file;
}

/**
 * shmem_file_setup() - make a file of memory
 * @name: for those who look at it
 * @size: bytes
 * @flags: VM_NORESERVE, or 0
 *
 * Context: Sleeps.
 * Return: file with one reference, or ERR_PTR: -EINVAL for a bad @size, -ENOMEM.
 */
struct file *shmem_file_setup(const char *name, loff_t size, unsigned long flags)
{
	return shmem_file_setup_with_mnt(shmem_mount(), name, size, flags);
}

/**
 * shmem_kernel_file_setup() - shmem_file_setup() for the kernel's own use
 * @name: for those who look at it
 * @size: bytes
 * @flags: VM_NORESERVE, or 0
 *
 * Context: Sleeps.
 * Return: as shmem_file_setup().
 */
struct file *shmem_kernel_file_setup(const char *name, loff_t size, unsigned long flags)
{
	return shmem_file_setup(name, size, flags);
}

/**
 * shmem_mapping() - whether a mapping is of such a file
 * @mapping: mapping
 *
 * Return: whether it is.
 */
bool shmem_mapping(struct address_space *mapping)
{
	return mapping->a_ops == &shmem_aops;
}

/**
 * shmem_read_mapping_page_gfp() - the page at an index; it is made if need be
 * @mapping: mapping of such a file
 * @index: index
 * @gfp: how to allocate it
 *
 * Context: Sleeps.
 * Return: page with a reference, or ERR_PTR: -EINVAL beyond the end of the file, -ENOMEM.
 */
struct page *shmem_read_mapping_page_gfp(struct address_space *mapping, pgoff_t index, gfp_t gfp)
{
	struct page *page, *old;

	if (index >= DIV_ROUND_UP(i_size_read(mapping->host), PAGE_SIZE))
		return ERR_PTR(-EINVAL);
	page = find_get_page(mapping, index);
	if (page)
		return page;
	page = ls_alloc_pages_owned(gfp | __GFP_ZERO, 0);
	if (!page)
		return ERR_PTR(-ENOMEM);
	page->mapping = mapping;
	page->index = index;
	SetPageUptodate(page);
	get_page(page); /* the cache's */

	xa_lock_irq(&mapping->i_pages);
	old = __xa_cmpxchg(&mapping->i_pages, index, NULL, page, gfp & GFP_KERNEL);
	if (!old)
		mapping->nrpages++;
	else if (!xa_is_err(old))
		get_page(old);
	xa_unlock_irq(&mapping->i_pages);
	if (!old)
		return page;
	page->mapping = NULL;
	put_page(page);
	put_page(page);
	return xa_is_err(old) ? ERR_PTR(xa_err(old)) : old;
}

/**
 * shmem_read_folio_gfp() - shmem_read_mapping_page_gfp(), as a folio
 * @mapping: mapping of such a file
 * @index: index
 * @gfp: how to allocate it
 *
 * Context: Sleeps.
 * Return: as shmem_read_mapping_page_gfp().
 */
struct folio *shmem_read_folio_gfp(struct address_space *mapping, pgoff_t index, gfp_t gfp)
{
	return (struct folio *)shmem_read_mapping_page_gfp(mapping, index, gfp);
}

/* Bytes [@from, @to) of one page become zero. */
static void zero_part(struct address_space *mapping, pgoff_t index, unsigned int from,
		      unsigned int to)
{
	struct page *page = from < to ? find_get_page(mapping, index) : NULL;

	if (!page)
		return;
	zero_user(page, from, to - from);
	set_page_dirty(page);
	put_page(page);
}

/**
 * shmem_truncate_range() - drop what a range holds; it reads as zeroes again
 * @inode: inode of such a file
 * @start: first byte
 * @end: last byte, -1 for the end of the file
 *
 * Context: Sleeps.
 */
void shmem_truncate_range(struct inode *inode, loff_t start, loff_t end)
{
	struct address_space *mapping = inode->i_mapping;
	u64 stop = end == -1 ? (u64)LLONG_MAX : (u64)end + 1;
	pgoff_t first = DIV_ROUND_UP((u64)start, PAGE_SIZE), after = stop >> PAGE_SHIFT;
	unsigned long index;
	struct page *page;

	if (first > after) {
		zero_part(mapping, after, offset_in_page(start), offset_in_page(stop));
		return;
	}
	zero_part(mapping, first - 1, offset_in_page(start) ?: PAGE_SIZE, PAGE_SIZE);
	if (end != -1)
		zero_part(mapping, after, 0, offset_in_page(stop));
	if (first == after)
		return;
	xa_for_each_range(&mapping->i_pages, index, page, first, after - 1) {
		get_page(page);
		lock_page(page);
		xa_lock_irq(&mapping->i_pages);
		if (__xa_cmpxchg(&mapping->i_pages, index, page, NULL, GFP_NOWAIT) == page) {
			mapping->nrpages--;
			page->mapping = NULL;
			put_page(page);
		}
		xa_unlock_irq(&mapping->i_pages);
		unlock_page(page);
		put_page(page);
	}
}

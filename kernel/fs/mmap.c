// SPDX-License-Identifier: MIT
/*
 * Client mappings. mmap() builds a vm_area_struct over reserved address space and asks
 * the file; pages of the arena are then mapped into it, by the driver at once
 * (remap_pfn_range(), vm_insert_page()) or by its ->fault().
 *
 * Locking, outermost first: mmap_lock of the client (faults take it shared),
 * i_mmap_rwsem of the mapping (list of areas), ls_vma.lock (pages present).
 */
#include <linux/fs.h>
#include <linux/mm.h>
#include <linux/mmap_lock.h>
#include <linux/pagemap.h>
#include <linux/sched/mm.h>
#include <linux/slab.h>
#include <linux/highmem.h>
#include <linux/uaccess.h>
#include <lockstep/crash.h>
#include <lockstep/os.h>
#include <lockstep/syscall.h>
#include "internal.h"

/* What is known of a page of an area: its pfn, and two flags. */
#define PTE_PRESENT	1UL
#define PTE_REF		2UL	/* the area holds a reference on the page */
#define PTE_SHIFT	2

/**
 * struct ls_vma - an area and its page table
 * @vma: what drivers see; first
 * @link: in address_space.ls_vmas
 * @mapping: whose list that is
 * @lock: protects @pte
 * @pte: one word a page
 */
struct ls_vma {
	struct vm_area_struct vma;
	struct list_head link;
	struct address_space *mapping;
	spinlock_t lock;
	unsigned long *pte;
};

#define to_ls_vma(v) container_of(v, struct ls_vma, vma)

/* The client: all tasks that have no address space of their own. */
static struct mm_struct *client_mm;

struct mm_struct *ls_current_mm(void)
{
	return current->mm ?: client_mm;
}

/* --- page table --------------------------------------------------------------- */

static unsigned long pte_index_of(struct vm_area_struct *vma, unsigned long addr)
{
	return (addr - vma->vm_start) >> PAGE_SHIFT;
}

static int area_prot(struct vm_area_struct *vma)
{
	return (vma->vm_flags & VM_READ ? 1 : 0) | (vma->vm_flags & VM_WRITE ? 2 : 0);
}

/*
 * Map @nr pages from @pfn on at @addr. -EBUSY if one is mapped there already,
 * -EINVAL if they are not memory of the arena.
 */
static int area_map(struct vm_area_struct *vma, unsigned long addr, unsigned long pfn,
		    unsigned long nr, bool ref)
{
	struct ls_vma *v = to_ls_vma(vma);
	unsigned long first = pte_index_of(vma, addr), i;
	int err = 0;

	if (!nr || !pfn_valid(pfn) || !pfn_valid(pfn + nr - 1))
		return -EINVAL;
	spin_lock(&v->lock);
	for (i = 0; i < nr && !err; i++)
		if (v->pte[first + i] & PTE_PRESENT)
			err = -EBUSY;
	if (!err)
		err = os_arena_map(&ls_page_arena, (void *)addr, PFN_PHYS(pfn) - LS_PHYS_BASE,
				   nr << PAGE_SHIFT, area_prot(vma));
	for (i = 0; i < nr && !err; i++) {
		if (ref)
			get_page(pfn_to_page(pfn + i));
		v->pte[first + i] = (pfn + i) << PTE_SHIFT | PTE_PRESENT | (ref ? PTE_REF : 0);
	}
	spin_unlock(&v->lock);
	return err;
}

static void area_zap(struct vm_area_struct *vma, unsigned long addr, unsigned long size)
{
	struct ls_vma *v = to_ls_vma(vma);
	unsigned long i, first = pte_index_of(vma, addr), nr = size >> PAGE_SHIFT;

	spin_lock(&v->lock);
	os_arena_unmap((void *)addr, size);
	for (i = first; i < first + nr; i++) {
		if (v->pte[i] & PTE_REF)
			put_page(pfn_to_page(v->pte[i] >> PTE_SHIFT));
		v->pte[i] = 0;
	}
	spin_unlock(&v->lock);
}

static bool area_present(struct vm_area_struct *vma, unsigned long addr)
{
	struct ls_vma *v = to_ls_vma(vma);
	bool present;

	spin_lock(&v->lock);
	present = v->pte[pte_index_of(vma, addr)] & PTE_PRESENT;
	spin_unlock(&v->lock);
	return present;
}

/* --- what drivers call ---------------------------------------------------------- */

/**
 * vm_get_page_prot() - protection bits for flags
 * @vm_flags: VM_READ, VM_WRITE, VM_EXEC
 *
 * Context: any.
 * Return: the bits.
 */
pgprot_t vm_get_page_prot(unsigned long vm_flags)
{
	return __pgprot(vm_flags & (VM_READ | VM_WRITE | VM_EXEC));
}
EXPORT_SYMBOL(vm_get_page_prot);

/**
 * remap_pfn_range() - map contiguous memory into a client's area
 * @vma: area
 * @addr: first address, page aligned
 * @pfn: first page frame
 * @size: bytes
 * @prot: unused; the area's flags decide
 *
 * No reference is taken on the pages.
 *
 * Context: from ->mmap(), or otherwise with mmap_lock held for writing.
 * Return: 0; -EINVAL if @addr is not aligned, the range is not memory, or the area is
 * a copy-on-write one not mapped whole; -EBUSY if something is mapped there.
 */
int remap_pfn_range(struct vm_area_struct *vma, unsigned long addr, unsigned long pfn,
		    unsigned long size, pgprot_t prot)
{
	size = PAGE_ALIGN(size);
	if (WARN_ON_ONCE(!PAGE_ALIGNED(addr)) || !range_in_vma(vma, addr, addr + size))
		return -EINVAL;
	if (is_cow_mapping(vma->vm_flags) && (addr != vma->vm_start || addr + size != vma->vm_end))
		return -EINVAL;
	vm_flags_set(vma, VM_IO | VM_PFNMAP | VM_DONTEXPAND | VM_DONTDUMP);
	return area_map(vma, addr, pfn, size >> PAGE_SHIFT, false);
}
EXPORT_SYMBOL(remap_pfn_range);

/** io_remap_pfn_range() - remap_pfn_range(); there is no memory of devices */
int io_remap_pfn_range(struct vm_area_struct *vma, unsigned long addr, unsigned long pfn,
		       unsigned long size, pgprot_t prot)
{
	return remap_pfn_range(vma, addr, pfn, size, prot);
}
EXPORT_SYMBOL(io_remap_pfn_range);

/**
 * vm_insert_page() - map one page into a client's area
 * @vma: area
 * @addr: where
 * @page: page; the mapping holds a reference on it
 *
 * Context: from ->mmap() or ->fault().
 * Return: 0; -EFAULT if @addr is outside; -EINVAL if nobody holds @page; -EBUSY if
 * something is mapped there.
 */
int vm_insert_page(struct vm_area_struct *vma, unsigned long addr, struct page *page)
{
	if (addr < vma->vm_start || addr >= vma->vm_end)
		return -EFAULT;
	if (!page_count(page))
		return -EINVAL;
	if (!(vma->vm_flags & VM_MIXEDMAP)) {
		BUG_ON(vma->vm_flags & VM_PFNMAP);
		vm_flags_set(vma, VM_MIXEDMAP);
	}
	return area_map(vma, addr, page_to_pfn(page), 1, true);
}
EXPORT_SYMBOL(vm_insert_page);

/**
 * vm_insert_pages() - map several pages
 * @vma: area
 * @addr: where the first goes
 * @pages: pages
 * @num: how many; on return, how many are left
 *
 * Context: as vm_insert_page().
 * Return: as vm_insert_page().
 */
int vm_insert_pages(struct vm_area_struct *vma, unsigned long addr, struct page **pages,
		    unsigned long *num)
{
	int err = 0;

	if (addr < vma->vm_start || addr + (*num << PAGE_SHIFT) > vma->vm_end)
		return -EFAULT;
	for (; *num && !err; addr += PAGE_SIZE) {
		err = vm_insert_page(vma, addr, *pages++);
		if (!err)
			--*num;
	}
	return err;
}
EXPORT_SYMBOL(vm_insert_pages);

/**
 * vm_map_pages() - map an object's pages as the area's offset and length ask
 * @vma: area
 * @pages: all pages of the object
 * @num: how many
 *
 * Context: as vm_insert_page().
 * Return: 0, -ENXIO if the area reaches beyond the object, or as vm_insert_page().
 */
int vm_map_pages(struct vm_area_struct *vma, struct page **pages, unsigned long num)
{
	unsigned long want = vma_pages(vma);

	if (vma->vm_pgoff >= num || want > num - vma->vm_pgoff)
		return -ENXIO;
	return vm_insert_pages(vma, vma->vm_start, pages + vma->vm_pgoff, &want);
}
EXPORT_SYMBOL(vm_map_pages);

/**
 * vmf_insert_pfn_prot() - vmf_insert_pfn() with protection bits
 * @vma: area
 * @addr: where
 * @pfn: page frame
 * @pgprot: unused; the area's flags decide
 *
 * Context: from ->fault().
 * Return: VM_FAULT_NOPAGE, or VM_FAULT_SIGBUS, VM_FAULT_OOM.
 */
vm_fault_t vmf_insert_pfn_prot(struct vm_area_struct *vma, unsigned long addr, unsigned long pfn,
			       pgprot_t pgprot)
{
	int err;

	if (addr < vma->vm_start || addr >= vma->vm_end)
		return VM_FAULT_SIGBUS;
	BUG_ON(!(vma->vm_flags & (VM_PFNMAP | VM_MIXEDMAP)));
	err = area_map(vma, addr & PAGE_MASK, pfn, 1, false);
	return !err || err == -EBUSY ? VM_FAULT_NOPAGE : vmf_error(err);
}
EXPORT_SYMBOL(vmf_insert_pfn_prot);

/** vmf_insert_pfn() - map a page frame that is not reference counted */
vm_fault_t vmf_insert_pfn(struct vm_area_struct *vma, unsigned long addr, unsigned long pfn)
{
	return vmf_insert_pfn_prot(vma, addr, pfn, vma->vm_page_prot);
}
EXPORT_SYMBOL(vmf_insert_pfn);

/** vmf_insert_page() - vm_insert_page() for ->fault() */
vm_fault_t vmf_insert_page(struct vm_area_struct *vma, unsigned long addr, struct page *page)
{
	int err = vm_insert_page(vma, addr, page);

	return !err || err == -EBUSY ? VM_FAULT_NOPAGE : vmf_error(err);
}
EXPORT_SYMBOL(vmf_insert_page);

/**
 * zap_vma_ptes() - remove the pages of a range of an area
 * @vma: area
 * @address: first address
 * @size: bytes
 *
 * Context: any that may take a spinlock.
 */
void zap_vma_ptes(struct vm_area_struct *vma, unsigned long address, unsigned long size)
{
	if (range_in_vma(vma, address, address + size))
		area_zap(vma, address, size);
}
EXPORT_SYMBOL_GPL(zap_vma_ptes);

/**
 * unmap_mapping_range() - remove the pages of a range of a file from all clients
 * @mapping: the file's
 * @holebegin: first byte of the range
 * @holelen: bytes; 0 for all that follow
 * @even_cows: also private copies
 *
 * The next access faults.
 *
 * Context: may sleep: takes i_mmap_rwsem.
 */
void unmap_mapping_range(struct address_space *mapping, loff_t const holebegin,
			 loff_t const holelen, int even_cows)
{
	pgoff_t first = holebegin >> PAGE_SHIFT;
	pgoff_t end = holelen ? (holebegin + holelen + PAGE_SIZE - 1) >> PAGE_SHIFT : ULONG_MAX;
	struct ls_vma *v;

	i_mmap_lock_read(mapping);
	list_for_each_entry(v, &mapping->ls_vmas, link) {
		pgoff_t from = max(first, v->vma.vm_pgoff);
		pgoff_t to = min(end, v->vma.vm_pgoff + vma_pages(&v->vma));

		if (from < to)
			area_zap(&v->vma,
				 v->vma.vm_start + ((from - v->vma.vm_pgoff) << PAGE_SHIFT),
				 (to - from) << PAGE_SHIFT);
	}
	i_mmap_unlock_read(mapping);
}
EXPORT_SYMBOL(unmap_mapping_range);

/**
 * vma_set_file() - let an area map another file
 * @vma: area, in its file's ->mmap()
 * @file: new file; the area takes a reference
 *
 * Context: from ->mmap().
 */
void vma_set_file(struct vm_area_struct *vma, struct file *file)
{
	get_file(file);
	swap(vma->vm_file, file);
	fput(file);
}
EXPORT_SYMBOL(vma_set_file);

/**
 * find_vma() - the first area that ends after an address
 * @mm: address space
 * @addr: address
 *
 * Context: mmap_lock held.
 * Return: the area, or NULL.
 */
struct vm_area_struct *find_vma(struct mm_struct *mm, unsigned long addr)
{
	struct vm_area_struct *vma, *best = NULL;

	list_for_each_entry(vma, &mm->vmas, ls_link)
		if (addr < vma->vm_end && (!best || vma->vm_end < best->vm_end))
			best = vma;
	return best;
}
EXPORT_SYMBOL(find_vma);

/** vma_lookup() - the area that an address lies in, or NULL; mmap_lock held */
struct vm_area_struct *vma_lookup(struct mm_struct *mm, unsigned long addr)
{
	struct vm_area_struct *vma = find_vma(mm, addr);

	return vma && addr >= vma->vm_start ? vma : NULL;
}
EXPORT_SYMBOL(vma_lookup);

/* --- faults ------------------------------------------------------------------------ */

/* With mmap_lock held: make a page present. 0 or VM_FAULT_*. */
static vm_fault_t area_fault(struct vm_area_struct *vma, unsigned long addr, bool write)
{
	struct vm_fault vmf = {
		.vma = vma,
		.address = addr & PAGE_MASK,
		.real_address = addr,
		.pgoff = vma->vm_pgoff + pte_index_of(vma, addr),
		.gfp_mask = GFP_KERNEL,
		.flags = FAULT_FLAG_USER | (write ? FAULT_FLAG_WRITE : 0),
	};
	vm_fault_t ret;
	int err;

	if (!(vma->vm_flags & (write ? VM_WRITE : VM_READ)))
		return VM_FAULT_SIGSEGV;
	if (area_present(vma, vmf.address))
		return 0;
	if (!vma->vm_ops || !vma->vm_ops->fault)
		return VM_FAULT_SIGBUS;
	ret = vma->vm_ops->fault(&vmf);
	if (ret & (VM_FAULT_ERROR | VM_FAULT_NOPAGE | VM_FAULT_RETRY))
		return ret & ~VM_FAULT_NOPAGE;
	/* A page with a reference, which the mapping takes over. */
	if (ret & VM_FAULT_LOCKED)
		unlock_page(vmf.page);
	err = area_map(vma, vmf.address, page_to_pfn(vmf.page), 1, true);
	put_page(vmf.page);
	return !err || err == -EBUSY ? 0 : vmf_error(err);
}

/* With mmap_lock held: all of an area; what fails will fail again when touched. */
static void area_populate(struct vm_area_struct *vma)
{
	unsigned long addr;

	if (!(vma->vm_flags & VM_READ))
		return;
	for (addr = vma->vm_start; addr < vma->vm_end; addr += PAGE_SIZE)
		if (area_fault(vma, addr, vma->vm_flags & VM_WRITE))
			break;
}

/**
 * ls_handle_fault() - a client touched memory that is not there
 * @addr: address
 * @write: it wanted to write
 *
 * Context: where a page fault could happen: may sleep, takes mmap_lock.
 * Return: 0 if the page is there now, -EFAULT otherwise.
 */
int ls_handle_fault(unsigned long addr, int write)
{
	struct mm_struct *mm = ls_current_mm();
	struct vm_area_struct *vma;
	int ret = -EFAULT;

	if (!mm || pagefault_disabled() || in_atomic())
		return -EFAULT;
	mmap_read_lock(mm);
	vma = vma_lookup(mm, addr);
	/* Another task may have been faster: then the page is there, and that is all right. */
	if (vma && !area_fault(vma, addr, write))
		ret = 0;
	mmap_read_unlock(mm);
	return ret;
}

/* All areas lie between these two; they only grow. Read by a signal handler. */
static unsigned long areas_low = ULONG_MAX, areas_high;

static void note_range(unsigned long start, unsigned long end)
{
	unsigned long low = __atomic_load_n(&areas_low, __ATOMIC_RELAXED);
	unsigned long high = __atomic_load_n(&areas_high, __ATOMIC_RELAXED);

	while (start < low && !__atomic_compare_exchange_n(&areas_low, &low, start, false,
							   __ATOMIC_RELEASE, __ATOMIC_RELAXED))
		;
	while (end > high && !__atomic_compare_exchange_n(&areas_high, &high, end, false,
							  __ATOMIC_RELEASE, __ATOMIC_RELAXED))
		;
}

int ls_client_range(unsigned long addr)
{
	return ls_current && addr >= __atomic_load_n(&areas_low, __ATOMIC_ACQUIRE) &&
	       addr < __atomic_load_n(&areas_high, __ATOMIC_ACQUIRE);
}

long ls_client_fault(unsigned long addr, int write)
{
	return ls_handle_fault(addr, write);
}

/**
 * ls_fault() - touch a page of a mapping as the client's processor would
 * @addr: address
 * @write: to write
 *
 * Context: may sleep.
 * Return: 0 if the page is there, -EFAULT if the access would raise a signal.
 */
int ls_fault(void *addr, int write)
{
	struct mm_struct *mm = ls_current_mm();
	struct vm_area_struct *vma;
	int ret = -EFAULT;

	mmap_read_lock(mm);
	vma = vma_lookup(mm, (unsigned long)addr);
	if (vma && !area_fault(vma, (unsigned long)addr, write))
		ret = 0;
	mmap_read_unlock(mm);
	return ret;
}

/* --- mmap and munmap ----------------------------------------------------------------- */

static int mmap_check(struct file *file, size_t len, int prot, int flags, loff_t offset)
{
	if (!len || (offset & ~PAGE_MASK) || offset < 0)
		return -EINVAL;
	if (!(flags & (MAP_SHARED | MAP_PRIVATE)) || (flags & (MAP_FIXED | MAP_ANONYMOUS)))
		return -EINVAL;
	if ((flags & MAP_SHARED) && (prot & PROT_WRITE) && !(file->f_mode & FMODE_WRITE))
		return -EACCES;
	if (!(file->f_mode & FMODE_READ))
		return -EACCES;
	return file->f_op->mmap ? 0 : -ENODEV;
}

static unsigned long mmap_vm_flags(struct file *file, int prot, int flags)
{
	unsigned long vm = VM_MAYREAD | VM_MAYWRITE | VM_MAYEXEC;

	if (prot & PROT_READ)
		vm |= VM_READ;
	if (prot & PROT_WRITE)
		vm |= VM_WRITE;
	if (prot & PROT_EXEC)
		vm |= VM_EXEC;
	if (flags & MAP_SHARED) {
		vm |= VM_SHARED | VM_MAYSHARE;
		if (!(file->f_mode & FMODE_WRITE))
			vm &= ~(VM_MAYWRITE | VM_SHARED);
	}
	return vm;
}

static struct ls_vma *area_alloc(struct file *file, size_t len, unsigned long vm_flags,
				 loff_t offset)
{
	struct ls_vma *v = kzalloc(sizeof(*v), GFP_KERNEL);

	if (!v)
		return NULL;
	v->pte = kvcalloc(len >> PAGE_SHIFT, sizeof(*v->pte), GFP_KERNEL);
	if (!v->pte)
		goto err_free;
	v->vma.vm_start = (unsigned long)os_reserve(len);
	if (!v->vma.vm_start)
		goto err_free;
	v->vma.vm_end = v->vma.vm_start + len;
	note_range(v->vma.vm_start, v->vma.vm_end);
	v->vma.vm_pgoff = offset >> PAGE_SHIFT;
	v->vma.vm_page_prot = vm_get_page_prot(vm_flags);
	v->vma.vm_file = get_file(file);
	vm_flags_init(&v->vma, vm_flags);
	INIT_LIST_HEAD(&v->link);
	INIT_LIST_HEAD(&v->vma.ls_link);
	spin_lock_init(&v->lock);
	return v;

err_free:
	kvfree(v->pte);
	kfree(v);
	return NULL;
}

static void area_free(struct ls_vma *v)
{
	area_zap(&v->vma, v->vma.vm_start, v->vma.vm_end - v->vma.vm_start);
	os_unreserve((void *)v->vma.vm_start, v->vma.vm_end - v->vma.vm_start);
	fput(v->vma.vm_file);
	kvfree(v->pte);
	kfree(v);
}

/* With mmap_lock held for writing. */
static void area_link(struct mm_struct *mm, struct ls_vma *v)
{
	v->mapping = v->vma.vm_file->f_mapping;
	list_add_tail(&v->vma.ls_link, &mm->vmas);
	mm->map_count++;
	i_mmap_lock_write(v->mapping);
	list_add_tail(&v->link, &v->mapping->ls_vmas);
	i_mmap_unlock_write(v->mapping);
	ls_track_add(&v->vma.ls_track, LS_KIND_MAP, "mmap", v, v->vma.vm_end - v->vma.vm_start);
}

/* With mmap_lock held for writing. */
static void area_remove(struct mm_struct *mm, struct ls_vma *v)
{
	ls_track_del(&v->vma.ls_track);
	i_mmap_lock_write(v->mapping);
	list_del(&v->link);
	i_mmap_unlock_write(v->mapping);
	list_del(&v->vma.ls_link);
	mm->map_count--;
	if (v->vma.vm_ops && v->vma.vm_ops->close)
		v->vma.vm_ops->close(&v->vma);
	area_free(v);
}

/**
 * ls_mmap_file() - map a file into the client
 * @file: the file
 * @len: bytes; rounded up to pages
 * @prot: PROT_*
 * @flags: MAP_SHARED or MAP_PRIVATE; a private mapping cannot be written to here
 * @offset: first byte, a multiple of the page size
 *
 * Pages that ->fault() refuses stay absent.
 *
 * Context: may sleep; takes mmap_lock.
 * Return: the address, or ERR_PTR: -EINVAL, -EACCES if the file's mode does not allow
 * it, -ENODEV if the file cannot be mapped, -ENOMEM, -EOPNOTSUPP for a writable private
 * mapping that the driver accepted, or what ->mmap() returned.
 */
void *ls_mmap_file(struct file *file, size_t len, int prot, int flags, loff_t offset)
{
	struct mm_struct *mm = ls_current_mm();
	struct ls_syscall call;
	void *ret;
	struct ls_vma *v;
	int err;

	ls_client_enter(&call);
	len = PAGE_ALIGN(len);
	err = mmap_check(file, len, prot, flags, offset);
	if (err)
		goto out;
	err = -ENOMEM;
	v = area_alloc(file, len, mmap_vm_flags(file, prot, flags), offset);
	if (!v)
		goto out;
	v->vma.vm_mm = mm;
	err = -EINTR;
	if (mmap_write_lock_killable(mm)) {
		area_free(v);
		goto out;
	}
	err = call_mmap(file, &v->vma);
	if (err) {
		area_free(v);
		goto out_unlock;
	}
	area_link(mm, v);
	if ((flags & MAP_PRIVATE) && (prot & PROT_WRITE)) {
		area_remove(mm, v);
		err = -EOPNOTSUPP;
		goto out_unlock;
	}
	ret = (void *)v->vma.vm_start;
	downgrade_write(&mm->mmap_lock);
	area_populate(&v->vma);
	mmap_read_unlock(mm);
	ls_client_exit(&call);
	return ret;

out_unlock:
	mmap_write_unlock(mm);
out:
	ls_client_exit(&call);
	return ERR_PTR(err);
}

/*
 * With mmap_lock held for writing: cut an area in two at @addr. Both have the driver's data, so
 * it is told of the new one by ->open(), as of a copy. 0, -ENOMEM, or what ->may_split() says.
 */
static int area_split(struct mm_struct *mm, struct ls_vma *v, unsigned long addr)
{
	unsigned long first = pte_index_of(&v->vma, addr), nr = vma_pages(&v->vma) - first;
	const struct vm_operations_struct *ops = v->vma.vm_ops;
	struct ls_vma *above;
	int err;

	err = ops && ops->may_split ? ops->may_split(&v->vma, addr) : 0;
	if (err)
		return err;
	above = kzalloc(sizeof(*above), GFP_KERNEL);
	if (!above)
		return -ENOMEM;
	above->pte = kvcalloc(nr, sizeof(*above->pte), GFP_KERNEL);
	if (!above->pte) {
		kfree(above);
		return -ENOMEM;
	}
	memcpy(&above->vma, &v->vma, sizeof(above->vma)); /* vm_flags is const */
	above->vma.vm_start = addr;
	above->vma.vm_pgoff += first;
	get_file(above->vma.vm_file);
	INIT_LIST_HEAD(&above->vma.ls_link);
	memset(&above->vma.ls_track, 0, sizeof(above->vma.ls_track));
	spin_lock_init(&above->lock);
	if (ops && ops->open)
		ops->open(&above->vma);

	/* Who zaps a range of the file sees either one area or both. */
	i_mmap_lock_write(v->mapping);
	memcpy(above->pte, v->pte + first, nr * sizeof(*above->pte));
	v->vma.vm_end = addr;
	above->mapping = v->mapping;
	list_add(&above->link, &v->link);
	i_mmap_unlock_write(v->mapping);
	list_add(&above->vma.ls_link, &v->vma.ls_link);
	mm->map_count++;
	ls_track_add(&above->vma.ls_track, LS_KIND_MAP, "mmap", above,
		     above->vma.vm_end - above->vma.vm_start);
	return 0;
}

/* With mmap_lock held for writing: no area lies on both sides of @addr. */
static int split_at(struct mm_struct *mm, unsigned long addr)
{
	struct vm_area_struct *vma = vma_lookup(mm, addr);

	return vma && vma->vm_start < addr ? area_split(mm, to_ls_vma(vma), addr) : 0;
}

/**
 * ls_munmap() - remove mappings, or parts of them
 * @addr: first address
 * @len: bytes
 *
 * Context: may sleep; takes mmap_lock.
 * Return: 0; -EINVAL if the range is empty or not aligned; -ENOMEM, or what the driver's
 * ->may_split() says, when it cuts a mapping: then nothing was removed.
 */
int ls_munmap(void *addr, size_t len)
{
	unsigned long start = (unsigned long)addr, end = start + PAGE_ALIGN(len);
	struct mm_struct *mm = ls_current_mm();
	struct vm_area_struct *vma, *next;
	struct ls_syscall call;
	int err;

	if ((start & ~PAGE_MASK) || !len || end < start)
		return -EINVAL;
	ls_client_enter(&call);
	mmap_write_lock(mm);
	err = split_at(mm, start);
	if (!err)
		err = split_at(mm, end);
	list_for_each_entry_safe(vma, next, &mm->vmas, ls_link)
		if (!err && vma->vm_start >= start && vma->vm_end <= end)
			area_remove(mm, to_ls_vma(vma));
	mmap_write_unlock(mm);
	ls_client_exit(&call);
	return err;
}

int ls_mmap_init(void)
{
	client_mm = mm_alloc();
	return client_mm ? 0 : -ENOMEM;
}

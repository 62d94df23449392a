// SPDX-License-Identifier: MIT
/* Client mappings: populated at once, by ->fault(), zapped, faulted again. */
#include <kunit/test.h>
#include <linux/anon_inodes.h>
#include <linux/file.h>
#include <linux/fs.h>
#include <linux/mm.h>
#include <linux/slab.h>
#include <linux/uaccess.h>
#include <lockstep/syscall.h>
#include <lockstep/test.h>

#define NR 4

struct buffer {
	struct page *page[NR];
	int faults, opens, closes;
	bool refuse;
};

static vm_fault_t buffer_fault(struct vm_fault *vmf)
{
	struct buffer *b = vmf->vma->vm_private_data;

	if (vmf->pgoff >= NR || b->refuse)
		return VM_FAULT_SIGBUS;
	b->faults++;
	get_page(b->page[vmf->pgoff]);
	vmf->page = b->page[vmf->pgoff];
	return 0;
}

static void buffer_close(struct vm_area_struct *vma)
{
	((struct buffer *)vma->vm_private_data)->closes++;
}

static void buffer_open(struct vm_area_struct *vma)
{
	((struct buffer *)vma->vm_private_data)->opens++;
}

static int buffer_may_split(struct vm_area_struct *vma, unsigned long addr)
{
	return ((struct buffer *)vma->vm_private_data)->refuse ? -EINVAL : 0;
}

static const struct vm_operations_struct buffer_vm_ops = {
	.open = buffer_open,
	.may_split = buffer_may_split,
	.fault = buffer_fault,
	.close = buffer_close,
};

static int lazy_mmap(struct file *file, struct vm_area_struct *vma)
{
	vma->vm_ops = &buffer_vm_ops;
	vma->vm_private_data = file->private_data;
	return 0;
}

static int eager_mmap(struct file *file, struct vm_area_struct *vma)
{
	struct buffer *b = file->private_data;

	return vm_map_pages(vma, b->page, NR);
}

static int pfn_mmap(struct file *file, struct vm_area_struct *vma)
{
	struct buffer *b = file->private_data;

	return remap_pfn_range(vma, vma->vm_start, page_to_pfn(b->page[vma->vm_pgoff]), PAGE_SIZE,
			       vma->vm_page_prot);
}

static const struct file_operations lazy_fops = { .owner = THIS_MODULE, .mmap = lazy_mmap };
static const struct file_operations eager_fops = { .owner = THIS_MODULE, .mmap = eager_mmap };
static const struct file_operations pfn_fops = { .owner = THIS_MODULE, .mmap = pfn_mmap };

static struct buffer *new_buffer(struct kunit *test)
{
	struct buffer *b = kunit_kzalloc(test, sizeof(*b), GFP_KERNEL);
	int i;

	KUNIT_ASSERT_NOT_NULL(test, b);
	for (i = 0; i < NR; i++) {
		b->page[i] = alloc_page(GFP_KERNEL | __GFP_ZERO);
		KUNIT_ASSERT_NOT_NULL(test, b->page[i]);
		*(u32 *)page_address(b->page[i]) = i + 1;
	}
	return b;
}

static void free_buffer(struct kunit *test, struct buffer *b)
{
	int i;

	for (i = 0; i < NR; i++) {
		KUNIT_EXPECT_EQ(test, page_count(b->page[i]), 1);
		__free_page(b->page[i]);
	}
}

static struct file *open_buffer(struct kunit *test, struct buffer *b,
				const struct file_operations *fops, int flags)
{
	struct file *f = anon_inode_create_getfile("[buffer]", fops, b, flags, NULL);

	KUNIT_ASSERT_FALSE(test, IS_ERR(f));
	return f;
}

static void check_contents(struct kunit *test, const u32 *p, int first)
{
	int i;

	for (i = 0; i < NR - first; i++)
		KUNIT_EXPECT_EQ(test, p[i * PAGE_SIZE / 4], first + i + 1);
}

static void faulted(struct kunit *test)
{
	struct buffer *b = new_buffer(test);
	struct file *f = open_buffer(test, b, &lazy_fops, O_RDWR);
	u32 *p = ls_mmap_file(f, NR * PAGE_SIZE, PROT_READ | PROT_WRITE, MAP_SHARED, 0);

	KUNIT_ASSERT_FALSE(test, IS_ERR(p));
	KUNIT_EXPECT_EQ(test, b->faults, NR);
	check_contents(test, p, 0);
	p[0] = 77;
	KUNIT_EXPECT_EQ(test, *(u32 *)page_address(b->page[0]), 77);
	KUNIT_EXPECT_EQ(test, page_count(b->page[0]), 2);
	KUNIT_EXPECT_EQ(test, file_count(f), 2);
	KUNIT_EXPECT_EQ(test, ls_munmap(p, NR * PAGE_SIZE), 0);
	KUNIT_EXPECT_EQ(test, b->closes, 1);
	__fput_sync(f);
	free_buffer(test, b);
}

static void inserted(struct kunit *test)
{
	struct buffer *b = new_buffer(test);
	struct file *f = open_buffer(test, b, &eager_fops, O_RDWR);
	u32 *p = ls_mmap_file(f, (NR - 1) * PAGE_SIZE, PROT_READ, MAP_SHARED, PAGE_SIZE);

	KUNIT_ASSERT_FALSE(test, IS_ERR(p));
	check_contents(test, p, 1);
	KUNIT_EXPECT_EQ(test, ls_munmap(p, (NR - 1) * PAGE_SIZE), 0);
	KUNIT_EXPECT_EQ(test, PTR_ERR(ls_mmap_file(f, NR * PAGE_SIZE, PROT_READ, MAP_SHARED,
						   PAGE_SIZE)), -ENXIO);
	__fput_sync(f);
	free_buffer(test, b);
}

static void remapped(struct kunit *test)
{
	struct buffer *b = new_buffer(test);
	struct file *f = open_buffer(test, b, &pfn_fops, O_RDWR);
	u32 *p = ls_mmap_file(f, PAGE_SIZE, PROT_READ, MAP_SHARED, 2 * PAGE_SIZE);

	KUNIT_ASSERT_FALSE(test, IS_ERR(p));
	KUNIT_EXPECT_EQ(test, p[0], 3);
	KUNIT_EXPECT_EQ(test, page_count(b->page[2]), 1);
	KUNIT_EXPECT_EQ(test, ls_munmap(p, PAGE_SIZE), 0);
	__fput_sync(f);
	free_buffer(test, b);
}

static void zapped_and_back(struct kunit *test)
{
	struct buffer *b = new_buffer(test);
	struct file *f = open_buffer(test, b, &lazy_fops, O_RDWR);
	u32 *p = ls_mmap_file(f, NR * PAGE_SIZE, PROT_READ | PROT_WRITE, MAP_SHARED, 0), x = 0;

	KUNIT_ASSERT_FALSE(test, IS_ERR(p));
	unmap_mapping_range(f->f_mapping, PAGE_SIZE, 2 * PAGE_SIZE, 1);
	KUNIT_EXPECT_EQ(test, page_count(b->page[1]), 1);
	KUNIT_EXPECT_EQ(test, page_count(b->page[3]), 2);
	/* A system call faults it in, */
	KUNIT_EXPECT_EQ(test, copy_from_user(&x, p + PAGE_SIZE / 4, 4), 0);
	KUNIT_EXPECT_EQ(test, x, 2);
	KUNIT_EXPECT_EQ(test, b->faults, NR + 1);
	/* and so does touching it. */
	KUNIT_EXPECT_EQ(test, ls_fault(p + 2 * PAGE_SIZE / 4, 1), 0);
	KUNIT_EXPECT_EQ(test, p[2 * PAGE_SIZE / 4], 3);
	KUNIT_EXPECT_EQ(test, b->faults, NR + 2);

	unmap_mapping_range(f->f_mapping, 0, 0, 1);
	b->refuse = true;
	KUNIT_EXPECT_EQ(test, ls_fault(p, 0), -EFAULT);
	KUNIT_EXPECT_EQ(test, copy_from_user(&x, p, 4), 4);
	pagefault_disable();
	b->refuse = false;
	KUNIT_EXPECT_EQ(test, __copy_from_user_inatomic(&x, p, 4), 4);
	pagefault_enable();
	KUNIT_EXPECT_EQ(test, ls_munmap(p, NR * PAGE_SIZE), 0);
	__fput_sync(f);
	free_buffer(test, b);
}

/* Plain loads and stores, from the case's task and from another one. */
static void touch(void *arg)
{
	u32 *p = arg;

	p[2 * PAGE_SIZE / 4] = 33;
}

static void touched(struct kunit *test)
{
	struct buffer *b = new_buffer(test);
	struct file *f = open_buffer(test, b, &lazy_fops, O_RDWR);
	u32 *p = ls_mmap_file(f, NR * PAGE_SIZE, PROT_READ | PROT_WRITE, MAP_SHARED, 0);

	KUNIT_ASSERT_FALSE(test, IS_ERR(p));
	unmap_mapping_range(f->f_mapping, 0, 0, 1);
	check_contents(test, p, 0);
	KUNIT_EXPECT_EQ(test, b->faults, 2 * NR);
	unmap_mapping_range(f->f_mapping, 0, 0, 1);
	WRITE_ONCE(p[PAGE_SIZE / 4], 22);
	KUNIT_EXPECT_EQ(test, b->faults, 2 * NR + 1);
	KUNIT_EXPECT_EQ(test, *(u32 *)page_address(b->page[1]), 22);
	KUNIT_EXPECT_EQ(test, lockstep_run_task(touch, p), 0);
	KUNIT_EXPECT_EQ(test, *(u32 *)page_address(b->page[2]), 33);
	KUNIT_EXPECT_EQ(test, b->faults, 2 * NR + 2);
	KUNIT_EXPECT_EQ(test, ls_munmap(p, NR * PAGE_SIZE), 0);
	__fput_sync(f);
	free_buffer(test, b);
}

static void unmapped_in_parts(struct kunit *test)
{
	struct buffer *b = new_buffer(test);
	struct file *f = open_buffer(test, b, &lazy_fops, O_RDWR);
	void *p = ls_mmap_file(f, NR * PAGE_SIZE, PROT_READ | PROT_WRITE, MAP_SHARED, 0);

	KUNIT_ASSERT_FALSE(test, IS_ERR(p));
	KUNIT_EXPECT_EQ(test, ls_munmap(p + 1, PAGE_SIZE), -EINVAL);
	b->refuse = true;
	KUNIT_EXPECT_EQ(test, ls_munmap(p + PAGE_SIZE, PAGE_SIZE), -EINVAL);
	b->refuse = false;
	KUNIT_EXPECT_EQ(test, b->opens, 0);

	/* the second of four */
	KUNIT_EXPECT_EQ(test, ls_munmap(p + PAGE_SIZE, PAGE_SIZE), 0);
	KUNIT_EXPECT_EQ(test, b->opens, 2);
	KUNIT_EXPECT_EQ(test, b->closes, 1);
	KUNIT_EXPECT_EQ(test, page_count(b->page[0]), 2);
	KUNIT_EXPECT_EQ(test, page_count(b->page[1]), 1);
	KUNIT_EXPECT_EQ(test, page_count(b->page[3]), 2);
	KUNIT_EXPECT_EQ(test, ls_fault(p + PAGE_SIZE, 0), -EFAULT);
	KUNIT_EXPECT_EQ(test, *(u32 *)p, 1);

	/* what is above still knows its place in the file */
	unmap_mapping_range(f->f_mapping, 3 * PAGE_SIZE, PAGE_SIZE, 1);
	KUNIT_EXPECT_EQ(test, page_count(b->page[2]), 2);
	KUNIT_EXPECT_EQ(test, page_count(b->page[3]), 1);
	KUNIT_EXPECT_EQ(test, *(u32 *)(p + 3 * PAGE_SIZE), 4);

	/* across the hole, to the middle of the rest */
	KUNIT_EXPECT_EQ(test, ls_munmap(p, 3 * PAGE_SIZE), 0);
	KUNIT_EXPECT_EQ(test, b->opens, 3);
	KUNIT_EXPECT_EQ(test, b->closes, 3);
	KUNIT_EXPECT_EQ(test, ls_munmap(p + 3 * PAGE_SIZE, PAGE_SIZE), 0);
	KUNIT_EXPECT_EQ(test, b->closes, 4);
	KUNIT_EXPECT_EQ(test, file_count(f), 1);
	__fput_sync(f);
	free_buffer(test, b);
}

static void what_is_refused(struct kunit *test)
{
	struct buffer *b = new_buffer(test);
	struct file *ro = open_buffer(test, b, &lazy_fops, O_RDONLY);
	struct file *wo = open_buffer(test, b, &lazy_fops, O_WRONLY);
	const int rw = PROT_READ | PROT_WRITE;

	KUNIT_EXPECT_EQ(test, PTR_ERR(ls_mmap_file(ro, 0, PROT_READ, MAP_SHARED, 0)), -EINVAL);
	KUNIT_EXPECT_EQ(test, PTR_ERR(ls_mmap_file(ro, 4096, PROT_READ, MAP_SHARED, 5)), -EINVAL);
	KUNIT_EXPECT_EQ(test, PTR_ERR(ls_mmap_file(ro, 4096, PROT_READ, 0, 0)), -EINVAL);
	KUNIT_EXPECT_EQ(test, PTR_ERR(ls_mmap_file(ro, 4096, rw, MAP_SHARED, 0)), -EACCES);
	KUNIT_EXPECT_EQ(test, PTR_ERR(ls_mmap_file(wo, 4096, PROT_READ, MAP_SHARED, 0)), -EACCES);
	KUNIT_EXPECT_EQ(test, PTR_ERR(ls_mmap_file(ro, 4096, rw, MAP_PRIVATE, 0)), -EOPNOTSUPP);
	KUNIT_EXPECT_EQ(test, PTR_ERR(ls_mmap(-1, 4096, rw, MAP_SHARED, 0)), -EBADF);
	__fput_sync(ro);
	__fput_sync(wo);
	free_buffer(test, b);
}

static struct kunit_case cases[] = {
	KUNIT_CASE(faulted),
	KUNIT_CASE(inserted),
	KUNIT_CASE(remapped),
	KUNIT_CASE(zapped_and_back),
	KUNIT_CASE(touched),
	KUNIT_CASE(unmapped_in_parts),
	KUNIT_CASE(what_is_refused),
	{}
};

static struct kunit_suite suite = { .name = "fs_mmap", .test_cases = cases };
kunit_test_suite(suite);

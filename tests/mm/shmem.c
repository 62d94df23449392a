// SPDX-License-Identifier: MIT
/* Files of memory. */
#include <kunit/test.h>
#include <linux/file.h>
#include <linux/fs.h>
#include <linux/kernel.h>
#include <linux/mm.h>
#include <linux/pagemap.h>
#include <linux/shmem_fs.h>
#include <lockstep/fault.h>
#include <lockstep/test.h>

static struct file *setup(struct kunit *test, loff_t size)
{
	struct file *file = shmem_file_setup("test", size, VM_NORESERVE);

	KUNIT_ASSERT_FALSE(test, IS_ERR(file));
	return file;
}

static void pages_stay(struct kunit *test)
{
	struct file *file = setup(test, 3 * PAGE_SIZE);
	struct address_space *mapping = file->f_mapping;
	struct page *a = shmem_read_mapping_page(mapping, 1), *b;

	KUNIT_ASSERT_FALSE(test, IS_ERR(a));
	KUNIT_EXPECT_TRUE(test, shmem_mapping(mapping));
	KUNIT_EXPECT_TRUE(test, mem_is_zero(page_address(a), PAGE_SIZE));
	strcpy(page_address(a), "kept");
	set_page_dirty(a);
	put_page(a);
	b = shmem_read_mapping_page(mapping, 1);
	KUNIT_EXPECT_PTR_EQ(test, a, b);
	KUNIT_EXPECT_STREQ(test, (char *)page_address(b), "kept");
	put_page(b);
	KUNIT_EXPECT_EQ(test, mapping->nrpages, 1);
	KUNIT_EXPECT_EQ(test, PTR_ERR(shmem_read_mapping_page(mapping, 3)), -EINVAL);
	fput(file);
}

static void truncated_pages_are_zero(struct kunit *test)
{
	struct file *file = setup(test, 4 * PAGE_SIZE);
	struct page *page;
	int i;

	for (i = 0; i < 4; i++) {
		page = shmem_read_mapping_page(file->f_mapping, i);
		memset(page_address(page), 'x', PAGE_SIZE);
		put_page(page);
	}
	shmem_truncate_range(file_inode(file), PAGE_SIZE + 10, 3 * PAGE_SIZE + 9);
	KUNIT_EXPECT_EQ(test, file->f_mapping->nrpages, 3);
	page = find_get_page(file->f_mapping, 1);
	KUNIT_EXPECT_EQ(test, ((char *)page_address(page))[9], 'x');
	KUNIT_EXPECT_EQ(test, ((char *)page_address(page))[10], 0);
	put_page(page);
	KUNIT_EXPECT_NULL(test, find_get_page(file->f_mapping, 2));
	page = find_lock_page(file->f_mapping, 3);
	KUNIT_EXPECT_EQ(test, ((char *)page_address(page))[9], 0);
	KUNIT_EXPECT_EQ(test, ((char *)page_address(page))[10], 'x');
	unlock_page(page);
	put_page(page);
	shmem_truncate_range(file_inode(file), 0, -1);
	KUNIT_EXPECT_EQ(test, file->f_mapping->nrpages, 0);
	fput(file);
}

static void clean_pages_can_be_dropped(struct kunit *test)
{
	struct file *file = setup(test, 3 * PAGE_SIZE);
	struct page *page[3];
	int i;

	for (i = 0; i < 3; i++)
		page[i] = shmem_read_mapping_page(file->f_mapping, i);
	put_page(page[0]);
	set_page_dirty(page[1]);
	put_page(page[1]);
	/* The first is clean, the second dirty, the third in use. */
	KUNIT_EXPECT_EQ(test, invalidate_mapping_pages(file->f_mapping, 0, -1), 1);
	put_page(page[2]);
	fput(file);
}

static void bad_sizes_and_no_memory(struct kunit *test)
{
	struct file *file = setup(test, PAGE_SIZE);
	struct page *page;

	KUNIT_EXPECT_EQ(test, PTR_ERR(shmem_file_setup("test", -1, 0)), -EINVAL);
	ls_fail_nth(1);
	page = shmem_read_mapping_page(file->f_mapping, 0);
	ls_fail_nth(0);
	KUNIT_EXPECT_EQ(test, PTR_ERR(page), -ENOMEM);
	ls_fail_nth(1);
	KUNIT_EXPECT_EQ(test, PTR_ERR(shmem_file_setup("test", 1, 0)), -ENOMEM);
	ls_fail_nth(0);
	fput(file);
}

static struct kunit_case shmem_cases[] = {
	KUNIT_CASE(pages_stay),
	KUNIT_CASE(truncated_pages_are_zero),
	KUNIT_CASE(clean_pages_can_be_dropped),
	KUNIT_CASE(bad_sizes_and_no_memory),
	{}
};

static struct kunit_suite shmem_suite = {
	.name = "mm_shmem",
	.test_cases = shmem_cases,
};

kunit_test_suite(shmem_suite);

// SPDX-License-Identifier: MIT
/*
 * Memory under an explorer: what is freed does not come back, addresses do not depend on who
 * came first, and tasks fault in mappings at the same time.
 */
#include <kunit/test.h>
#include <linux/anon_inodes.h>
#include <linux/file.h>
#include <linux/fs.h>
#include <linux/mm.h>
#include <linux/mutex.h>
#include <linux/poison.h>
#include <linux/slab.h>
#include <linux/string.h>
#include <linux/vmalloc.h>
#include <lockstep/os.h>
#include <lockstep/syscall.h>
#include <lockstep/task.h>
#include <lockstep/test.h>

#define NR 3

struct seat {
	void *arg;
	unsigned int me;
	struct task_struct *task;
};

static void run(struct kunit *test, struct seat *seats, int (*fn)(void *seat), void *arg)
{
	unsigned int i;

	for (i = 0; i < NR; i++) {
		seats[i] = (struct seat){ .arg = arg, .me = i };
		seats[i].task = ls_task_start(fn, &seats[i], "seat");
		KUNIT_ASSERT_NOT_NULL(test, seats[i].task);
	}
	for (i = 0; i < NR; i++)
		ls_task_join(seats[i].task);
}

/* --- the heap ------------------------------------------------------------------------ */

__attribute__((no_sanitize("address"))) static bool is_poison(const unsigned char *p,
							      unsigned int size)
{
	while (size && *p == POISON_FREE) {
		p++;
		size--;
	}
	return !size;
}

static void freed_stays_freed(struct kunit *test)
{
	unsigned char *p = kmalloc(40, GFP_KERNEL), *q;
	int i;

	KUNIT_ASSERT_NOT_NULL(test, p);
	OPTIMIZER_HIDE_VAR(p);
	kfree(p);
	KUNIT_EXPECT_TRUE(test, is_poison(p, 40));
	for (i = 0; i < 100; i++) {
		q = kmalloc(40, GFP_KERNEL);
		KUNIT_EXPECT_PTR_NE(test, p, q);
		kfree(q);
	}
	KUNIT_EXPECT_TRUE(test, is_poison(p, 40));
}

static void freed_twice(struct kunit *test)
{
	char *p = kmalloc(40, GFP_KERNEL);

	KUNIT_ASSERT_NOT_NULL(test, p);
	kfree(p);
	OPTIMIZER_HIDE_VAR(p);
	lockstep_expect_report(test, "double-free");
	kfree(p);
}

/* Its contract: what was freed is readable, and is soon another object. */
static void type_stable(struct kunit *test)
{
	struct kmem_cache *s = kmem_cache_create("stable", 64, 0, SLAB_TYPESAFE_BY_RCU, NULL);
	char *p = kmem_cache_alloc(s, GFP_KERNEL), *q;

	strcpy(p, "first");
	OPTIMIZER_HIDE_VAR(p);
	kmem_cache_free(s, p);
	KUNIT_EXPECT_STREQ(test, p, "first");
	q = kmem_cache_alloc(s, GFP_KERNEL);
	KUNIT_EXPECT_PTR_EQ(test, p, q);
	kmem_cache_free(s, q);
	kmem_cache_destroy(s);
}

/* --- addresses ------------------------------------------------------------------------- */

struct places {
	struct mutex lock;
	unsigned long small[NR], large[NR], page[NR], mapped[NR];
};

static int take_all(void *data)
{
	struct seat *seat = data;
	struct places *places = seat->arg;
	void *small = kmalloc(100, GFP_KERNEL), *large, *mapped;
	struct page *page;

	mutex_lock(&places->lock);
	large = kmalloc(5000, GFP_KERNEL);
	mutex_unlock(&places->lock);
	page = alloc_page(GFP_KERNEL);
	mapped = vmalloc(10000);
	places->small[seat->me] = (unsigned long)small;
	places->large[seat->me] = (unsigned long)large;
	places->page[seat->me] = (unsigned long)page_address(page);
	places->mapped[seat->me] = (unsigned long)mapped;
	vfree(mapped);
	__free_page(page);
	kfree(large);
	kfree(small);
	return 0;
}

/* All do the same: if nobody moves anybody, their addresses are equally far apart. */
static void own_places(struct kunit *test)
{
	struct places *p = kunit_kzalloc(test, sizeof(*p), GFP_KERNEL);
	struct seat seats[NR];
	unsigned int i;

	KUNIT_ASSERT_NOT_NULL(test, p);
	mutex_init(&p->lock);
	run(test, seats, take_all, p);
	for (i = 2; i < NR; i++) {
		KUNIT_EXPECT_EQ(test, p->small[i] - p->small[i - 1], p->small[1] - p->small[0]);
		KUNIT_EXPECT_EQ(test, p->large[i] - p->large[i - 1], p->large[1] - p->large[0]);
		KUNIT_EXPECT_EQ(test, p->page[i] - p->page[i - 1], p->page[1] - p->page[0]);
		KUNIT_EXPECT_EQ(test, p->mapped[i] - p->mapped[i - 1],
				p->mapped[1] - p->mapped[0]);
	}
	mutex_destroy(&p->lock);
}

/* --- faults -------------------------------------------------------------------------------- */

struct buffer {
	struct mutex lock;
	struct page *page[NR];
	u32 *map;
	unsigned int faults;
	double sum[NR];
};

/* Written for the first time in here, by whoever comes first: a fault in a fault. */
static char of_this_case[4 * PAGE_SIZE];

static vm_fault_t buffer_fault(struct vm_fault *vmf)
{
	struct buffer *b = vmf->vma->vm_private_data;

	if (vmf->pgoff >= NR)
		return VM_FAULT_SIGBUS;
	/* Others come to fault while this one waits. */
	mutex_lock(&b->lock);
	of_this_case[vmf->pgoff * PAGE_SIZE]++;
	b->faults++;
	mutex_unlock(&b->lock);
	get_page(b->page[vmf->pgoff]);
	vmf->page = b->page[vmf->pgoff];
	return 0;
}

static const struct vm_operations_struct buffer_vm_ops = { .fault = buffer_fault };

static int buffer_mmap(struct file *file, struct vm_area_struct *vma)
{
	vma->vm_ops = &buffer_vm_ops;
	vma->vm_private_data = file->private_data;
	return 0;
}

static const struct file_operations buffer_fops = { .owner = THIS_MODULE, .mmap = buffer_mmap };

/* Values that live in registers of all kinds while the load faults. */
static int touch(void *data)
{
	struct seat *seat = data;
	struct buffer *b = seat->arg;
	u32 *map = b->map + seat->me * PAGE_SIZE / 4;
	unsigned int i, n = 0;
	double sum = seat->me;

	for (i = 0; i < 8; i++) {
		sum += *(volatile u32 *)(map + i) * 0.5;
		n = n * 3 + i;
	}
	*(volatile u32 *)(map + 9) = n;
	b->sum[seat->me] = sum;
	return 0;
}

static void faults_at_once(struct kunit *test)
{
	struct buffer *b = kunit_kzalloc(test, sizeof(*b), GFP_KERNEL);
	struct seat seats[NR];
	struct file *f;
	unsigned int i, at;

	KUNIT_ASSERT_NOT_NULL(test, b);
	mutex_init(&b->lock);
	for (i = 0; i < NR; i++) {
		u32 *p;

		b->page[i] = alloc_page(GFP_KERNEL | __GFP_ZERO);
		KUNIT_ASSERT_NOT_NULL(test, b->page[i]);
		p = page_address(b->page[i]);
		for (at = 0; at < 8; at++)
			p[at] = i + at;
	}
	f = anon_inode_create_getfile("[buffer]", &buffer_fops, b, O_RDWR, NULL);
	KUNIT_ASSERT_FALSE(test, IS_ERR(f));
	b->map = ls_mmap_file(f, NR * PAGE_SIZE, PROT_READ | PROT_WRITE, MAP_SHARED, 0);
	KUNIT_ASSERT_FALSE(test, IS_ERR(b->map));
	unmap_mapping_range(f->f_mapping, 0, 0, 1);
	b->faults = 0;
	memset(of_this_case, 0, sizeof(of_this_case));

	run(test, seats, touch, b);
	KUNIT_EXPECT_EQ(test, b->faults, NR);
	for (i = 0; i < NR; i++) {
		u32 *p = page_address(b->page[i]);

		KUNIT_EXPECT_TRUE(test, b->sum[i] == i + (8 * i + 28) * 0.5);
		KUNIT_EXPECT_EQ(test, p[9], 1636);
		KUNIT_EXPECT_EQ(test, of_this_case[i * PAGE_SIZE], 1);
	}
	KUNIT_EXPECT_EQ(test, ls_munmap(b->map, NR * PAGE_SIZE), 0);
	__fput_sync(f);
	for (i = 0; i < NR; i++)
		__free_page(b->page[i]);
	mutex_destroy(&b->lock);
}

static struct kunit_case cases[] = {
	KUNIT_CASE(freed_stays_freed),
	KUNIT_CASE(freed_twice),
	KUNIT_CASE(type_stable),
	KUNIT_CASE(own_places),
	KUNIT_CASE(faults_at_once),
	{}
};

static struct kunit_suite suite = { .name = "explore_memory", .test_cases = cases };
kunit_test_suite(suite);
MODULE_LICENSE("Dual MIT/GPL");

// SPDX-License-Identifier: MIT
/* Address spaces, and the page flags that stand for work nobody does here. */
#include <linux/kernel.h>
#include <linux/mm.h>
#include <linux/pagevec.h>
#include <linux/rwsem.h>
#include <linux/sched.h>
#include <linux/sched/mm.h>
#include <linux/slab.h>

/**
 * mm_alloc() - make an empty address space
 *
 * Context: Sleeps.
 * Return: address space with one user and one reference, or NULL.
 */
struct mm_struct *mm_alloc(void)
{
	struct mm_struct *mm = kzalloc(sizeof(*mm), GFP_KERNEL);

	if (!mm)
		return NULL;
	atomic_set(&mm->mm_users, 1);
	atomic_set(&mm->mm_count, 1);
	init_rwsem(&mm->mmap_lock);
	spin_lock_init(&mm->page_table_lock);
	INIT_LIST_HEAD(&mm->vmas);
	mm->owner_pid = current->pid;
	return mm;
}

void __mmdrop(struct mm_struct *mm)
{
	kfree(mm);
}

/**
 * mmput() - drop a user
 * @mm: address space; whoever made mappings in it has removed them before the last user goes
 *
 * Context: Sleeps.
 */
void mmput(struct mm_struct *mm)
{
	might_sleep();
	if (!atomic_dec_and_test(&mm->mm_users))
		return;
	WARN_ON(!list_empty(&mm->vmas));
	mmdrop(mm);
}

/**
 * get_task_mm() - the address space of a task
 * @task: task that does not end meanwhile
 *
 * Context: Any.
 * Return: address space, for mmput(), or NULL.
 */
struct mm_struct *get_task_mm(struct task_struct *task)
{
	struct mm_struct *mm = task->mm;

	if (mm)
		mmget(mm);
	return mm;
}

/**
 * set_page_dirty() - the page was written to
 * @page: page
 *
 * Context: Any.
 * Return: whether it was clean.
 */
bool set_page_dirty(struct page *page)
{
	return !TestSetPageDirty(page);
}

/**
 * set_page_dirty_lock() - set_page_dirty() of a page that may be truncated meanwhile
 * @page: page
 *
 * Context: Sleeps.
 * Return: whether it was clean.
 */
int set_page_dirty_lock(struct page *page)
{
	might_sleep();
	return set_page_dirty(page);
}

/**
 * folio_mark_dirty() - the folio was written to
 * @folio: folio
 *
 * Context: Any.
 * Return: whether it was clean.
 */
bool folio_mark_dirty(struct folio *folio)
{
	return set_page_dirty(&folio->page);
}

/**
 * mark_page_accessed() - the page was used
 * @page: page
 *
 * Context: Any.
 */
void mark_page_accessed(struct page *page)
{
	SetPageReferenced(page);
}

/**
 * folio_mark_accessed() - the folio was used
 * @folio: folio
 *
 * Context: Any.
 */
void folio_mark_accessed(struct folio *folio)
{
	SetPageReferenced(&folio->page);
}

/**
 * unpin_user_page() - drop a reference that pins
 * @page: page
 *
 * Context: Any.
 */
void unpin_user_page(struct page *page)
{
	put_page(page);
}

/**
 * unpin_user_pages() - unpin_user_page() of each
 * @pages: array
 * @npages: entries
 *
 * Context: Any.
 */
void unpin_user_pages(struct page **pages, unsigned long npages)
{
	release_pages(pages, npages);
}

void __folio_batch_release(struct folio_batch *fbatch)
{
	unsigned int i;

	for (i = 0; i < fbatch->nr; i++)
		folio_put(fbatch->folios[i]);
	folio_batch_reinit(fbatch);
}

void __pagevec_release(struct pagevec *pvec)
{
	release_pages(pvec->pages, pvec->nr);
	pagevec_reinit(pvec);
}

/**
 * check_move_unevictable_pages() - pages may be reclaimed again; nothing reclaims here
 * @pvec: pages
 */
void check_move_unevictable_pages(struct pagevec *pvec)
{
}

/**
 * check_move_unevictable_folios() - folios may be reclaimed again; nothing reclaims here
 * @fbatch: folios
 */
void check_move_unevictable_folios(struct folio_batch *fbatch)
{
}

// SPDX-License-Identifier: MIT
/*
 * struct file: allocation, references, deferred release.
 */
#include <linux/fs.h>
#include <linux/file.h>
#include <linux/slab.h>
#include <linux/mount.h>
#include <linux/module.h>
#include <linux/cred.h>
#include <linux/hardirq.h>
#include <linux/cdev.h>
#include <lockstep/explore.h>
#include <lockstep/point.h>
#include <lockstep/task.h>
#include "internal.h"

static struct kmem_cache *filp_cachep;

static struct file *file_alloc_empty(int flags)
{
	struct file *f;

	/* The file has a registration of its own, which says more than its memory. */
	ls_track_pause();
	f = kmem_cache_alloc(filp_cachep, GFP_KERNEL);
	ls_track_resume();
	if (!f)
		return ERR_PTR(-ENOMEM);
	/* Type-stable memory: somebody may still try to get the file that was here. */
	memset((char *)f + sizeof(f->f_count), 0, sizeof(*f) - sizeof(f->f_count));
	f->f_cred = get_cred(current_cred());
	spin_lock_init(&f->f_lock);
	mutex_init(&f->f_pos_lock);
	f->f_flags = flags;
	f->f_mode = OPEN_FMODE(flags);
	atomic_long_set(&f->f_count, 1);
	return f;
}

static void file_free(struct file *f)
{
	put_cred(f->f_cred);
	kmem_cache_free(filp_cachep, f);
}

/*
 * An open file at @path, whose references it takes over on success. ERR_PTR
 * otherwise.
 */
struct file *ls_alloc_file(const struct path *path, int flags, const struct file_operations *fops)
{
	struct file *f = file_alloc_empty(flags);

	if (IS_ERR(f))
		return f;
	f->f_path = *path;
	f->f_inode = path->dentry->d_inode;
	f->f_mapping = f->f_inode->i_mapping;
	f->f_op = fops;
	if (fops->llseek)
		f->f_mode |= FMODE_LSEEK;
	if ((f->f_mode & FMODE_READ) && (fops->read || fops->read_iter))
		f->f_mode |= FMODE_CAN_READ;
	if ((f->f_mode & FMODE_WRITE) && (fops->write || fops->write_iter))
		f->f_mode |= FMODE_CAN_WRITE;
	if (fops->fop_flags & FOP_UNSIGNED_OFFSET)
		f->f_mode |= FMODE_UNSIGNED_OFFSET;
	f->f_mode |= FMODE_OPENED;
	ls_track_add(&f->track, LS_KIND_FILE, "file", f, sizeof(*f));
	return f;
}

/**
 * alloc_file_pseudo() - open a file that has no place in a directory
 * @inode: its inode; the caller's reference moves to the file on success
 * @mnt: mount of a pseudo file system
 * @name: shown by its ->d_dname()
 * @flags: O_*
 * @fops: operations
 *
 * Context: may sleep.
 * Return: a file with one reference, or ERR_PTR: -ENOMEM.
 */
struct file *alloc_file_pseudo(struct inode *inode, struct vfsmount *mnt, const char *name,
			       int flags, const struct file_operations *fops)
{
	struct qstr this = QSTR_INIT((const unsigned char *)name, strlen(name));
	struct path path;
	struct file *f;

	path.dentry = d_alloc_pseudo(mnt->mnt_sb, &this);
	if (!path.dentry)
		return ERR_PTR(-ENOMEM);
	path.mnt = mntget(mnt);
	d_instantiate(path.dentry, inode);
	f = ls_alloc_file(&path, flags, fops);
	if (IS_ERR(f)) {
		ihold(inode); /* the caller keeps its reference */
		path_put(&path);
	}
	return f;
}
EXPORT_SYMBOL(alloc_file_pseudo);

/** alloc_file_pseudo_noaccount() - alloc_file_pseudo(); files are not limited in number */
struct file *alloc_file_pseudo_noaccount(struct inode *inode, struct vfsmount *mnt,
					 const char *name, int flags,
					 const struct file_operations *fops)
{
	return alloc_file_pseudo(inode, mnt, name, flags, fops);
}
EXPORT_SYMBOL(alloc_file_pseudo_noaccount);

/**
 * alloc_file_clone() - open what another file is open on
 * @base: that file
 * @flags: O_*
 * @fops: operations
 *
 * Context: may sleep.
 * Return: a file with one reference, or ERR_PTR: -ENOMEM.
 */
struct file *alloc_file_clone(struct file *base, int flags, const struct file_operations *fops)
{
	struct file *f = ls_alloc_file(&base->f_path, flags, fops);

	if (!IS_ERR(f)) {
		path_get(&f->f_path);
		f->f_mapping = base->f_mapping;
	}
	return f;
}
EXPORT_SYMBOL(alloc_file_clone);

/* The last reference is gone: release, in the kernel's order. */
static void __fput(struct file *f)
{
	struct path path = f->f_path;
	struct inode *inode = f->f_inode;
	fmode_t mode = f->f_mode;

	might_sleep();
	if (unlikely(!(mode & FMODE_OPENED)))
		goto out;
	if ((f->f_flags & FASYNC) && f->f_op->fasync)
		f->f_op->fasync(-1, f, 0);
	if (f->f_op->release)
		f->f_op->release(inode, f);
	if (S_ISCHR(inode->i_mode) && inode->i_cdev)
		kobject_put(&inode->i_cdev->kobj);
	module_put(f->f_op->owner);
	ls_track_del(&f->track);
	dput(path.dentry);
	mntput(path.mnt);
out:
	file_free(f);
}

static LLIST_HEAD(delayed_fputs);

static void fput_list(struct llist_node *list)
{
	struct llist_node *next;

	for (list = llist_reverse_order(list); list; list = next) {
		next = list->next;
		__fput(llist_entry(list, struct file, f_llist));
	}
}

static void delayed_fput(struct work_struct *unused)
{
	fput_list(llist_del_all(&delayed_fputs));
}

static DECLARE_DELAYED_WORK(delayed_fput_work, delayed_fput);

/*
 * Under an explorer each release has a task of its own: one for all, with its timer, would make
 * releases depend on each other that do not.
 */
static unsigned int explored_fputs;

static int explored_fput(void *f)
{
	ls_point(LS_OP_STORE, f);
	__fput(f);
	explored_fputs--;
	ls_touch(&explored_fputs, LS_RELEASE_SHARED); /* commutes with its like */
	return 0;
}

static void explore_fput(struct file *f)
{
	explored_fputs++;
	ls_touch(&explored_fputs, LS_READ);
	ls_task_explore("fput", f, explored_fput, f, "fput");
}

static bool no_explored_fputs(const void *unused)
{
	return !explored_fputs;
}

/**
 * flush_delayed_fput() - release every file whose last reference is gone
 *
 * Also those that such a release drops in turn.
 *
 * Context: may sleep; takes whatever the release functions take.
 */
void flush_delayed_fput(void)
{
	if (ls_exploring()) {
		ls_point_wait(LS_OP_FLUSH, &explored_fputs, LS_ACQUIRE, no_explored_fputs, NULL,
			      OS_NEVER);
		return;
	}
	do {
		delayed_fput(NULL);
		flush_delayed_work(&delayed_fput_work);
	} while (!llist_empty(&delayed_fputs));
}
EXPORT_SYMBOL_GPL(flush_delayed_fput);

/**
 * fput() - drop a reference on a file
 * @f: the file
 *
 * The last one schedules the release, never runs it: it runs at the end of the
 * client call that the current task is in, or on a worker when there is
 * none or the caller cannot sleep. Hence no lock that the caller holds is held
 * in ->release().
 *
 * Context: any.
 */
void fput(struct file *f)
{
	struct ls_syscall *call;

	if (!atomic_long_dec_and_test(&f->f_count))
		return;
	if (!(f->f_mode & FMODE_OPENED)) {
		file_free(f);
		return;
	}
	call = in_interrupt() ? NULL : ls_client_current();
	if (call) {
		llist_add(&f->f_llist, &call->fputs);
		return;
	}
	if (ls_exploring())
		explore_fput(f);
	else if (llist_add(&f->f_llist, &delayed_fputs))
		schedule_delayed_work(&delayed_fput_work, 1);
}
EXPORT_SYMBOL(fput);

/**
 * __fput_sync() - drop a reference on a file and release it at once if it was the last
 * @f: the file
 *
 * Context: may sleep; must hold no lock that a release takes.
 */
void __fput_sync(struct file *f)
{
	if (atomic_long_dec_and_test(&f->f_count))
		__fput(f);
}
EXPORT_SYMBOL(__fput_sync);

/**
 * get_file_rcu() - take a reference on a file that may be going away
 * @f: where its pointer is kept
 *
 * Context: any.
 * Return: the file, or NULL if the pointer is NULL or its file is being released.
 */
struct file *get_file_rcu(struct file __rcu **f)
{
	struct file *file;

	for (;;) {
		rcu_read_lock();
		file = rcu_dereference(*f);
		if (!file || atomic_long_inc_not_zero(&file->f_count)) {
			rcu_read_unlock();
			break;
		}
		rcu_read_unlock();
		if (rcu_access_pointer(*f) == file)
			return NULL;
	}
	/* The memory is type-stable: make sure it is still the same file. */
	if (file && file != rcu_access_pointer(*f)) {
		fput(file);
		return get_file_rcu(f);
	}
	return file;
}
EXPORT_SYMBOL_GPL(get_file_rcu);

/**
 * get_file_active() - take a reference on a file unless it is being released
 * @f: where its pointer is kept
 *
 * Context: any.
 * Return: the file, or NULL.
 */
struct file *get_file_active(struct file **f)
{
	return get_file_rcu((struct file __rcu **)f);
}
EXPORT_SYMBOL_GPL(get_file_active);

/**
 * filp_close() - what close() does to the file
 * @f: the file; the reference is dropped
 * @id: table it was closed in, for ->flush()
 *
 * Context: may sleep.
 * Return: what ->flush() returned, else 0.
 */
int filp_close(struct file *f, fl_owner_t id)
{
	int ret = f->f_op->flush ? f->f_op->flush(f, id) : 0;

	fput(f);
	return ret;
}
EXPORT_SYMBOL(filp_close);

/* ->open() failed: the file goes without ->release(). Nobody else knows it. */
void ls_file_abandon(struct file *f)
{
	struct inode *inode = f->f_inode;

	if (S_ISCHR(inode->i_mode) && inode->i_cdev)
		kobject_put(&inode->i_cdev->kobj);
	module_put(f->f_op->owner);
	ls_track_del(&f->track);
	path_put(&f->f_path);
	file_free(f);
}

/*
 * Client calls. The frame of the outermost one is found through task_struct.fs,
 * which has no other use here.
 */

struct ls_syscall *ls_client_current(void)
{
	return (struct ls_syscall *)current->fs;
}

void ls_client_enter(struct ls_syscall *call)
{
	call->outer = ls_client_current();
	init_llist_head(&call->fputs);
	if (!call->outer)
		current->fs = (struct fs_struct *)call;
}

void ls_client_exit(struct ls_syscall *call)
{
	struct llist_node *list;

	if (call->outer)
		return;
	/* A release may drop further files: they are ours to release as well. */
	while ((list = llist_del_all(&call->fputs)))
		fput_list(list);
	current->fs = NULL;
}

static void file_ctor(void *obj)
{
	struct file *f = obj;

	BUILD_BUG_ON(offsetof(struct file, f_count));
	atomic_long_set(&f->f_count, 0);
}

int ls_file_init(void)
{
	filp_cachep = kmem_cache_create("filp", sizeof(struct file), 0, SLAB_TYPESAFE_BY_RCU,
					file_ctor);
	return filp_cachep ? 0 : -ENOMEM;
}

/* SPDX-License-Identifier: MIT */
#ifndef _LINUX_FS_H
#define _LINUX_FS_H

/**
 * DOC: files
 *
 * Files, inodes and their operations, as far as buffer sharing and device
 * drivers use them. There is no storage underneath: every inode is anonymous or
 * belongs to a pseudo file system that lives in memory. Reference counts, the
 * moment of release and the order of calls are the kernel's.
 *
 * A file is released by the last fput(), and as in the kernel never inside
 * it: the release runs when the client call that dropped the reference (see
 * lockstep/syscall.h) returns, or on a worker when no such call is under way.
 * __fput_sync() releases at once; flush_delayed_fput() waits for the worker.
 */

#include <linux/types.h>
#include <linux/errno.h>
#include <linux/err.h>
#include <linux/kernel.h>
#include <linux/export.h>
#include <linux/init.h>
#include <linux/list.h>
#include <linux/llist.h>
#include <linux/rbtree.h>
#include <linux/xarray.h>
#include <linux/radix-tree.h>
#include <linux/bug.h>
#include <linux/atomic.h>
#include <linux/cleanup.h>
#include <linux/bitops.h>
#include <linux/gfp_types.h>
#include <linux/spinlock.h>
#include <linux/mutex.h>
#include <linux/rwsem.h>
#include <linux/wait.h>
#include <linux/wait_bit.h>
#include <linux/workqueue.h>
#include <linux/rcupdate.h>
#include <linux/sched.h>
#include <linux/lockdep.h>
#include <linux/time64.h>
#include <linux/kdev_t.h>
#include <linux/fcntl.h>
#include <linux/stat.h>
#include <linux/path.h>
#include <linux/dcache.h>
#include <linux/mm_types.h>
#include <linux/ioctl.h>
#include <linux/cred.h>
#include <linux/capability.h>
#include <linux/poll.h>
#include <lockstep/track.h>

struct address_space;
struct cdev;
struct dir_context;
struct file;
struct file_operations;
struct folio;
struct fs_context;
struct inode;
struct iov_iter;
struct kiocb;
struct mnt_idmap;
struct module;
struct page;
struct pipe_inode_info;
struct poll_table_struct;
struct seq_file;
struct super_block;
struct vfsmount;
struct vm_area_struct;
struct fs_context;
struct mnt_idmap;
struct writeback_control;

typedef void *fl_owner_t;

#define FMODE_READ		((__force fmode_t)(1 << 0))
#define FMODE_WRITE		((__force fmode_t)(1 << 1))
#define FMODE_LSEEK		((__force fmode_t)(1 << 2))
#define FMODE_PREAD		((__force fmode_t)(1 << 3))
#define FMODE_PWRITE		((__force fmode_t)(1 << 4))
#define FMODE_EXEC		((__force fmode_t)(1 << 5))
#define FMODE_UNSIGNED_OFFSET	((__force fmode_t)(1 << 13))
#define FMODE_PATH		((__force fmode_t)(1 << 14))
#define FMODE_STREAM		((__force fmode_t)(1 << 16))
#define FMODE_CAN_READ		((__force fmode_t)(1 << 17))
#define FMODE_CAN_WRITE		((__force fmode_t)(1 << 18))
#define FMODE_OPENED		((__force fmode_t)(1 << 19))
#define FMODE_CREATED		((__force fmode_t)(1 << 20))
#define FMODE_NONOTIFY		((__force fmode_t)(1 << 26))

#define OPEN_FMODE(flag)	((__force fmode_t)(((flag) + 1) & O_ACCMODE))
#define ACC_MODE(x)		("\004\002\006\006"[(x) & O_ACCMODE])

#define SEEK_SET	0
#define SEEK_CUR	1
#define SEEK_END	2

#define MAX_LFS_FILESIZE	((loff_t)LLONG_MAX)
#define NR_OPEN_DEFAULT		64

/* super_block.s_flags */
#define SB_RDONLY	(1u << 0)
#define SB_NOSUID	(1u << 1)
#define SB_NOUSER	(1u << 31)
#define SB_KERNMOUNT	(1u << 22)

/* file_system_type.fs_flags */
#define FS_REQUIRES_DEV	1
#define FS_USERNS_MOUNT	8

/* inode.i_flags */
#define S_PRIVATE	(1 << 9)

/* IS_ERR-like helpers for i_mode live in linux/stat.h */
#define IS_PRIVATE(inode)	((inode)->i_flags & S_PRIVATE)

struct address_space_operations {
	int (*writepage)(struct page *page, struct writeback_control *wbc);
	int (*read_folio)(struct file *file, struct folio *folio);
	int (*writepages)(struct address_space *mapping, struct writeback_control *wbc);
	bool (*dirty_folio)(struct address_space *mapping, struct folio *folio);
	int (*write_begin)(struct file *file, struct address_space *mapping, loff_t pos,
			   unsigned int len, struct folio **foliop, void **fsdata);
	int (*write_end)(struct file *file, struct address_space *mapping, loff_t pos,
			 unsigned int len, unsigned int copied, struct folio *folio, void *fsdata);
	void (*free_folio)(struct folio *folio);
};

/**
 * struct address_space - the pages of an object and who maps them
 * @host: owning inode
 * @i_pages: index to page
 * @invalidate_lock: held shared by faults that fill the mapping
 * @gfp_mask: how pages are allocated; see mapping_set_gfp_mask()
 * @i_mmap_rwsem: protects @ls_vmas
 * @nrpages: entries of @i_pages
 * @writeback_index: unused, drivers of 6.1 reset it
 * @a_ops: operations
 * @flags: AS_* bits
 * @i_private_lock: for the owner
 * @i_private_data: for the owner
 * @ls_vmas: client mappings, for unmap_mapping_range()
 */
struct address_space {
	struct inode *host;
	struct xarray i_pages;
	struct rw_semaphore invalidate_lock;
	gfp_t gfp_mask;
	atomic_t i_mmap_writable;
	struct rb_root_cached i_mmap;
	struct rw_semaphore i_mmap_rwsem;
	unsigned long nrpages;
	pgoff_t writeback_index;
	const struct address_space_operations *a_ops;
	unsigned long flags;
	union {
		spinlock_t i_private_lock;
		spinlock_t private_lock; /* its name up to 6.7 */
	};
	union {
		struct list_head i_private_list;
		struct list_head private_list;
	};
	union {
		void *i_private_data;
		void *private_data;
	};
	struct list_head ls_vmas;
};

struct inode_operations {
	struct dentry *(*lookup)(struct inode *dir, struct dentry *dentry, unsigned int flags);
	int (*create)(struct mnt_idmap *idmap, struct inode *dir, struct dentry *dentry,
		      umode_t mode, bool excl);
	int (*unlink)(struct inode *dir, struct dentry *dentry);
};

/**
 * struct inode - what a file is about
 * @i_mode: S_IF* and permissions
 * @i_flags: S_*
 * @i_op: operations on names
 * @i_sb: file system it belongs to
 * @i_mapping: its pages; &@i_data unless shared with another inode
 * @i_ino: number, from get_next_ino()
 * @i_rdev: device number of a device node
 * @i_size: bytes; see i_size_read()
 * @i_lock: protects small fields
 * @i_count: references; see ihold() and iput()
 * @i_fop: file operations given to files opened from it
 * @i_rwsem: see inode_lock()
 */
struct inode {
	umode_t i_mode;
	unsigned short i_opflags;
	kuid_t i_uid;
	kgid_t i_gid;
	unsigned int i_flags;
	const struct inode_operations *i_op;
	struct super_block *i_sb;
	struct address_space *i_mapping;
	unsigned long i_ino;
	unsigned int i_nlink;
	dev_t i_rdev;
	loff_t i_size;
	struct timespec64 __i_atime;
	struct timespec64 __i_mtime;
	struct timespec64 __i_ctime;
	spinlock_t i_lock;
	u8 i_blkbits;
	blkcnt_t i_blocks;
	unsigned long i_state;
	struct rw_semaphore i_rwsem;
	atomic_t i_count;
	atomic_t i_writecount;
	const struct file_operations *i_fop;
	struct address_space i_data;
	struct list_head i_sb_list;
	struct hlist_head i_dentry;
	union {
		struct pipe_inode_info *i_pipe;
		struct cdev *i_cdev;
		char *i_link;
	};
	void *i_private;
	struct rcu_head i_rcu;
};

struct fown_struct {
	struct file *file;
	rwlock_t lock;
	struct pid *pid;
	int signum;
};

struct file_ra_state {
	pgoff_t start;
	unsigned int size;
};

/**
 * struct file - an open file
 * @f_count: references; get_file(), fget(), fput()
 * @f_lock: protects @f_flags
 * @f_mode: FMODE_*
 * @f_op: operations
 * @f_mapping: pages, normally those of @f_inode
 * @private_data: for the driver
 * @f_inode: cached inode of @f_path
 * @f_flags: O_*
 * @f_pos_lock: serialises users of @f_pos
 * @f_pos: current offset
 * @f_path: mount and dentry; a reference on both
 * @f_llist: link of the deferred release
 * @track: registration for the leak check
 */
struct file {
	atomic_long_t f_count;
	spinlock_t f_lock;
	fmode_t f_mode;
	const struct file_operations *f_op;
	struct address_space *f_mapping;
	void *private_data;
	struct inode *f_inode;
	unsigned int f_flags;
	unsigned int f_iocb_flags;
	const struct cred *f_cred;
	struct path f_path;
	struct mutex f_pos_lock;
	loff_t f_pos;
	struct fown_struct *f_owner;
	struct file_ra_state f_ra;
	struct hlist_head *f_ep;
	union {
		struct llist_node f_llist;
		struct rcu_head f_rcuhead;
	};
	struct ls_track track;
};

typedef unsigned int __bitwise fop_flags_t;

#define FOP_UNSIGNED_OFFSET	((__force fop_flags_t)(1 << 5))

struct file_operations {
	struct module *owner;
	fop_flags_t fop_flags;
	loff_t (*llseek)(struct file *file, loff_t offset, int whence);
	ssize_t (*read)(struct file *file, char __user *buf, size_t len, loff_t *pos);
	ssize_t (*write)(struct file *file, const char __user *buf, size_t len, loff_t *pos);
	ssize_t (*read_iter)(struct kiocb *iocb, struct iov_iter *to);
	ssize_t (*write_iter)(struct kiocb *iocb, struct iov_iter *from);
	int (*iterate_shared)(struct file *file, struct dir_context *ctx);
	__poll_t (*poll)(struct file *file, struct poll_table_struct *wait);
	long (*unlocked_ioctl)(struct file *file, unsigned int cmd, unsigned long arg);
	long (*compat_ioctl)(struct file *file, unsigned int cmd, unsigned long arg);
	int (*mmap)(struct file *file, struct vm_area_struct *vma);
	int (*open)(struct inode *inode, struct file *file);
	int (*flush)(struct file *file, fl_owner_t id);
	int (*release)(struct inode *inode, struct file *file);
	int (*fsync)(struct file *file, loff_t start, loff_t end, int datasync);
	int (*fasync)(int fd, struct file *file, int on);
	int (*lock)(struct file *file, int cmd, void *lock);
	unsigned long (*get_unmapped_area)(struct file *file, unsigned long addr, unsigned long len,
					   unsigned long pgoff, unsigned long flags);
	int (*check_flags)(int flags);
	ssize_t (*splice_read)(struct file *in, loff_t *ppos, void *pipe, size_t len,
			       unsigned int flags);
	ssize_t (*splice_write)(void *pipe, struct file *out, loff_t *ppos, size_t len,
				unsigned int flags);
	void (*show_fdinfo)(struct seq_file *m, struct file *file);
	long (*fallocate)(struct file *file, int mode, loff_t offset, loff_t len);
};

struct kiocb {
	struct file *ki_filp;
	loff_t ki_pos;
	void (*ki_complete)(struct kiocb *iocb, long ret);
	void *private;
	int ki_flags;
	u16 ki_ioprio;
};

struct super_operations {
	struct inode *(*alloc_inode)(struct super_block *sb);
	void (*destroy_inode)(struct inode *inode);
	void (*free_inode)(struct inode *inode);
	void (*evict_inode)(struct inode *inode);
	void (*put_super)(struct super_block *sb);
	int (*statfs)(struct dentry *dentry, void *buf);
};

/**
 * struct super_block - one instance of a file system
 * @s_count: references: its mounts
 * @s_inode_list_lock: protects @s_inodes
 */
struct super_block {
	struct list_head s_list;
	dev_t s_dev;
	unsigned char s_blocksize_bits;
	unsigned long s_blocksize;
	loff_t s_maxbytes;
	struct file_system_type *s_type;
	const struct super_operations *s_op;
	unsigned long s_flags;
	unsigned long s_iflags;
	unsigned long s_magic;
	struct dentry *s_root;
	atomic_t s_active;
	char s_id[32];
	void *s_fs_info;
	u32 s_time_gran;
	const struct dentry_operations *s_d_op;
	spinlock_t s_inode_list_lock;
	struct list_head s_inodes;
};

struct file_system_type {
	const char *name;
	int fs_flags;
	int (*init_fs_context)(struct fs_context *fc);
	void (*kill_sb)(struct super_block *sb);
	struct module *owner;
	struct file_system_type *next;
};

/* --- references ------------------------------------------------------------ */

/**
 * get_file() - take another reference on a file that the caller holds one on
 * @f: the file
 *
 * Context: any.
 * Return: @f.
 */
static inline struct file *get_file(struct file *f)
{
	atomic_long_inc(&f->f_count);
	return f;
}

struct file *get_file_rcu(struct file __rcu **f);
struct file *get_file_active(struct file **f);
#define get_file_rcu_legacy(f)	atomic_long_inc_not_zero(&(f)->f_count)
#define file_count(f)		atomic_long_read(&(f)->f_count)

/* fput() and its kin: see linux/file.h */
void fput(struct file *file);
void __fput_sync(struct file *file);
void flush_delayed_fput(void);
int filp_close(struct file *file, fl_owner_t id);

DEFINE_FREE(fput, struct file *, if (!IS_ERR_OR_NULL(_T)) fput(_T))

/* --- inodes ------------------------------------------------------------------ */

static inline struct inode *file_inode(const struct file *f)
{
	return f->f_inode;
}

static inline struct dentry *file_dentry(const struct file *f)
{
	return f->f_path.dentry;
}

static inline loff_t i_size_read(const struct inode *inode)
{
	return READ_ONCE(inode->i_size);
}

static inline void i_size_write(struct inode *inode, loff_t size)
{
	WRITE_ONCE(inode->i_size, size);
}

static inline void inode_lock(struct inode *inode)
{
	down_write(&inode->i_rwsem);
}

static inline void inode_unlock(struct inode *inode)
{
	up_write(&inode->i_rwsem);
}

static inline void inode_lock_shared(struct inode *inode)
{
	down_read(&inode->i_rwsem);
}

static inline void inode_unlock_shared(struct inode *inode)
{
	up_read(&inode->i_rwsem);
}

static inline bool inode_is_locked(struct inode *inode)
{
	return rwsem_is_locked(&inode->i_rwsem);
}

static inline void i_mmap_lock_write(struct address_space *mapping)
{
	down_write(&mapping->i_mmap_rwsem);
}

static inline void i_mmap_unlock_write(struct address_space *mapping)
{
	up_write(&mapping->i_mmap_rwsem);
}

static inline void i_mmap_lock_read(struct address_space *mapping)
{
	down_read(&mapping->i_mmap_rwsem);
}

static inline void i_mmap_unlock_read(struct address_space *mapping)
{
	up_read(&mapping->i_mmap_rwsem);
}

static inline unsigned int iminor(const struct inode *inode)
{
	return MINOR(inode->i_rdev);
}

static inline unsigned int imajor(const struct inode *inode)
{
	return MAJOR(inode->i_rdev);
}

struct inode *new_inode(struct super_block *sb);
struct inode *new_inode_pseudo(struct super_block *sb);
struct inode *alloc_anon_inode(struct super_block *sb);
void ihold(struct inode *inode);
void iput(struct inode *inode);
unsigned int get_next_ino(void);
struct timespec64 inode_set_ctime_current(struct inode *inode);
struct timespec64 current_time(struct inode *inode);
void simple_inode_init_ts(struct inode *inode);
void address_space_init_once(struct address_space *mapping);
void clear_inode(struct inode *inode);

/* --- file systems that live in memory ---------------------------------------- */

struct vfsmount *kern_mount(struct file_system_type *type);
void kern_unmount(struct vfsmount *mnt);
void kill_anon_super(struct super_block *sb);
void kill_litter_super(struct super_block *sb);
int register_filesystem(struct file_system_type *type);
int unregister_filesystem(struct file_system_type *type);
int simple_pin_fs(struct file_system_type *type, struct vfsmount **mount, int *count);
void simple_release_fs(struct vfsmount **mount, int *count);
int simple_statfs(struct dentry *dentry, void *buf);
char *simple_dname(struct dentry *dentry, char *buffer, int buflen);
extern const struct dentry_operations simple_dentry_operations;

struct file *alloc_file_pseudo(struct inode *inode, struct vfsmount *mnt, const char *name,
			       int flags, const struct file_operations *fops);
struct file *alloc_file_pseudo_noaccount(struct inode *inode, struct vfsmount *mnt,
					 const char *name, int flags,
					 const struct file_operations *fops);
struct file *alloc_file_clone(struct file *base, int flags, const struct file_operations *fops);

/* --- helpers for file_operations ---------------------------------------------- */

int simple_open(struct inode *inode, struct file *file);
int nonseekable_open(struct inode *inode, struct file *filp);
int stream_open(struct inode *inode, struct file *filp);
loff_t vfs_llseek(struct file *file, loff_t offset, int whence);
loff_t no_llseek(struct file *file, loff_t offset, int whence);
loff_t noop_llseek(struct file *file, loff_t offset, int whence);
loff_t default_llseek(struct file *file, loff_t offset, int whence);
loff_t generic_file_llseek(struct file *file, loff_t offset, int whence);
loff_t fixed_size_llseek(struct file *file, loff_t offset, int whence, loff_t size);
loff_t no_seek_end_llseek(struct file *file, loff_t offset, int whence);
loff_t vfs_setpos(struct file *file, loff_t offset, loff_t maxsize);
ssize_t simple_read_from_buffer(void __user *to, size_t count, loff_t *ppos, const void *from,
				size_t available);
ssize_t simple_write_to_buffer(void *to, size_t available, loff_t *ppos, const void __user *from,
			       size_t count);
ssize_t memory_read_from_buffer(void *to, size_t count, loff_t *ppos, const void *from,
				size_t available);
long vfs_ioctl(struct file *filp, unsigned int cmd, unsigned long arg);
ssize_t vfs_read(struct file *file, char __user *buf, size_t count, loff_t *pos);
ssize_t vfs_write(struct file *file, const char __user *buf, size_t count, loff_t *pos);
ssize_t kernel_read(struct file *file, void *buf, size_t count, loff_t *pos);
ssize_t kernel_write(struct file *file, const void *buf, size_t count, loff_t *pos);
char *file_path(struct file *file, char *buf, int buflen);
#define compat_ptr_ioctl NULL

static inline int call_mmap(struct file *file, struct vm_area_struct *vma)
{
	return file->f_op->mmap(file, vma);
}

static inline void file_accessed(struct file *file)
{
}

/* Module owners are counted by module_get(); see linux/module.h. */
#define fops_get(fops)	(fops)
#define fops_put(fops)	do { (void)(fops); } while (0)
#define replace_fops(f, fops)	do { (f)->f_op = (fops); } while (0)

/* --- character devices: numbers only; see linux/cdev.h ------------------------- */

int alloc_chrdev_region(dev_t *dev, unsigned int baseminor, unsigned int count, const char *name);
int register_chrdev_region(dev_t from, unsigned int count, const char *name);
void unregister_chrdev_region(dev_t from, unsigned int count);

/* --- simple attributes of debugfs ---------------------------------------------- */

int simple_attr_open(struct inode *inode, struct file *file, int (*get)(void *, u64 *),
		     int (*set)(void *, u64), const char *fmt);
int simple_attr_release(struct inode *inode, struct file *file);
ssize_t simple_attr_read(struct file *file, char __user *buf, size_t len, loff_t *ppos);
ssize_t simple_attr_write(struct file *file, const char __user *buf, size_t len, loff_t *ppos);

#define DEFINE_SIMPLE_ATTRIBUTE(__fops, __get, __set, __fmt)					\
	static int __fops##_open(struct inode *inode, struct file *file)			\
	{											\
		return simple_attr_open(inode, file, __get, __set, __fmt);			\
	}											\
	static const struct file_operations __fops = {						\
		.open = __fops##_open,								\
		.release = simple_attr_release,							\
		.read = simple_attr_read,							\
		.write = simple_attr_write,							\
		.llseek = generic_file_llseek,							\
	}

#endif /* _LINUX_FS_H */

/* SPDX-License-Identifier: MIT */
#ifndef _LINUX_SEQ_FILE_H
#define _LINUX_SEQ_FILE_H

#include <linux/types.h>
#include <linux/string.h>
#include <linux/string_helpers.h>
#include <linux/bug.h>
#include <linux/mutex.h>
#include <linux/fs.h>
#include <linux/stdarg.h>

struct seq_operations;
struct path;

/**
 * struct seq_file - text produced record by record
 * @buf: what has been produced and not yet read
 * @size: of @buf
 * @from: first byte of @buf not yet read
 * @count: bytes in @buf; == @size means a record did not fit
 * @pad_until: see seq_setwidth()
 * @index: record @buf begins after
 * @read_pos: file offset that the next read must ask for
 * @lock: one reader at a time
 * @op: where records come from
 * @file: the open file; NULL for a text made by ls_seq_print()
 * @private: for the owner
 */
struct seq_file {
	char *buf;
	size_t size;
	size_t from;
	size_t count;
	size_t pad_until;
	loff_t index;
	loff_t read_pos;
	struct mutex lock;
	const struct seq_operations *op;
	int poll_event;
	const struct file *file;
	void *private;
};

struct seq_operations {
	void *(*start)(struct seq_file *m, loff_t *pos);
	void (*stop)(struct seq_file *m, void *v);
	void *(*next)(struct seq_file *m, void *v, loff_t *pos);
	int (*show)(struct seq_file *m, void *v);
};

#define SEQ_SKIP	1
#define SEQ_START_TOKEN	((void *)1)

/**
 * seq_has_overflowed() - did the text outgrow the buffer?
 * @m: the text
 *
 * The record is produced again into a larger buffer; what ->show() still adds
 * is lost, so it may stop early.
 *
 * Return: true if so.
 */
static inline bool seq_has_overflowed(struct seq_file *m)
{
	return m->count == m->size;
}

int seq_open(struct file *file, const struct seq_operations *op);
int seq_release(struct inode *inode, struct file *file);
int seq_open_private(struct file *file, const struct seq_operations *op, int psize);
void *__seq_open_private(struct file *file, const struct seq_operations *op, int psize);
int seq_release_private(struct inode *inode, struct file *file);
ssize_t seq_read(struct file *file, char __user *buf, size_t size, loff_t *ppos);
loff_t seq_lseek(struct file *file, loff_t offset, int whence);
int single_open(struct file *file, int (*show)(struct seq_file *m, void *v), void *data);
int single_open_size(struct file *file, int (*show)(struct seq_file *m, void *v), void *data,
		     size_t size);
int single_release(struct inode *inode, struct file *file);

int seq_write(struct seq_file *m, const void *data, size_t len);
void seq_putc(struct seq_file *m, char c);
void seq_puts(struct seq_file *m, const char *s);
__printf(2, 0) void seq_vprintf(struct seq_file *m, const char *fmt, va_list args);
__printf(2, 3) void seq_printf(struct seq_file *m, const char *fmt, ...);
void seq_put_decimal_ull(struct seq_file *m, const char *delimiter, unsigned long long num);
void seq_put_decimal_ll(struct seq_file *m, const char *delimiter, long long num);
void seq_escape(struct seq_file *m, const char *s, const char *esc);
void seq_pad(struct seq_file *m, char c);

static inline void seq_setwidth(struct seq_file *m, size_t width)
{
	m->pad_until = m->count + width;
}

struct list_head *seq_list_start(struct list_head *head, loff_t pos);
struct list_head *seq_list_start_head(struct list_head *head, loff_t pos);
struct list_head *seq_list_next(void *v, struct list_head *head, loff_t *ppos);

#define DEFINE_SHOW_ATTRIBUTE(__name)							\
	static int __name##_open(struct inode *inode, struct file *file)		\
	{										\
		return single_open(file, __name##_show, inode->i_private);		\
	}										\
	static const struct file_operations __name##_fops = {				\
		.owner = THIS_MODULE,							\
		.open = __name##_open,							\
		.read = seq_read,							\
		.llseek = seq_lseek,							\
		.release = single_release,						\
	}

#define DEFINE_SEQ_ATTRIBUTE(__name)							\
	static int __name##_open(struct inode *inode, struct file *file)		\
	{										\
		int ret = seq_open(file, &__name##_sops);				\
											\
		if (!ret && inode->i_private)						\
			((struct seq_file *)file->private_data)->private = inode->i_private; \
		return ret;								\
	}										\
	static const struct file_operations __name##_fops = {				\
		.owner = THIS_MODULE,							\
		.open = __name##_open,							\
		.read = seq_read,							\
		.llseek = seq_lseek,							\
		.release = seq_release,							\
	}

#endif /* _LINUX_SEQ_FILE_H */

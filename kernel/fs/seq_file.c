// SPDX-License-Identifier: MIT
/*
 * seq_file: text produced record by record. A record that does not fit is
 * produced again into a larger buffer, so ->show() never has to care.
 */
#include <linux/fs.h>
#include <linux/seq_file.h>
#include <linux/slab.h>
#include <linux/uaccess.h>
#include <linux/ctype.h>
#include <linux/printk.h>

static int seq_grow(struct seq_file *m)
{
	size_t size = m->buf ? m->size * 2 : PAGE_SIZE;
	char *buf = kvmalloc(size, GFP_KERNEL_ACCOUNT);

	if (!buf)
		return -ENOMEM;
	kvfree(m->buf);
	m->buf = buf;
	m->size = size;
	m->from = m->count = 0;
	return 0;
}

/* Call ->show(); a record it skips leaves no trace. */
static int seq_show_record(struct seq_file *m, void *v)
{
	size_t before = m->count;
	int ret = m->op->show(m, v);

	if (ret > 0) {
		m->count = before;
		ret = 0;
	}
	return ret;
}

/*
 * Fill the empty buffer with whole records: at least one, and then as many as
 * fit within one ->start()/->stop(). Returns bytes, 0 at the end, or -errno.
 */
static ssize_t seq_fill(struct seq_file *m, size_t want)
{
	size_t whole;
	void *v;
	int err;

	err = m->buf ? 0 : seq_grow(m);
	if (err)
		return err;
again:
	m->from = m->count = whole = 0;
	err = 0;
	v = m->op->start(m, &m->index);
	while (!IS_ERR_OR_NULL(v)) {
		loff_t pos = m->index;

		err = seq_show_record(m, v);
		if (err < 0 || seq_has_overflowed(m))
			break;
		whole = m->count;
		v = m->op->next(m, v, &m->index);
		if (pos == m->index) /* a ->next() that forgets would loop forever */
			m->index++;
		if (whole >= want)
			break;
	}
	if (IS_ERR(v))
		err = PTR_ERR(v);
	m->op->stop(m, v);

	if (!whole && !err && seq_has_overflowed(m)) {
		err = seq_grow(m);
		if (!err)
			goto again;
	}
	m->count = whole;
	return whole ?: err;
}

/* Bring the text to file offset @pos. */
static int seq_seek(struct seq_file *m, loff_t pos)
{
	loff_t at = 0;

	m->index = 0;
	m->from = m->count = 0;
	while (at < pos) {
		ssize_t n = seq_fill(m, PAGE_SIZE);

		if (n < 0)
			return n;
		if (!n)
			break;
		m->from = min_t(loff_t, n, pos - at);
		at += m->from;
	}
	m->read_pos = pos;
	return 0;
}

/**
 * seq_open() - ->open() of a file whose text comes from records
 * @file: file; private_data becomes its &struct seq_file
 * @op: where records come from
 *
 * Context: may sleep.
 * Return: 0, or -ENOMEM.
 */
int seq_open(struct file *file, const struct seq_operations *op)
{
	struct seq_file *m;

	WARN_ON(file->private_data);
	m = kzalloc(sizeof(*m), GFP_KERNEL);
	if (!m)
		return -ENOMEM;
	mutex_init(&m->lock);
	m->op = op;
	m->file = file;
	file->private_data = m;
	file->f_mode &= ~FMODE_PWRITE;
	return 0;
}
EXPORT_SYMBOL(seq_open);

/**
 * seq_release() - ->release() for seq_open()
 * @inode: unused
 * @file: file
 *
 * Context: may sleep.
 * Return: 0.
 */
int seq_release(struct inode *inode, struct file *file)
{
	struct seq_file *m = file->private_data;

	kvfree(m->buf);
	kfree(m);
	return 0;
}
EXPORT_SYMBOL(seq_release);

/** __seq_open_private() - seq_open() with zeroed memory for the owner; NULL if there is none */
void *__seq_open_private(struct file *file, const struct seq_operations *op, int psize)
{
	void *priv = kzalloc(psize, GFP_KERNEL_ACCOUNT);

	if (!priv)
		return NULL;
	if (seq_open(file, op)) {
		kfree(priv);
		return NULL;
	}
	((struct seq_file *)file->private_data)->private = priv;
	return priv;
}
EXPORT_SYMBOL(__seq_open_private);

/** seq_open_private() - the same, but 0 or -ENOMEM */
int seq_open_private(struct file *file, const struct seq_operations *op, int psize)
{
	return __seq_open_private(file, op, psize) ? 0 : -ENOMEM;
}
EXPORT_SYMBOL(seq_open_private);

/** seq_release_private() - ->release() for seq_open_private() */
int seq_release_private(struct inode *inode, struct file *file)
{
	struct seq_file *m = file->private_data;

	kfree(m->private);
	m->private = NULL;
	return seq_release(inode, file);
}
EXPORT_SYMBOL(seq_release_private);

/**
 * seq_read() - ->read() for seq_open()
 * @file: file
 * @buf: client memory
 * @size: bytes wanted
 * @ppos: offset
 *
 * Context: may sleep; calls the record functions.
 * Return: bytes read, 0 at the end, or -EFAULT, -ENOMEM, an error of ->show().
 */
ssize_t seq_read(struct file *file, char __user *buf, size_t size, loff_t *ppos)
{
	struct seq_file *m = file->private_data;
	size_t copied = 0;
	ssize_t err = 0;

	if (!size)
		return 0;
	mutex_lock(&m->lock);
	if (*ppos == 0 || *ppos != m->read_pos) {
		err = seq_seek(m, *ppos);
		if (err)
			goto out_unlock;
	}
	while (copied < size) {
		size_t n = min(m->count - m->from, size - copied);

		if (!n) {
			err = seq_fill(m, size - copied);
			if (err <= 0)
				break;
			continue;
		}
		n -= copy_to_user(buf + copied, m->buf + m->from, n);
		if (!n) {
			err = -EFAULT;
			break;
		}
		m->from += n;
		copied += n;
	}
	if (copied) {
		*ppos += copied;
		m->read_pos = *ppos;
		err = copied;
	}
out_unlock:
	mutex_unlock(&m->lock);
	return err;
}
EXPORT_SYMBOL(seq_read);

/**
 * seq_lseek() - ->llseek() for seq_open()
 * @file: file
 * @offset: where to
 * @whence: SEEK_SET or SEEK_CUR
 *
 * Context: may sleep.
 * Return: the new offset, -EINVAL, or an error of producing the text up to it.
 */
loff_t seq_lseek(struct file *file, loff_t offset, int whence)
{
	struct seq_file *m = file->private_data;
	loff_t ret = -EINVAL;

	mutex_lock(&m->lock);
	if (whence == SEEK_CUR)
		offset += file->f_pos;
	if ((whence == SEEK_SET || whence == SEEK_CUR) && offset >= 0) {
		ret = seq_seek(m, offset);
		if (!ret)
			ret = file->f_pos = offset;
		else
			m->read_pos = -1;
	}
	mutex_unlock(&m->lock);
	return ret;
}
EXPORT_SYMBOL(seq_lseek);

/* --- one record ------------------------------------------------------------- */

static void *single_start(struct seq_file *m, loff_t *pos)
{
	return *pos ? NULL : SEQ_START_TOKEN;
}

static void *single_next(struct seq_file *m, void *v, loff_t *pos)
{
	++*pos;
	return NULL;
}

static void single_stop(struct seq_file *m, void *v)
{
}

/**
 * single_open() - ->open() of a file that is one record
 * @file: file
 * @show: produces the text
 * @data: becomes seq_file.private
 *
 * Context: may sleep.
 * Return: 0, or -ENOMEM.
 */
int single_open(struct file *file, int (*show)(struct seq_file *m, void *v), void *data)
{
	struct seq_operations *op = kzalloc(sizeof(*op), GFP_KERNEL_ACCOUNT);
	int err;

	if (!op)
		return -ENOMEM;
	op->start = single_start;
	op->next = single_next;
	op->stop = single_stop;
	op->show = show;
	err = seq_open(file, op);
	if (err) {
		kfree(op);
		return err;
	}
	((struct seq_file *)file->private_data)->private = data;
	return 0;
}
EXPORT_SYMBOL(single_open);

/** single_open_size() - single_open() with a buffer of at least @size bytes from the start */
int single_open_size(struct file *file, int (*show)(struct seq_file *m, void *v), void *data,
		     size_t size)
{
	char *buf = kvmalloc(size, GFP_KERNEL);
	int err;

	if (!buf)
		return -ENOMEM;
	err = single_open(file, show, data);
	if (err) {
		kvfree(buf);
		return err;
	}
	((struct seq_file *)file->private_data)->buf = buf;
	((struct seq_file *)file->private_data)->size = size;
	return 0;
}
EXPORT_SYMBOL(single_open_size);

/** single_release() - ->release() for single_open() */
int single_release(struct inode *inode, struct file *file)
{
	const struct seq_operations *op = ((struct seq_file *)file->private_data)->op;
	int ret = seq_release(inode, file);

	kfree(op);
	return ret;
}
EXPORT_SYMBOL(single_release);

/* --- adding text: what does not fit marks the buffer as overflown ------------ */

/**
 * seq_write() - add bytes
 * @m: text
 * @data: bytes
 * @len: how many
 *
 * Context: from ->show().
 * Return: 0, or -1 if they do not fit; the record is then produced again.
 */
int seq_write(struct seq_file *m, const void *data, size_t len)
{
	if (m->count + len < m->size) {
		memcpy(m->buf + m->count, data, len);
		m->count += len;
		return 0;
	}
	m->count = m->size;
	return -1;
}
EXPORT_SYMBOL(seq_write);

/** seq_putc() - add a character */
void seq_putc(struct seq_file *m, char c)
{
	seq_write(m, &c, 1);
}
EXPORT_SYMBOL(seq_putc);

/** seq_puts() - add a string */
void seq_puts(struct seq_file *m, const char *s)
{
	seq_write(m, s, strlen(s));
}
EXPORT_SYMBOL(seq_puts);

/** seq_vprintf() - add formatted text */
void seq_vprintf(struct seq_file *m, const char *fmt, va_list args)
{
	int len;

	if (m->count >= m->size)
		return;
	len = vsnprintf(m->buf + m->count, m->size - m->count, fmt, args);
	m->count = len < m->size - m->count ? m->count + len : m->size;
}
EXPORT_SYMBOL(seq_vprintf);

/** seq_printf() - add formatted text */
void seq_printf(struct seq_file *m, const char *fmt, ...)
{
	va_list args;

	va_start(args, fmt);
	seq_vprintf(m, fmt, args);
	va_end(args);
}
EXPORT_SYMBOL(seq_printf);

/** seq_put_decimal_ull() - add @delimiter and a number */
void seq_put_decimal_ull(struct seq_file *m, const char *delimiter, unsigned long long num)
{
	seq_printf(m, "%s%llu", delimiter ?: "", num);
}
EXPORT_SYMBOL(seq_put_decimal_ull);

/** seq_put_decimal_ll() - add @delimiter and a signed number */
void seq_put_decimal_ll(struct seq_file *m, const char *delimiter, long long num)
{
	seq_printf(m, "%s%lld", delimiter ?: "", num);
}
EXPORT_SYMBOL(seq_put_decimal_ll);

/** seq_escape() - add a string, with the characters of @esc as three octal digits */
void seq_escape(struct seq_file *m, const char *s, const char *esc)
{
	for (; *s; s++) {
		if (strchr(esc, *s))
			seq_printf(m, "\\%03o", (unsigned char)*s);
		else
			seq_putc(m, *s);
	}
}
EXPORT_SYMBOL(seq_escape);

/** seq_pad() - fill up to the width of seq_setwidth(), then add @c unless it is 0 */
void seq_pad(struct seq_file *m, char c)
{
	while (m->count < m->pad_until && !seq_has_overflowed(m))
		seq_putc(m, ' ');
	if (c)
		seq_putc(m, c);
}
EXPORT_SYMBOL(seq_pad);

/* --- walking a list_head ------------------------------------------------------ */

/** seq_list_start() - entry number @pos of a list, or NULL */
struct list_head *seq_list_start(struct list_head *head, loff_t pos)
{
	struct list_head *entry;

	list_for_each(entry, head)
		if (pos-- == 0)
			return entry;
	return NULL;
}
EXPORT_SYMBOL(seq_list_start);

/** seq_list_start_head() - the same, with the head itself as number 0 */
struct list_head *seq_list_start_head(struct list_head *head, loff_t pos)
{
	return pos ? seq_list_start(head, pos - 1) : head;
}
EXPORT_SYMBOL(seq_list_start_head);

/** seq_list_next() - the entry after @v, or NULL */
struct list_head *seq_list_next(void *v, struct list_head *head, loff_t *ppos)
{
	struct list_head *next = ((struct list_head *)v)->next;

	++*ppos;
	return next == head ? NULL : next;
}
EXPORT_SYMBOL(seq_list_next);

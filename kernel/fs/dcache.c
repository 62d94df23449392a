// SPDX-License-Identifier: MIT
/*
 * Names. A dentry here either stands alone (an anonymous file) or is part of the
 * tree of debugfs; there is no cache and no lookup beyond that tree.
 */
#include <linux/fs.h>
#include <linux/slab.h>
#include <linux/mount.h>
#include <linux/stdarg.h>
#include "internal.h"

static struct super_block *dentry_sb(struct super_block *sb, struct dentry *parent)
{
	return sb ?: (parent ? parent->d_sb : NULL);
}

/*
 * Allocate a dentry; @parent, if given, is referenced but the new name is not
 * linked into it. The memory belongs to the file it names, which is tracked.
 */
struct dentry *ls_dentry_alloc(struct super_block *sb, struct dentry *parent,
			       const struct qstr *name)
{
	struct dentry *dentry;
	char *text;

	ls_track_pause();
	dentry = kzalloc(sizeof(*dentry), GFP_KERNEL);
	text = kmalloc(name->len + 1, GFP_KERNEL);
	ls_track_resume();
	if (!dentry || !text)
		goto err_free;

	memcpy(text, name->name, name->len);
	text[name->len] = '\0';
	dentry->d_name.name = text;
	dentry->d_name.len = name->len;
	dentry->d_sb = dentry_sb(sb, parent);
	dentry->d_op = dentry->d_sb ? dentry->d_sb->s_d_op : NULL;
	dentry->d_parent = parent ? dget(parent) : dentry;
	atomic_set(&dentry->d_count, 1);
	spin_lock_init(&dentry->d_lock);
	INIT_LIST_HEAD(&dentry->d_children);
	INIT_LIST_HEAD(&dentry->d_sib);
	if (dentry->d_op && dentry->d_op->d_init && dentry->d_op->d_init(dentry)) {
		if (parent)
			dput(parent);
		goto err_free;
	}
	return dentry;

err_free:
	kfree(text);
	kfree(dentry);
	return NULL;
}

/**
 * d_alloc_pseudo() - a name that is in no directory
 * @sb: file system
 * @name: the name; copied
 *
 * Context: may sleep.
 * Return: a dentry with one reference, or NULL.
 */
struct dentry *d_alloc_pseudo(struct super_block *sb, const struct qstr *name)
{
	return ls_dentry_alloc(sb, NULL, name);
}
EXPORT_SYMBOL(d_alloc_pseudo);

/**
 * d_alloc_anon() - a dentry without a name
 * @sb: file system
 *
 * Context: may sleep.
 * Return: a dentry with one reference, or NULL.
 */
struct dentry *d_alloc_anon(struct super_block *sb)
{
	struct qstr none = QSTR_INIT("", 0);

	return ls_dentry_alloc(sb, NULL, &none);
}
EXPORT_SYMBOL(d_alloc_anon);

/**
 * d_make_root() - name the root of a file system
 * @inode: its inode; the reference is consumed, also on failure
 *
 * Context: may sleep.
 * Return: the dentry, or NULL if there is no memory or @inode is NULL.
 */
struct dentry *d_make_root(struct inode *inode)
{
	struct qstr slash = QSTR_INIT("/", 1);
	struct dentry *root;

	if (!inode)
		return NULL;
	root = ls_dentry_alloc(inode->i_sb, NULL, &slash);
	if (!root) {
		iput(inode);
		return NULL;
	}
	d_instantiate(root, inode);
	return root;
}
EXPORT_SYMBOL(d_make_root);

/**
 * d_instantiate() - let a dentry name an inode
 * @dentry: names nothing yet
 * @inode: inode; the caller's reference moves to the dentry
 *
 * Context: any.
 */
void d_instantiate(struct dentry *dentry, struct inode *inode)
{
	WARN_ON(dentry->d_inode);
	dentry->d_inode = inode;
}
EXPORT_SYMBOL(d_instantiate);

/**
 * dget() - take another reference on a dentry
 * @dentry: dentry, or NULL
 *
 * Context: any.
 * Return: @dentry.
 */
struct dentry *dget(struct dentry *dentry)
{
	if (dentry)
		atomic_inc(&dentry->d_count);
	return dentry;
}
EXPORT_SYMBOL(dget);

/**
 * dput() - drop a reference on a dentry
 * @dentry: dentry, or NULL
 *
 * With the last one the inode is let go first, then ->d_release() runs.
 *
 * Context: may sleep.
 */
void dput(struct dentry *dentry)
{
	struct dentry *parent;

	while (dentry) {
		might_sleep();
		if (!atomic_dec_and_test(&dentry->d_count))
			return;
		if (dentry->d_op && dentry->d_op->d_prune)
			dentry->d_op->d_prune(dentry);
		if (dentry->d_inode) {
			if (dentry->d_op && dentry->d_op->d_iput)
				dentry->d_op->d_iput(dentry, dentry->d_inode);
			else
				iput(dentry->d_inode);
		}
		if (dentry->d_op && dentry->d_op->d_release)
			dentry->d_op->d_release(dentry);
		parent = dentry->d_parent != dentry ? dentry->d_parent : NULL;
		kfree(dentry->d_name.name);
		kfree(dentry);
		dentry = parent;
	}
}
EXPORT_SYMBOL(dput);

/**
 * path_get() - take references on mount and dentry
 * @path: where
 *
 * Context: any.
 */
void path_get(const struct path *path)
{
	mntget(path->mnt);
	dget(path->dentry);
}
EXPORT_SYMBOL(path_get);

/**
 * path_put() - drop references on mount and dentry
 * @path: where
 *
 * Context: may sleep.
 */
void path_put(const struct path *path)
{
	dput(path->dentry);
	mntput(path->mnt);
}
EXPORT_SYMBOL(path_put);

/* Put @s in front of @*end; false when it does not fit between @buf and @*end. */
static bool prepend(char *buf, char **end, const char *s, size_t len)
{
	if (*end - buf < (ptrdiff_t)len)
		return false;
	*end -= len;
	memcpy(*end, s, len);
	return true;
}

/**
 * dentry_path_raw() - path of a dentry inside its file system
 * @dentry: dentry
 * @buf: storage; the result is somewhere in it
 * @buflen: bytes in @buf
 *
 * Context: the dentry must stay.
 * Return: the path, or ERR_PTR(-ENAMETOOLONG).
 */
char *dentry_path_raw(const struct dentry *dentry, char *buf, int buflen)
{
	char *end = buf + buflen;
	bool fits = prepend(buf, &end, "", 1);

	if (dentry->d_parent == dentry)
		fits = fits && prepend(buf, &end, "/", 1);
	for (; fits && dentry->d_parent != dentry; dentry = dentry->d_parent)
		fits = prepend(buf, &end, (const char *)dentry->d_name.name, dentry->d_name.len) &&
		       prepend(buf, &end, "/", 1);
	return fits ? end : ERR_PTR(-ENAMETOOLONG);
}
EXPORT_SYMBOL(dentry_path_raw);

/**
 * d_path() - what a client sees as the name of an open file
 * @path: where
 * @buf: storage; the result is somewhere in it
 * @buflen: bytes in @buf
 *
 * Context: as the file system's ->d_dname().
 * Return: the name, or ERR_PTR(-ENAMETOOLONG).
 */
char *d_path(const struct path *path, char *buf, int buflen)
{
	struct dentry *dentry = path->dentry;

	if (dentry->d_op && dentry->d_op->d_dname && dentry->d_parent == dentry)
		return dentry->d_op->d_dname(dentry, buf, buflen);
	return dentry_path_raw(dentry, buf, buflen);
}
EXPORT_SYMBOL(d_path);

/**
 * dynamic_dname() - format a name for ->d_dname()
 * @buffer: storage
 * @buflen: bytes in @buffer
 * @fmt: format
 *
 * Context: any.
 * Return: the name inside @buffer, or ERR_PTR(-ENAMETOOLONG).
 */
char *dynamic_dname(char *buffer, int buflen, const char *fmt, ...)
{
	char temp[64];
	char *end = buffer + buflen;
	va_list args;
	int len;

	va_start(args, fmt);
	len = vsnprintf(temp, sizeof(temp), fmt, args) + 1;
	va_end(args);
	if (len > (int)sizeof(temp) || len > buflen)
		return ERR_PTR(-ENAMETOOLONG);
	prepend(buffer, &end, temp, len);
	return end;
}
EXPORT_SYMBOL(dynamic_dname);

/**
 * simple_dname() - ->d_dname() of file systems whose names are shown as removed
 * @dentry: dentry
 * @buffer: storage
 * @buflen: bytes in @buffer
 *
 * Context: any.
 * Return: "/NAME (deleted)" inside @buffer, or ERR_PTR(-ENAMETOOLONG).
 */
char *simple_dname(struct dentry *dentry, char *buffer, int buflen)
{
	static const char gone[] = " (deleted)";
	char *end = buffer + buflen;

	if (!prepend(buffer, &end, gone, sizeof(gone)) ||
	    !prepend(buffer, &end, (const char *)dentry->d_name.name, dentry->d_name.len) ||
	    !prepend(buffer, &end, "/", 1))
		return ERR_PTR(-ENAMETOOLONG);
	return end;
}
EXPORT_SYMBOL(simple_dname);

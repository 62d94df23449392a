// SPDX-License-Identifier: MIT
/*
 * Resources that a device owns: released newest first when it is unbound or,
 * if never bound, when its last reference goes.
 */
#include <linux/device.h>
#include <linux/slab.h>
#include <linux/string.h>

/**
 * struct devres - one resource; the owner sees @data
 * @entry: in device.devres_head, newest first
 * @release: undoes it; NULL for the mark of a group
 * @name: for messages
 * @group: id, if it is a mark
 * @open: the mark begins a group
 */
struct devres {
	struct list_head entry;
	dr_release_t release;
	const char *name;
	void *group;
	bool open;
	u8 data[] __aligned(ARCH_KMALLOC_MINALIGN);
};

static struct devres *to_devres(void *res)
{
	return (struct devres *)((u8 *)res - offsetof(struct devres, data));
}

void *__devres_alloc_node(dr_release_t release, size_t size, gfp_t gfp, int nid, const char *name)
{
	struct devres *dr;
	size_t bytes;

	if (check_add_overflow(sizeof(*dr), size, &bytes))
		return NULL;
	dr = kzalloc(bytes, gfp);
	if (!dr)
		return NULL;
	INIT_LIST_HEAD(&dr->entry);
	dr->release = release;
	dr->name = name;
	return dr->data;
}
EXPORT_SYMBOL_GPL(__devres_alloc_node);

/** devres_free() - free a resource that was not added, or removed again */
void devres_free(void *res)
{
	if (!res)
		return;
	WARN_ON(!list_empty(&to_devres(res)->entry));
	kfree(to_devres(res));
}
EXPORT_SYMBOL_GPL(devres_free);

/** devres_add() - give a resource to a device */
void devres_add(struct device *dev, void *res)
{
	unsigned long flags;

	spin_lock_irqsave(&dev->devres_lock, flags);
	list_add(&to_devres(res)->entry, &dev->devres_head);
	spin_unlock_irqrestore(&dev->devres_lock, flags);
}
EXPORT_SYMBOL_GPL(devres_add);

static struct devres *find_locked(struct device *dev, dr_release_t release, dr_match_t match,
				  void *match_data)
{
	struct devres *dr;

	list_for_each_entry(dr, &dev->devres_head, entry)
		if (dr->release && dr->release == release &&
		    (!match || match(dev, dr->data, match_data)))
			return dr;
	return NULL;
}

/** devres_find() - the newest resource with a release function that matches, or NULL */
void *devres_find(struct device *dev, dr_release_t release, dr_match_t match, void *match_data)
{
	unsigned long flags;
	struct devres *dr;

	spin_lock_irqsave(&dev->devres_lock, flags);
	dr = find_locked(dev, release, match, match_data);
	spin_unlock_irqrestore(&dev->devres_lock, flags);
	return dr ? dr->data : NULL;
}
EXPORT_SYMBOL_GPL(devres_find);

/** devres_remove() - take a resource away from its device; the caller's now, or NULL */
void *devres_remove(struct device *dev, dr_release_t release, dr_match_t match, void *match_data)
{
	unsigned long flags;
	struct devres *dr;

	spin_lock_irqsave(&dev->devres_lock, flags);
	dr = find_locked(dev, release, match, match_data);
	if (dr)
		list_del_init(&dr->entry);
	spin_unlock_irqrestore(&dev->devres_lock, flags);
	return dr ? dr->data : NULL;
}
EXPORT_SYMBOL_GPL(devres_remove);

/** devres_destroy() - forget a resource without releasing it; 0 or -ENOENT */
int devres_destroy(struct device *dev, dr_release_t release, dr_match_t match, void *match_data)
{
	void *res = devres_remove(dev, release, match, match_data);

	if (!res)
		return -ENOENT;
	devres_free(res);
	return 0;
}
EXPORT_SYMBOL_GPL(devres_destroy);

/** devres_release() - release a resource before its time; 0 or -ENOENT */
int devres_release(struct device *dev, dr_release_t release, dr_match_t match, void *match_data)
{
	void *res = devres_remove(dev, release, match, match_data);

	if (!res)
		return -ENOENT;
	release(dev, res);
	devres_free(res);
	return 0;
}
EXPORT_SYMBOL_GPL(devres_release);

static void release_list(struct device *dev, struct list_head *todo)
{
	struct devres *dr, *next;

	list_for_each_entry_safe(dr, next, todo, entry) {
		list_del_init(&dr->entry);
		if (dr->release)
			dr->release(dev, dr->data);
		kfree(dr);
	}
}

/* Unbinding, or the end of a device that was never bound. */
void devres_release_all_of(struct device *dev)
{
	LIST_HEAD(todo);
	unsigned long flags;

	spin_lock_irqsave(&dev->devres_lock, flags);
	list_splice_init(&dev->devres_head, &todo);
	spin_unlock_irqrestore(&dev->devres_lock, flags);
	release_list(dev, &todo);
}

static void *add_mark(struct device *dev, void *id, bool open, gfp_t gfp)
{
	void *res = __devres_alloc_node(NULL, 0, gfp, -1, "group");

	if (!res)
		return NULL;
	to_devres(res)->group = id ?: res;
	to_devres(res)->open = open;
	devres_add(dev, res);
	return to_devres(res)->group;
}

/**
 * devres_open_group() - resources added from here on can be released together
 * @dev: device
 * @id: name of the group, or NULL for a new one
 * @gfp: how to allocate
 *
 * Return: the id, or NULL if there is no memory.
 */
void *devres_open_group(struct device *dev, void *id, gfp_t gfp)
{
	return add_mark(dev, id, true, gfp);
}
EXPORT_SYMBOL_GPL(devres_open_group);

/** devres_close_group() - what is added from here on does not belong to the group */
void devres_close_group(struct device *dev, void *id)
{
	add_mark(dev, id, false, GFP_KERNEL);
}
EXPORT_SYMBOL_GPL(devres_close_group);

/**
 * devres_release_group() - release the resources of a group, newest first
 * @dev: device
 * @id: its id, or NULL for the group opened last
 *
 * Return: how many entries were released.
 */
int devres_release_group(struct device *dev, void *id)
{
	struct devres *dr, *next;
	LIST_HEAD(todo);
	unsigned long flags;
	bool inside, found = false;
	int nr = 0;

	spin_lock_irqsave(&dev->devres_lock, flags);
	list_for_each_entry(dr, &dev->devres_head, entry) {
		if (!dr->release && dr->open && (!id || dr->group == id)) {
			id = dr->group;
			found = true;
			break;
		}
	}
	if (WARN_ON(!found))
		goto out_unlock;
	/* Newest first: without a closing mark all down to the opening one belong to it. */
	inside = true;
	list_for_each_entry(dr, &dev->devres_head, entry)
		if (!dr->release && !dr->open && dr->group == id)
			inside = false;
	list_for_each_entry_safe(dr, next, &dev->devres_head, entry) {
		bool mark = !dr->release && dr->group == id;

		if (mark && !dr->open)
			inside = true;
		if (inside) {
			list_move_tail(&dr->entry, &todo);
			nr++;
		}
		if (mark && dr->open)
			break;
	}
out_unlock:
	spin_unlock_irqrestore(&dev->devres_lock, flags);
	release_list(dev, &todo);
	return nr;
}
EXPORT_SYMBOL_GPL(devres_release_group);

/* --- memory ------------------------------------------------------------------- */

static void devm_kmalloc_release(struct device *dev, void *res)
{
}

static int devm_kmalloc_match(struct device *dev, void *res, void *data)
{
	return res == data;
}

/**
 * devm_kmalloc() - memory that goes with a device
 * @dev: device
 * @size: bytes
 * @gfp: how to allocate
 *
 * Context: may sleep if @gfp allows it.
 * Return: memory, or NULL.
 */
void *devm_kmalloc(struct device *dev, size_t size, gfp_t gfp)
{
	void *res;

	if (!size)
		return ZERO_SIZE_PTR;
	res = __devres_alloc_node(devm_kmalloc_release, size, gfp, -1, "devm_kmalloc");
	if (res)
		devres_add(dev, res);
	return res;
}
EXPORT_SYMBOL_GPL(devm_kmalloc);

/** devm_kzalloc() - devm_kmalloc(), zeroed */
void *devm_kzalloc(struct device *dev, size_t size, gfp_t gfp)
{
	return devm_kmalloc(dev, size, gfp | __GFP_ZERO);
}
EXPORT_SYMBOL_GPL(devm_kzalloc);

/** devm_kmalloc_array() - devm_kmalloc() of an array; NULL also if its size is no number */
void *devm_kmalloc_array(struct device *dev, size_t n, size_t size, gfp_t gfp)
{
	size_t bytes;

	return check_mul_overflow(n, size, &bytes) ? NULL : devm_kmalloc(dev, bytes, gfp);
}
EXPORT_SYMBOL_GPL(devm_kmalloc_array);

/** devm_kcalloc() - devm_kmalloc_array(), zeroed */
void *devm_kcalloc(struct device *dev, size_t n, size_t size, gfp_t gfp)
{
	return devm_kmalloc_array(dev, n, size, gfp | __GFP_ZERO);
}
EXPORT_SYMBOL_GPL(devm_kcalloc);

/** devm_kmemdup() - a copy that goes with a device, or NULL */
void *devm_kmemdup(struct device *dev, const void *src, size_t len, gfp_t gfp)
{
	void *p = devm_kmalloc(dev, len, gfp);

	return p ? memcpy(p, src, len) : NULL;
}
EXPORT_SYMBOL_GPL(devm_kmemdup);

/** devm_kstrdup() - a string that goes with a device, or NULL */
char *devm_kstrdup(struct device *dev, const char *s, gfp_t gfp)
{
	return s ? devm_kmemdup(dev, s, strlen(s) + 1, gfp) : NULL;
}
EXPORT_SYMBOL_GPL(devm_kstrdup);

/** devm_kasprintf() - a formatted string that goes with a device, or NULL */
char *devm_kasprintf(struct device *dev, gfp_t gfp, const char *fmt, ...)
{
	va_list args;
	char *p;
	int len;

	va_start(args, fmt);
	len = vsnprintf(NULL, 0, fmt, args);
	va_end(args);
	p = devm_kmalloc(dev, len + 1, gfp);
	if (!p)
		return NULL;
	va_start(args, fmt);
	vsnprintf(p, len + 1, fmt, args);
	va_end(args);
	return p;
}
EXPORT_SYMBOL_GPL(devm_kasprintf);

/** devm_kfree() - free memory of a device before its time */
void devm_kfree(struct device *dev, const void *p)
{
	if (ZERO_OR_NULL_PTR(p))
		return;
	WARN_ON(devres_destroy(dev, devm_kmalloc_release, devm_kmalloc_match, (void *)p));
}
EXPORT_SYMBOL_GPL(devm_kfree);

/* --- actions -------------------------------------------------------------------- */

struct action {
	void *data;
	void (*fn)(void *data);
};

static void action_release(struct device *dev, void *res)
{
	struct action *a = res;

	a->fn(a->data);
}

static int action_match(struct device *dev, void *res, void *data)
{
	struct action *a = res, *want = data;

	return a->fn == want->fn && a->data == want->data;
}

/**
 * __devm_add_action() - call a function when the device is unbound
 * @dev: device
 * @action: function
 * @data: its argument
 * @name: for messages
 *
 * Context: may sleep.
 * Return: 0, or -ENOMEM.
 */
int __devm_add_action(struct device *dev, void (*action)(void *), void *data, const char *name)
{
	struct action *a = __devres_alloc_node(action_release, sizeof(*a), GFP_KERNEL, -1, name);

	if (!a)
		return -ENOMEM;
	a->fn = action;
	a->data = data;
	devres_add(dev, a);
	return 0;
}
EXPORT_SYMBOL_GPL(__devm_add_action);

/** __devm_add_action_or_reset() - the same, but call it at once if there is no memory */
int __devm_add_action_or_reset(struct device *dev, void (*action)(void *), void *data,
			       const char *name)
{
	int err = __devm_add_action(dev, action, data, name);

	if (err)
		action(data);
	return err;
}
EXPORT_SYMBOL_GPL(__devm_add_action_or_reset);

static void destroy_mutex(void *lock)
{
	mutex_destroy(lock);
}

/** __devm_mutex_init() - behind devm_mutex_init(): destroy it with the device; 0 or -ENOMEM */
int __devm_mutex_init(struct device *dev, struct mutex *lock)
{
	return devm_add_action_or_reset(dev, destroy_mutex, lock);
}
EXPORT_SYMBOL_GPL(__devm_mutex_init);

/** devm_remove_action_nowarn() - forget an action; 0, or -ENOENT if there is none */
int devm_remove_action_nowarn(struct device *dev, void (*action)(void *), void *data)
{
	struct action want = { .data = data, .fn = action };

	return devres_destroy(dev, action_release, action_match, &want);
}
EXPORT_SYMBOL_GPL(devm_remove_action_nowarn);

/** devm_remove_action() - forget an action */
void devm_remove_action(struct device *dev, void (*action)(void *), void *data)
{
	WARN_ON(devm_remove_action_nowarn(dev, action, data));
}
EXPORT_SYMBOL_GPL(devm_remove_action);

/** devm_release_action() - call an action before its time */
void devm_release_action(struct device *dev, void (*action)(void *), void *data)
{
	struct action want = { .data = data, .fn = action };

	WARN_ON(devres_release(dev, action_release, action_match, &want));
}
EXPORT_SYMBOL_GPL(devm_release_action);

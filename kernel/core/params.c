// SPDX-License-Identifier: MIT
/*
 * Module parameters: parsing and printing of each type.
 */
#include <linux/kernel.h>
#include <linux/module.h>
#include <linux/moduleparam.h>
#include <linux/slab.h>
#include <linux/string.h>
#include <lockstep/module.h>

/*
 * Setters return 0, -EINVAL if @val is no such value, -ERANGE if it does not fit;
 * getters the number of bytes printed. Context: task context.
 */
#define PARAM_NUMBER(name, type, fmt, parse)                                                       \
	int param_set_##name(const char *val, const struct kernel_param *kp)                       \
	{                                                                                          \
		return val ? parse(val, 0, (type *)kp->arg) : -EINVAL;                             \
	}                                                                                          \
	int param_get_##name(char *buffer, const struct kernel_param *kp)                          \
	{                                                                                          \
		return scnprintf(buffer, PAGE_SIZE, fmt "\n", *(type *)kp->arg);                   \
	}                                                                                          \
	const struct kernel_param_ops param_ops_##name = {                                         \
		.set = param_set_##name,                                                           \
		.get = param_get_##name,                                                           \
	}

PARAM_NUMBER(byte, unsigned char, "%hhu", kstrtou8);
PARAM_NUMBER(short, short, "%hi", kstrtos16);
PARAM_NUMBER(ushort, unsigned short, "%hu", kstrtou16);
PARAM_NUMBER(int, int, "%i", kstrtoint);
PARAM_NUMBER(uint, unsigned int, "%u", kstrtouint);
PARAM_NUMBER(long, long, "%li", kstrtol);
PARAM_NUMBER(ulong, unsigned long, "%lu", kstrtoul);
PARAM_NUMBER(ullong, unsigned long long, "%llu", kstrtoull);
PARAM_NUMBER(hexint, unsigned int, "%#08x", kstrtouint);

/**
 * param_set_uint_minmax() - an unsigned number within bounds
 * @val: text
 * @kp: the parameter
 * @min: smallest allowed
 * @max: largest allowed
 *
 * Context: Task context.
 * Return: 0, or -EINVAL.
 */
int param_set_uint_minmax(const char *val, const struct kernel_param *kp, unsigned int min,
			  unsigned int max)
{
	unsigned int num;
	int err = val ? kstrtouint(val, 0, &num) : -EINVAL;

	if (err)
		return err;
	if (num < min || num > max)
		return -EINVAL;
	*(unsigned int *)kp->arg = num;
	return 0;
}

int param_set_charp(const char *val, const struct kernel_param *kp)
{
	char *copy = val ? kstrdup(val, GFP_KERNEL) : NULL;

	if (!val)
		return -EINVAL;
	if (!copy)
		return -ENOMEM;
	/* The default is a literal: what stood there before is not ours to free. */
	*(char **)kp->arg = copy;
	return 0;
}

int param_get_charp(char *buffer, const struct kernel_param *kp)
{
	return scnprintf(buffer, PAGE_SIZE, "%s\n", *(char **)kp->arg);
}

void param_free_charp(void *arg)
{
	kfree(*(char **)arg);
	*(char **)arg = NULL;
}

const struct kernel_param_ops param_ops_charp = {
	.set = param_set_charp,
	.get = param_get_charp,
	.free = param_free_charp,
};

int param_set_bool(const char *val, const struct kernel_param *kp)
{
	return kstrtobool(val ?: "1", kp->arg);
}

int param_get_bool(char *buffer, const struct kernel_param *kp)
{
	return scnprintf(buffer, PAGE_SIZE, "%c\n", *(bool *)kp->arg ? 'Y' : 'N');
}

const struct kernel_param_ops param_ops_bool = {
	.flags = KERNEL_PARAM_OPS_FL_NOARG,
	.set = param_set_bool,
	.get = param_get_bool,
};

int param_set_bool_enable_only(const char *val, const struct kernel_param *kp)
{
	bool on;
	int err = kstrtobool(val ?: "1", &on);

	if (err)
		return err;
	if (!on && *(bool *)kp->arg)
		return -EROFS;
	*(bool *)kp->arg |= on;
	return 0;
}

const struct kernel_param_ops param_ops_bool_enable_only = {
	.flags = KERNEL_PARAM_OPS_FL_NOARG,
	.set = param_set_bool_enable_only,
	.get = param_get_bool,
};

int param_set_invbool(const char *val, const struct kernel_param *kp)
{
	bool on;
	int err = kstrtobool(val ?: "1", &on);

	if (!err)
		*(bool *)kp->arg = !on;
	return err;
}

int param_get_invbool(char *buffer, const struct kernel_param *kp)
{
	return scnprintf(buffer, PAGE_SIZE, "%c\n", *(bool *)kp->arg ? 'N' : 'Y');
}

const struct kernel_param_ops param_ops_invbool = {
	.set = param_set_invbool,
	.get = param_get_invbool,
};

int param_set_copystring(const char *val, const struct kernel_param *kp)
{
	if (!val || strlen(val) >= kp->str->maxlen)
		return -ENOSPC;
	strcpy(kp->str->string, val);
	return 0;
}

int param_get_string(char *buffer, const struct kernel_param *kp)
{
	return scnprintf(buffer, PAGE_SIZE, "%s\n", kp->str->string);
}

const struct kernel_param_ops param_ops_string = {
	.set = param_set_copystring,
	.get = param_get_string,
};

/* Elements separated by commas; each is set through a parameter of its own. */
static int param_array_set(const char *val, const struct kernel_param *kp)
{
	const struct kparam_array *arr = kp->arr;
	struct kernel_param elem = { .name = kp->name, .ops = arr->ops, .perm = kp->perm };
	unsigned int num = 0;
	char word[128];

	if (!val)
		return -EINVAL;
	do {
		size_t len = strcspn(val, ",");
		int err;

		if (num == arr->max || len >= sizeof(word))
			return -EINVAL;
		memcpy(word, val, len);
		word[len] = '\0';
		elem.arg = (char *)arr->elem + arr->elemsize * num;
		err = arr->ops->set(word, &elem);
		if (err)
			return err;
		num++;
		val += len;
	} while (*val++ == ',');

	if (arr->num)
		*arr->num = num;
	return 0;
}

static int param_array_get(char *buffer, const struct kernel_param *kp)
{
	const struct kparam_array *arr = kp->arr;
	struct kernel_param elem = { .name = kp->name, .ops = arr->ops, .perm = kp->perm };
	unsigned int nr = arr->num ? *arr->num : arr->max;
	int off = 0;

	for (unsigned int i = 0; i < nr; i++) {
		int len;

		if (i)
			buffer[off - 1] = ','; /* in place of the newline */
		elem.arg = (char *)arr->elem + arr->elemsize * i;
		len = arr->ops->get(buffer + off, &elem);
		if (len < 0)
			return len;
		off += len;
	}
	buffer[off] = '\0';
	return off;
}

const struct kernel_param_ops param_array_ops = {
	.set = param_array_set,
	.get = param_array_get,
};

int ls_module_param_set(const struct lockstep_module *mod, const char *name, const char *value)
{
	for (const struct kernel_param *const *p = mod->params; p < mod->params_end; p++) {
		if (!*p || strcmp((*p)->name, name))
			continue;
		if (!value && !((*p)->ops->flags & KERNEL_PARAM_OPS_FL_NOARG))
			return -EINVAL;
		return (*p)->ops->set ? (*p)->ops->set(value, *p) : -EPERM;
	}
	return -ENOENT;
}

int ls_module_has_param(const struct lockstep_module *mod, const char *name, unsigned long len)
{
	for (const struct kernel_param *const *p = mod->params; p < mod->params_end; p++) {
		if (*p && strlen((*p)->name) == len && !strncmp((*p)->name, name, len))
			return 1;
	}
	return 0;
}

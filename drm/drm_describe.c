// SPDX-License-Identifier: MIT
/*
 * What an address is (lockstep/describe.h): GEM objects.
 */
#include <drm/drm_gem.h>
#include <linux/sprintf.h>
#include <lockstep/describe.h>
#include <lockstep/track.h>
#include "drm_internal.h"

struct wanted {
	const void *obj;
	char *buf;
	unsigned long size;
};

static bool name_gem(const void *obj, void *arg)
{
	const struct drm_gem_object *gem = obj;
	struct wanted *w = arg;
	const char *part = "";

	if (w->obj < (const void *)gem || w->obj >= (const void *)(gem + 1))
		return false;
	if (w->obj == &gem->handle_count)
		part = " handles";
	/* Reports know the object by its lock. Of those that share one none is number so-and-so. */
	if (gem->resv == &gem->_resv && gem->_resv.ls_id)
		snprintf(w->buf, w->size, "bo#%u%s", gem->_resv.ls_id, part);
	else
		snprintf(w->buf, w->size, "bo%s", part);
	return true;
}

static bool name(enum ls_op op, const void *obj, char *buf, unsigned long size)
{
	struct wanted w = { obj, buf, size };

	/* Locks in it have names of their own. */
	if (op == LS_OP_LOCK || op == LS_OP_TRYLOCK || op == LS_OP_UNLOCK)
		return false;
	return ls_track_find(LS_KIND_GEM, name_gem, &w);
}

void ls_drm_describe_init(void)
{
	static struct ls_describer describer = { .name = name };

	ls_describe_add(&describer);
}

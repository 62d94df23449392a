// SPDX-License-Identifier: MIT
/*
 * The leak check at the end of a case.
 */
#include <linux/delay.h>
#include <linux/kernel.h>
#include <linux/rcupdate.h>
#include <linux/string.h>
#include <linux/workqueue.h>
#include <lockstep/checks.h>
#include <lockstep/explore.h>
#include <lockstep/report.h>
#include <lockstep/test.h>
#include <lockstep/track.h>
#include "../core/core.h"
#include "leak.h"

#define NR_SITES   32 /* further places are only counted */
#define WAIT_STEPS 9  /* 2 + 4 + ... + 128 ms for what is deferred by other means */

/* One place that made things which are still alive. */
struct site {
	struct ls_track first; /* a copy; the entry itself may go away */
	unsigned int count;
	unsigned long size;
};

static struct {
	struct site sites[NR_SITES];
	unsigned int nr;
	unsigned int more;
} found;

static const char *const kind_name[LS_KIND_NR] = {
	[LS_KIND_ALLOC] = "allocation",	    [LS_KIND_FENCE] = "fence",
	[LS_KIND_FILE] = "file",	    [LS_KIND_DMABUF] = "dma_buf",
	[LS_KIND_ATTACH] = "attachment",    [LS_KIND_MAP] = "mapped attachment",
	[LS_KIND_VMAP] = "vmap",	    [LS_KIND_GEM] = "GEM object",
	[LS_KIND_OTHER] = "object",
};

static bool same_site(const struct ls_track *a, const struct ls_track *b)
{
	return a->kind == b->kind && a->what == b->what && a->nr == b->nr &&
	       !memcmp(a->pc, b->pc, a->nr * sizeof(a->pc[0]));
}

/* Called with a lock of the tracker held: no allocation, no report. */
static void collect(const struct ls_track *t, void *arg)
{
	struct site *site;

	for (unsigned int i = 0; i < found.nr; i++) {
		site = &found.sites[i];
		if (same_site(&site->first, t)) {
			site->count++;
			site->size += t->size;
			return;
		}
	}
	if (found.nr == NR_SITES) {
		found.more++;
		return;
	}
	site = &found.sites[found.nr++];
	site->first = *t;
	site->count = 1;
	site->size = t->size;
}

static void report_site(const struct site *site)
{
	const struct ls_track *t = &site->first;
	const char *kind = kind_name[t->kind];
	struct ls_report r;
	int len;

	ls_report_init(&r, LS_LEAK, "leak", "what a case makes is gone when it ends");
	len = scnprintf(r.object, sizeof(r.object), "%s", t->what);
	if (t->size)
		scnprintf(r.object + len, sizeof(r.object) - len, ", %lu bytes", t->size);
	if (site->count == 1)
		scnprintf(r.what, sizeof(r.what), "1 %s is still alive; it was made at the place below",
			  kind);
	else
		scnprintf(r.what, sizeof(r.what),
			  "%u %ss (%lu bytes) are still alive; they were made at the place below",
			  site->count, kind, site->size);
	r.pid = 0; /* who made it is not known any more */
	r.stack.nr = t->nr;
	memcpy(r.stack.pc, t->pc, t->nr * sizeof(t->pc[0]));
	ls_report_emit(&r);
}

/* Under an explorer time moves so far when nobody else can run, and not before. */
#define GUARD_MS 1000

void lockstep_settle(void)
{
	if (ls_exploring()) {
		msleep(GUARD_MS);
		return;
	}
	flush_workqueue(system_wq);
	flush_workqueue(system_unbound_wq);
	rcu_barrier();
}

void ls_leak_check(unsigned int epoch)
{
	if (!ls_checking(LS_CHECK_LEAKS))
		return;

	/* A callback may queue work that frees, and the other way round. */
	for (int i = 0; i < WAIT_STEPS; i++) {
		if (!ls_track_epoch_end(epoch, NULL, NULL))
			return;
		lockstep_settle();
		if (ls_exploring())
			break; /* nobody else can go on: more of it changes nothing */
		if (i > 1)
			msleep(1 << (i - 1));
	}
	if (!ls_track_epoch_end(epoch, NULL, NULL))
		return;

	memset(&found, 0, sizeof(found));
	ls_track_epoch_end(epoch, collect, NULL);
	for (unsigned int i = 0; i < found.nr; i++)
		report_site(&found.sites[i]);
	if (found.more)
		ls_event_line("and %u more leaks, made in other places", found.more);
}

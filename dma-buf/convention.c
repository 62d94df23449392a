// SPDX-License-Identifier: MIT
/*
 * Enforcement of the convention: the table's rules at each entry point and round
 * each callback.
 */
#include <linux/dma-buf.h>
#include <linux/dma-fence.h>
#include <linux/dma-resv.h>
#include <linux/export.h>
#include <linux/lockdep.h>
#include <linux/module.h>
#include <linux/sched.h>
#include <linux/sprintf.h>
#include <lockstep/convention.h>
#include <lockstep/os.h>
#include <lockstep/track.h>
#include "convention-internal.h"
#include "dma-buf-internal.h"

#define HERE ((unsigned long)__builtin_frame_address(0))

/* What the rule asks for, under the rules in force. */
static enum ls_rule_state wanted(const struct ls_rule *rule, bool dynamic)
{
	enum ls_rule_state state = rule->state[ls_rules_version];

	if (state == LS_STATE_HELD_DYNAMIC)
		return dynamic ? LS_STATE_HELD : LS_STATE_ANY;
	return state;
}

/* Held by this task, not just by somebody. */
static bool resv_held(struct dma_resv *resv)
{
	return ls_mutex_owner(&resv->lock.base) == current;
}

/* --- reports -------------------------------------------------------------- */

bool (*ls_name_resv_owner)(const struct dma_resv *resv, char *buf, unsigned long size);

static void describe_dmabuf(const struct dma_buf *dmabuf, char *buf, unsigned long size)
{
	char name[40] = "", owner[48] = "";

	/* The name is only shown: a torn one does no harm, waiting for its lock might. */
	if (dmabuf->name)
		snprintf(name, sizeof(name), " '%.32s'", dmabuf->name);
	if (dmabuf->owner && strcmp(module_name(dmabuf->owner), dmabuf->exp_name))
		snprintf(owner, sizeof(owner), " of module %.32s", module_name(dmabuf->owner));
	snprintf(buf, size, "dma_buf#%u%s (exporter '%.32s'%s) resv#%u", dmabuf->ls_id, name,
		 dmabuf->exp_name ? dmabuf->exp_name : "?", owner, dmabuf->resv->ls_id);
}

struct words {
	const struct dma_resv *resv;
	char *buf;
	unsigned long size;
};

static bool describe_if_its_own(const void *obj, void *arg)
{
	const struct dma_buf *dmabuf = obj;
	struct words *words = arg;

	if (dmabuf->resv != words->resv)
		return false;
	describe_dmabuf(dmabuf, words->buf, words->size);
	return true;
}

/**
 * ls_describe_resv - name a buffer or a reservation object, without addresses
 * @resv: the reservation object
 * @dmabuf: the buffer; NULL: one that is alive and has @resv is looked for
 * @buf: room for the words
 * @size: of @buf
 */
void ls_describe_resv(const struct dma_resv *resv, const struct dma_buf *dmabuf, char *buf,
		      unsigned long size)
{
	struct words words = { resv, buf, size };

	if (dmabuf)
		describe_dmabuf(dmabuf, buf, size);
	else if (ls_track_find(LS_KIND_DMABUF, describe_if_its_own, &words) ||
		 (ls_name_resv_owner && ls_name_resv_owner(resv, buf, size)))
		return;
	else if (resv->ls_id)
		snprintf(buf, size, "resv#%u", resv->ls_id);
	else
		snprintf(buf, size, "a reservation object");
}

/* For lockdep: its reports are about a mutex, which says nothing about whose it is. */
static bool name_lock(const struct lockdep_map *map, char *buf, unsigned long size)
{
	const struct mutex *base = container_of(map, struct mutex, dep_map);

	if (map->key != &reservation_ww_class.mutex_key)
		return false;
	ls_describe_resv(container_of(base, struct dma_resv, lock.base), NULL, buf, size);
	return true;
}

/**
 * ls_convention_init - get ready
 *
 * Context: boot.
 * Return: 0.
 */
int ls_convention_init(void)
{
	ls_place_init();
	ls_name_lock = name_lock;
	return 0;
}

/* Others may be writing it: what is read is shown, not relied on. */
__attribute__((no_sanitize("thread"))) static void copy_trace(struct ls_trace *to,
							      const struct ls_trace *from)
{
	const volatile unsigned long *src = (const volatile unsigned long *)from;
	unsigned long *dst = (unsigned long *)to;
	unsigned int i;

	for (i = 0; i < sizeof(*to) / sizeof(long); i++)
		dst[i] = src[i];
	to->comm[sizeof(to->comm) - 1] = '\0';
	if (to->nr > LS_TRACE_MAX)
		to->nr = LS_TRACE_MAX;
}

/* Who holds the lock, or held it last. */
static void say_holder(struct ls_report *r, struct dma_resv *resv)
{
	struct task_struct *owner = ls_mutex_owner(&resv->lock.base);
	const struct ls_trace *trace;

	trace = owner ? ls_mutex_acquired(&resv->lock.base) : ls_mutex_released(&resv->lock.base);
	if (trace)
		copy_trace(&r->holder_trace, trace);

	ls_report_say_holder(r, owner == current ? current->pid : owner ? -1 : 0);
}

/* Begin a report about a rule; the chain starts in the function that was entered. */
static void begin_report(struct ls_report *r, enum ls_report_class class,
			 const struct ls_rule *rule, unsigned long fp, struct ls_chain *chain)
{
	unsigned int i;

	ls_report_init(r, class, rule->id, rule->text);
	ls_chain_walk(chain, fp, LS_STACK_MAX);
	r->stack.nr = chain->nr;
	for (i = 0; i < chain->nr; i++)
		r->stack.pc[i] = chain->pc[i];
}

static void describe(struct ls_report *r, struct dma_resv *resv, struct dma_buf *dmabuf,
		     const struct ls_subject *subject)
{
	if (subject && subject->describe)
		subject->describe(subject->obj, r->object, sizeof(r->object));
	else
		ls_describe_resv(resv, dmabuf, r->object, sizeof(r->object));
	r->lock = &resv->lock;
	say_holder(r, resv);
}

/* The name that the rule's function has in the release in force. */
static const char *rule_name(const struct ls_rule *rule, char *buf, unsigned long size)
{
	return ls_rule_name(rule, ls_rules_version, buf, size);
}

/* --- entry points --------------------------------------------------------- */

/*
 * Not held, and should be: the call goes on, as a kernel with WARN would.
 */
static noinline void breach_not_held(const struct ls_rule *rule, struct dma_resv *resv,
				     struct dma_buf *dmabuf, const struct ls_subject *subject,
				     unsigned long fp)
{
	struct ls_chain chain;
	struct ls_report r;
	char name[80];

	begin_report(&r, LS_BREACH, rule, fp, &chain);
	describe(&r, resv, dmabuf, subject);
	snprintf(r.what, sizeof(r.what), "%s() called without the reservation lock",
		 rule_name(rule, name, sizeof(name)));
	ls_place_advise(&r, &chain);
	ls_report_emit(&r);
}

/* Held, and should not be: if the lock is taken next the task would wait for itself. */
static noinline void breach_held(const struct ls_rule *rule, struct dma_resv *resv,
				 struct dma_buf *dmabuf, const struct ls_subject *subject,
				 unsigned long fp)
{
	bool hangs = rule->effect == LS_EFFECT_LOCKS || rule->effect == LS_EFFECT_ACQUIRES;
	struct ls_chain chain;
	struct ls_report r;
	char name[80];

	begin_report(&r, hangs ? LS_DEADLOCK : LS_BREACH, rule, fp, &chain);
	describe(&r, resv, dmabuf, subject);
	rule_name(rule, name, sizeof(name));
	if (hangs) {
		snprintf(r.what, sizeof(r.what),
			 "%s() takes the reservation lock, which its own task holds", name);
		ls_report_fatal(&r);
	}
	snprintf(r.what, sizeof(r.what), "%s() called with the reservation lock held", name);
	ls_report_emit(&r);
}

bool __ls_convention_enter(enum ls_rule_no no, struct dma_resv *resv, struct dma_buf *dmabuf,
			   const struct ls_subject *subject, bool dynamic)
{
	const struct ls_rule *rule = &ls_rules[no];
	enum ls_rule_state state = wanted(rule, dynamic);

	if (state == LS_STATE_HELD) {
		if (resv_held(resv)) {
			ls_place_note(resv, HERE);
			return true;
		}
		breach_not_held(rule, resv, dmabuf, subject, HERE);
		return false;
	}
	if (state == LS_STATE_NOT_HELD && resv_held(resv)) {
		breach_held(rule, resv, dmabuf, subject, HERE);
		return false;
	}
	return true;
}

/**
 * ls_resv_assert_held - behind dma_resv_assert_held()
 * @obj: the reservation object
 *
 * Context: any.
 */
void ls_resv_assert_held(struct dma_resv *obj)
{
	if (resv_held(obj))
		ls_place_note(obj, HERE);
	else
		breach_not_held(&ls_rules[LS_RULE_dma_resv_assert_held], obj, NULL, NULL, HERE);
}
EXPORT_SYMBOL(ls_resv_assert_held);

/* --- callbacks ------------------------------------------------------------ */

static void name_function(const void *fn, char *buf, unsigned long size)
{
	struct os_frame frames[8];
	int n = fn ? os_symbolize((unsigned long)fn + 1, frames, 8) : 0;

	if (n && frames[n - 1].func)
		snprintf(buf, size, "%s (%s:%d)", frames[n - 1].func,
			 frames[n - 1].file ? frames[n - 1].file : "?", frames[n - 1].line);
	else
		snprintf(buf, size, "the callback");
}

static noinline void callback_report(const struct ls_callback *cb, unsigned long fp,
				     const char *what)
{
	const struct ls_rule *rule = &ls_rules[cb->no];
	char name[80], func[120];
	struct ls_chain chain;
	struct ls_report r;

	begin_report(&r, LS_BREACH, rule, fp, &chain);
	describe(&r, cb->resv, cb->dmabuf, cb->subject);
	name_function(cb->fn, func, sizeof(func));
	snprintf(r.what, sizeof(r.what), "%s as %s %s", func,
		 rule_name(rule, name, sizeof(name)), what);
	ls_report_emit(&r);
}

void __ls_callback_begin(struct ls_callback *cb, bool check)
{
	enum ls_rule_state state = wanted(&ls_rules[cb->no], true);

	cb->held = resv_held(cb->resv);
	/*
	 * Older releases called back without the lock where this library has to
	 * have it: that is not the driver's doing.
	 */
	if (!check || ls_rules_version < LS_LINUX_6_12)
		return;
	if (state == LS_STATE_HELD && !cb->held)
		callback_report(cb, HERE, "runs without the reservation lock");
	else if (state == LS_STATE_NOT_HELD && cb->held)
		callback_report(cb, HERE, "runs with the reservation lock held");
}

void __ls_callback_end(struct ls_callback *cb)
{
	bool held = resv_held(cb->resv);

	if (held == cb->held)
		return;
	callback_report(cb, HERE,
			held ? "returned with the reservation lock held, which it took" :
			       "returned with the reservation lock released, which was held");
}

/* --- fences --------------------------------------------------------------- */

/* Who holds a spinlock is known to lockdep only. */
static bool fence_locked(struct dma_fence *fence)
{
	return lockdep_is_held(fence->lock);
}

static noinline void fence_report(const struct ls_rule *rule, struct dma_fence *fence,
				  const void *fn, const char *what, unsigned long fp)
{
	struct ls_chain chain;
	struct ls_report r;
	char func[120];

	begin_report(&r, LS_BREACH, rule, fp, &chain);
	snprintf(r.object, sizeof(r.object), "fence %.40s:%.40s context %llu seqno %llu",
		 fence->ops->get_driver_name(fence), fence->ops->get_timeline_name(fence),
		 fence->context, fence->seqno);
	r.lock = fence->lock;
	if (fn) {
		name_function(fn, func, sizeof(func));
		snprintf(r.what, sizeof(r.what), "%s as %s %s", func, rule->name, what);
	} else {
		snprintf(r.what, sizeof(r.what), "%s() %s", rule->name, what);
	}
	ls_report_emit(&r);
}

bool __ls_convention_enter_fence(enum ls_rule_no no, struct dma_fence *fence)
{
	const struct ls_rule *rule = &ls_rules[no];
	enum ls_rule_state state = wanted(rule, true);

	if (!ls_checking(LS_CHECK_LOCKDEP) || state != LS_STATE_HELD || fence_locked(fence))
		return true;
	fence_report(rule, fence, NULL, "called without the lock of the fence", HERE);
	return false;
}

bool __ls_fence_callback_begin(enum ls_rule_no no, struct dma_fence *fence, const void *fn)
{
	const struct ls_rule *rule = &ls_rules[no];
	bool held;

	if (!ls_checking(LS_CHECK_LOCKDEP))
		return false;
	held = fence_locked(fence);
	if (held && wanted(rule, true) == LS_STATE_NOT_HELD)
		fence_report(rule, fence, fn, "runs with the lock of the fence held", HERE);
	return held;
}

void __ls_fence_callback_end(enum ls_rule_no no, struct dma_fence *fence, const void *fn,
			     bool held)
{
	if (!ls_checking(LS_CHECK_LOCKDEP) || fence_locked(fence) == held)
		return;
	fence_report(&ls_rules[no], fence, fn,
		     held ? "returned with the lock of the fence released, which was held" :
			    "returned with the lock of the fence held, which it took",
		     HERE);
}

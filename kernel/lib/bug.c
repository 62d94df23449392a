// SPDX-License-Identifier: MIT
/* WARN and BUG become reports: see linux/bug.h. */
#include <linux/bug.h>
#include <linux/kernel.h>
#include <lockstep/report.h>

static unsigned int once_generation = 1;

bool ls_once(unsigned int *seen)
{
	unsigned int now = __atomic_load_n(&once_generation, __ATOMIC_RELAXED);

	if (__atomic_load_n(seen, __ATOMIC_RELAXED) == now)
		return false;
	return __atomic_exchange_n(seen, now, __ATOMIC_RELAXED) != now;
}

void ls_once_reset(void)
{
	__atomic_fetch_add(&once_generation, 1, __ATOMIC_RELAXED);
}

void ls_warn(const char *where, const char *cond, const char *fmt, ...)
{
	struct ls_report r;
	va_list args;

	ls_report_init(&r, LS_WARN, "warn", "the code under test warns");
	scnprintf(r.object, sizeof(r.object), "%s", where);
	if (fmt) {
		size_t len;

		va_start(args, fmt);
		len = vscnprintf(r.what, sizeof(r.what), fmt, args);
		va_end(args);
		while (len && r.what[len - 1] == '\n')
			r.what[--len] = '\0';
	} else {
		scnprintf(r.what, sizeof(r.what), "WARN_ON(%s)", cond);
	}
	ls_report_emit(&r);
}

void ls_bug(const char *where, const char *cond)
{
	struct ls_report r;

	ls_report_init(&r, LS_BUG, "bug", "the code under test gives up");
	scnprintf(r.object, sizeof(r.object), "%s", where);
	if (cond)
		scnprintf(r.what, sizeof(r.what), "BUG_ON(%s)", cond);
	else
		scnprintf(r.what, sizeof(r.what), "BUG()");
	ls_report_fatal(&r);
}

/**
 * panic() - the end
 * @fmt: why, as for printk()
 *
 * Context: Any. Ends the task, with a report (rule panic).
 */
void panic(const char *fmt, ...)
{
	struct ls_report r;
	va_list args;

	ls_report_init(&r, LS_BUG, "panic", "the code under test panics");
	va_start(args, fmt);
	vscnprintf(r.what, sizeof(r.what), fmt, args);
	va_end(args);
	ls_report_fatal(&r);
}

/* SPDX-License-Identifier: MIT */
#ifndef _DRM_DRM_PRINT_H
#define _DRM_DRM_PRINT_H

#include <linux/compiler.h>
#include <linux/printk.h>
#include <linux/device.h>
#include <linux/seq_file.h>
#include <linux/stdarg.h>
#include <linux/bits.h>
#include <drm/drm_device.h>

struct debugfs_regset32;

extern unsigned long __drm_debug;

/** enum drm_debug_category - bit number in __drm_debug (the parameter drm.debug) */
enum drm_debug_category {
	DRM_UT_CORE,
	DRM_UT_DRIVER,
	DRM_UT_KMS,
	DRM_UT_PRIME,
	DRM_UT_ATOMIC,
	DRM_UT_VBL,
	DRM_UT_STATE,
	DRM_UT_LEASE,
	DRM_UT_DP,
	DRM_UT_DRMRES,
};

static inline bool drm_debug_enabled_raw(enum drm_debug_category category)
{
	return unlikely(READ_ONCE(__drm_debug) & BIT(category));
}

#define drm_debug_enabled(category)	drm_debug_enabled_raw(category)
#define __drm_debug_enabled(category)	drm_debug_enabled_raw(category)

/** struct drm_printer - somewhere to print to */
struct drm_printer {
	void (*printfn)(struct drm_printer *p, struct va_format *vaf);
	void (*puts)(struct drm_printer *p, const char *str);
	void *arg;
	const void *origin;
	const char *prefix;
	struct {
		unsigned int series;
		unsigned int counter;
	} line;
	enum drm_debug_category category;
};

void __drm_printfn_seq_file(struct drm_printer *p, struct va_format *vaf);
void __drm_puts_seq_file(struct drm_printer *p, const char *str);
void __drm_printfn_info(struct drm_printer *p, struct va_format *vaf);
void __drm_printfn_dbg(struct drm_printer *p, struct va_format *vaf);
void __drm_printfn_err(struct drm_printer *p, struct va_format *vaf);

__printf(2, 3) void drm_printf(struct drm_printer *p, const char *f, ...);
void drm_puts(struct drm_printer *p, const char *str);
void drm_print_bits(struct drm_printer *p, unsigned long value, const char * const bits[],
		    unsigned int nbits);

__printf(2, 0) static inline void drm_vprintf(struct drm_printer *p, const char *fmt, va_list *va)
{
	struct va_format vaf = { .fmt = fmt, .va = va };

	p->printfn(p, &vaf);
}

#define drm_printf_indent(printer, indent, fmt, ...) \
	drm_printf((printer), "%.*s" fmt, (indent), "\t\t\t\t\tX", ##__VA_ARGS__)

static inline struct drm_printer drm_seq_file_printer(struct seq_file *f)
{
	return (struct drm_printer){
		.printfn = __drm_printfn_seq_file, .puts = __drm_puts_seq_file, .arg = f,
	};
}

static inline struct drm_printer drm_info_printer(struct device *dev)
{
	return (struct drm_printer){ .printfn = __drm_printfn_info, .arg = dev };
}

static inline struct drm_printer drm_dbg_printer(struct drm_device *drm,
						 enum drm_debug_category category,
						 const char *prefix)
{
	return (struct drm_printer){
		.printfn = __drm_printfn_dbg, .arg = drm, .prefix = prefix, .category = category,
	};
}

static inline struct drm_printer drm_debug_printer(const char *prefix)
{
	return (struct drm_printer){
		.printfn = __drm_printfn_dbg, .prefix = prefix, .category = DRM_UT_DRIVER,
	};
}

static inline struct drm_printer drm_err_printer(struct drm_device *drm, const char *prefix)
{
	return (struct drm_printer){
		.printfn = __drm_printfn_err, .arg = drm, .prefix = prefix,
	};
}

__printf(3, 4) void drm_dev_printk(const struct device *dev, const char *level,
				   const char *format, ...);
__printf(3, 4) void __ls_drm_dev_dbg(const struct device *dev, enum drm_debug_category category,
				     const char *format, ...);

#define drm_dev_dbg(dev, cat, fmt, ...)	__ls_drm_dev_dbg(dev, cat, fmt, ##__VA_ARGS__)
#define __drm_dbg(cat, fmt, ...)	__ls_drm_dev_dbg(NULL, cat, fmt, ##__VA_ARGS__)

#define DRM_DEV_ERROR(dev, fmt, ...)	drm_dev_printk(dev, KERN_ERR, "*ERROR* " fmt, ##__VA_ARGS__)
#define DRM_DEV_ERROR_RATELIMITED(dev, fmt, ...) DRM_DEV_ERROR(dev, fmt, ##__VA_ARGS__)
#define DRM_DEV_INFO(dev, fmt, ...)	drm_dev_printk(dev, KERN_INFO, fmt, ##__VA_ARGS__)
#define DRM_DEV_DEBUG(dev, fmt, ...)	drm_dev_dbg(dev, DRM_UT_CORE, fmt, ##__VA_ARGS__)
#define DRM_DEV_DEBUG_DRIVER(dev, fmt, ...) drm_dev_dbg(dev, DRM_UT_DRIVER, fmt, ##__VA_ARGS__)
#define DRM_DEV_DEBUG_KMS(dev, fmt, ...) drm_dev_dbg(dev, DRM_UT_KMS, fmt, ##__VA_ARGS__)

#define __ls_drm_dev(drm)		((drm) ? (drm)->dev : NULL)
#define __drm_printk(drm, level, type, fmt, ...) \
	dev_##level##type(__ls_drm_dev(drm), "[drm] " fmt, ##__VA_ARGS__)
#define drm_info(drm, fmt, ...)		__drm_printk(drm, info,, fmt, ##__VA_ARGS__)
#define drm_notice(drm, fmt, ...)	__drm_printk(drm, notice,, fmt, ##__VA_ARGS__)
#define drm_warn(drm, fmt, ...)		__drm_printk(drm, warn,, fmt, ##__VA_ARGS__)
#define drm_err(drm, fmt, ...)		__drm_printk(drm, err,, "*ERROR* " fmt, ##__VA_ARGS__)
#define drm_info_once(drm, fmt, ...)	__drm_printk(drm, info, _once, fmt, ##__VA_ARGS__)
#define drm_notice_once(drm, fmt, ...)	__drm_printk(drm, notice, _once, fmt, ##__VA_ARGS__)
#define drm_warn_once(drm, fmt, ...)	__drm_printk(drm, warn, _once, fmt, ##__VA_ARGS__)
#define drm_err_once(drm, fmt, ...)	__drm_printk(drm, err, _once, "*ERROR* " fmt, ##__VA_ARGS__)
#define drm_err_ratelimited(drm, fmt, ...) \
	__drm_printk(drm, err, _ratelimited, "*ERROR* " fmt, ##__VA_ARGS__)

#define __ls_drm_dbg(drm, cat, fmt, ...) \
	drm_dev_dbg(__ls_drm_dev(drm), cat, fmt, ##__VA_ARGS__)
#define drm_dbg_core(drm, fmt, ...)	__ls_drm_dbg(drm, DRM_UT_CORE, fmt, ##__VA_ARGS__)
#define drm_dbg_driver(drm, fmt, ...)	__ls_drm_dbg(drm, DRM_UT_DRIVER, fmt, ##__VA_ARGS__)
#define drm_dbg_kms(drm, fmt, ...)	__ls_drm_dbg(drm, DRM_UT_KMS, fmt, ##__VA_ARGS__)
#define drm_dbg_prime(drm, fmt, ...)	__ls_drm_dbg(drm, DRM_UT_PRIME, fmt, ##__VA_ARGS__)
#define drm_dbg_atomic(drm, fmt, ...)	__ls_drm_dbg(drm, DRM_UT_ATOMIC, fmt, ##__VA_ARGS__)
#define drm_dbg_vbl(drm, fmt, ...)	__ls_drm_dbg(drm, DRM_UT_VBL, fmt, ##__VA_ARGS__)
#define drm_dbg_state(drm, fmt, ...)	__ls_drm_dbg(drm, DRM_UT_STATE, fmt, ##__VA_ARGS__)
#define drm_dbg_lease(drm, fmt, ...)	__ls_drm_dbg(drm, DRM_UT_LEASE, fmt, ##__VA_ARGS__)
#define drm_dbg_dp(drm, fmt, ...)	__ls_drm_dbg(drm, DRM_UT_DP, fmt, ##__VA_ARGS__)
#define drm_dbg_drmres(drm, fmt, ...)	__ls_drm_dbg(drm, DRM_UT_DRMRES, fmt, ##__VA_ARGS__)
#define drm_dbg(drm, fmt, ...)		drm_dbg_driver(drm, fmt, ##__VA_ARGS__)
#define drm_dbg_ratelimited(drm, fmt, ...) drm_dbg_driver(drm, fmt, ##__VA_ARGS__)
#define drm_dbg_kms_ratelimited(drm, fmt, ...) drm_dbg_kms(drm, fmt, ##__VA_ARGS__)

#define DRM_INFO(fmt, ...)		printk(KERN_INFO "[drm] " fmt, ##__VA_ARGS__)
#define DRM_NOTE(fmt, ...)		printk(KERN_NOTICE "[drm] " fmt, ##__VA_ARGS__)
#define DRM_WARN(fmt, ...)		printk(KERN_WARNING "[drm] " fmt, ##__VA_ARGS__)
#define DRM_INFO_ONCE(fmt, ...)		printk_once(KERN_INFO "[drm] " fmt, ##__VA_ARGS__)
#define DRM_ERROR(fmt, ...)		printk(KERN_ERR "[drm] *ERROR* " fmt, ##__VA_ARGS__)
#define __drm_err(fmt, ...)		DRM_ERROR(fmt, ##__VA_ARGS__)
#define DRM_ERROR_RATELIMITED(fmt, ...)	DRM_ERROR(fmt, ##__VA_ARGS__)
#define DRM_DEBUG(fmt, ...)		__drm_dbg(DRM_UT_CORE, fmt, ##__VA_ARGS__)
#define DRM_DEBUG_DRIVER(fmt, ...)	__drm_dbg(DRM_UT_DRIVER, fmt, ##__VA_ARGS__)
#define DRM_DEBUG_KMS(fmt, ...)		__drm_dbg(DRM_UT_KMS, fmt, ##__VA_ARGS__)
#define DRM_DEBUG_PRIME(fmt, ...)	__drm_dbg(DRM_UT_PRIME, fmt, ##__VA_ARGS__)
#define DRM_DEBUG_ATOMIC(fmt, ...)	__drm_dbg(DRM_UT_ATOMIC, fmt, ##__VA_ARGS__)
#define DRM_DEBUG_VBL(fmt, ...)		__drm_dbg(DRM_UT_VBL, fmt, ##__VA_ARGS__)
#define DRM_DEBUG_LEASE(fmt, ...)	__drm_dbg(DRM_UT_LEASE, fmt, ##__VA_ARGS__)
#define DRM_DEBUG_DP(fmt, ...)		__drm_dbg(DRM_UT_DP, fmt, ##__VA_ARGS__)

#define drm_WARN(drm, condition, format, arg...)				\
	WARN(condition, "%s %s: [drm] " format,					\
	     dev_driver_string(__ls_drm_dev(drm)), dev_name(__ls_drm_dev(drm)), ##arg)
#define drm_WARN_ONCE(drm, condition, format, arg...)				\
	WARN_ONCE(condition, "%s %s: [drm] " format,				\
		  dev_driver_string(__ls_drm_dev(drm)), dev_name(__ls_drm_dev(drm)), ##arg)
#define drm_WARN_ON(drm, x) \
	drm_WARN((drm), (x), "%s", "drm_WARN_ON(" __stringify(x) ")")
#define drm_WARN_ON_ONCE(drm, x) \
	drm_WARN_ONCE((drm), (x), "%s", "drm_WARN_ON_ONCE(" __stringify(x) ")")

#endif /* _DRM_DRM_PRINT_H */

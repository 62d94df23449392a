// SPDX-License-Identifier: MIT
/*
 * Messages of drm, and printers.
 */
#include <linux/dev_printk.h>
#include <linux/module.h>
#include <linux/printk.h>
#include <linux/seq_file.h>
#include <drm/drm_device.h>
#include <drm/drm_print.h>

/* Bit mask of enum drm_debug_category. */
unsigned long __drm_debug;
EXPORT_SYMBOL(__drm_debug);
module_param_named(debug, __drm_debug, ulong, 0600);

void __drm_printfn_seq_file(struct drm_printer *p, struct va_format *vaf)
{
	seq_printf(p->arg, "%pV", vaf);
}
EXPORT_SYMBOL(__drm_printfn_seq_file);

void __drm_puts_seq_file(struct drm_printer *p, const char *str)
{
	seq_puts(p->arg, str);
}
EXPORT_SYMBOL(__drm_puts_seq_file);

void __drm_printfn_info(struct drm_printer *p, struct va_format *vaf)
{
	dev_info(p->arg, "[drm] %pV", vaf);
}
EXPORT_SYMBOL(__drm_printfn_info);

void __drm_printfn_dbg(struct drm_printer *p, struct va_format *vaf)
{
	const struct drm_device *drm = p->arg;

	if (drm_debug_enabled(p->category))
		drm_dev_printk(drm ? drm->dev : NULL, KERN_DEBUG, "%s%s%pV", p->prefix ?: "",
			       p->prefix ? " " : "", vaf);
}
EXPORT_SYMBOL(__drm_printfn_dbg);

void __drm_printfn_err(struct drm_printer *p, struct va_format *vaf)
{
	struct drm_device *drm = p->arg;

	drm_err(drm, "%s%s%pV", p->prefix ?: "", p->prefix ? " " : "", vaf);
}
EXPORT_SYMBOL(__drm_printfn_err);

/**
 * drm_puts() - print a string
 * @p: where to
 * @str: string
 *
 * Context: as the printer's.
 */
void drm_puts(struct drm_printer *p, const char *str)
{
	if (p->puts)
		p->puts(p, str);
	else
		drm_printf(p, "%s", str);
}
EXPORT_SYMBOL(drm_puts);

/**
 * drm_printf() - print formatted text
 * @p: where to
 * @f: format
 *
 * Context: as the printer's.
 */
void drm_printf(struct drm_printer *p, const char *f, ...)
{
	va_list args;

	va_start(args, f);
	drm_vprintf(p, f, &args);
	va_end(args);
}
EXPORT_SYMBOL(drm_printf);

/**
 * drm_print_bits() - print the names of set bits
 * @p: where to
 * @value: bits
 * @bits: name of each bit; NULL for one without
 * @nbits: how many
 *
 * Context: as the printer's.
 */
void drm_print_bits(struct drm_printer *p, unsigned long value, const char * const bits[],
		    unsigned int nbits)
{
	bool first = true;
	unsigned int i;

	for (i = 0; i < min_t(unsigned int, nbits, BITS_PER_LONG); i++) {
		if (!(value & BIT(i)) || WARN_ON_ONCE(!bits[i]))
			continue;
		drm_printf(p, "%s%s", first ? "" : ",", bits[i]);
		first = false;
	}
	if (first)
		drm_printf(p, "(none)");
}
EXPORT_SYMBOL(drm_print_bits);

static void vprint(const struct device *dev, const char *level, struct va_format *vaf)
{
	if (dev)
		dev_printk(level, dev, "[drm] %pV", vaf);
	else
		printk("%s[drm] %pV", level, vaf);
}

/**
 * drm_dev_printk() - print a message of a device
 * @dev: device, or NULL
 * @level: KERN_*
 * @format: message
 *
 * Context: any.
 */
void drm_dev_printk(const struct device *dev, const char *level, const char *format, ...)
{
	struct va_format vaf;
	va_list args;

	va_start(args, format);
	vaf.fmt = format;
	vaf.va = &args;
	vprint(dev, level, &vaf);
	va_end(args);
}
EXPORT_SYMBOL(drm_dev_printk);

void __ls_drm_dev_dbg(const struct device *dev, enum drm_debug_category category,
		      const char *format, ...)
{
	struct va_format vaf;
	va_list args;

	if (!drm_debug_enabled(category))
		return;
	va_start(args, format);
	vaf.fmt = format;
	vaf.va = &args;
	vprint(dev, KERN_DEBUG, &vaf);
	va_end(args);
}
EXPORT_SYMBOL(__ls_drm_dev_dbg);

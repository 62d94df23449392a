// SPDX-License-Identifier: MIT
/* printk: formats, tells the level from the text, and hands both on. */
#include <linux/device.h>
#include <linux/jiffies.h>
#include <linux/kernel.h>
#include <linux/printk.h>
#include <linux/ratelimit.h>
#include <lockstep/os.h>
#include <lockstep/report.h>
#include <lockstep/symbol.h>

enum system_states system_state = SYSTEM_RUNNING;

/**
 * vprintk() - printk() with a va_list
 * @fmt: level and format
 * @args: arguments
 *
 * Context: Any.
 * Return: length of the text.
 */
int vprintk(const char *fmt, va_list args)
{
	char text[1024];
	int level = LOGLEVEL_DEFAULT;
	const char *p = text;
	int len = vscnprintf(text, sizeof(text), fmt, args), c;

	/* The level may come in by way of %s or %pV, so it is looked for afterwards. */
	while ((c = printk_get_level(p))) {
		level = c == 'c' ? LS_PRINTK_CONT : c - '0';
		p += 2;
	}
	ls_printk_emit(level, p);
	return len - (int)(p - text);
}

/**
 * _printk() - say something
 * @fmt: KERN_* level and format; see kernel/lib/vsprintf.c for %p
 *
 * Context: Any.
 * Return: length of the text.
 */
int _printk(const char *fmt, ...)
{
	va_list args;
	int len;

	va_start(args, fmt);
	len = vprintk(fmt, args);
	va_end(args);
	return len;
}

/**
 * _dev_printk() - printk() with the names of a device and its driver in front
 * @level: KERN_*
 * @dev: the device, may be NULL
 * @fmt: format
 *
 * Context: Any.
 */
void _dev_printk(const char *level, const struct device *dev, const char *fmt, ...)
{
	struct va_format vaf = { .fmt = fmt };
	va_list args;

	va_start(args, fmt);
	vaf.va = &args;
	if (dev)
		printk("%s%s %s: %pV", level, dev_driver_string(dev), dev_name(dev), &vaf);
	else
		printk("%s(NULL device *): %pV", level, &vaf);
	va_end(args);
}

/**
 * dev_err_probe() - say why a device does not come up
 * @dev: the device
 * @err: -errno; -EPROBE_DEFER is not worth a message
 * @fmt: format
 *
 * Context: Any.
 * Return: @err.
 */
int dev_err_probe(const struct device *dev, int err, const char *fmt, ...)
{
	struct va_format vaf = { .fmt = fmt };
	va_list args;

	va_start(args, fmt);
	vaf.va = &args;
	if (err != -EPROBE_DEFER)
		dev_err(dev, "error %pe: %pV", ERR_PTR(err), &vaf);
	va_end(args);
	return err;
}

/**
 * dump_stack_lvl() - print the call chain
 * @log_lvl: KERN_*
 *
 * Context: Any.
 */
noinline void dump_stack_lvl(const char *log_lvl)
{
	struct os_frame frame;
	struct ls_stack stack;
	unsigned int i;

	ls_stack_save(&stack, 0);
	printk("%sCall trace:\n", log_lvl);
	for (i = 0; i < stack.nr; i++) {
		/* The source line is more than a kernel can say. */
		if (os_symbolize(stack.pc[i], &frame, 1) && frame.file)
			printk("%s %pB (%s:%d)\n", log_lvl, (void *)stack.pc[i],
			       os_short_path(frame.file), frame.line);
		else
			printk("%s %pB\n", log_lvl, (void *)stack.pc[i]);
	}
}

/**
 * dump_stack() - print the call chain
 *
 * Context: Any.
 */
noinline void dump_stack(void)
{
	dump_stack_lvl(KERN_DEFAULT);
}

/**
 * ___ratelimit() - whether to go on
 * @rs: the limit
 * @func: who asks
 *
 * Context: Any.
 * Return: 1 to go on, 0 when there were too many in this interval.
 */
int ___ratelimit(struct ratelimit_state *rs, const char *func)
{
	unsigned long now = ls_jiffies(), begin;

	if (!rs->interval)
		return 1;
	begin = __atomic_load_n(&rs->begin, __ATOMIC_RELAXED);
	if (!begin || now - begin > (unsigned long)rs->interval) {
		__atomic_store_n(&rs->begin, now | 1, __ATOMIC_RELAXED);
		__atomic_store_n(&rs->printed, 0, __ATOMIC_RELAXED);
	}
	if (__atomic_fetch_add(&rs->printed, 1, __ATOMIC_RELAXED) < rs->burst)
		return 1;
	__atomic_fetch_add(&rs->missed, 1, __ATOMIC_RELAXED);
	return 0;
}

/**
 * hex_dump_to_buffer() - one line of a hex dump
 * @buf: bytes
 * @len: how many there are
 * @rowsize: how many to print, 16 or 32
 * @groupsize: 1, 2, 4 or 8 bytes to a number
 * @linebuf: the line
 * @linebuflen: its size
 * @ascii: add the characters
 *
 * Context: Any.
 * Return: length of the whole line.
 */
int hex_dump_to_buffer(const void *buf, size_t len, int rowsize, int groupsize, char *linebuf,
		       size_t linebuflen, bool ascii)
{
	const u8 *p = buf;
	size_t pos = 0, i;

	if (rowsize != 16 && rowsize != 32)
		rowsize = 16;
	if (groupsize != 1 && groupsize != 2 && groupsize != 4 && groupsize != 8)
		groupsize = 1;
	len = min_t(size_t, len, rowsize);
	if (len % groupsize)
		groupsize = 1;
	if (linebuflen)
		*linebuf = '\0';
	for (i = 0; i < len; i++) {
		/* Numbers are little endian: the last byte of a group comes first. */
		size_t at = i / groupsize * groupsize + groupsize - 1 - i % groupsize;

		pos += snprintf(pos < linebuflen ? linebuf + pos : NULL,
				pos < linebuflen ? linebuflen - pos : 0, "%s%02x",
				i && i % groupsize == 0 ? " " : "", p[at]);
	}
	if (!ascii)
		return pos;
	pos += snprintf(pos < linebuflen ? linebuf + pos : NULL,
			pos < linebuflen ? linebuflen - pos : 0, "%*s",
			(int)(rowsize * 2 + rowsize / groupsize + 1 - pos), "");
	for (i = 0; i < len; i++)
		pos += snprintf(pos < linebuflen ? linebuf + pos : NULL,
				pos < linebuflen ? linebuflen - pos : 0, "%c",
				p[i] >= 0x20 && p[i] < 0x7f ? p[i] : '.');
	return pos;
}

/**
 * print_hex_dump() - print memory
 * @level: KERN_*
 * @prefix_str: in front of each line
 * @prefix_type: DUMP_PREFIX_*
 * @rowsize: bytes a line, 16 or 32
 * @groupsize: bytes a number
 * @buf: memory
 * @len: bytes
 * @ascii: add the characters
 *
 * Context: Any.
 */
void print_hex_dump(const char *level, const char *prefix_str, int prefix_type, int rowsize,
		    int groupsize, const void *buf, size_t len, bool ascii)
{
	char line[32 * 3 + 2 + 32 + 1];
	size_t at;

	if (rowsize != 16 && rowsize != 32)
		rowsize = 16;
	for (at = 0; at < len; at += rowsize) {
		hex_dump_to_buffer(buf + at, min_t(size_t, len - at, rowsize), rowsize, groupsize,
				   line, sizeof(line), ascii);
		if (prefix_type == DUMP_PREFIX_ADDRESS)
			printk("%s%s%p: %s\n", level, prefix_str, buf + at, line);
		else if (prefix_type == DUMP_PREFIX_OFFSET)
			printk("%s%s%.8zx: %s\n", level, prefix_str, at, line);
		else
			printk("%s%s%s\n", level, prefix_str, line);
	}
}

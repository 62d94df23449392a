/* SPDX-License-Identifier: MIT */
#ifndef _LINUX_IOPORT_H
#define _LINUX_IOPORT_H

#include <linux/types.h>
#include <linux/compiler.h>
#include <linux/minmax.h>

#define IORESOURCE_IO	0x00000100
#define IORESOURCE_MEM	0x00000200
#define IORESOURCE_IRQ	0x00000400
#define IORESOURCE_DMA	0x00000800

struct resource {
	resource_size_t start;
	resource_size_t end;
	const char *name;
	unsigned long flags;
	unsigned long desc;
	struct resource *parent, *sibling, *child;
};

static inline resource_size_t resource_size(const struct resource *res)
{
	return res->end - res->start + 1;
}

static inline unsigned long resource_type(const struct resource *res)
{
	return res->flags & (IORESOURCE_IO | IORESOURCE_MEM | IORESOURCE_IRQ | IORESOURCE_DMA);
}

#define DEFINE_RES_MEM(_start, _size)	((struct resource){ .start = (_start), \
	.end = (_start) + (_size) - 1, .flags = IORESOURCE_MEM })

#endif /* _LINUX_IOPORT_H */

/* SPDX-License-Identifier: MIT */
#ifndef _LINUX_IO_H
#define _LINUX_IO_H

#include <linux/types.h>
#include <linux/compiler.h>
#include <linux/string.h>
#include <linux/sizes.h>
#include <asm/page.h>

/* There is no bus: I/O memory is memory, accessed once and in the width asked for. */
#define LS_IO_READ(name, type)                                                                     \
	static inline type name(const volatile void __iomem *addr)                                 \
	{                                                                                          \
		return READ_ONCE(*(const volatile type *)addr);                                    \
	}
#define LS_IO_WRITE(name, type)                                                                    \
	static inline void name(type val, volatile void __iomem *addr)                             \
	{                                                                                          \
		WRITE_ONCE(*(volatile type *)addr, val);                                           \
	}
LS_IO_READ(readb, u8)
LS_IO_READ(readw, u16)
LS_IO_READ(readl, u32)
LS_IO_READ(readq, u64)
LS_IO_WRITE(writeb, u8)
LS_IO_WRITE(writew, u16)
LS_IO_WRITE(writel, u32)
LS_IO_WRITE(writeq, u64)
#define readl_relaxed(a)     readl(a)
#define writel_relaxed(v, a) writel(v, a)
#define readq_relaxed(a)     readq(a)
#define writeq_relaxed(v, a) writeq(v, a)
#define ioread8(a)     readb(a)
#define ioread16(a)    readw(a)
#define ioread32(a)    readl(a)
#define iowrite8(v, a) writeb(v, a)
#define iowrite16(v, a) writew(v, a)
#define iowrite32(v, a) writel(v, a)
#define __raw_readl(a) readl(a)
#define __raw_writel(v, a) writel(v, a)

static inline void memcpy_fromio(void *to, const volatile void __iomem *from, size_t n)
{
	memcpy(to, (const void *)from, n);
}

static inline void memcpy_toio(volatile void __iomem *to, const void *from, size_t n)
{
	memcpy((void *)to, from, n);
}

static inline void memset_io(volatile void __iomem *s, int c, size_t n)
{
	memset((void *)s, c, n);
}

enum {
	MEMREMAP_WB = 1 << 0,
	MEMREMAP_WT = 1 << 1,
	MEMREMAP_WC = 1 << 2,
};

/* Physical addresses that lie in the arena can be mapped, NULL for all others. */
void __iomem *ioremap(phys_addr_t offset, size_t size);
void iounmap(volatile void __iomem *addr);
void *memremap(resource_size_t offset, size_t size, unsigned long flags);
void memunmap(void *addr);
#define ioremap_wc(offset, size) ioremap(offset, size)
#define ioremap_uc(offset, size) ioremap(offset, size)
#define ioremap_cache(offset, size) ioremap(offset, size)

#define arch_phys_wc_add(base, size) 0
#define arch_phys_wc_del(handle)     ((void)(handle))
#define arch_io_reserve_memtype_wc(base, size) 0
#define arch_io_free_memtype_wc(base, size) ((void)0)

#endif

/* SPDX-License-Identifier: MIT */
#ifndef _LINUX_BYTEORDER_H
#define _LINUX_BYTEORDER_H

#include <linux/types.h>
#include <linux/swab.h>

/* The machine is little endian. */
#define __LITTLE_ENDIAN 1234
#define __LITTLE_ENDIAN_BITFIELD
#define __constant_cpu_to_le32(x) ((__le32)(x))
#define __constant_le32_to_cpu(x) ((u32)(x))
#define __cpu_to_le16(x) ((__le16)(u16)(x))
#define __cpu_to_le32(x) ((__le32)(u32)(x))
#define __cpu_to_le64(x) ((__le64)(u64)(x))
#define __le16_to_cpu(x) ((u16)(x))
#define __le32_to_cpu(x) ((u32)(x))
#define __le64_to_cpu(x) ((u64)(x))
#define __cpu_to_be16(x) ((__be16)swab16(x))
#define __cpu_to_be32(x) ((__be32)swab32(x))
#define __cpu_to_be64(x) ((__be64)swab64(x))
#define __be16_to_cpu(x) swab16((u16)(x))
#define __be32_to_cpu(x) swab32((u32)(x))
#define __be64_to_cpu(x) swab64((u64)(x))
#define cpu_to_le16 __cpu_to_le16
#define cpu_to_le32 __cpu_to_le32
#define cpu_to_le64 __cpu_to_le64
#define le16_to_cpu __le16_to_cpu
#define le32_to_cpu __le32_to_cpu
#define le64_to_cpu __le64_to_cpu
#define cpu_to_be16 __cpu_to_be16
#define cpu_to_be32 __cpu_to_be32
#define cpu_to_be64 __cpu_to_be64
#define be16_to_cpu __be16_to_cpu
#define be32_to_cpu __be32_to_cpu
#define be64_to_cpu __be64_to_cpu
#define le16_to_cpup(p) (*(const __le16 *)(p))
#define le32_to_cpup(p) (*(const __le32 *)(p))
#define le64_to_cpup(p) (*(const __le64 *)(p))
#define be16_to_cpup(p) swab16(*(const __be16 *)(p))
#define be32_to_cpup(p) swab32(*(const __be32 *)(p))
#define htons(x) cpu_to_be16(x)
#define ntohs(x) be16_to_cpu(x)
#define htonl(x) cpu_to_be32(x)
#define ntohl(x) be32_to_cpu(x)

static inline void le32_add_cpu(__le32 *var, u32 val)
{
	*var += val;
}

#endif

/* SPDX-License-Identifier: MIT */
#ifndef _LINUX_ACPI_H
#define _LINUX_ACPI_H

#include <linux/types.h>
#include <linux/errno.h>
#include <linux/device.h>

/* There is no ACPI. */
typedef void *acpi_handle;
#define ACPI_HANDLE(dev)	((acpi_handle)NULL)

#endif /* _LINUX_ACPI_H */

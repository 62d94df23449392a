/* SPDX-License-Identifier: MIT */
#ifndef LS_FS_DEVICE_H
#define LS_FS_DEVICE_H

struct device;

struct device *ls_device_by_node(const char *name);

#endif /* LS_FS_DEVICE_H */

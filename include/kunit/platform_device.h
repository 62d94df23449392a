/* SPDX-License-Identifier: MIT */
#ifndef _KUNIT_PLATFORM_DEVICE_H
#define _KUNIT_PLATFORM_DEVICE_H

struct kunit;
struct platform_device;

struct platform_device *kunit_platform_device_alloc(struct kunit *test, const char *name, int id);
int kunit_platform_device_add(struct kunit *test, struct platform_device *pdev);

#endif /* _KUNIT_PLATFORM_DEVICE_H */

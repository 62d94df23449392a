/* SPDX-License-Identifier: MIT */
#ifndef _LINUX_PCI_H
#define _LINUX_PCI_H

/*
 * PCI without a bus: a mock driver can embed a pci_dev and fill it in. Nothing
 * is enumerated and no register exists.
 */
#include <linux/mod_devicetable.h>
#include <linux/types.h>
#include <linux/ioport.h>
#include <linux/list.h>
#include <linux/device.h>
#include <linux/interrupt.h>
#include <linux/io.h>
#include <linux/pm.h>

#define PCI_DEVFN(slot, func)	((((slot) & 0x1f) << 3) | ((func) & 0x07))
#define PCI_SLOT(devfn)		(((devfn) >> 3) & 0x1f)
#define PCI_FUNC(devfn)		((devfn) & 0x07)
#define PCI_ANY_ID		(~0)
#define PCI_STD_NUM_BARS	6

struct pci_bus {
	unsigned char number;
};

struct pci_dev {
	struct pci_bus *bus;
	unsigned int devfn;
	unsigned short vendor;
	unsigned short device;
	unsigned short subsystem_vendor;
	unsigned short subsystem_device;
	unsigned int class;
	u8 revision;
	unsigned int irq;
	struct device dev;
	struct resource resource[PCI_STD_NUM_BARS];
};

struct pci_driver {
	const char *name;
	const struct pci_device_id *id_table;
	int (*probe)(struct pci_dev *pdev, const struct pci_device_id *id);
	void (*remove)(struct pci_dev *pdev);
	void (*shutdown)(struct pci_dev *pdev);
	struct device_driver driver;
};

extern const struct bus_type pci_bus_type;

#define to_pci_dev(n)			container_of(n, struct pci_dev, dev)
#define dev_is_pci(d)			((d)->bus == &pci_bus_type)
#define pci_name(pdev)			dev_name(&(pdev)->dev)
#define pci_resource_start(pdev, n)	((pdev)->resource[n].start)
#define pci_resource_end(pdev, n)	((pdev)->resource[n].end)
#define pci_resource_len(pdev, n)	\
	(pci_resource_end(pdev, n) ? resource_size(&(pdev)->resource[n]) : 0)
#define pci_resource_flags(pdev, n)	((pdev)->resource[n].flags)

static inline void *pci_get_drvdata(struct pci_dev *pdev)
{
	return dev_get_drvdata(&pdev->dev);
}

static inline void pci_set_drvdata(struct pci_dev *pdev, void *data)
{
	dev_set_drvdata(&pdev->dev, data);
}

static inline int pci_domain_nr(struct pci_bus *bus)
{
	return 0;
}

static inline struct pci_dev *pci_dev_get(struct pci_dev *pdev)
{
	if (pdev)
		get_device(&pdev->dev);
	return pdev;
}

static inline void pci_dev_put(struct pci_dev *pdev)
{
	if (pdev)
		put_device(&pdev->dev);
}

#endif /* _LINUX_PCI_H */

// SPDX-License-Identifier: MIT
/**
 * DOC: address spaces
 *
 * Binding an object gives it addresses in an address space and pins its pages.
 * Unbinding is part of every path that drops pages: the shrinker, a move, the
 * end of the object. It takes vm->mutex, inside the reservation lock where the
 * caller holds that.
 */
#include <linux/sched/mm.h>

#include "refgem.h"

#define REFGEM_VM_SIZE (1ULL << 32)

/**
 * refgem_vm_init - make an empty address space
 * @vm: zeroed memory
 *
 * Context: Process context.
 */
void refgem_vm_init(struct refgem_vm *vm)
{
	mutex_init(&vm->mutex);
	drm_mm_init(&vm->mm, PAGE_SIZE, REFGEM_VM_SIZE);

	/*
	 * Teach lockdep now that reclaim takes the mutex (the shrinker unbinds),
	 * rather than on the first day that memory is short.
	 */
	fs_reclaim_acquire(GFP_KERNEL);
	might_lock(&vm->mutex);
	fs_reclaim_release(GFP_KERNEL);
}

/**
 * refgem_vm_fini - the end of an address space in which nothing is bound
 * @vm: the address space
 */
void refgem_vm_fini(struct refgem_vm *vm)
{
	drm_mm_takedown(&vm->mm);
	mutex_destroy(&vm->mutex);
}

/**
 * refgem_bind - bind an object into its device's address space
 * @obj: the object
 *
 * Context: Reservation lock held.
 * Return: 0, -ENOMEM, -ENOSPC if no range of addresses is free, or as
 * refgem_pin_pages().
 */
int refgem_bind(struct refgem_object *obj)
{
	struct refgem_vm *vm = &refgem_dev(obj)->vm;
	struct refgem_vma *vma;
	int ret;

	refgem_assert_held(obj);

	/* Before the mutex: reclaim takes it, so this must not happen inside. */
	vma = kzalloc(sizeof(*vma), GFP_KERNEL);
	if (!vma)
		return -ENOMEM;

	ret = refgem_pin_pages(obj);
	if (ret)
		goto err_free;

	mutex_lock(&vm->mutex);
	ret = drm_mm_insert_node(&vm->mm, &vma->node, obj->base.size);
	if (!ret)
		list_add_tail(&vma->link, &obj->vmas);
	mutex_unlock(&vm->mutex);
	if (ret)
		goto err_unpin;
	return 0;

err_unpin:
	refgem_unpin_pages(obj);
err_free:
	kfree(vma);
	return ret;
}

/**
 * refgem_unbind - destroy all bindings of an object
 * @obj: the object
 *
 * The mutex is taken even if there seems to be nothing to do. A dead import may be
 * unbound by the free worker, without the reservation lock, while its exporter
 * moves the memory: whoever comes second must not return before the first is done.
 *
 * Context: Process context, reclaim included. Reservation lock held, but for a
 * dead object.
 */
void refgem_unbind(struct refgem_object *obj)
{
	struct refgem_device *refgem = refgem_dev(obj);
	struct refgem_vma *vma, *next;

	refgem_assert_held(obj);

	mutex_lock(&refgem->vm.mutex);

	/* The price of placement A, seen at work: somebody else's lock is held. */
	if (!list_empty(&obj->vmas) && refgem_object_is_dead(obj) &&
	    refgem_object_is_import(obj) && lockdep_is_held(&obj->base.resv->lock.base))
		atomic_inc(&refgem->wide_locks);

	list_for_each_entry_safe(vma, next, &obj->vmas, link) {
		list_del(&vma->link);
		drm_mm_remove_node(&vma->node);
		refgem_unpin_pages(obj);
		kfree(vma);
	}
	mutex_unlock(&refgem->vm.mutex);
}

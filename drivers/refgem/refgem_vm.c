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
 * refgem_bind - bind an object into an address space
 * @obj: the object
 * @vm: the address space
 *
 * Context: Reservation lock held.
 * Return: 0, -ENOMEM, -ENOSPC if no range of addresses is free, or as
 * refgem_pin_pages().
 */
int refgem_bind(struct refgem_object *obj, struct refgem_vm *vm)
{
	struct refgem_vma *vma;
	int ret;

	refgem_assert_held(obj);

	/* Before the mutex: reclaim takes it, so this must not happen inside. */
	vma = kzalloc(sizeof(*vma), GFP_KERNEL);
	if (!vma)
		return -ENOMEM;
	vma->obj = obj;
	vma->vm = vm;

	ret = refgem_pin_pages(obj);
	if (ret)
		goto err_free;

	mutex_lock(&vm->mutex);
	ret = drm_mm_insert_node(&vm->mm, &vma->node, obj->base.size);
	mutex_unlock(&vm->mutex);
	if (ret)
		goto err_unpin;

	spin_lock(&obj->vma.lock);
	list_add_tail(&vma->obj_link, &obj->vma.list);
	spin_unlock(&obj->vma.lock);
	return 0;

err_unpin:
	refgem_unpin_pages(obj);
err_free:
	kfree(vma);
	return ret;
}

static void refgem_vma_destroy(struct refgem_vma *vma)
{
	struct refgem_object *obj = vma->obj;

	/* The price of placement A, seen at work: somebody else's lock is held. */
	if (refgem_object_is_dead(obj) && refgem_object_is_import(obj) &&
	    lockdep_is_held(&obj->base.resv->lock.base))
		atomic_inc(&refgem_dev(obj)->wide_locks);

	mutex_lock(&vma->vm->mutex);
	drm_mm_remove_node(&vma->node);
	mutex_unlock(&vma->vm->mutex);

	refgem_unpin_pages(obj);
	kfree(vma);
}

/**
 * refgem_unbind - destroy all bindings of an object
 * @obj: the object
 *
 * Context: Process context, reclaim included. Reservation lock held, but for a
 * dead object.
 */
void refgem_unbind(struct refgem_object *obj)
{
	struct refgem_vma *vma;

	refgem_assert_held(obj);

	/* The mutex sleeps, so let go of the spinlock for each one. */
	spin_lock(&obj->vma.lock);
	while ((vma = list_first_entry_or_null(&obj->vma.list, struct refgem_vma, obj_link))) {
		list_del(&vma->obj_link);
		spin_unlock(&obj->vma.lock);

		refgem_vma_destroy(vma);

		spin_lock(&obj->vma.lock);
	}
	spin_unlock(&obj->vma.lock);
}

// SPDX-License-Identifier: MIT
/*
 * Memory that is freed with its case.
 */
#include <kunit/test.h>
#include <linux/slab.h>
#include <linux/string.h>
#include <linux/overflow.h>

static void free_ptr(void *ptr)
{
	kfree(ptr);
}

/**
 * kunit_kmalloc_array() - kmalloc_array() whose memory is freed with the case
 * @test: the case
 * @n: elements
 * @size: bytes each
 * @gfp: as in kmalloc()
 *
 * Context: Task context.
 * Return: the memory, or NULL when short of it or if the product overflows.
 */
void *kunit_kmalloc_array(struct kunit *test, size_t n, size_t size, gfp_t gfp)
{
	void *ptr = kmalloc_array(n, size, gfp);

	if (!ptr)
		return NULL;
	if (kunit_add_action_or_reset(test, free_ptr, ptr))
		return NULL;
	return ptr;
}

/**
 * kunit_kfree() - free such memory before the end of the case
 * @test: the case
 * @ptr: from kunit_kmalloc() and kin; NULL is fine
 *
 * Context: Any that kfree() allows.
 */
void kunit_kfree(struct kunit *test, const void *ptr)
{
	if (ptr)
		kunit_release_action(test, free_ptr, (void *)ptr);
}

/**
 * kunit_kstrdup() - a copy of a string, freed with the case
 * @test: the case
 * @str: the string; NULL gives NULL
 * @gfp: as in kmalloc()
 *
 * Context: Task context.
 * Return: the copy, or NULL.
 */
char *kunit_kstrdup(struct kunit *test, const char *str, gfp_t gfp)
{
	size_t size;
	char *copy;

	if (!str)
		return NULL;
	size = strlen(str) + 1;
	copy = kunit_kmalloc(test, size, gfp);
	if (copy)
		memcpy(copy, str, size);
	return copy;
}

/* There is no telling a literal from other memory, so the const forms always copy. */
const char *kunit_kstrdup_const(struct kunit *test, const char *str, gfp_t gfp)
{
	return kunit_kstrdup(test, str, gfp);
}

void kunit_kfree_const(struct kunit *test, const void *x)
{
	kunit_kfree(test, x);
}

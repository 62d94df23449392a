/* SPDX-License-Identifier: MIT */
#ifndef HOST_FIXED_H
#define HOST_FIXED_H

/*
 * What fibre.c, heap.c and snapshot.c share: memory at addresses that are the same in each run,
 * and state that a snapshot leaves alone.
 */

struct os_fibre;

/*
 * Variables of host/ which must not go back in time when a snapshot is restored: the
 * machinery itself, and what points to memory of the C library or names things of the system,
 * neither of which goes back either. They have a section to themselves, which the snapshot
 * of this library leaves out.
 */
#define LS_KEEP __attribute__((section("ls_keep")))
extern char __start_ls_keep[] __attribute__((visibility("hidden")));
extern char __stop_ls_keep[] __attribute__((visibility("hidden")));

/* Runs in the handler of a first write: with counters in covered memory it would fault again. */
#define LS_UNCOUNTED __attribute__((no_profile_instrument_function))

/*
 * Map @size bytes at the first of @places that is free, without reserving memory; @writable or
 * not accessible. NULL when none is free.
 */
void *ls_map_fixed(const unsigned long *places, unsigned int nr, unsigned long size, int writable);
/* The same wherever there is room, zeroed and writable. */
void *ls_map_anywhere(unsigned long size);
/* The same, for what is read through again and again; it stays for good. */
void *ls_map_large(unsigned long size);

/* Not memcpy(): ASan would look whether the program may touch this memory. */
void ls_copy(void *to, const void *from, unsigned long size);

/* Whether @at lies in the stack of a fibre; then its bounds. */
int ls_fibre_bounds(unsigned long at, unsigned long *low, unsigned long *high);
/* The fibre that was made last at @index, or NULL; 1 + the highest index there is. */
struct os_fibre *ls_fibre_at(unsigned int index);
/* Where the stack of that one begins, and grows down from. */
char *ls_fibre_top(unsigned int index);
unsigned int ls_fibre_made(void);

/*
 * The heap's part in a snapshot: take() moves each owner on to a fresh page and calls
 * @cover for what it has used so far; restore() takes back all since.
 */
void ls_heap_take(void (*cover)(void *start, unsigned long size));
void ls_heap_restore(void);
unsigned long ls_heap_peak(void);

#endif

/* SPDX-License-Identifier: MIT */
#ifndef LOCKSTEP_SYMBOL_H
#define LOCKSTEP_SYMBOL_H

#include "os.h"
#include "report.h"

/* First address of the function that @pc lies in, 0 when unknown. Cheap: dynamic symbols
 * and the symbol tables of the objects, cached. */
unsigned long os_function_start(unsigned long pc);

/*
 * Symbol that @pc lies in, from the symbol table: its name, which stays, where @pc is in it,
 * and its size. NULL when unknown.
 */
const char *os_symbol(unsigned long pc, unsigned long *offset, unsigned long *size);

/* Base name, without ".so", of the object that @pc lies in; "lockstep" for the library; NULL. */
const char *os_object_name(unsigned long pc);

/* Leave this directory out of file names. Kept by reference. */
void os_source_root(const char *root);

/* @file, as __FILE__ gives it, without such a directory in front; points into @file. */
const char *os_short_path(const char *file);

/**
 * ls_report_render() - a report as lines of text
 * @r: the report
 * @line: called with each line, without a newline
 * @arg: for @line
 *
 * The one place where a report becomes text. Symbolises as it goes, which may take
 * a while the first time.
 */
void ls_report_render(const struct ls_report *r, void (*line)(void *arg, const char *text),
		      void *arg);

/* Frames of @stack from the driver's call inwards: (first, nr) without the frames of the
 * test runner and thread start at its end. */
unsigned int ls_stack_trim(const unsigned long *pc, unsigned int nr);

/* "breach", "deadlock", ... */
const char *ls_report_class_name(enum ls_report_class class);

/* "breach: unmap-held"; "crash", where class and rule are one word. Returns @buf. */
const char *ls_report_title(enum ls_report_class class, const char *rule, char *buf,
			    unsigned long size);

#endif /* LOCKSTEP_SYMBOL_H */

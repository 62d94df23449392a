/* SPDX-License-Identifier: MIT */
#ifndef LOCKSTEP_ANALYZE_UNIT_CHECK_H
#define LOCKSTEP_ANALYZE_UNIT_CHECK_H

#include "unit.h"

/* Return: NULL if all tables lie within the @size bytes at @head; else what is wrong. */
const char *ls_unit_check_header(const struct ls_unit_header *head, size_t size);
/* Return: NULL if all indices of a unit with a good header are good; else what is wrong. */
const char *ls_unit_check(const struct ls_unit *unit);

#endif

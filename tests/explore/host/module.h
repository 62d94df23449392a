/* SPDX-License-Identifier: MIT */
#ifndef TESTS_EXPLORE_HOST_MODULE_H
#define TESTS_EXPLORE_HOST_MODULE_H

#define MODULE_SUM 21 /* what module_sum() is at first */

extern int module_data, module_bss;

int module_sum(void);
void module_change(int by);

#endif

/* SPDX-License-Identifier: MIT */
#ifndef DEEP_CASES_H
#define DEEP_CASES_H

struct task_struct;

/* Task number @i of the running case, or NULL. */
struct task_struct *deep_task(unsigned int i);

#endif /* DEEP_CASES_H */

/* SPDX-License-Identifier: MIT */
#ifndef LOCKSTEP_CONSOLE_H
#define LOCKSTEP_CONSOLE_H

/* Highest level of printk() that is shown; 6 (KERN_INFO) by default. */
extern int ls_console_level;

#endif /* LOCKSTEP_CONSOLE_H */

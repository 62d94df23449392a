/* SPDX-License-Identifier: MIT */
#ifndef LOCKSTEP_CONSOLE_H
#define LOCKSTEP_CONSOLE_H

/**
 * ls_console_write() - where printk() ends
 * @level: 0 (KERN_EMERG) to 7 (KERN_DEBUG)
 * @text: one message or piece of one, without the level prefix; need not end in a newline
 * @len: bytes
 * @cont: it continues the line before (KERN_CONT)
 *
 * In a test worker lines go to the parent, which prints them as "# " lines of the case;
 * elsewhere to standard error. Messages above ls_console_level are dropped.
 *
 * Context: Any; does not sleep.
 */
void ls_console_write(int level, const char *text, unsigned long len, int cont);

extern int ls_console_level; /* highest level shown; 6 (KERN_INFO) by default */

#endif /* LOCKSTEP_CONSOLE_H */

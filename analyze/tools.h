/* SPDX-License-Identifier: MIT */
#ifndef LOCKSTEP_ANALYZE_TOOLS_H
#define LOCKSTEP_ANALYZE_TOOLS_H

/**
 * ls_tool_bitcode() - where lockstep-bitcode is
 *
 * Usage: lockstep-bitcode BITCODE UNIT [TREE-PREFIX]. It ends with 0, or with 2 after one line on
 * standard error. It dies of a signal only if LLVM does.
 *
 * Return: its path, to be freed: that of the build tree for a command in the build tree, else
 * that of the installation. NULL: this Lockstep was built without LLVM.
 */
char *ls_tool_bitcode(void);
/* Return: the clang that belongs to that LLVM, as a path; NULL if built without LLVM. */
const char *ls_tool_clang(void);
/* Return: "14.0.6"; "" if built without LLVM. */
const char *ls_tool_llvm_version(void);

#endif

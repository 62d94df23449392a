# SPDX-License-Identifier: MIT
# Sourced behind lib.sh by the tests of `lockstep check`: a small tree to check.
toys=drivers/gpu/drm/toy

# $work/tree, with a compile_commands.json that says how to compile its files.
make_tree() {
	cp -r "$here/fixtures/check" "$work/tree"
	cp "$here/../analyze/kernel.h" "$work/tree/kernel.h"
	# What was written a moment ago may still change within the same tick: it is compiled again.
	find "$work/tree" -type f -exec touch -d '1 hour ago' {} +
	list_commands
}

list_commands() {
	(cd "$work/tree" && find drivers -name '*.c' | sort | sed "
		s|.*|{ \"directory\": \"$work/tree\", \"file\": \"&\", \"command\": \"gcc -I. -c & -o /dev/null\" },|
		1s/^/[/
		\$s/,\$/]/" >compile_commands.json)
}

# Is this Lockstep able to? Without LLVM there is nothing to test but that it says so.
need_llvm() {
	"$lockstep" check / 2>&1 | grep -q 'built without LLVM' || return 0
	refuses 'built without LLVM; install the packages clang and llvm-dev' check /
	[ $failed -eq 0 ] && exit 77
	finish
}

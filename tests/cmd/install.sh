#!/bin/sh
# `make install`: the installed command needs nothing of the source tree.
# usage: install.sh LOCKSTEP SOURCE_ROOT BUILD_ROOT
. "$(dirname "$0")/lib.sh"
. "$here/check-lib.sh"
build=$3
meson install -C "$build" --no-rebuild --quiet --destdir "$work/root" >"$work/log" 2>&1 || {
	cat "$work/log" >&2
	fail "meson install"
	finish
}
unset LD_LIBRARY_PATH # its own library is found by itself
lockstep=$(find "$work/root" -type f -path '*/bin/lockstep')
data=$(find "$work/root" -type d -path '*/share/lockstep')
[ -x "$lockstep" ] && [ -d "$data" ] || { fail "not installed"; finish; }
mkdir "$work/elsewhere" && cd "$work/elsewhere" || exit 99

run 0 build examples/grabber
run 0 test grabber.so
out_has '^ok 1 grabber$'
run 0 rules --for 6.1
if ! "$lockstep" check / 2>&1 | grep -q 'built without LLVM'; then
	make_tree
	run 1 check "$work/tree/compile_commands.json" --rules 6.12
fi
if explores; then
	run 0 demo
	out_has '^none nowhere \(Linux 6.1\) +BREACH '
fi
run 2 build upstream/i915
err_has 'needs a kernel tree of Linux 6.1 or 6.12'
for tree in /usr/src/linux-source-6.12 /usr/src/linux-source-6.12.tar.xz; do
	[ -e "$tree" ] || continue
	# The real cache: reading an archive takes longer than the rest of this.
	unset XDG_CACHE_HOME
	run 0 build upstream/dma-buf-selftests --linux "$tree" -o selftests.so
	break
done
[ ! -e "$data/upstream/oracle" ] || fail "the oracle cannot be built here, but is installed"

if command -v scdoc >/dev/null; then
	page=$(find "$work/root" -name lockstep.1)
	[ -s "$page" ] || fail "no manual page"
	# Each option that --help knows.
	for verb in build test check rules demo; do
		"$lockstep" $verb --help | grep -Eo -- '--[a-z][a-z-]+' | sort -u |
		while read -r option; do
			case $option in --help | --usage) continue ;; esac
			sed 's/\\-/-/g' "$page" | grep -Fq -- "$option" || echo "$verb $option"
		done >"$work/undocumented"
		[ ! -s "$work/undocumented" ] || fail "not in the manual: $(cat "$work/undocumented")"
	done
fi

finish

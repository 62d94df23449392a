#!/bin/sh
# Modules built with --races: what is ordered or marked is clean, what is not is found.
. "$(dirname "$0")/../../cmd/lib.sh"
fixture insane
here=$2/tests/explore/races
sanitizers=$(strings "$work/insane.so" | sed -n 's/^sanitizers=//p')
case ,$sanitizers, in
*,address,* | *,thread,*)
	refuses "^lockstep: --races: this Lockstep is built with the sanitizer '$sanitizers'" \
		build --races -o "$work/clean.so" "$here/clean.c"
	finish
	;;
esac

names() { # FILE: the cases in it
	sed -n 's/^\tKUNIT_CASE(\(.*\)),$/\1/p' "$here/$1.c"
}

check() { # COMPILER
	for module in clean racy; do
		run 0 build --races --cc "$1" -o "$work/$module.so" "$here/$module.c"
		# Without an explorer nothing is looked for.
		run 0 test "$work/$module.so"
	done

	run 0 explore -o "$work" "$work/clean.so"
	for name in $(names clean); do
		out_has "^ok [0-9]+ - clean.$name # .* every interleaving"
	done

	run 1 explore -o "$work" "$work/racy.so"
	for name in $(names racy); do
		out_has "^not ok [0-9]+ - racy.$name # found "
	done
	out_has '^# [0-9]+ data races? .*: data-race'
	out_has '^# 1 misuse .*: use-after-free'
	out_hasnt '^# [0-9]+ (crash|warning|bug|leak|deadlock)'
}

check "${CC:-gcc}"

# Word by word.
run 1 explore -o "$work" -f racy.freed_before "$work/racy.so"
out_has '^# misuse: use-after-free: memory is used until it is freed$'
out_has '^#   object   byte 24 of a freed block of 64 bytes at '
out_has '^#   seen     read of 8 bytes$'
out_has '^#     read_late .*racy.c:'
out_has "^#   freed by task 'b', at\$"
out_has '^#     free_early .*racy.c:'
out_has '^#   the block was allocated \(kmalloc\) at$'
out_has '^#     freed_before .*racy.c:'
run 1 explore -o "$work" -f racy.struct_copy "$work/racy.so"
out_has '^# data race: what two tasks access, one of them writing, is ordered or marked$'
out_has '^#   object   byte 56 of one$'
out_has "^#   seen     plain write of 8 bytes; nothing orders it with the plain read of 64 bytes of task 'a'\$"
out_has '^#     store_last .*racy.c:'
out_has "^#   plain read of 64 bytes by task 'a', at\$"
out_has '^#     copy_struct .*racy.c:'
run 1 explore -o "$work" -f racy.freed_memory "$work/racy.so"
out_has '^#   object   byte 24 of a block of 64 bytes at '
out_has "^#   seen     freeing it; nothing orders it with the plain read of 8 bytes of task 'a'\$"
out_has '^#     free_block .*racy.c:'
out_has '^#     read_block .*racy.c:'

# Each two places are told once, however many executions see them.
run 1 explore -o "$work" --keep-going -f racy.one_locked "$work/racy.so"
[ "$(grep -c '^# data race' "$work/out")" -le 4 ] || fail 'the same places are told again'

# Not instrumented, nothing is seen.
run 0 build -o "$work/plain.so" "$here/racy.c"
run 0 explore -o "$work" -f racy.counter "$work/plain.so"

# The other compiler.
if command -v clang >/dev/null && [ "${CC:-gcc}" != clang ]; then
	check clang
fi
finish

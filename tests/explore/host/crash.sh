#!/bin/sh
# What exploring says of crashes on a fibre.   usage: crash.sh LOCKSTEP MODULE
set -u
work=$(mktemp -d) || exit 2
trap 'rm -rf "$work"' EXIT

"$1" explore --out="$work" "$2" >"$work/out" 2>&1
[ $? = 1 ] || { cat "$work/out" >&2; echo "crash.sh: the exit status is not 1" >&2; exit 1; }
for text in 'the stack of the task is used up' \
	    'SIGSEGV at address 0xc: a NULL pointer, or a member of one' \
	    'SIGSEGV at address 0x6b6b6b6b6b6b6b6b: a pointer read from freed memory' \
	    'deeper  *.*crash\.c:[0-9]' 'null  *.*crash\.c:[0-9]' 'stale  *.*crash\.c:[0-9]' \
	    'not ok 1 ' 'not ok 2 ' 'not ok 3 '; do
	grep -q "$text" "$work/out" && continue
	cat "$work/out" >&2
	echo "crash.sh: not said: $text" >&2
	exit 1
done

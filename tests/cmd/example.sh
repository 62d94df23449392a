#!/bin/sh
# The example that newcomers copy: out of the tree it builds, passes, and shows its mistake.
. "$(dirname "$0")/lib.sh"
cp -r "$2/examples/grabber" "$work/mine" || exit 99
cd "$work" || exit 99

run 0 build mine
[ ! -s err ] || { fail "warnings"; cat err >&2; }
run 0 test grabber.so --fail-nth
out_has '^ok 1 grabber$'
run 1 test grabber.so --param forget_lock=1
out_has '# breach: unmap-held: '
out_has "#   object   dma_buf#[0-9]+ \(exporter 'grabber'\)"
out_has '#   take it  in grabber_buf_free, .*grabber_buf.c:[0-9]+,'
out_has '^# 1 breach \(1 root cause\): unmap-held; seen 3 times$'

finish

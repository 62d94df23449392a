#!/bin/sh
# Mistakes on the command line, and files that are not what they should be.
. "$(dirname "$0")/lib.sh"

refuses 'no verb'
refuses "'frobnicate' is no verb" frobnicate
run 0 --help
out_has '^  build '
run 0 --version
out_has '^lockstep [0-9]'

for verb in build test explore rules demo; do
	run 0 $verb --help
	out_has 'Usage: lockstep'
done

# test
refuses 'no module given' test
refuses 'cannot open module' test "$work/none.so"
echo text >"$work/text.so"
refuses 'not an ELF file' test "$work/text.so"
refuses 'no Lockstep module' test "$lockstep"
fixture good
refuses 'matches none' test "$work/good.so" --filter 'none.*'
refuses 'not a number' test "$work/good.so" --repeat 0
refuses 'not a number' test "$work/good.so" --repeat many
refuses 'not a number' test "$work/good.so" --timeout -1
refuses 'there are rules for' test "$work/good.so" --rules 5.4
refuses 'no module has a parameter' test "$work/good.so" --param none=1
refuses 'cannot write' test "$work/good.so" --json "$work/none/x.json"
"$lockstep" test "$work/good.so" >/dev/full 2>"$work/err"
[ $? -eq 2 ] || fail "results into a full disk: not exit status 2"
err_has 'cannot write the results'

# A module of another Lockstep.
stamp=$(strings "$work/good.so" | sed -n 's/^abi=//p')
sed "s/abi=$stamp/abi=$(echo "$stamp" | tr '0-9a-f' '1-9a-f0')/" "$work/good.so" >"$work/old.so"
refuses 'built for another Lockstep' test "$work/old.so"

# rules
refuses 'there are rules for' rules --for 5.4
refuses 'the formats are' rules --format xml
refuses 'unexpected argument' rules 6.12
run 0 rules
out_has '^dma_buf_unmap_attachment '
run 0 rules --for 6.1
out_has '^dma_buf_map_attachment +resv +held dynamic +- +map-held$'

finish

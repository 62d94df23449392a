#!/bin/sh
# The results can be read by machines: KTAP that parses, JSON that parses, and they agree.
. "$(dirname "$0")/lib.sh"

fixture good
fixture faulty
run 1 test "$work/good.so" "$work/faulty.so" --timeout 1 --json "$work/json"
python3 "$here/check-results.py" "$work/out" "$work/json" || fail "results do not parse"
run 0 rules --format json
python3 -c 'import json, sys; assert len(json.load(sys.stdin)["rules"]) > 200' <"$work/out" ||
	fail "rules are no JSON"

finish

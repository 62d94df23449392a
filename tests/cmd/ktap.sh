#!/bin/sh
# The results can be read by machines: KTAP that parses, JSON that parses, and they agree.
. "$(dirname "$0")/lib.sh"

fixture good
fixture faulty
run 1 test "$work/good.so" "$work/faulty.so" --timeout 1 --json "$work/json"
python3 "$here/check-results.py" "$work/out" "$work/json" || fail "results do not parse"
for release in 6.1 6.12 6.16 7.1; do
	run 0 rules --for $release --format json
	python3 -c 'import json, sys; d = json.load(sys.stdin); \
		assert d["release"] == sys.argv[1] and len(d["rules"]) > 200' $release <"$work/out" ||
		fail "the rules of $release are no JSON"
done
if explores; then
	run 0 demo --json
	python3 -c 'import json, sys; assert len(json.load(sys.stdin)["cells"]) == 60' <"$work/out" ||
		fail "the demo is no JSON"
fi

finish

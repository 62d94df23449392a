#!/bin/sh
# Findings made by hand, through every output of the checker.   usage: output.sh MADE DIR
set -u
made=$1
dir=$2
work=$(mktemp -d) || exit 99
trap 'rm -rf "$work"' EXIT
failed=0
fail() {
	echo "FAILED: $*" >&2
	failed=1
}

for what in text all annotate patch; do
	"$made" $what >"$work/$what"
	diff -u "$dir/$what.expected" "$work/$what" >&2 || fail "made $what"
done

# Nothing found: no text at all, and whole documents all the same.
[ -z "$("$made" none-text)" ] || fail "no findings, but text"
for format in json sarif; do
	for what in "$format" "none-$format" "patch-$format"; do
		"$made" $what | python3 -m json.tool >/dev/null || fail "made $what: no JSON"
	done
done

# Twice the same bytes.
for format in text json sarif baseline; do
	[ "$("$made" $format | cksum)" = "$("$made" $format | cksum)" ] || fail "$format differs"
done

# JSON: what docs/check-json.md says of it.
"$made" json >"$work/json"
python3 - "$work/json" <<'PY' || fail "the JSON is not as documented"
import json, sys
top = json.load(open(sys.argv[1], encoding="utf-8"))
assert top["version"] == 1 and top["rules"] == "6.12" and top["release"] == "6.1.0"
assert top["hidden"] == 1 and top["known"] == 0 and top["mended"] == 0
assert top["failed"] == [{"file": "drivers/gpu/drm/toy/broken.c",
                          "why": "fatal error: 'asm/toy.h' file not found"}]
assert top["bounded"] == ["toy_giant"]
first, second, third = top["findings"]
assert first["kind"] == "not-held" and first["confidence"] == "high" and first["paths"] == 7
assert first["key"] == "0123456789abcdef" and first["taken"] is None
assert [s["line"] for s in first["path"]] == [356, 348, 293, 273]
assert first["path"][2]["via"] == "toy_dmabuf_ops.put_pages"
assert len(first["others"]) == 5 and first["others"][2]["taken"] is None
assert first["asserted"] == {"function": "toy_pin", "line": 31,
                             "file": "drivers/gpu/drm/toy/toy_pin.c"}
assert len(first["also"]) == 5 and first["also"][1] == {
    "key": "000000000000000b", "kind": "not-held", "rule": "pin-held", "function": "toy_b",
    "file": "drivers/gpu/drm/ttm/b.c", "line": 6, "callee": "toy_ops.pin",
    "lock": "obj->base.resv"}
assert first["advice"]["condition"] == "obj->base.import_attach"
assert first["message"] == "dma_buf_unmap_attachment() needs obj->base.resv held"
assert second["file"] == 'drivers/gpu/drm/toy/a "strange"\tname\\%.c'
assert second["taken"] == {"function": "toy_close", "line": 8,
                           "file": "drivers/gpu/drm/toy/toy_close.c"}
assert second["asserted"] is None and second["also"] == []
assert second["advice"]["line"] == 0 and second["advice"]["why_none"]
assert third["doubt"] == "the object is only known as \ufffd\u00e9", third["doubt"]
PY

# Baselines: all is known to its own; what is gone is mended, but not where nobody looked.
"$made" baseline >"$work/base"
printf '1\n1\n1\nmended 1\nmended 0\n' >"$work/want"
"$made" against "$work/base" >"$work/got" || fail "its own baseline is refused"
diff -u "$work/want" "$work/got" >&2 || fail "made against its own baseline"
grep -v 0123456789abcdef "$work/base" >"$work/less"
"$made" against "$work/less" | head -n 1 | grep -qx 0 || fail "what a baseline lacks is known"
grep -v 000000000000000b "$work/base" >"$work/less"
"$made" against "$work/less" | head -n 1 | grep -qx 0 || fail "a place that a baseline lacks is known"
refuses() { # PATTERN FILE
	"$made" against "$2" >"$work/out" 2>"$work/err" && fail "$2 is taken as a baseline"
	grep -q -- "$1" "$work/err" || fail "$2: no '$1' in: $(cat "$work/err")"
}
refuses 'No such file' "$work/nowhere"
refuses 'no baseline' "$work/json"
echo '{"lockstep-baseline": 1, "findings": [' >"$work/cut"
refuses 'no baseline' "$work/cut"
sed 's/0123456789abcdef/wrong/' "$work/base" >"$work/wrong"
refuses 'an entry has no key' "$work/wrong"
sed 's/baseline": 1/baseline": 99/' "$work/base" >"$work/other"
refuses 'of another Lockstep' "$work/other"

exit $failed

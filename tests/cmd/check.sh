#!/bin/sh
# `lockstep check`: a small tree from its compile_commands.json to findings, in every format, with
# patches and baselines.
. "$(dirname "$0")/lib.sh"
. "$here/check-lib.sh"
need_llvm
make_tree
cd "$work" || exit 99
tree=$(find tree -exec ls -ld --time-style=full-iso {} + | cksum)
toy="check tree/compile_commands.json --rules 6.12"

# What is wrong, how one gets there, who does it right, where the lock belongs; and a summary.
run 1 $toy
out_has "^$toys/toy_dmabuf.c:7: dma_buf_unmap_attachment\(\) needs .*resv held \[unmap-held\]$"
out_has '^ +toy_free_work +toy_object.c:'
out_has '^ +toy_put_pages +toy_object.c:7  through toy_dmabuf_ops.put_pages$'
out_has '^    toy_shrinker.c:13, toy_shrink\(\) \(taken at :9\)'
out_has "^  take it at: $toys/toy_object.c:14, before the call to toy_put_pages\(\)$"
[ "$(grep -c '^drivers/' out)" -eq 1 ] || fail "one mistake, not one finding: $(cat out)"
err_has 'held to the rules of 6.12$'
err_has '^  files: 4 \(4 compiled, 0 cached\); groups: 2 \(0 cached\)$'
err_has '^  found: 1$'
cp out first

# Again, from the cache; the same bytes with other numbers of processes, and without the cache.
run 1 $toy
err_has 'files: 4 \(0 compiled, 4 cached\); groups: 2 \(2 cached\)'
cmp -s out first || fail "the result from the cache differs"
for jobs in 1 3; do
	run 1 $toy --jobs $jobs --anew
	err_has 'groups: 2 \(0 cached\)'
	cmp -s out first || fail "the result with --jobs $jobs differs"
	run 1 $toy --jobs $jobs --cache "$work/cache-$jobs"
	cmp -s out first || fail "the result with --jobs $jobs and no cache differs"
done

# Parts of it.
run 0 $toy drivers/gpu/drm/plain
[ ! -s out ] || fail "findings in plain: $(cat out)"
err_has '^  found: 0'
run 1 $toy $toys
cmp -s out first || fail "the driver alone differs"

# Other formats, and a file.
run 1 $toy --format json
python3 - out <<'PY' || fail "wrong JSON"
import json, sys
top = json.load(open(sys.argv[1]))
(finding,) = top["findings"]
assert top["rules"] == "6.12" and finding["rule"] == "unmap-held" and finding["line"] == 7
assert finding["path"][-1]["callee"] == "dma_buf_unmap_attachment"
assert finding["advice"]["function"] == "toy_pages_fini"
PY
run 1 $toy --format sarif -o result.sarif
[ ! -s out ] || fail "-o, but something is printed"
grep -q '"ruleId": *"unmap-held"' result.sarif || fail "no result in SARIF"
run 1 $toy -o result
cmp -s result first || fail "-o writes something else"

# Of Linux 6.1, which did not ask for it.
run 0 $toy --rules 6.1
err_has 'held to the rules of 6.1$'

# What is known is not told again, edits elsewhere do not change that, and what is mended is counted.
run 1 $toy --write-baseline known.json
run 0 $toy --baseline known.json
err_has 'found: 0.*; 1 known, 0 of the baseline mended'
sed -i '2i /* A line more. */' tree/$toys/toy_object.c tree/$toys/toy_dmabuf.c
run 0 $toy --baseline known.json
err_has '; 1 known, 0 of'
cp tree/$toys/toy_object.c object.c
sed 's|^\t\ttoy_put_pages(toy);|\t{ dma_resv_lock(toy->base.resv, NULL); & dma_resv_unlock(toy->base.resv); }|' \
	object.c >tree/$toys/toy_object.c
run 0 $toy --baseline known.json
err_has '; 0 known, 1 of the baseline mended'
run 0 $toy drivers/gpu/drm/plain --baseline known.json
err_has '; 0 known, 0 of the baseline mended'

# A patch mends it; the other way round it adds it. The tree stays as it was.
mkdir a b
for d in a b; do mkdir -p $d/$toys; done
cp object.c a/$toys/toy_object.c
cp tree/$toys/toy_object.c b/$toys/toy_object.c
diff -u a/$toys/toy_object.c b/$toys/toy_object.c >mend.diff
diff -u b/$toys/toy_object.c a/$toys/toy_object.c | sed 's|^--- b|--- a|; s|^+++ a|+++ b|' >break.diff
run 1 $toy --patch break.diff
out_has "^$toys/toy_dmabuf.c:8: adds: dma_buf_unmap_attachment\(\) needs .*resv held \[unmap-held\]$"
out_has '^  take it at: '
err_has 'the patch adds 1 and mends 0'
cp object.c tree/$toys/toy_object.c
{ printf 'From: A <a@example.com>\nSubject: [PATCH] toy: take the lock\n\n---\n'; cat mend.diff; } >mend.eml
run 0 $toy --patch mend.eml
out_has "^$toys/toy_dmabuf.c:8: mends: dma_buf_unmap_attachment\(\) needs"
err_has 'the patch adds 0 and mends 1'
cmp -s object.c tree/$toys/toy_object.c || fail "--patch has changed the tree"
run 0 $toy --patch mend.eml --format sarif
grep -q '"baselineState": *"absent"' out || fail "SARIF does not say what is mended"
# A patch to a header of the driver counts for all who include it.
cp -r tree/$toys/toy.h toy.h
mkdir -p a/$toys b/$toys
cp toy.h a/$toys/ && sed 's/^#define TOY_H/&\n#define A_MACRO 1/' toy.h >b/$toys/toy.h
diff -u a/$toys/toy.h b/$toys/toy.h >header.diff
run 0 $toy --patch header.diff
err_has 'the patch adds 0 and mends 0'

# Suggestions.
run 1 $toy --annotate
# What a file of the user's asks for.
printf 'rule toy-pages toy_put_pages held arg0:toy->base.resv put pages with the lock held\n' >more.txt
run 1 $toy --model more.txt
out_has '^drivers/gpu/drm/toy/toy_object.c:.*: toy_put_pages\(\) needs toy->base.resv held \[toy-pages\]$'

cd tree && find . -name '*.o' -o -name '.*.cmd' | grep -q . && fail "something was built in the tree"
cd ..
ls "$TMPDIR" | grep "^lockstep-" && fail "scratch directories are left behind"
finish

#!/bin/sh
# SPDX-License-Identifier: MIT
# model.sh DUMP MODEL: the model of each release, and files of users, right and wrong
set -u
dump=$(realpath "$1")
pin=$(grep -n "^lock dma_buf_pin " "$2" | cut -d: -f1)
dir=$(mktemp -d) || exit 99
trap 'rm -rf "$dir"' EXIT
cd "$dir" || exit 99
failed=0

fail()
{
	echo "FAIL: $*"
	failed=1
}

# has RELEASE LINE: the model of a release has exactly this line
has()
{
	"$dump" "$1" >model.out || fail "$1: $(cat model.out)"
	grep -qxF -- "$2" model.out || fail "$1 has no line: $2 but: $(grep -F -- "${2%%:*}:" model.out)"
}

# says TEXT ERROR: a file with TEXT is refused with "x.rules:LINE: ..." or, without a number, as given
says()
{
	printf '%b' "$1" >x.rules
	"$dump" 6.12 x.rules >out && fail "taken: $1"
	[ "$(cat out)" = "error: $2" ] || fail "$1: $(cat out)"
}

# takes TEXT LINE: a file with TEXT is taken, and the model has LINE
takes()
{
	printf '%b' "$1" >x.rules
	"$dump" 6.12 x.rules >out || fail "refused: $(cat out)"
	grep -qxF -- "$2" out || fail "$1: no line: $2"
}

for release in 6.1 6.12 6.16 7.1; do
	"$dump" $release >model.out || fail "$release: $(cat model.out)"
done

# Paths, states of a release, effects, results.
has 6.12 'dma_buf_unmap_attachment: unmap-held held lock=0:dma_buf_attachment/dma_buf_attachment.dmabuf*/resv* (convention.tsv)'
has 6.1 'dma_buf_unmap_attachment: unmap-held any lock=0:dma_buf_attachment/dma_buf_attachment.dmabuf*/resv* (convention.tsv)'
has 6.1 'dma_buf_vmap: vmap-held not_held lock=0:dma_buf/dma_buf.resv* (convention.tsv)'
has 6.12 'dma_buf_put: put-unheld not_held may-lock-inside lock=0:dma_buf/dma_buf.resv* (convention.tsv)'
has 6.12 'dma_resv_lock: resv-lock-unheld not_held acquires opaque lock=0:dma_resv ctx=1 0=held -114=held any=not_held (convention.tsv)'
has 6.12 'dma_resv_trylock: resv-trylock any acquires opaque lock=0:dma_resv 0=unchanged any=held (convention.tsv)'
has 6.12 'ttm_bo_pin: ttm-bo-pin-held held lock=0:ttm_buffer_object/ttm_buffer_object.base/resv* (convention.tsv)'
has 6.12 'drm_gem_lock_reservations: gem-lock-reservations-unheld not_held acquires opaque lock=0:drm_gem_object/[]*/drm_gem_object.resv* ctx=2 0=held any=not_held (convention.tsv)'
has 6.12 'drm_gem_fb_vmap: gem-fb-vmap-unheld not_held locks-inside lock=0:drm_framebuffer/drm_framebuffer.obj[]*/resv* (convention.tsv)'
has 6.12 'dma_buf_poll: poll-unheld not_held locks-inside lock=0:file/file.private_data*/dma_buf.resv* (convention.tsv)'
has 6.12 'drm_exec_fini: exec-fini any releases-all opaque lock=any ctx=0:drm_exec/drm_exec.ticket (convention.tsv)'
has 6.1 'drm_exec_fini: - any releases-all opaque lock=any ctx=0:drm_exec/drm_exec.ticket (convention.tsv)'
has 6.12 'ttm_eu_backoff_reservation: ttm-eu-backoff-reservation-held any releases-all opaque lock=any ctx=0 (convention.tsv)'
# Names of a release.
has 6.16 'drm_gem_vmap_locked: gem-vmap-held held lock=0:drm_gem_object/drm_gem_object.resv* (convention.tsv)'
has 6.16 'drm_gem_vmap: gem-vmap-unlocked-unheld not_held locks-inside lock=0:drm_gem_object/drm_gem_object.resv* (convention.tsv)'
# Last references, drivers' own functions.
has 6.12 'drm_gem_object_funcs.free: gem-cb-free-unheld not_held refcount-zero lock=0:drm_gem_object/drm_gem_object.resv* (convention.tsv)'
"$dump" 6.12 >model.out
grep -q '^i915_gem_object_pin_map:' model.out && fail "a driver's own function is in the model"
# Both spellings.
grep -q '^ww_mutex_lock: resv-lock-unheld not_held acquires opaque lock=0:dma_resv ctx=1 0=held -114=held any=not_held ' model.out ||
	fail ww_mutex_lock
grep -q '^lock_is_held_type: resv-assert-held held asserts opaque lock=0:dma_resv<-lock.base.dep_map 0=not_held any=held ' model.out ||
	fail lock_is_held_type
# Roots.
grep -q '^drm_plane_helper_funcs\.\*: - not_held root lock=any ' model.out || fail roots
# The hash depends on the release, and on a user's file.
touch empty
[ "$(for r in 6.1 6.12 6.16 7.1; do "$dump" $r; done | grep ^hash | sort -u | wc -l)" = 4 ] ||
	fail 'the hash does not tell releases apart'
[ "$("$dump" 6.12 empty | grep ^hash)" = "$(grep ^hash model.out)" ] && fail 'the hash ignores files'

# Rules of a user.
takes 'rule foo-map foo_map held arg0:foo->bar.resv map a foo locked\n' \
	'foo_map: foo-map held lock=0:foo/foo.bar/resv* (x.rules:1)'
takes '# text\n\nrule foo-cb foo_ops.go not_held arg1:foo->resv a callback # so\n' \
	'foo_ops.go: foo-cb not_held lock=1:foo/foo.resv* (x.rules:3)'
takes 'acquires foo_lock arg0:foo->resv\nreturns foo_lock 0 held, error not_held, any unknown\ncontext foo_lock arg1\n' \
	'foo_lock: - any acquires opaque lock=0:foo/foo.resv* ctx=1 0=held -4095..-1=not_held any=unknown (x.rules:1)'
takes 'acquires foo_lock arg0:foo->resv\n' \
	'foo_lock: - any acquires opaque lock=0:foo/foo.resv* any=held (x.rules:1)'
takes 'same foo_lock dma_resv_lock arg1:foo->resv\n' \
	'foo_lock: resv-lock-unheld not_held acquires opaque lock=1:foo/foo.resv* ctx=1 0=held -114=held any=not_held (x.rules:1)'
takes 'since 6.16 foo\nbefore 6.12 bar\nsince 6.1 before 6.16 releases f arg0\n' \
	'f: - any releases opaque lock=0 (x.rules:3)'
takes 'lock dma_buf_pin arg0:dma_buf_attachment->dmabuf->resv\n' \
	'dma_buf_pin: pin-held held lock=0:dma_buf_attachment/dma_buf_attachment.dmabuf*/resv* (convention.tsv)'
takes 'root foo_ops.open,close a call from outside\r\n' 'foo_ops.close: - not_held root lock=any (x.rules:1)'

# What is wrong is one line.
says 'foo bar\n' 'x.rules:1: unknown statement "foo"; docs/check-rules.md lists them'
says '\n\nlock foo_map arg0\n' \
	'x.rules:3: the table of the convention has no foo_map (a rule of your own begins with "rule")'
says 'lock dma_buf_pin arg1:dma_buf->resv\n' \
	'x.rules:1: dma_buf_pin is described in another way at model.txt:'"$pin"': "arg0:dma_buf_attachment->dmabuf->resv"'
says 'acquires f arg0\nreleases f arg0\n' \
	'x.rules:2: f is described in another way at x.rules:1: "acquires"'
says 'rule x f held dmabuf->resv text\n' \
	'x.rules:1: bad path "dmabuf->resv": it begins with arg0, arg1, ..., result, container_of(, or is "any"'
says 'rule x f held arg0->resv text\n' \
	'x.rules:1: bad path "arg0->resv": say what the argument points to: "arg0:TYPE->..."'
says 'rule x f held arg0:foo.resv text\n' \
	'x.rules:1: bad path "arg0:foo.resv": what is in front of "." is a pointer: write ->'
says 'rule x f held arg0:foo-> text\n' 'x.rules:1: bad path "arg0:foo->": a member'"'"'s name is missing'
says 'rule x f held arg0:foo->a/b text\n' 'x.rules:1: bad path "arg0:foo->a/b": after a member comes ->, . or []'
says 'rule x f held arg99:foo->a text\n' 'x.rules:1: bad path "arg99:foo->a": no function has so many arguments'
says 'rule x f held &arg0:foo text\n' 'x.rules:1: bad path "&arg0:foo": "&" goes with a member at the end'
says 'rule x f locked arg0 text\n' 'x.rules:1: "locked" is no state: held or not_held'
says 'rule x f held arg0\n' 'x.rules:1: write "rule ID NAME held|not_held PATH TEXT"'
says 'rule x f held arg0 one\nrule x g held arg0 two\n' 'x.rules:2: the id x is taken, by x.rules:1'
says 'rule map-held f held arg0 text\n' 'x.rules:1: the id map-held is taken, by the table of the convention'
says 'rule x dma_buf_pin held arg0 text\n' \
	'x.rules:1: dma_buf_pin has a row in the table of the convention: pin-held'
says 'rule x f held arg0 one\nrule y f held arg0 two\n' 'x.rules:2: f is described in another way at x.rules:1: "one"'
says 'since 6.2 releases f arg0\n' 'x.rules:1: no such release "6.2": 6.1, 6.12, 6.16 or 7.1'
says 'acquires f arg0\nreturns f 0 held\n' 'x.rules:2: the last result must be "any", for all that are left'
says 'returns f -EFOO held, any held\n' \
	'x.rules:1: result "-EFOO": a number, -EALREADY, -EDEADLK, -EINTR, -EBUSY, error or any'
says 'returns f 0 locked, any held\n' 'x.rules:1: a result is followed by held, not_held, unchanged or unknown'
says 'same f nobody\n' 'x.rules:1: nothing is said of nobody, or that it is the same as another'
says 'alias foo a b\n' 'x.rules:1: write "alias TYPE PATH = PATH [if MEMBER]"'
says 'starts f 0 a thread\n' 'x.rules:1: write "starts NAME argN WHO CALLS IT"'
says 'refcount-zero f\n' 'x.rules:1: f is no callback: write TYPE.MEMBER'
says 'opaque f g\n' 'x.rules:1: "g" is one word too many'
says 'unchecked dma_buf_get\n' 'x.rules:1: say why it cannot be checked'
"$dump" 6.12 "$dir/none" >out && fail 'a file that is not there'
grep -q 'none: cannot read the model: No such file' out || fail "$(cat out)"
"$dump" 6.12 "$dir" >out && fail 'a directory'
grep -q ': cannot read the model: Is a directory' out || fail "$(cat out)"
exit $failed

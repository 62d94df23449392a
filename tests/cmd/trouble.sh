#!/bin/sh
# What is not as it should be outside of Lockstep: disks, archives, terminals. Each costs
# one clear line and status 2, or 130 after Ctrl-C, and nothing is left behind.
. "$(dirname "$0")/lib.sh"
cd "$work" || exit 99
fixture good

# Mistakes in the words, for each verb alike.
for verb in build test rules demo; do
	refuses "lockstep $verb: --frob is no option" $verb --frob
	refuses "lockstep $verb: -Q is no option" $verb -Q
	"$lockstep" $verb --help >/dev/full 2>"$work/err" && fail "$verb --help on a full disk"
	err_has 'cannot write to standard output'
done
refuses '--linux wants an argument' build good.c --linux
refuses '-f wants an argument' test good.so -f
refuses "'': not a C source file" build ''

# Archives of kernels.
mkdir -p linux-6.12/lib recipe
printf 'VERSION = 6\nPATCHLEVEL = 12\nSUBLEVEL = 0\n' >linux-6.12/Makefile
dd if=/dev/urandom of=linux-6.12/lib/ballast bs=1k count=300 2>/dev/null
echo 'int thing;' >linux-6.12/lib/thing.c
printf 'linux-versions := 6.12\nobj-m := recipe.o\nrecipe-y := $(linux)/lib/thing.o\n' >recipe/Kbuild
tar -cJf linux-6.12.tar.xz linux-6.12/Makefile linux-6.12/lib/ballast linux-6.12/lib/thing.c
run 0 build recipe --linux linux-6.12.tar.xz
rm recipe.so
head -c 150000 linux-6.12.tar.xz >linux-6.12-short.tar.xz
refuses 'cannot read linux-6.12-short.tar.xz: .*is it complete' \
	build recipe --linux linux-6.12-short.tar.xz
: >linux-6.12-empty.tar.xz
refuses 'linux-6.12-empty.tar.xz is neither a kernel tree nor an archive' \
	build recipe --linux linux-6.12-empty.tar.xz
tar -cJf linux-6.12-part.tar.xz linux-6.12/Makefile
refuses 'there is no lib/thing.c in linux-6.12-part.tar.xz' \
	build recipe --linux linux-6.12-part.tar.xz
touch not-a-dir
XDG_CACHE_HOME="$work/not-a-dir" && export XDG_CACHE_HOME
refuses 'cannot make .*not-a-dir/lockstep: Not a directory' build recipe --linux linux-6.12.tar.xz
XDG_CACHE_HOME="$work/cache"
[ ! -e recipe.so ] || fail "recipe.so was written"

# Kbuild files.
mkdir -p kbuild && printf 'obj-m := x.o\nifeq (1\n' >kbuild/Kbuild
run 2 build kbuild
err_has 'kbuild/Kbuild:2: '
err_has 'lockstep: make does not understand .*kbuild/Kbuild; its message stands above'
echo 'obj-m :=' >kbuild/Kbuild
refuses 'names no obj-m' build kbuild

# Devices, pipes and links are written or refused, never replaced.
mkfifo pipe
refuses 'cannot write pipe: it is no regular file' build linux-6.12/lib/thing.c -o pipe
ln -s /dev/full full
run 2 test good.so --json full
err_has 'cannot write full: No space left'
[ -L full ] || fail "the link to /dev/full was replaced"
ln -s json link
run 0 test good.so --json link
[ -L link ] && grep -q '"verdict": *"clean"' json || fail "a link to the results was replaced"
ln -s other.so link.so
refuses 'cannot write link.so: it is a symbolic link' build linux-6.12/lib/thing.c -o link.so

# A module of another kind of machine, and one that is cut short.
printf '\177ELF\001\001\001' >alien.so
refuses 'alien.so is no' test alien.so
head -c 2000 good.so >cut.so
refuses 'cut.so is no' test cut.so

# Full disks, where we may mount one.
if unshare -rm true 2>/dev/null; then
	mkdir tiny
	on_tiny() { # PATTERN COMMAND
		unshare -rm sh -c "mount -t tmpfs -o size=16k tmpfs tiny && $2
			status=\$?; ls tiny >left; exit \$status" >out 2>err
		status=$?
		[ $status -eq 2 ] || fail "$2: exit status $status"
		err_has "$1"
		[ ! -s left ] || fail "$2: left on the full disk: $(cat left)"
	}
	on_tiny 'lockstep: cannot link tiny/x.so' "'$lockstep' build '$here/fixtures/good.c' -o tiny/x.so"
	on_tiny 'set TMPDIR' "TMPDIR=tiny '$lockstep' build '$here/fixtures/good.c' -o x.so"
	[ ! -e x.so ] || fail "x.so was written"
fi

# A reader that goes away ends us quietly, as it does any tool.
"$lockstep" rules 2>err | head -n 1 >/dev/null
[ ! -s err ] || fail "rules | head: $(cat err)"
"$lockstep" test good.so 2>err | head -n 1 >/dev/null
[ ! -s err ] || fail "test | head: $(cat err)"

# Ctrl-C while files are compiled, and in the demo.
for i in 1 2 3 4 5 6 7 8 9; do cp "$here/fixtures/good.c" "many$i.c"; done
"$lockstep" build many?.c -j 1 -o many.so >out 2>err &
pid=$!
sleep 0.3
kill -INT $pid
wait $pid
status=$?
[ $status -eq 130 ] || fail "build: exit status $status after Ctrl-C"
err_has 'lockstep: interrupted; nothing was written'
[ ! -e many.so ] || fail "many.so was written"
ls "$TMPDIR" | grep -q '^lockstep-' && fail "scratch directories are left behind"

finish

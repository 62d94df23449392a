#!/bin/sh
# `lockstep build`: what it understands, and what it refuses.
. "$(dirname "$0")/lib.sh"
cd "$work" || exit 99

# A directory with a Kbuild file.
mkdir -p dir/sub tree/lib tree/include/linux
cat >dir/Kbuild <<'END'
obj-$(CONFIG_DEMO) += demo.o
demo-y := main.o sub/part.o
demo-$(CONFIG_MORE) += none.o
ccflags-y := -DVALUE=40 -DTEXT='"two words"'
CFLAGS_part.o := -DMORE=2
END
cat >dir/main.c <<'END'
#include <kunit/test.h>
int part(void);
static void adds_up(struct kunit *test)
{
	KUNIT_EXPECT_EQ(test, VALUE + part(), 42);
	KUNIT_EXPECT_STREQ(test, TEXT, "two words");
	KUNIT_EXPECT_STREQ(test, KBUILD_MODNAME, "demo");
}
static struct kunit_case cases[] = { KUNIT_CASE(adds_up), {} };
static struct kunit_suite suite = { .name = "demo", .test_cases = cases };
kunit_test_suite(suite);
END
echo 'int part(void); int part(void) { return MORE; }' >dir/sub/part.c
refuses 'names no obj-m' build dir
run 0 build dir CONFIG_DEMO=m
[ -f demo.so ] || fail "no demo.so"
run 0 test demo.so
run 0 build dir CONFIG_DEMO=m -o other.so -j 1 --rules 6.1
run 0 test other.so

# Inputs that are not there or not right.
refuses 'no directory and no source file' build
refuses 'cannot find none.c' build none.c
refuses 'not a C source file' build none
refuses 'no Kbuild file' build tree
refuses 'not a number' build dir -j 0
refuses 'there are rules for' build dir --rules 5.4
echo 'obj-m := a.o b.o' >dir/Kbuild
refuses 'more than one module|no source file' build dir
echo 'obj-m := missing.o' >dir/Kbuild
refuses 'no source file for the object' build dir

# A file that does not compile: the compiler's words, then one line; nothing is written.
echo 'int f(void) { return undeclared_thing; }' >bad.c
run 2 build bad.c
err_has 'undeclared_thing'
err_has 'lockstep: .*bad.c does not compile'
[ ! -e bad.so ] || fail "bad.so was written"
refuses 'cannot run the compiler /none/cc' build bad.c --cc /none/cc

# Undefined functions: each by name, and where it is used.
cat >undef.c <<'END'
int no_such_function(int);
int another_one(void);
int user(void);
int user(void)
{
	return no_such_function(1) +
	       another_one();
}
END
run 2 build undef.c
err_has 'undefined: no_such_function, used at .*undef.c:6'
err_has 'undefined: another_one, used at .*undef.c:7'
err_has 'lockstep: undef uses 2 functions'
[ ! -e undef.so ] || fail "undef.so was written"
# A function of the C library is not a function of the kernel.
echo 'int system(const char *); int user(void); int user(void) { return system("ls"); }' >libc.c
run 2 build libc.c
err_has 'undefined: system'

# Kernel trees.
printf 'VERSION = 6\nPATCHLEVEL = 12\nSUBLEVEL = 5\n' >tree/Makefile
echo 'int from_tree(void); int from_tree(void) { return LOCKSTEP_LINUX == 0x060c05 ? STUB : 0; }' |
	sed '1i #include "private.h"' >tree/lib/thing.c
echo '#define STUB 1' >tree/lib/private.h
mkdir -p recipe/overlay/lib
echo '#define STUB 42' >recipe/overlay/lib/private.h
cat >recipe/Kbuild <<'END'
linux-versions := 6.1 6.12
linux-files := lib/*.h
obj-m := recipe.o
recipe-y := main.o $(linux)/lib/thing.o
END
sed 's/VALUE + part()/from_tree()/; s/int part/int from_tree/; s/TEXT, "two words"/"", ""/; s/"demo"/"recipe"/' \
	dir/main.c >recipe/main.c
refuses 'needs a kernel tree' build recipe
refuses 'cannot read the kernel tree' build recipe --linux none
refuses 'no kernel tree: no Makefile' build recipe --linux dir
run 0 build recipe --linux tree
run 0 test recipe.so
# The same from an archive, twice: the second time from the cache.
tar -cf linux-6.12.tar --transform 's,^tree,linux-6.12,' tree
run 0 build recipe --linux linux-6.12.tar -o archived.so
run 0 test archived.so
run 0 build recipe --linux linux-6.12.tar -o archived.so
mv linux-6.12.tar linux-6.1.tar
refuses 'holds Linux 6.12, not 6.1' build recipe --linux linux-6.1.tar
echo text >text-6.12.tar
refuses 'archive' build recipe --linux text-6.12.tar
printf 'VERSION = 6\nPATCHLEVEL = 6\nSUBLEVEL = 0\n' >tree/Makefile
refuses 'is Linux 6.6; recipe is written for 6.1 and 6.12' build recipe --linux tree
printf 'VERSION = 6\nPATCHLEVEL = 12\nSUBLEVEL = 5\n' >tree/Makefile
rm tree/lib/thing.c
refuses 'there is no lib/thing.c in tree' build recipe --linux tree

# Nowhere to write.
refuses 'cannot write none/out.so: No such file' build dir/main.c -o none/out.so
refuses 'is a directory' build dir/main.c -o tree
ls "$TMPDIR" | grep -q '^lockstep-' && fail "scratch directories are left behind"

finish

#!/bin/sh
# Patches as they come: mails, series, plain diffs, and those that do not apply.
#   usage: patch.sh PATCHED
set -u
patched=$(realpath "$1")
work=$(mktemp -d) || exit 99
trap 'rm -rf "$work"' EXIT
mkdir "$work/tmp"
export TMPDIR="$work/tmp"
cd "$work" || exit 99
failed=0
fail() {
	echo "FAILED: $*" >&2
	failed=1
}

# Compare what is printed with standard input.
expect() { # PATCH
	cat >want
	"$patched" tree "$1" >out 2>err || { fail "$1: refused"; cat err >&2; return; }
	diff -u want out >&2 || fail "$1"
}

refuses() { # PATTERN PATCH
	"$patched" tree "$2" >out 2>err && fail "$2: taken"
	[ "$(wc -l <err)" -eq 1 ] || fail "$2: not one line: $(cat err)"
	grep -Eq -- "$1" err || fail "$2: no '$1' in: $(cat err)"
}

mkdir -p tree/drivers/toy
seq 1 40 >tree/drivers/toy/a.c
printf 'one\ntwo\nthree\n' >tree/drivers/toy/b.c
tree=$(find tree -type f -exec cksum {} + | sort)

# A diff as diff(1) makes it; a line that is taken away looks like the head of a file.
cat >plain.diff <<'END'
--- linux.orig/drivers/toy/b.c	2024-01-01 00:00:00.000000000 +0000
+++ linux/drivers/toy/b.c	2024-01-02 00:00:00.000000000 +0000
@@ -1,3 +1,3 @@
 one
-two
+-- two
 three
END
expect plain.diff <<'END'
patches 1
== drivers/toy/b.c
one
-- two
three
END
cp tree/drivers/toy/b.c b.orig
printf 'one\n-- two\nthree\n' >tree/drivers/toy/b.c
cat >dashes.diff <<'END'
diff --git a/drivers/toy/b.c b/drivers/toy/b.c
--- a/drivers/toy/b.c
+++ b/drivers/toy/b.c
@@ -1,3 +1,3 @@
 one
--- two
+++ deux
 three
END
expect dashes.diff <<'END'
patches 1
== drivers/toy/b.c
one
++ deux
three
END
cp b.orig tree/drivers/toy/b.c

# Names without a/ and b/.
sed 's|linux.orig/||; s|linux/||' plain.diff >bare.diff
expect bare.diff <<'END'
patches 1
== drivers/toy/b.c
one
-- two
three
END

# A thread as archives keep it: cover letter, replies, patches out of order, one of them
# quoted-printable with CRLF; the second needs the first. A file is added, one moved, one removed.
cat >thread.mbox <<'END'
From mboxrd@z Thu Jan  1 00:00:00 1970
From: A <a@example.com>
Subject: [PATCH v2 0/2] toy: two changes
Date: Thu, 1 Jan 1970 00:00:00 +0000

 drivers/toy/a.c | 2 +-

From mboxrd@z Thu Jan  1 00:00:00 1970
From: A <a@example.com>
Subject: [PATCH v2 2/2] toy: move, add and remove
Date: Thu, 1 Jan 1970 00:00:02 +0000

---
diff --git a/drivers/toy/a.c b/drivers/toy/c.c
similarity index 90%
rename from drivers/toy/a.c
rename to drivers/toy/c.c
--- a/drivers/toy/a.c
+++ b/drivers/toy/c.c
@@ -1,5 +1,5 @@
 1
-zwei
+deux
 3
 4
 5
diff --git a/drivers/toy/b.c b/drivers/toy/b.c
deleted file mode 100644
--- a/drivers/toy/b.c
+++ /dev/null
@@ -1,3 +0,0 @@
-one
-two
-three
diff --git a/drivers/new/n.c b/drivers/new/n.c
new file mode 100644
--- /dev/null
+++ b/drivers/new/n.c
@@ -0,0 +1 @@
+new
-- 
2.39

From mboxrd@z Thu Jan  1 00:00:00 1970
From: B <b@example.com>
Subject: Re: [PATCH v2 2/2] toy: move, add and remove
Date: Thu, 1 Jan 1970 00:00:03 +0000

> diff --git a/drivers/toy/b.c b/drivers/toy/b.c
> --- a/drivers/toy/b.c
> +++ /dev/null
> @@ -1,3 +0,0 @@
> -one
Why?

From mboxrd@z Thu Jan  1 00:00:00 1970
From: A <a@example.com>
Subject: [PATCH v2 1/2] toy: a number
Date: Thu, 1 Jan 1970 00:00:01 +0000
MIME-Version: 1.0
Content-Type: text/plain; charset=utf-8
Content-Transfer-Encoding: quoted-printable

---
diff --git a/drivers/toy/a.c b/drivers/toy/a.c
--- a/drivers/toy/a.c
+++ b/drivers/toy/a.c
@@ -1,5 +1,5 @@
 1
-2
+z=
wei
 3
 4
 5
-- =20
END
{
	printf 'patches 2\n== drivers/new/n.c\nnew\n== drivers/toy/a.c removed\n'
	printf '== drivers/toy/b.c removed\n== drivers/toy/c.c\n1\ndeux\n'
	seq 3 40
} >moved
expect thread.mbox <moved
sed 's/$/\r/' thread.mbox >crlf.mbox
expect crlf.mbox <moved

# One mail, without the line of a mailbox.
sed -n '/PATCH v2 1.2/,$p' thread.mbox | sed '1i From: A <a@example.com>' >one.eml
{ printf 'patches 1\n== drivers/toy/a.c\n1\nzwei\n'; seq 3 40; } | expect one.eml

# The second hunk of two does not apply.
cat >bad.diff <<'END'
--- a/drivers/toy/a.c
+++ b/drivers/toy/a.c
@@ -1,3 +1,4 @@
 1
+1.5
 2
 3
@@ -29,3 +30,4 @@
 29
+29.5
 31
 32
END
refuses 'bad.diff does not apply: hunk 2 of 2 of drivers/toy/a.c, at line 29; ' bad.diff
{ printf 'From: A <a@example.com>\nSubject: [PATCH] toy: bad\n\n---\n'; cat bad.diff; } >bad.eml
refuses 'bad.eml \("\[PATCH\] toy: bad"\) does not apply: hunk 2 of 2' bad.eml
sed 's|drivers/toy/a.c|drivers/toy/z.c|' plain.diff | sed 's|toy/b.c|toy/z.c|' >absent.diff
refuses 'absent.diff changes drivers/toy/z.c, which tree does not have' absent.diff
head -n 10 bad.diff >cut.diff
refuses 'cut.diff does not apply: corrupt patch' cut.diff
sed 's|a/drivers/toy|a/../../etc|; s|b/drivers/toy|b/../../etc|' bad.diff >out.diff
refuses "'a/../../etc/a.c' is no path inside a tree" out.diff
refuses 'No such file' none.diff
echo 'Dear all' >letter
refuses 'no patch in it' letter
: >empty
refuses 'no patch in it' empty
sed -n '1,/^From mboxrd/p' thread.mbox | sed '$d' >cover.mbox
refuses 'no patch in it' cover.mbox
gzip -k plain.diff
refuses 'is compressed' plain.diff.gz
mkdir no-git
PATH="$work/no-git" "$patched" tree thread.mbox >out 2>err && fail "taken without git"
grep -q 'needs git: install' err || fail "without git: $(cat err)"

[ "$tree" = "$(find tree -type f -exec cksum {} + | sort)" ] || fail "the tree has changed"
[ -z "$(ls "$TMPDIR")" ] || fail "left behind: $(ls "$TMPDIR")"
exit $failed

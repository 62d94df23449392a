// SPDX-License-Identifier: MIT
/*
 * Schedule files: what is written is read again, and what is not what was written is refused by
 * a line that says where and why.   usage: schedule DIRECTORY
 */
#include <dirent.h>
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include "digest.h"
#include "schedule.h"
#include "check.h"
#include "made.h"

#define ABI "0.1.0-0123456789abcdef"

static char err[LS_SCHEDULE_ERR];

static void put_file(const char *path, const char *text, size_t len)
{
	FILE *f = fopen(path, "w");

	if (!f || fwrite(text, 1, len, f) != len || fclose(f))
		exit(99);
}

static char *get_file(const char *path)
{
	FILE *f = fopen(path, "r");
	char *text = calloc(1, 1 << 20);

	if (!f || !text || fread(text, 1, (1 << 20) - 1, f) == 0)
		exit(99);
	fclose(f);
	return text;
}

/* --- a schedule to play with ------------------------------------------------------- */

static struct ls_schedule_module modules[2] = { { "a b#\\.so", "" }, { "second.so", "" } };
static char *params[2] = { "mode=3", "text=two\nlines # \\ and more " };
static struct ls_choice choices[] = {
	{ .task = 0, .value = LS_STEP, .op = LS_OP_STORE, .object = 0 },
	{ .task = 255, .value = LS_STEP, .op = LS_OP_YIELD, .object = 4294967295u },
	{ .task = 1, .value = 1, .op = LS_OP_ALLOC, .object = 0 },
	{ .task = 1, .value = 65534, .op = LS_OP_LOCK, .object = 12 },
	{ .task = 2, .value = LS_STEP, .op = LS_OP_TRYLOCK, .object = 3 },
};
static struct ls_schedule example = {
	.abi = ABI, .modules = modules, .nr_modules = 2, .test = "suite.case", .param = 7,
	.rules = "6.12", .params = params, .nr_params = 2, .strategy = LS_PCT, .bound = 3,
	.seed = 18446744073709551615ull, .fail_alloc = 2, .verdict = LS_VERDICT_DEADLOCK,
	.rule = "self-deadlock", .choices = choices, .nr = 5,
};

static void make_modules(void)
{
	put_file("a b#\\.so", "one", 3);
	put_file("second.so", "two", 3);
	modules[0].hash[0] = modules[1].hash[0] = '\0';
}

static void same(const struct ls_schedule *a, const struct ls_schedule *b)
{
	check_str(a->abi, b->abi);
	check_str(a->test, b->test);
	check_str(a->rules, b->rules);
	check_str(a->rule ? a->rule : "", b->rule ? b->rule : "");
	check_int(a->param, b->param);
	check_int(a->strategy, b->strategy);
	check_int(a->bound, b->bound);
	check(a->seed == b->seed);
	check_int(a->fail_alloc, b->fail_alloc);
	check_int(a->verdict, b->verdict);
	check_int(a->nr_modules, b->nr_modules);
	for (unsigned int i = 0; i < a->nr_modules; i++) {
		check_str(a->modules[i].path, b->modules[i].path);
		check_str(a->modules[i].hash, b->modules[i].hash);
	}
	check_int(a->nr_params, b->nr_params);
	for (unsigned int i = 0; i < a->nr_params; i++)
		check_str(a->params[i], b->params[i]);
	check_int(a->nr, b->nr);
	check(!a->nr || !memcmp(a->choices, b->choices, a->nr * sizeof(*a->choices)));
}

static void round_trip(const struct ls_schedule *s)
{
	struct ls_schedule back;

	check_int(ls_schedule_write(s, "x.schedule", NULL, err), 0);
	check_int(ls_schedule_read(&back, "x.schedule", ABI, err), 0);
	same(s, &back);
	ls_schedule_free(&back);
}

static void test_round_trip(void)
{
	struct ls_schedule s = example;

	make_modules();
	round_trip(&example);
	/* Each operation, verdict and strategy has a name that is read back as itself. */
	for (int op = 0; ls_op_name(op); op++) {
		choices[0].op = op;
		round_trip(&s);
	}
	choices[0].op = LS_OP_STORE;
	for (int v = 0; v < LS_VERDICT_NR; v++) {
		s.verdict = v;
		round_trip(&s);
	}
	for (int k = 0; k < LS_REPLAY; k++) {
		s.strategy = k;
		s.bound = k == LS_BOUND || k == LS_PCT ? 4 : 0;
		round_trip(&s);
	}
	s.param = -1;
	s.rule = "";
	s.nr_params = 0;
	s.nr = 0;
	round_trip(&s);
}

/* Text behind a # is for people: it may be there, be changed, or be taken away. */
static void test_comments(void)
{
	struct ls_schedule back;
	struct ls_view v;
	char *text, *at;

	nr_made = 0;
	for (int i = 0; i < 5; i++)
		step(choices[i].task, i == 4 ? "a\nb" : "shrinker", choices[i].op, 0, choices[i].object,
		     i > 2 ? "resv" : "", i == 4 ? "mutex_trylock<shrink!<fn!" : "")->choice = choices[i];
	made[4].access = LS_TRY_FAILED;
	v = made_view(LS_VERDICT_FAILED, "");
	check_int(ls_schedule_write(&example, "c.schedule", &v, err), 0);
	ls_view_fini(&v);
	check_int(ls_schedule_read(&back, "c.schedule", ABI, err), 0);
	same(&example, &back);
	ls_schedule_free(&back);

	text = get_file("c.schedule");
	check_has(text, "\n0    store    0             # shrinker: store()\n");
	check_has(text, "\n2    trylock  3             # a?b: shrink -> mutex_trylock(resv#2) not free\n");
	at = strstr(text, "shrinker");
	memcpy(at, "SHRINKER", 8);
	put_file("c2.schedule", text, strlen(text));
	check_int(ls_schedule_read(&back, "c2.schedule", ABI, err), 0);
	ls_schedule_free(&back);
	free(text);
}

/* --- what is refused ------------------------------------------------------------------ */

static void refused(const char *path, const char *abi, const char *why)
{
	struct ls_schedule s;

	check_int(ls_schedule_read(&s, path, abi, err), -1);
	check_has(err, why);
	check_has(err, path);
	check(!strpbrk(err, "\n\r\t\033"));
	ls_schedule_free(&s);
}

/* The example with @from replaced by @to. */
static void edited(const char *from, const char *to, const char *why)
{
	char *text = get_file("x.schedule"), *at = strstr(text, from), *out = NULL;

	check(at != NULL);
	if (!at || asprintf(&out, "%.*s%s%s", (int)(at - text), text, to, at + strlen(from)) < 0)
		exit(99);
	put_file("bad.schedule", out, strlen(out));
	refused("bad.schedule", ABI, why);
	free(out);
	free(text);
}

static void test_edited(void)
{
	check_int(ls_schedule_write(&example, "x.schedule", NULL, err), 0);
	edited("lockstep-schedule 1", "lockstep-schedule 2", "bad.schedule:1: a schedule of format 2");
	edited("lockstep-schedule 1", "lockstep-schedule -1", "is no schedule");
	edited("lockstep-schedule 1", "lockstep-schedule", "is no schedule");
	edited("lockstep-schedule 1", "\177ELF", "is no schedule");
	edited("module ", "module 0", "bad.schedule:3: a module is 64 hexadecimal digits");
	edited("case suite.case", "case", "bad.schedule:5: 'case' without a value");
	edited("case suite.case", "case s.c\ncase s.c", "bad.schedule:6: a second 'case'");
	edited("case suite.case\n", "", "no 'case' before the choices");
	edited("parameter 7", "parameter 7x", "'7x' is no parameter's index");
	edited("set mode=3", "set mode", "'mode' is no name=value");
	edited("set mode=3", "set =3", "'=3' is no name=value");
	edited("set mode=3", "set mode=\\3", "a backslash without \"xNN\"");
	edited("set mode=3", "set mode=\\x00", "a backslash without \"xNN\"");
	edited("strategy pct 3", "strategy pct", "'pct' is no strategy");
	edited("strategy pct 3", "strategy dfs 3", "'dfs 3' is no strategy");
	edited("strategy pct 3", "strategy replay", "'replay' is no strategy");
	edited("seed 1844", "seed 91844", "is no seed");
	edited("seed 1844", "seed -1", "is no seed");
	edited("fail-alloc 2", "fail-alloc two", "'two' is no number of allocations");
	edited("verdict deadlock", "verdict sad", "'sad' is no verdict");
	edited("verdict", "mood", "'mood' is nothing that this Lockstep knows");
	edited("choices\n", "", "is nothing that this Lockstep knows");
	edited("255  yield", "256  yield", "'256' is no task");
	edited("255  yield", "-1   yield", "'-1' is no task");
	edited("255  yield", "255  sing ", "bad.schedule:17: 'sing' is no operation");
	edited("4294967295", "4294967296", "'4294967296' is no object");
	edited("= 65534", "= 65535", "'65535' is no value");
	edited("= 65534", "=", "a choice is \"TASK OPERATION OBJECT [= VALUE]\"");
	edited("= 65534", "is 65534", "a choice is \"TASK OPERATION OBJECT [= VALUE]\"");
	edited("2    trylock", "1    trylock", "bad.schedule:21: the file was edited");
	edited("suite.case", "suite.cast", "the file was edited");
	edited("2    trylock  3\n", "", "4 choices, but the end speaks of 5");
	edited("end 5", "end 6", "5 choices, but the end speaks of 6");
	edited("end 5", "end five", "'end' wants a number and 16 digits");
	edited("\nend 5", "\n0 lock 1\nend 5", "6 choices, but the end speaks of 5");
	edited("2    trylock  3\n", "2    trylock  3\033[2J\n", "'3?[2J' is no object");
}

/* Cut anywhere, it is refused; a byte that is another one anywhere is refused, too. */
static void test_each_byte(void)
{
	char *text, *copy;
	size_t len;

	check_int(ls_schedule_write(&example, "x.schedule", NULL, err), 0);
	text = get_file("x.schedule");
	len = strlen(text);
	for (size_t i = 0; i + 1 < len; i++) {
		put_file("bad.schedule", text, i);
		refused("bad.schedule", ABI, "bad.schedule");
	}
	copy = strdup(text);
	for (size_t i = 0; i + 1 < len; i++) {
		copy[i] ^= 1;
		put_file("bad.schedule", copy, len);
		refused("bad.schedule", ABI, "bad.schedule");
		copy[i] = 0;
		put_file("bad.schedule", copy, len);
		refused("bad.schedule", ABI, "bad.schedule");
		copy[i] = text[i];
	}
	free(copy);
	free(text);
}

static void test_refused(void)
{
	check_int(ls_schedule_write(&example, "x.schedule", NULL, err), 0);
	refused("x.schedule", "0.2.0-fedcba9876543210",
		"x.schedule:2: made by another Lockstep (0.1.0-0123456789abcdef, this is 0.2.0-");
	refused("none.schedule", ABI, "cannot read schedule none.schedule: No such file");
	refused("/", ABI, "/ is a directory");
	put_file("empty.schedule", "", 0);
	refused("empty.schedule", ABI, "empty.schedule is no schedule");
	put_file("zero.schedule", "\0\0\0", 3);
	refused("zero.schedule", ABI, "zero.schedule is no schedule");
	refused("/dev/zero", ABI, "/dev/zero");
	if (geteuid()) {
		chmod("x.schedule", 0);
		refused("x.schedule", ABI, "Permission denied");
		chmod("x.schedule", 0666);
	}
}

/* --- modules ----------------------------------------------------------------------------- */

static void modules_are(int ret, const char *why, const char *path, char *const *given, int nr)
{
	struct ls_schedule s;

	check_int(ls_schedule_read(&s, path, ABI, err), 0);
	err[0] = '\0';
	check_int(ls_schedule_find_modules(&s, path, given, nr, err), ret);
	check_has(err, why);
	if (!ret)
		for (unsigned int i = 0; i < s.nr_modules; i++)
			check_int(access(s.modules[i].path, R_OK), 0);
	ls_schedule_free(&s);
}

static void test_modules(void)
{
	char *moved[] = { "moved.so" }, *second[] = { "second.so" }, *none[] = { "none.so" };

	make_modules();
	mkdir("dir", 0777);
	check_int(ls_schedule_write(&example, "dir/x.schedule", NULL, err), 0);
	modules_are(0, "", "dir/x.schedule", NULL, 0);
	modules_are(0, "", "dir/x.schedule", second, 1);
	put_file("second.so", "2", 1);
	modules_are(-1, "module second.so is not the one that dir/x.schedule was made with",
		    "dir/x.schedule", NULL, 0);
	modules_are(-1, "module second.so is none that the schedule was made with", "dir/x.schedule",
		    second, 1);
	unlink("second.so");
	modules_are(-1, "cannot read module second.so of dir/x.schedule: No such file",
		    "dir/x.schedule", NULL, 0);
	modules_are(-1, "cannot read module none.so: No such file", "dir/x.schedule", none, 1);
	put_file("dir/second.so", "two", 3); /* beside the schedule */
	modules_are(0, "", "dir/x.schedule", NULL, 0);
	rename("dir/second.so", "moved.so");
	modules_are(0, "", "dir/x.schedule", moved, 1);
	make_modules();
}

/* --- writing ------------------------------------------------------------------------------- */

static void not_written(const char *path, const char *why)
{
	check_int(ls_schedule_write(&example, path, NULL, err), -1);
	check_has(err, why);
	check_has(err, path);
}

/* The file grows to a limit and no further, as on a full disk. */
static void no_room(void)
{
	struct rlimit old, small;
	int nr = 0;
	DIR *dir;

	signal(SIGXFSZ, SIG_IGN);
	getrlimit(RLIMIT_FSIZE, &old);
	small = old;
	small.rlim_cur = 300;
	setrlimit(RLIMIT_FSIZE, &small);
	not_written("x.schedule", "File too large");
	setrlimit(RLIMIT_FSIZE, &old);
	dir = opendir(".");
	for (struct dirent *d; dir && (d = readdir(dir));)
		nr += !strncmp(d->d_name, "x.schedule", 10);
	check_int(nr, 1); /* nothing half-made is left */
	if (dir)
		closedir(dir);
}

static void test_write(void)
{
	char *before, *after;

	not_written("/dev/full", "No space left on device; make room there");
	not_written("dir", "Is a directory");
	not_written("nowhere/x.schedule", "No such file or directory");
	/* An old file stays whole when the new one cannot be made. */
	check_int(ls_schedule_write(&example, "x.schedule", NULL, err), 0);
	before = get_file("x.schedule");
	choices[0].task = 300;
	check_int(ls_schedule_write(&example, "x.schedule", NULL, err), -1);
	check_has(err, "choice 0 of the schedule of suite.case is none: task 300");
	choices[0].task = 0;
	no_room();
	after = get_file("x.schedule");
	check_str(after, before);
	modules[0].hash[0] = '\0';
	modules[0].path = "none.so";
	check_int(ls_schedule_write(&example, "y.schedule", NULL, err), -1);
	check_has(err, "cannot read module none.so: No such file");
	check(access("y.schedule", F_OK));
	free(before);
	free(after);
}

static void test_digest(void)
{
	char hex[LS_DIGEST_HEX];

	/* The examples of FIPS 180-2, appendix B. */
	put_file("abc", "abc", 3);
	check_int(ls_digest_file("abc", hex), 0);
	check_str(hex, "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
	put_file("abc", "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq", 56);
	check_int(ls_digest_file("abc", hex), 0);
	check_str(hex, "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1");
	check_int(ls_digest_file("none", hex), -ENOENT);
	check_int(ls_digest_file("/", hex), -EISDIR);
}

int main(int argc, char **argv)
{
	if (argc != 2 || chdir(argv[1]))
		return 99;
	test_digest();
	test_round_trip();
	test_comments();
	test_edited();
	test_each_byte();
	test_refused();
	test_modules();
	test_write();
	return check_result();
}

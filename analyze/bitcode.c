// SPDX-License-Identifier: MIT
/* lockstep-bitcode BITCODE UNIT [TREE-PREFIX...]: see bitcode.h and unit.h. */
#include <errno.h>
#include <llvm-c/BitReader.h>
#include <llvm-c/Error.h>
#include <llvm-c/ErrorHandling.h>
#include <llvm-c/Support.h>
#include <llvm-c/Transforms/PassBuilder.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

#include "bitcode.h"

static const char *input = "?";

static int complain(const char *why)
{
	size_t len = strcspn(why, "\n");

	fprintf(stderr,
		"lockstep-bitcode: %s: %.*s: give it bitcode of clang " LS_LLVM_VERSION " or older\n",
		input, (int)len, why);
	return 2;
}

static void on_fatal(const char *why)
{
	_exit(complain(why));
}

/* LLVM takes damaged bitcode for a bug of its own, and dies of it. */
static void on_signal(int sig)
{
	static const char why[] = ": LLVM cannot read it: make it again with clang "
				  LS_LLVM_VERSION "\n";
	const char *parts[] = {"lockstep-bitcode: ", input, why};

	for (int i = 0; i < 3; i++)
		if (write(STDERR_FILENO, parts[i], strlen(parts[i])) < 0)
			break;
	_exit(2);
}

static void catch_signals(void)
{
	static char stack[64 << 10];
	stack_t alt = {.ss_sp = stack, .ss_size = sizeof(stack)};
	struct sigaction action = {.sa_handler = on_signal, .sa_flags = SA_ONSTACK};
	static const int fatal[] = {SIGSEGV, SIGBUS, SIGABRT, SIGILL, SIGFPE};
	struct rlimit none = {0};

	setrlimit(RLIMIT_CORE, &none);
	sigaltstack(&alt, NULL);
	for (size_t i = 0; i < sizeof(fatal) / sizeof(*fatal); i++)
		sigaction(fatal[i], &action, NULL);
}

static void on_diagnostic(LLVMDiagnosticInfoRef info, void *arg)
{
	char *text = LLVMGetDiagInfoDescription(info);

	if (LLVMGetDiagInfoSeverity(info) == LLVMDSError && !*(char **)arg)
		*(char **)arg = strdup(text);
	LLVMDisposeMessage(text);
}

/*
 * LLVM 19 keeps what debug information says of local variables beside the instructions, where
 * LLVM-C cannot see it, unless it is told to do as those before it.
 */
static void want_debug_calls(void)
{
#if LLVM_VERSION_MAJOR == 19
	static const char *const args[] = {
		"lockstep-bitcode", "--load-bitcode-into-experimental-debuginfo-iterators=false",
		"--experimental-debuginfo-iterators=false"};

	LLVMParseCommandLineOptions(3, args, NULL);
#endif
}

static int load(struct gen *g)
{
	LLVMMemoryBufferRef buffer;
	char *why = NULL;

	if (LLVMCreateMemoryBufferWithContentsOfFile(input, &buffer, &why)) {
		fprintf(stderr, "lockstep-bitcode: %s: %s: name a file of bitcode\n", input, why);
		return 2;
	}
	LLVMContextSetDiagnosticHandler(g->context, on_diagnostic, &why);
	if (LLVMParseBitcodeInContext2(g->context, buffer, &g->module))
		return complain(why ? why : "no bitcode");
	g->layout = LLVMGetModuleDataLayout(g->module);
	return 0;
}

static int mem2reg(struct gen *g)
{
	LLVMPassBuilderOptionsRef options = LLVMCreatePassBuilderOptions();
	LLVMErrorRef error = LLVMRunPasses(g->module, "function(mem2reg)", NULL, options);

	LLVMDisposePassBuilderOptions(options);
	return error ? complain(LLVMGetErrorMessage(error)) : 0;
}

/* Where the compiler ran: the first function's or variable's file knows. */
static const char *find_directory(struct gen *g)
{
	for (LLVMValueRef f = LLVMGetFirstFunction(g->module); f; f = LLVMGetNextFunction(f)) {
		LLVMMetadataRef sp = LLVMGetSubprogram(f), file = sp ? LLVMDIScopeGetFile(sp) : NULL;
		unsigned int len;
		const char *dir = file ? LLVMDIFileGetDirectory(file, &len) : NULL;

		if (dir && len)
			return ls_arena_strndup(g->arena, dir, len);
	}
	return "";
}

static bool is_root_variable(LLVMValueRef v)
{
	size_t len;

	if (LLVMIsDeclaration(v) || gen_is_special(LLVMGetValueName2(v, &len)))
		return false;
	if (LLVMGetLinkage(v) == LLVMExternalLinkage)
		return true;
	return gen_has_function(LLVMGetInitializer(v), 0);
}

/*
 * EXPORT_SYMBOL and initcalls keep an address in a variable of their own. For the former that is no
 * use of the address.
 */
static bool is_export_anchor(struct gen *g, LLVMValueRef v)
{
	LLVMValueRef to = LLVMGetInitializer(v);
	const char *name;
	size_t len;

	if (!strstr(LLVMGetValueName2(v, &len), "__addressable_") || !to)
		return false;
	while (LLVMIsAConstantExpr(to) && LLVMGetNumOperands(to))
		to = LLVMGetOperand(to, 0);
	name = LLVMGetValueName2(to, &len);
	return ls_names_find(&g->exported, name, len);
}

static void translate(struct gen *g)
{
	for (LLVMValueRef v = LLVMGetFirstGlobal(g->module); v; v = LLVMGetNextGlobal(v))
		if (is_root_variable(v) && !is_export_anchor(g, v))
			gen_symbol(g, v, false);
	for (LLVMValueRef a = LLVMGetFirstGlobalAlias(g->module); a; a = LLVMGetNextGlobalAlias(a))
		gen_const_value(g, a, false);
	for (LLVMValueRef f = LLVMGetFirstFunction(g->module); f; f = LLVMGetNextFunction(f))
		if (!LLVMIsDeclaration(f) && !gen_is_inline(g, f))
			gen_symbol(g, f, false);
	/* What those use is added at the end of the list. */
	for (size_t i = 0; i < g->todo.nr; i++) {
		LLVMValueRef v = *GEN_AT(&g->todo, LLVMValueRef, i);
		uint32_t symbol = gen_symbol(g, v, false);

		if (LLVMIsAFunction(v))
			gen_function(g, v, symbol);
		else
			gen_variable(g, v, symbol);
	}
	gen_types(g);
}

static int print_unit(const char *path)
{
	char *error;
	struct ls_unit *unit = ls_unit_open(path, &error);

	if (!unit) {
		fprintf(stderr, "lockstep-bitcode: %s\n", error);
		free(error);
		return 2;
	}
	ls_unit_print(unit, stdout);
	ls_unit_close(unit);
	if (!fflush(stdout) && !ferror(stdout))
		return 0;
	fprintf(stderr, "lockstep-bitcode: cannot write: %s\n", strerror(errno));
	return 2;
}

static int convert(const char *unit, const char *const *prefix, size_t nr_prefixes)
{
	static struct gen gen;
	struct gen *g = &gen;
	const char *source;
	size_t len;

	*g = (struct gen){.context = LLVMContextCreate(), .arena = ls_arena_create(),
			  .prefix = prefix, .nr_prefixes = nr_prefixes, .literal = LS_NONE};
	if (load(g) || mem2reg(g))
		return 2;
	gen_init_tables(g);
	g->directory = find_directory(g);
	gen_exports(g);
	translate(g);
	source = LLVMGetSourceFileName(g->module, &len);
	source = gen_path(g, g->directory, ls_arena_strndup(g->arena, source, len));
	return gen_write(g, unit, gen_string(g, source, strlen(source))) ? 2 : 0;
}

int main(int argc, char **argv)
{
	int ret;

	if (argc == 3 && !strcmp(argv[1], "--print"))
		return print_unit(argv[2]);
	if (argc < 3 || argv[1][0] == '-') {
		fputs("usage: lockstep-bitcode BITCODE UNIT [TREE-PREFIX...]\n"
		      "       lockstep-bitcode --print UNIT\n", stderr);
		return 2;
	}
	input = argv[1];
	catch_signals();
	want_debug_calls();
	LLVMInstallFatalErrorHandler(on_fatal);
	ret = convert(argv[2], (const char *const *)argv + 3, argc - 3);
	/* Nothing is given back: the end of the process does it at once. */
	fflush(stderr);
	_exit(ret);
}

// EXPORT_SYMBOL keeps an address for itself: the function is exported, and its address is not taken.
// An initcall's is. Both ways of kernels to write the former.
#define ADDRESSABLE(f) \
	static void *__attribute__((used, section(".discard.addressable"))) \
		__UNIQUE_ID___addressable_##f = (void *)&f;

int new_way(void) { return 1; }
ADDRESSABLE(new_way)
__asm__(".section \".export_symbol\",\"a\" ; __export_symbol_new_way: ; .asciz \"GPL\" ; .previous");

int old_way(void) { return 2; }
ADDRESSABLE(old_way)
__asm__("	.section \"___ksymtab_gpl+old_way\", \"a\"\n"
	"__ksymtab_old_way:	\n	.long old_way- .\n	.previous\n");

struct kernel_symbol { void *value; const char *name; };
int table_way(void) { return 3; }
static const struct kernel_symbol __ksymtab_table_way
	__attribute__((used, section("___ksymtab+table_way"))) = { (void *)table_way, "table_way" };

int exported_data;
ADDRESSABLE(exported_data)
__asm__(".section \".export_symbol\",\"a\" ; __export_symbol_exported_data: ; .previous");

static int start(void) { return 4; }
ADDRESSABLE(start)

int both(void) { return 5; }
ADDRESSABLE(both)
__asm__("__export_symbol_both:");
int (*pointer)(void) = both;

//= ^variable exported_data: .* exported
//! ^variable __ksymtab
//! addressable_new_way
//= ^function new_way\(\): \? exported  ;
//= ^function old_way\(\): \? exported  ;
//= ^function table_way\(\): \? exported  ;
//= ^function start\(\): \? static taken  ;
//= ^function both\(\): \? taken exported  ;

// asm goto ends a block: it may fall through or jump. Inline assembly with results has them.
int slow(void);

int branch(int *key)
{
	asm goto("jmp %l[yes]" : : "m"(*key) : : yes);
	return 0;
yes:
	return slow();
}

int results(int a, int *where)
{
	int x, y;

	asm("mov %2, %0" : "=r"(x), "=r"(y) : "r"(a));
	asm volatile("" : : : "memory");
	asm("inc %0" : "=m"(*where));
	return x + y;
}

//= ^function branch
//= asm %0
//= switch undef @N 1 @N
//= call.4 &slow
//= ^function results
//= %N = asm.8 %0
//= extract.4 \[0\] %N
//= extract.4 \[1\] %N
//= asm
//= asm %1

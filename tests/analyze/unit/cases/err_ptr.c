// Errors in pointers are constants, as arguments, results and in comparisons.
struct thing { int x; };
void take(struct thing *t);
unsigned int narrow(void);

struct thing *fail(int which)
{
	take((struct thing *)-22L);
	if (which)
		return (void *)-12L;
	return 0;
}

int is_err(const struct thing *t)
{
	return (unsigned long)(void *)t >= (unsigned long)-4095;
}

int sign(void)
{
	return narrow() == 0xfffffff5u;
}

//= ^function fail
//= call &take -22
//= phi.8 (-12 @N 0 @N|0 @N -12 @N)
//= ^function is_err
//= compare.8 u>= %0 -4095
//= ^function sign
//= compare.4 == %N -11

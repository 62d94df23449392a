// module_init() is an alias: the function that it stands for is called by somebody else.
static int start(void) { return 0; }
int init_module(void) __attribute__((alias("start")));
int again(void);

int call_alias(void)
{
	return init_module();
}

//= ^function start\(\): \? static taken
//= ^function call_alias
//= call.4 &start

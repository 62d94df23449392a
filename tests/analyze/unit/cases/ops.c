// Tables of functions, also such as LLVM gives an anonymous struct to (a union that is initialised
// by a member that is not its first).
struct buf;
struct attach;
struct buf_ops {
	_Bool cache;
	int (*attach)(struct buf *, struct attach *);
	union {
		long count;
		void (*release)(struct buf *);
	};
	struct { const char *name; unsigned int flags[3]; } inner;
};

static int my_attach(struct buf *b, struct attach *a) { return 0; }
static void my_release(struct buf *b) { }
void other_release(struct buf *b);
static void called_only(void) { }

static const struct buf_ops plain = { .attach = my_attach, .inner = { "x", { 0, 7, 0 } } };
static const struct buf_ops anon = { .cache = 1, .release = my_release, .attach = my_attach };
struct driver { const char *name; const struct buf_ops *ops; void *inside; } drv = {
	"drv", &plain, (void *)&plain.inner.flags[1],
};
static const struct buf_ops *const list[] = { &plain, 0, &anon };
static int unused_data[4] = { 1, 2, 3, 4 };

const struct buf_ops *pick(int i)
{
	static struct buf_ops local = { .release = other_release };

	called_only();
	if (i < 0)
		return &local;
	return list[i];
}

int use(const struct buf_ops *ops, struct buf *b)
{
	return ops->attach(b, 0);
}

//= ^type buf_ops size 48$
//= ^  \+0 cache: \?$
//= ^  \+8 attach: \? \*$
//= ^  \+16 : \{[0-9]+\}$
//= ^  \+24 inner: \{[0-9]+\}$
//= ^variable plain: buf_ops static const  ; ops.c:20$
//= ^  \+8 = &my_attach$
//= ^  \+24 = &.str$
//= ^  \+36 = 7$
//= ^variable drv: driver  ; ops.c:22$
//= ^  \+0 = &.str$
//= ^  \+8 = &plain$
//= ^  \+16 = &plain\+36$
//= ^variable pick.local: buf_ops static  ; ops.c:30
//= ^  \+16 = &other_release$
//= ^variable anon: buf_ops static const  ; ops.c:21$
//= ^  \+0 = 1$
//= ^  \+8 = &my_attach$
//= ^  \+16 = &my_release$
//= ^variable list: buf_ops \*\[24\] static const
//= ^  \+0 = &plain$
//= ^  \+16 = &anon$
//= ^declared other_release taken$
//! unused_data
//= ^function pick\(
//= call &called_only
//= ^function use\(%0 ops: buf_ops \*, %1 b: buf \*\)
//= %N = offset.8 \[8\] %0
//= %N = load.8 %N
//= %N = call.4 %N %1 0
//= ^function my_attach\(.* static taken  ;
//! ^function called_only.*taken

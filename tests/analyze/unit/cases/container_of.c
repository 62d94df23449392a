// container_of() is arithmetic: its offset takes back what the member's added.
#define offsetof(t, m) __builtin_offsetof(t, m)
#define container_of(p, t, m) ((t *)((void *)(p) - offsetof(t, m)))

struct resv { int lock; };
struct base { long size; struct resv *resv; };
struct object { long flags; int pad; struct base base; void *priv; };

struct base *down(struct object *obj)
{
	return &obj->base;
}

struct resv *up(struct base *gem)
{
	struct object *obj = container_of(gem, struct object, base);

	return obj->base.resv;
}

void *void_priv(void *data)
{
	struct object *obj = data;

	return obj->priv;
}

//= ^type object size 40$
//= ^  \+16 base: base$
//= ^  \+32 priv: \? \*$
//= ^function down\(%0 obj: object \*\): base \*  ; container_of.c:9$
//= %1 = offset.8 \[16\] %0 -> base  ; container_of.c:11
//= return %1
//= ^function up\(%0 gem: base \*\): resv \*
//= %N = offset.8 \[-16\] %0 -> object
//= %N = offset.8 \[16\] %N -> base
//= %N = offset.8 \[8\] %N -> resv \*
//= %N = load.8 %N -> resv
//= ^function void_priv\(%0 data: \? \*\)
//= %N = offset.8 \[32\] %0
//= load.8 %N

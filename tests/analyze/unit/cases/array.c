// An index that is not constant is a step of its own, with what is constant around it as offsets.
struct bo { long pad; int val; };
struct exec { long head; struct bo *objects[4]; struct bo in[8]; struct { int x[3][5]; } deep; };
extern struct exec table[10];

struct bo *object(struct exec *e, unsigned int i)
{
	return e->objects[i];
}

int *inside(struct exec *e, long i)
{
	return &e->in[i].val;
}

int *constant(struct exec *e)
{
	return &e[2].in[3].val;
}

int *matrix(struct exec *e, long i, long j)
{
	return &e->deep.x[i][j];
}

void *place(void)
{
	return &table[2].objects[1];
}

void *far(long i)
{
	return &table[i].in[1];
}

//= ^function object
//= %N = offset.8 \[8\] %0
//= %N = copy.8 %1
//= %N = index.8 \[8\] %N %N -> bo \*
//= load.8 %N -> bo
//= ^function inside
//= offset.8 \[40\] %0
//= index.8 \[16\] %N %1 -> bo
//= offset.8 \[8\] %N
//= ^function constant
//= offset.8 \[464\] %0 -> exec  ;
//= offset.8 \[40\] %N -> bo\[128\]
//= offset.8 \[48\] %N -> bo  ;
//= offset.8 \[8\] %N
//= ^function matrix
//= index.8 \[20\] %N %1
//= index.8 \[4\] %N %2
//= ^function place
//= return &table\+480
//= ^function far
//= index.8 \[232\] &table %0

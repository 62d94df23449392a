// Members of unions overlap, anonymous ones have no name; bit-fields have the offset of their byte.
struct ring { int head; };
struct page { int order; };
struct both {
	int kind;
	union {
		struct { struct ring *ring; long seq; };
		struct page *page;
		struct { int a, b; } named;
	};
	unsigned int small : 3, next : 9;
	union { struct ring r; long all; } u;
};

struct page *page(struct both *b)
{
	return b->kind ? b->page : 0;
}

int head(struct both *b)
{
	b->u.all = 0;
	return b->ring->head + b->u.r.head + b->next;
}

//= ^type \{[0-9]+\} size 16$
//= ^  \+0 : \{
//= ^  \+0 page: page \*$
//= ^  \+0 named: \{
//= ^type both size 40$
//= ^  \+0 kind: \?$
//= ^  \+8 : \{
//= ^  \+24 small: \?$
//= ^  \+24 next: \?$
//= ^  \+32 u: \{
//= ^type .* size 16$
//= ^  \+0 ring: ring \*$
//= ^  \+8 seq: \?$
//= ^function page\(%0 b: both \*\): page \*
//= offset.8 \[8\] %0 -> \{
//= load.8 %N( -> page)?  ;
//= ^function head
//= %N = offset.8 \[32\] %0
//= store.8 0 %N
//= load.8 %N -> ring  ;
//= load.4

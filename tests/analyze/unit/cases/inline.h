struct res { int count; };
int sleep_on(struct res *r);
static inline int res_lock(struct res *r) { return sleep_on(r); }
static inline int res_unused(struct res *r) { return sleep_on(r) + 1; }
extern inline __attribute__((gnu_inline)) int res_extern(struct res *r) { return 3; }

/* SPDX-License-Identifier: MIT */
#ifndef LS_EXPLORE_ENGINE_H
#define LS_EXPLORE_ENGINE_H

/* Between the files that the engine is made of: engine.c, pick.c, points.c, seam.c, base.c. */

#include "internal.h"
#include "races.h"

struct task_struct;
extern __thread struct task_struct *ls_current __attribute__((tls_model("initial-exec")));

static inline struct task *me(void)
{
	return E.me;
}

/* The step that comes next is known from the execution before. */
static inline bool replaying(void)
{
	return E.e.step < E.kept;
}

/* The running step is: its footprint was collected then. */
static inline bool in_kept_step(void)
{
	return E.e.step <= E.kept;
}

#define RACE_NS 100000000ULL /* a deadline that is no further away may come at any point */

/* trace.c: close event T.nr, the footprint is complete. @pre: see struct event, or of its maker. */
void trace_close(struct event *e, unsigned int pre);

/* engine.c */
void switch_to(unsigned int next);
void ask_base(int request);
uint32_t block_object(const volatile void *addr);
void touch_block(uint32_t block);
void add_use(uint32_t object, int kind);
void add_access(uint32_t object, int kind);
void close_step(void);
void begin_step(unsigned int next);
void count_waiting(const struct task *t, int by);
void note_live(unsigned int task, unsigned int op, unsigned int value);

/* pick.c: the running task stands at a point; returns in its next step */
void reschedule(void);
void boot_reschedule(void);
void drain(void);

void finish(void) __attribute__((noreturn));

/* points.c */
void engine_touch(const volatile void *obj, enum ls_access access);
void engine_point(enum ls_op op, const volatile void *obj);
int engine_wait(enum ls_op op, const volatile void *obj, enum ls_access access, ls_ready_fn ready,
		const void *arg, unsigned long long deadline);
extern const struct ls_explorer engine_explorer;

/* seam.c */
void ids_first(void);
extern const struct ls_seam engine_seam;

#endif /* LS_EXPLORE_ENGINE_H */

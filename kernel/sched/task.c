// SPDX-License-Identifier: MIT
/*
 * Tasks: birth, end, and the list of all of them.
 *
 * A task that the kernel world starts owns one reference to itself, which goes
 * with it to the list of zombies when its thread is done: the thread's handle
 * can only be joined by another task. Zombies are reaped when the next task is
 * made or waited for. A thread from outside drops its reference when it ends.
 */
#include <linux/sched.h>
#include <linux/kthread.h>
#include <linux/cpumask.h>
#include <linux/cred.h>
#include <linux/lockdep.h>
#include <linux/pid.h>
#include <linux/rcupdate.h>
#include <linux/string.h>
#include <lockstep/mm.h>
#include "internal.h"

__thread struct task_struct *ls_current __attribute__((tls_model("initial-exec")));

static struct {
	struct ls_gate gate;
	struct list_head tasks;
	struct list_head zombies;
	unsigned int nr;
	int last_pid;
} all = {
	.tasks = LIST_HEAD_INIT(all.tasks),
	.zombies = LIST_HEAD_INIT(all.zombies),
};

/* One allocation: a task always comes with its number, and with its kthread part. */
struct task_parts {
	struct task_struct task;
	struct kthread kthread;
};

static void task_init_name(struct task_struct *t, const char *name)
{
	size_t i;

	for (i = 0; name[i] && i < sizeof(t->comm) - 1; i++)
		t->comm[i] = name[i];
	t->comm[i] = '\0';
}

/* Under an explorer the slot must not depend on what others have started meanwhile. */
static void choose_cpu(struct task_struct *t)
{
	struct task_struct *me = ls_current;

	t->lineage = me ? me->lineage + ++me->nr_children : 0;
	t->cpu = (ls_exploring() ? t->lineage : (unsigned int)t->pid) % nr_cpu_ids;
}

static struct task_struct *task_alloc(const char *name, unsigned int ls_flags)
{
	struct task_parts *parts = os_alloc(sizeof(*parts));
	struct pid *pid = os_alloc(sizeof(*pid));
	struct task_struct *t = &parts->task;

	if (!parts || !pid)
		goto err_free;
	t->ls_flags = ls_flags;
	t->usage = 1;
	t->irq_pending_tail = &t->irq_pending;
	t->prio = t->static_prio = t->normal_prio = 120;
	t->cred = t->real_cred = &ls_init_cred;
	t->group_leader = t;
	t->kthread = &parts->kthread;
	t->thread_pid = pid;
	init_completion(&parts->kthread.parked);
	INIT_LIST_HEAD(&t->ls_zombie);
	task_init_name(t, name);

	pid->count = (refcount_t)REFCOUNT_INIT(1); /* no scheduling point: nobody knows it yet */
	pid->task = t;
	ls_gate_lock(&all.gate);
	t->pid = t->tgid = ++all.last_pid;
	ls_gate_unlock(&all.gate);
	pid->nr = t->pid;
	choose_cpu(t);
	lockdep_init_task(t);
	return t;

err_free:
	os_free(parts);
	os_free(pid);
	return NULL;
}

static void task_publish(struct task_struct *t)
{
	ls_gate_lock(&all.gate);
	list_add_tail(&t->tasks, &all.tasks);
	all.nr++;
	ls_gate_unlock(&all.gate);
}

static void task_free_rcu(struct os_rcu_head *head)
{
	struct rcu_head *rcu = container_of((void *)head, struct rcu_head, ls_seam_words);
	struct task_struct *t = container_of(rcu, struct task_struct, rcu);

	lockdep_free_task(t);
	os_free(container_of(t, struct task_parts, task));
}

/**
 * __put_task_struct() - the last reference to a task is gone
 * @t: the task, which is over
 *
 * The memory stays for a grace period: owners of locks are looked at under RCU.
 *
 * Context: Any.
 */
void __put_task_struct(struct task_struct *t)
{
	/* Nobody knows a service task of an explorer: its memory goes with the execution. */
	if (ls_exploring() && (t->ls_flags & LS_TASK_SERVICE))
		return;
	put_pid(t->thread_pid);
	if (ls_exploring()) {
		lockdep_free_task(t);
		ls_quiet_begin(); /* part of the step that drops the last reference */
		ls_point(LS_OP_FREE, t);
		ls_quiet_end();
		ls_rcu_explore_free(container_of(t, struct task_parts, task),
				    sizeof(struct task_parts));
		return;
	}
	ls_seam->rcu_call((struct os_rcu_head *)t->rcu.ls_seam_words, task_free_rcu);
}

/* The task takes its thread: from here on current is @t. */
static void task_enter(struct task_struct *t)
{
	ls_current = t;
	os_stack_bounds(&t->stack_low, &t->stack_high);
	ls_seam->rcu_register();
}

/*
 * Undo by force what a task may still hold. One that a fatal report ended
 * holds whatever it held there; one that returned should hold nothing.
 */
static void task_release_all(struct task_struct *t)
{
	if (!(t->ls_flags & LS_TASK_ABORTED))
		ls_lockdep_held_report(t);
	ls_lockdep_task_exit(t);
	ls_preempt_reset(t);
	t->non_block_count = 0;
	while (t->rcu_depth)
		rcu_read_unlock();
	local_irq_enable();
}

/* Runs on the task's own thread. Nobody learns of the end before all is released. */
static void task_exit(struct task_struct *t, int code)
{
	t->ls_flags |= LS_TASK_ENDING;
	task_release_all(t);
	/* Whoever waits for the end waits for this. Nobody waits for a service task. */
	if (!ls_exploring() || !(t->ls_flags & LS_TASK_SERVICE))
		ls_point(LS_OP_DONE, &t->exit_word);
	t->flags |= PF_EXITING;
	ls_quiet_begin();
	if (t->ls_flags & LS_TASK_AWAKE)
		ls_task_settled(1);
	ls_track_del(&t->track);

	ls_gate_lock(&all.gate);
	list_del(&t->tasks);
	all.nr--;
	ls_gate_unlock(&all.gate);
	__atomic_store_n(&t->thread_pid->task, NULL, __ATOMIC_RELEASE);

	__atomic_store_n(&t->__state, TASK_DEAD, __ATOMIC_RELEASE);
	t->exit_code = code;
	/*
	 * A zombie before anyone can know of the end, so that who waits for the end can
	 * join the thread. Whoever joins keeps *t until the thread is through.
	 */
	if (!(t->ls_flags & (LS_TASK_ABORTED | LS_TASK_FOREIGN)) && !ls_exploring()) {
		ls_gate_lock(&all.gate);
		list_add_tail(&t->ls_zombie, &all.zombies);
		ls_gate_unlock(&all.gate);
	}
	__atomic_store_n(&t->exit_word, 1, __ATOMIC_SEQ_CST);
	if (!ls_exploring())
		os_unpark(&t->exit_word, 0x7fffffff);
	ls_seam->rcu_unregister();
	ls_quiet_end();
}

static void foreign_exit(void *arg)
{
	struct task_struct *t = arg;

	ls_current = t;
	task_exit(t, 0);
	ls_current = NULL;
	ls_task_put(t);
	ls_slab_thread_exit();
}

/**
 * ls_current_make() - give the calling thread a task
 *
 * For threads that no task was made for: main(), callback threads of libraries.
 * The task ends with the thread.
 *
 * Context: Any. Ends the process when there is no memory: nothing can be
 * reported without a task.
 * Return: the task.
 */
struct task_struct *ls_current_make(void)
{
	static const char msg[] = "lockstep: no memory for a task\n";
	struct task_struct *t = task_alloc("foreign", LS_TASK_FOREIGN);

	if (!t || os_at_thread_exit(foreign_exit, t)) {
		os_write(2, msg, sizeof(msg) - 1);
		os_exit(2);
	}
	if (t->pid == 1)
		task_init_name(t, "main");
	task_enter(t);
	task_publish(t);
	return t;
}

static void task_call(void *arg)
{
	struct task_struct *t = arg;

	t->exit_code = t->entry(t->entry_arg);
}

static void task_main(void *arg)
{
	struct task_struct *t = arg;

	task_enter(t);
	/* Whoever made it has set a sleeping state, and will wake it. */
	if (!(t->ls_flags & LS_TASK_AWAKE))
		schedule();
	os_catch(task_call, t, &t->escape);
	task_exit(t, t->exit_code);
	/* A fibre is never joined: nobody reaps its task. */
	if (ls_exploring()) {
		ls_quiet_begin();
		ls_task_put(t);
		ls_quiet_end();
	}
	ls_current = NULL;
	ls_slab_thread_exit();
}

/**
 * ls_task_reap() - join the threads of tasks that are over
 *
 * Context: Process context. Waits for threads that are about to end.
 */
void ls_task_reap(void)
{
	struct task_struct *t;

	for (;;) {
		ls_gate_lock(&all.gate);
		t = list_first_entry_or_null(&all.zombies, struct task_struct, ls_zombie);
		if (t)
			list_del_init(&t->ls_zombie);
		ls_gate_unlock(&all.gate);
		if (!t)
			return;
		ls_seam->join(t->os_thread);
		ls_task_put(t);
	}
}

static unsigned int services; /* tasks of an explorer that nobody wakes, and that are not over */

/**
 * ls_task_create() - make a task that sleeps until it is woken for the first time
 * @fn: what it runs
 * @arg: for @fn
 * @name: its comm
 * @ls_flags: LS_TASK_SERVICE if it belongs to the library
 *
 * Context: Any, but reaps others' threads only where it may sleep.
 * Return: the task, without a reference for the caller; NULL when out of
 * memory or threads.
 */
struct task_struct *ls_task_create(int (*fn)(void *arg), void *arg, const char *name,
				   unsigned int ls_flags)
{
	struct task_struct *t;

	if (preemptible() && !current->rcu_depth && !(ls_flags & LS_TASK_SERVICE))
		ls_task_reap();
	t = task_alloc(name, ls_flags);
	if (!t)
		return NULL;
	t->flags = PF_KTHREAD;
	t->entry = fn;
	t->entry_arg = arg;
	t->__state = ls_flags & LS_TASK_AWAKE ? TASK_RUNNING : TASK_UNINTERRUPTIBLE;
	if (!(ls_flags & LS_TASK_SERVICE))
		ls_track_add(&t->track, LS_KIND_OTHER, "kthread", t, sizeof(*t));
	task_publish(t);
	if (ls_flags & LS_TASK_AWAKE) {
		services++;
		/* Whoever waits for all of them may have come before. Not as long as there is its maker. */
		if (!(current->ls_flags & LS_TASK_AWAKE))
			ls_touch(&services, LS_TRY_SHARED);
	}
	t->os_thread = ls_seam->spawn(task_main, t, t->comm);
	if (t->os_thread)
		return t;

	if (ls_flags & LS_TASK_AWAKE)
		services--;
	ls_track_del(&t->track);
	ls_gate_lock(&all.gate);
	list_del(&t->tasks);
	all.nr--;
	ls_gate_unlock(&all.gate);
	t->thread_pid->task = NULL;
	ls_task_put(t);
	return NULL;
}

#define SETTLE_NS (100 * NSEC_PER_MSEC)

/**
 * ls_task_explore() - under an explorer: a service task that is known by what it works for
 * @kind: "work", "timer", "rcu"
 * @object: the work, the timer, the head
 * @fn: what it runs, beginning with a scheduling point
 * @arg: for @fn
 * @name: its comm
 *
 * Context: Any. No scheduling point.
 * Return: as ls_task_create(); it needs no wake-up.
 */
struct task_struct *ls_task_explore(const char *kind, const void *object, int (*fn)(void *arg),
				    void *arg, const char *name)
{
	ls_explorer->spawn_id(kind, object);
	return ls_task_create(fn, arg, name, LS_TASK_SERVICE | LS_TASK_AWAKE);
}

static bool is_settled(const void *until)
{
	return services == ls_timer_explore_far(*(const os_ns *)until);
}

/**
 * ls_task_settle() - under an explorer: let works, timers and callbacks run until all are over
 *
 * What is still to run when a case ends may be wrong, too. Timers whose time is further away than
 * an explorer lets race with others are left out.
 *
 * Context: Process context. Sleeps.
 */
void ls_task_settle(void)
{
	os_ns until;

	if (!ls_exploring())
		return;
	until = os_now() + SETTLE_NS;
	ls_point_wait(LS_OP_FLUSH, &services, LS_ACQUIRE, is_settled, &until, OS_NEVER);
}

/* A service task is over (@nr 1), or a timer is not about to fire any more (0). */
void ls_task_settled(unsigned int nr)
{
	services -= nr;
	ls_touch(&services, LS_RELEASE_SHARED); /* commutes with its like */
}

/**
 * ls_task_wait_exit() - wait for the end of a task
 * @t: the task; the caller has a reference
 *
 * Context: Process context. Sleeps, uninterruptibly.
 */
void ls_task_wait_exit(struct task_struct *t)
{
	ls_task_join_timeout(t, OS_NEVER);
}

static bool has_ended(const void *task)
{
	return __atomic_load_n(&((const struct task_struct *)task)->exit_word, __ATOMIC_ACQUIRE);
}

/**
 * ls_task_join_timeout() - wait for the end of a task until a deadline
 * @t: the task; the caller has a reference and keeps it
 * @deadline: time of os_now(), or OS_NEVER
 *
 * Context: Process context. Sleeps.
 * Return: true if the task is over.
 */
bool ls_task_join_timeout(struct task_struct *t, os_ns deadline)
{
	struct task_struct *me = current;
	bool over = true;
	int ret;

	ls_sleep_begin(me);
	if (ls_exploring()) {
		ret = ls_point_wait(LS_OP_WAIT, &t->exit_word,
				    deadline == OS_NEVER ? LS_ACQUIRE_SHARED : LS_READ, has_ended,
				    t, deadline);
		if (ret == LS_WAIT_STUCK)
			ls_sleep_for_good();
		if (ret == LS_WAIT_TIMEOUT)
			ls_touch(&t->exit_word, LS_READ);
		ls_sleep_end(me);
		return has_ended(t);
	}
	while (!__atomic_load_n(&t->exit_word, __ATOMIC_ACQUIRE)) {
		if (os_park(&t->exit_word, 0, deadline)) {
			over = __atomic_load_n(&t->exit_word, __ATOMIC_ACQUIRE);
			break;
		}
	}
	ls_sleep_end(me);
	return over;
}

/**
 * ls_task_start() - run a function in a task of its own
 * @fn: the function
 * @arg: for @fn
 * @name: the task's comm
 *
 * Context: Process context.
 * Return: the task, with a reference that ls_task_join() drops; NULL when out
 * of memory or threads.
 */
struct task_struct *ls_task_start(int (*fn)(void *arg), void *arg, const char *name)
{
	struct task_struct *t = ls_task_create(fn, arg, name, 0);

	if (t) {
		ls_task_get(t);
		wake_up_process(t);
	}
	return t;
}

/**
 * ls_task_join() - wait for a task that ls_task_start() made, and drop it
 * @t: the task
 *
 * Context: Process context. Sleeps.
 * Return: what its function returned; -EDEADLK if ls_task_abort() ended it.
 */
int ls_task_join(struct task_struct *t)
{
	int code;

	ls_task_wait_exit(t);
	code = t->ls_flags & LS_TASK_ABORTED ? -EDEADLK : t->exit_code;
	ls_task_put(t);
	ls_task_reap();
	return code;
}

struct run_args {
	void (*fn)(void *arg);
	void *arg;
};

static int run_fn(void *data)
{
	struct run_args *run = data;

	run->fn(run->arg);
	return 0;
}

/**
 * ls_task_run() - call a function in a task of its own and wait for it
 * @fn: the function
 * @arg: for @fn
 * @name: the task's comm
 *
 * Context: Process context. Sleeps.
 * Return: 0 when @fn returned, -EDEADLK when a fatal report ended it, -ENOMEM
 * when there is no memory or thread for it.
 */
int ls_task_run(void (*fn)(void *arg), void *arg, const char *name)
{
	struct run_args run = { .fn = fn, .arg = arg };
	struct task_struct *t = ls_task_start(run_fn, &run, name);

	return t ? ls_task_join(t) : -ENOMEM;
}

/**
 * ls_task_abort() - end the running task here and now
 *
 * Its locks are released by force and waiters learn of its end. Its stack is
 * never unwound, nor used again: wait queues, timers and works that the task
 * keeps on it stay valid memory for others. The thread is gone.
 *
 * Context: Any; does not return. A foreign thread ends the process, because
 * nobody can go on without the code that called it.
 */
void ls_task_abort(void)
{
	struct task_struct *t = current;

	if (t->ls_flags & LS_TASK_FOREIGN)
		os_exit(1);
	t->ls_flags |= LS_TASK_ABORTED | LS_TASK_ENDING;
	task_release_all(t);
	if (t->worker)
		ls_worker_aborted(t);
	ls_timer_task_aborted(t);
	task_exit(t, -EDEADLK);
	ls_seam->abandon();
	__builtin_unreachable();
}

/**
 * ls_for_each_task() - call a function for every task
 * @fn: the function; must not sleep, nor make or end tasks
 * @arg: for @fn
 *
 * Context: Any.
 */
void ls_for_each_task(void (*fn)(struct task_struct *t, void *arg), void *arg)
{
	struct task_struct *t;

	ls_gate_lock(&all.gate);
	list_for_each_entry(t, &all.tasks, tasks)
		fn(t, arg);
	ls_gate_unlock(&all.gate);
}

/**
 * ls_nr_tasks() - how many tasks there are
 *
 * Context: Any.
 * Return: their number, the library's own included.
 */
unsigned int ls_nr_tasks(void)
{
	unsigned int nr;

	ls_gate_lock(&all.gate);
	nr = all.nr;
	ls_gate_unlock(&all.gate);
	return nr;
}

/**
 * __set_task_comm() - name a task
 * @tsk: the task
 * @from: name, cut to fit
 * @exec: ignored
 *
 * Context: Any.
 */
void __set_task_comm(struct task_struct *tsk, const char *from, bool exec)
{
	task_init_name(tsk, from);
}

/**
 * __get_task_comm() - copy a task's name
 * @buf: where to
 * @buf_size: room
 * @tsk: the task
 *
 * Context: Any.
 * Return: @buf.
 */
char *__get_task_comm(char *buf, size_t buf_size, struct task_struct *tsk)
{
	size_t i;

	for (i = 0; i + 1 < buf_size && tsk->comm[i]; i++)
		buf[i] = tsk->comm[i];
	if (buf_size)
		buf[i] = '\0';
	return buf;
}

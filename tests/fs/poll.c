// SPDX-License-Identifier: MIT
/* poll() and eventfd: real waiting on real queues. */
#include <kunit/test.h>
#include <linux/delay.h>
#include <linux/eventfd.h>
#include <linux/kthread.h>
#include <linux/poll.h>
#include <linux/sched/signal.h>
#include <lockstep/syscall.h>

static int poll_one(int fd, short events, int timeout, short *revents)
{
	struct pollfd p = { .fd = fd, .events = events };
	int ret = ls_poll(&p, 1, timeout);

	if (revents)
		*revents = p.revents;
	return ret;
}

static int signal_later(void *arg)
{
	msleep(20);
	eventfd_signal(arg);
	return 0;
}

static void waits_for_the_event(struct kunit *test)
{
	int fd = ls_eventfd(0, 0);
	struct eventfd_ctx *ctx;
	struct task_struct *t;
	short revents;
	u64 val = 0;

	KUNIT_ASSERT_GE(test, fd, 0);
	ctx = eventfd_ctx_fdget(fd);
	KUNIT_ASSERT_FALSE(test, IS_ERR(ctx));
	KUNIT_EXPECT_EQ(test, poll_one(fd, POLLIN, 0, &revents), 0);
	KUNIT_EXPECT_EQ(test, poll_one(fd, POLLIN, 5, &revents), 0);
	KUNIT_EXPECT_EQ(test, poll_one(fd, POLLOUT, -1, &revents), 1);
	KUNIT_EXPECT_EQ(test, revents, POLLOUT);

	t = kthread_run(signal_later, ctx, "signaller");
	KUNIT_ASSERT_FALSE(test, IS_ERR(t));
	get_task_struct(t);
	KUNIT_EXPECT_EQ(test, poll_one(fd, POLLIN, -1, &revents), 1);
	KUNIT_EXPECT_EQ(test, revents, POLLIN);
	KUNIT_EXPECT_EQ(test, ls_read(fd, &val, 8), 8);
	KUNIT_EXPECT_EQ(test, val, 1);
	kthread_stop(t);
	put_task_struct(t);
	eventfd_ctx_put(ctx);
	KUNIT_EXPECT_EQ(test, ls_close(fd), 0);
}

static void bad_descriptors(struct kunit *test)
{
	struct pollfd p[2] = { { .fd = -1, .events = POLLIN }, { .fd = 900, .events = POLLIN } };

	KUNIT_EXPECT_EQ(test, ls_poll(p, 2, 0), 1);
	KUNIT_EXPECT_EQ(test, p[0].revents, 0);
	KUNIT_EXPECT_EQ(test, p[1].revents, POLLNVAL);
}

static void a_signal_interrupts(struct kunit *test)
{
	int fd = ls_eventfd(0, 0);

	KUNIT_ASSERT_GE(test, fd, 0);
	ls_send_signal(current);
	KUNIT_EXPECT_EQ(test, poll_one(fd, POLLIN, -1, NULL), -EINTR);
	flush_signals(current);
	KUNIT_EXPECT_EQ(test, ls_close(fd), 0);
}

static void eventfd_counts(struct kunit *test)
{
	int fd = ls_eventfd(2, EFD_SEMAPHORE | EFD_NONBLOCK);
	u64 val = 5;

	KUNIT_ASSERT_GE(test, fd, 0);
	KUNIT_EXPECT_EQ(test, ls_read(fd, &val, 4), -EINVAL);
	KUNIT_EXPECT_EQ(test, ls_read(fd, &val, 8), 8);
	KUNIT_EXPECT_EQ(test, val, 1);
	KUNIT_EXPECT_EQ(test, ls_read(fd, &val, 8), 8);
	KUNIT_EXPECT_EQ(test, ls_read(fd, &val, 8), -EAGAIN);
	val = 3;
	KUNIT_EXPECT_EQ(test, ls_write(fd, &val, 8), 8);
	KUNIT_EXPECT_EQ(test, ls_read(fd, &val, 8), 8);
	KUNIT_EXPECT_EQ(test, ls_eventfd(0, 0x8000000), -EINVAL);
	KUNIT_EXPECT_EQ(test, ls_close(fd), 0);
}

static struct kunit_case cases[] = {
	KUNIT_CASE(waits_for_the_event),
	KUNIT_CASE(bad_descriptors),
	KUNIT_CASE(a_signal_interrupts),
	KUNIT_CASE(eventfd_counts),
	{}
};

static struct kunit_suite suite = { .name = "fs_poll", .test_cases = cases };
kunit_test_suite(suite);

// SPDX-License-Identifier: MIT
/*
 * The parameters of a case, which a worker has to be asked for.
 */
#include <signal.h>
#include <unistd.h>

#include "exploring.h"
#include "pipe.h"

#define PATIENCE_MS 200

static bool until_interrupt(void *arg)
{
	return !interrupted();
}

int explore_params(const struct run *run, const struct item *item, struct strv *out)
{
	const struct one_case c = { .run = run, .item = item, .param = -1 };
	const struct patience patience = { until_interrupt, NULL, PATIENCE_MS };
	static char data[sizeof(struct ls_report) + 4096] __attribute__((aligned(16)));
	struct record rec;
	bool done = false;
	pid_t pid;
	int fd;

	pid = worker_fork(&fd);
	if (pid < 0)
		return EXIT_TROUBLE;
	if (!pid)
		explore_param_worker(&c, fd);
	while (pipe_read(fd, &rec, sizeof(rec), &patience) && rec.len <= sizeof(data) &&
	       pipe_read(fd, data, rec.len, &patience)) {
		if (rec.type == LS_EVENT_PARAM)
			strv_add(out, ((struct ls_event_param *)data)->desc);
		done |= rec.type == LS_EVENT_DONE;
	}
	close(fd);
	if (!done)
		kill(pid, SIGKILL);
	worker_wait(pid);
	if (!done && !interrupted())
		return trouble("%s.%s: its parameters cannot be listed; `lockstep test` tells why",
			       item->suite_name, item->name);
	return 0;
}

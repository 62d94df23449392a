/* SPDX-License-Identifier: MIT */
#ifndef LS_LEAK_H
#define LS_LEAK_H

/*
 * Wait for what is deferred (RCU callbacks, work on the system's queues), then report
 * everything of @epoch that is still alive: one report for each place that made it.
 */
void ls_leak_check(unsigned int epoch);

#endif /* LS_LEAK_H */

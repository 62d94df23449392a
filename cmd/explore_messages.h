/* SPDX-License-Identifier: MIT */
#ifndef LS_CMD_EXPLORE_MESSAGES_H
#define LS_CMD_EXPLORE_MESSAGES_H

#include "explore_ranks.h"
#include "transport.h"

enum message_kind {
	MESSAGE_START,	/* to a rank: do this */
	MESSAGE_SPLIT,	/* to a rank: give part of it away */
	MESSAGE_STOP,	/* to a rank: come to an end with it */
	MESSAGE_QUIT,	/* to a rank: there will be no more; say goodbye */
	MESSAGE_END,	/* to a rank: everybody has, or is lost */
	MESSAGE_JOB,	/* from a rank: a part that is given away */
	MESSAGE_DONE,	/* from a rank: records of what came of it */
	MESSAGE_ALIVE,	/* from a rank: nothing else to say */
	MESSAGE_BYE,	/* from a rank: it waits for the end */
};

/**
 * struct message - between ranks: of one build on machines of one kind
 * @kind: what it is
 * @unit: MESSAGE_START: number of the case
 * @whole: MESSAGE_START: all of it; no job in @data. MESSAGE_END: no rank was lost
 * @how: MESSAGE_START: strategy and limits; its pointers mean nothing
 * @data: a job, or records
 */
struct message {
	enum message_kind kind;
	int unit;
	bool whole;
	struct ls_explore how;
	char data[] __attribute__((aligned(16)));
};

extern const struct transport *ranks;

#endif /* LS_CMD_EXPLORE_MESSAGES_H */

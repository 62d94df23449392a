/* SPDX-License-Identifier: MIT */
#ifndef LS_CONVENTION_INTERNAL_H
#define LS_CONVENTION_INTERNAL_H

#include <lockstep/report.h>

struct dma_resv;

/**
 * struct ls_chain - a call chain that can be compared with another
 * @nr: entries
 * @pc: return addresses, innermost first
 * @fp: the frame each of them was found in
 */
struct ls_chain {
	unsigned int nr;
	unsigned long pc[LS_STACK_MAX];
	unsigned long fp[LS_STACK_MAX];
};

void ls_place_init(void);
void ls_chain_walk(struct ls_chain *chain, unsigned long fp, unsigned int max);
void ls_place_note(struct dma_resv *resv, unsigned long fp);
void ls_place_advise(struct ls_report *r, const struct ls_chain *chain);

#endif /* LS_CONVENTION_INTERNAL_H */

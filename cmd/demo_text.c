// SPDX-License-Identifier: MIT
/*
 * The demo's tables, and the reports behind their dark spots.
 */
#include <string.h>

#include "lockstep/symbol.h"
#include "demo.h"

#define NAME_WIDTH   5
#define LABEL_WIDTH  29
#define CELL_WIDTH   10

/* "keeps", or what went wrong in capitals: the table is read by its dark spots. */
static const char *verdict_text(const struct demo_cell *cell)
{
	switch (cell->verdict) {
	case KEEPS:
		if (!cell->e.counts.exhaustive)
			return "keeps?";
		return cell->e.counts.observed ? "keeps*" : "keeps";
	case LEAKS:
		return "LEAK";
	case BREACHES:
		return "BREACH";
	case DEADLOCKS:
		return "DEADLOCK";
	default:
		return "OTHER";
	}
}

/* How many executions that took, or which one it was. */
static const char *count_text(const struct demo_cell *cell, char buf[32])
{
	const struct explore_counts *n = &cell->e.counts;

	if (cell->verdict != KEEPS)
		snprintf(buf, 32, "no. %llu", cell->e.findings[0].execution);
	else
		snprintf(buf, 32, "%s%llu", n->exhaustive ? "all " : "of ", n->executions);
	return buf;
}

static void print_rule(void)
{
	for (int i = 0; i < 79; i++)
		putchar('-');
	putchar('\n');
}

static void print_head(const struct ls_demo *info, unsigned int first, unsigned int end)
{
	for (int row = 0; row < 2; row++) {
		printf("%-*s", LABEL_WIDTH, row ? "lock taken in the free path" : "");
		for (unsigned int i = first; i < end; i++) {
			const char *name = info->path[i], *second = strchr(name, '\n');
			int len = row ? (int)strlen(second + 1) : (int)(second - name);
			bool last = i + 1 == end;

			printf("%.*s%*s", len, row ? second + 1 : name,
			       last ? 0 : CELL_WIDTH - len, "");
		}
		putchar('\n');
	}
	print_rule();
}

static void print_row(const struct demo *demo, unsigned int placement, unsigned int first,
		      unsigned int end)
{
	char buf[32];

	printf("%-*s%-*s", NAME_WIDTH, demo->info->placement[placement], LABEL_WIDTH - NAME_WIDTH,
	       demo->info->placement_text[placement]);
	for (unsigned int k = first; k < end; k++)
		printf("%-*s", k + 1 == end ? 0 : CELL_WIDTH,
		       verdict_text(&demo->cells[placement][k]));
	printf("\n%-*s", LABEL_WIDTH, "");
	for (unsigned int k = first; k < end; k++)
		printf("%-*s", k + 1 == end ? 0 : CELL_WIDTH,
		       count_text(&demo->cells[placement][k], buf));
	putchar('\n');
}

static void print_table(const struct demo *demo, unsigned int first, unsigned int end)
{
	print_head(demo->info, first, end);
	for (unsigned int i = 0; i < demo->info->nr_placements; i++)
		print_row(demo, i, first, end);
	print_rule();
}

static void print_notes(const struct demo *demo)
{
	bool wide = false, open = false;

	for (unsigned int i = 0; i < demo->info->nr_placements; i++) {
		for (unsigned int k = 0; k < demo->info->nr_paths; k++) {
			const struct demo_cell *cell = &demo->cells[i][k];

			wide |= cell->verdict == KEEPS && cell->e.counts.observed &&
				cell->e.counts.exhaustive;
			open |= cell->verdict == KEEPS && !cell->e.counts.exhaustive;
		}
	}
	printf("keeps: keeps the convention, in all of so many executions, which cover every\n"
	       "   interleaving.  no. 17: found in the 17th.  dead: without references.\n");
	if (open)
		printf("keeps?: too large to cover: so many executions, by chance, found nothing.\n");
	if (wide)
		printf("*: and holds the exporter's lock while it destroys its own bindings, which\n"
		       "   takes vm->mutex: longer than it need, and everybody else waits.\n");
}

static void print_line(void *arg, const char *text)
{
	printf("  %s\n", text);
}

static void print_reports(const struct demo *demo)
{
	unsigned int placement, path;
	char name[64];

	for (unsigned int i = 0; i < DEMO_NR_KINDS; i++) {
		const struct demo_cell *cell = demo_first(demo, demo_kinds[i], &placement, &path);

		if (!cell)
			continue;
		printf("\n%s: placement %s, %s\n\n", verdict_text(cell),
		       demo->info->placement[placement], demo_path_name(demo, path, name));
		if (cell->e.findings[0].replayed) {
			explore_ladder(&cell->e.findings[0], cell->e.name, "  ");
			putchar('\n');
		}
		if (cell->report)
			ls_report_render(cell->report, print_line, NULL);
		for (size_t k = 0; !cell->report && k < cell->e.findings[0].lines.nr; k++)
			print_line(NULL, cell->e.findings[0].lines.v[k]);
	}
}

void demo_print(const struct demo *demo)
{
	printf("Where must a driver take the reservation lock when an imported buffer goes away?\n"
	       "Each placement on each path to put_pages, in every interleaving of its tasks:\n\n");
	print_table(demo, 0, demo->info->first_race);
	printf("\nThe free of an import, while somebody else is at the same buffer:\n\n");
	print_table(demo, demo->info->first_race, demo->info->nr_paths);
	print_notes(demo);
	print_reports(demo);
}

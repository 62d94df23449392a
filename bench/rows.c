// SPDX-License-Identifier: MIT
/* Rows of the result: printed as they come, kept for the JSON file. */
#include <json-c/json.h>
#include <stdlib.h>
#include <string.h>

#include "rows.h"

static struct bench_row rows[96];
static unsigned int nr_rows;

void rows_print_header(void)
{
	printf("%-22s %12s %12s %-9s %7s  %-9s %s\n", "name", "lockstep", "reference", "unit",
	       "ratio", "aim", "against");
}

static void print_row(const struct bench_row *row)
{
	char aim[24] = "";

	if (row->aim > 0)
		snprintf(aim, sizeof(aim), "%s %.4g", row->sense == BENCH_AT_MOST ? "<=" : ">=",
			 row->aim);
	printf("%-22s %12.4g %12.4g %-9s %7.2f  %-9s %s\n", row->name, row->value, row->reference,
	       row->unit, row->ratio, aim, row->against);
	fflush(stdout);
}

void rows_add(const char *name, double value, double reference, const char *unit,
	      const char *against, double aim, enum bench_aim sense)
{
	struct bench_row *row = &rows[nr_rows];

	if (nr_rows == sizeof(rows) / sizeof(rows[0])) {
		fprintf(stderr, "bench: more than %u rows: raise the limit in rows.c\n", nr_rows);
		exit(2);
	}
	nr_rows++;
	snprintf(row->name, sizeof(row->name), "%s", name);
	row->value = value;
	row->reference = reference;
	row->ratio = reference > 0 ? value / reference : 0;
	row->unit = unit;
	row->against = against;
	row->aim = aim;
	row->sense = sense;
	print_row(row);
}

int rows_write_json(const char *path)
{
	struct json_object *list = json_object_new_array();
	unsigned int i;
	int ret;

	for (i = 0; i < nr_rows; i++) {
		struct json_object *row = json_object_new_object();

		json_object_object_add(row, "name", json_object_new_string(rows[i].name));
		json_object_object_add(row, "value", json_object_new_double(rows[i].value));
		json_object_object_add(row, "unit", json_object_new_string(rows[i].unit));
		json_object_object_add(row, "reference", json_object_new_double(rows[i].reference));
		json_object_object_add(row, "ratio", json_object_new_double(rows[i].ratio));
		json_object_array_add(list, row);
	}
	ret = json_object_to_file_ext(path, list, JSON_C_TO_STRING_PRETTY);
	json_object_put(list);
	return ret;
}

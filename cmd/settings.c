// SPDX-License-Identifier: MIT
/*
 * What is set in a worker before a module begins.
 */
#include <stdlib.h>
#include <string.h>

#include "lockstep/convention.h"
#include "lockstep/track.h"
#include "run.h"

static void set_params(const struct run *run, const struct loaded *m)
{
	ls_track_pause();
	for (size_t i = 0; i < run->params.nr; i++) {
		char *name = strdup(run->params.v[i]);
		char *value = name ? strchr(name, '=') : NULL;

		if (value)
			*value++ = '\0';
		/* Checked by the parent to exist in one of the modules at least. */
		if (name)
			ls_module_param_set(m->info, name, value);
		free(name);
	}
	ls_track_resume();
}

const char *module_rules(const struct run *run, const struct loaded *m)
{
	const char *rules = run->rules ? run->rules : ls_module_rules(m->info);

	return rules ? rules : "6.12";
}

void worker_settings(const struct run *run, const struct loaded *m)
{
	ls_rules_version = ls_release_parse(module_rules(run, m));
	set_params(run, m);
}

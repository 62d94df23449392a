// SPDX-License-Identifier: MIT
/*
 * Options that several verbs have.
 */
#include <argp.h>
#include <errno.h>
#include <stdlib.h>

#include "lockstep/convention.h"
#include "run.h"

unsigned long long option_number(const struct argp_state *state, const char *option,
				 const char *arg, unsigned long long min, unsigned long long max)
{
	char *end;
	unsigned long long n;

	errno = 0;
	n = strtoull(arg, &end, 10);
	if (!errno && !*end && arg[0] >= '0' && arg[0] <= '9' && n >= min && n <= max)
		return n;
	if (max == OPTION_MAX)
		usage_error(state, "--%s %s: not a number of at least %llu", option, arg, min);
	usage_error(state, "--%s %s: not a number from %llu to %llu", option, arg, min, max);
}

const char *option_rules(const struct argp_state *state, const char *arg)
{
	if (ls_release_parse(arg) < 0)
		usage_error(state, "--rules %s: there are rules for 6.1, 6.12, 6.16 and 7.1", arg);
	return arg;
}

int run_option(int key, char *arg, struct argp_state *state, struct run *run)
{
	switch (key) {
	case 'f':
		run->filter = arg;
		return 0;
	case OPT_JSON:
		run->json_file = arg;
		return 0;
	case OPT_RULES:
		run->rules = option_rules(state, arg);
		return 0;
	case OPT_PARAM:
		if (arg[0] == '=')
			usage_error(state, "--param %s: not NAME=VALUE", arg);
		strv_add(&run->params, arg);
		return 0;
	case ARGP_KEY_ARG:
		strv_add(&run->paths, arg);
		return 0;
	case ARGP_KEY_NO_ARGS:
		usage_error(state, "no module given");
	default:
		return ARGP_ERR_UNKNOWN;
	}
}

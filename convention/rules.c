// SPDX-License-Identifier: MIT
/*
 * What goes with the generated table: words for its values, and look-up. The
 * command uses it too, so it needs nothing of either world.
 */
#include <lockstep/convention.h>

int ls_rules_version = LS_LINUX_6_12;

const char *const ls_release_names[LS_NR_RELEASES] = {
	[LS_LINUX_6_1] = "6.1",
	[LS_LINUX_6_12] = "6.12",
	[LS_LINUX_6_16] = "6.16",
	[LS_LINUX_7_1] = "7.1",
};

const char *const ls_state_names[] = {
	[LS_STATE_ANY] = "any",
	[LS_STATE_HELD] = "held",
	[LS_STATE_NOT_HELD] = "not_held",
	[LS_STATE_HELD_DYNAMIC] = "held_dynamic",
	[LS_STATE_ABSENT] = "absent",
};

const char *const ls_effect_names[] = {
	[LS_EFFECT_NONE] = "none",
	[LS_EFFECT_LOCKS] = "locks",
	[LS_EFFECT_MAY_LOCK] = "may_lock",
	[LS_EFFECT_ACQUIRES] = "acquires",
	[LS_EFFECT_TRIES] = "tries",
	[LS_EFFECT_RELEASES] = "releases",
};

const char *const ls_lock_names[] = {
	[LS_LOCK_RESV] = "resv",
	[LS_LOCK_FENCE] = "fence",
	[LS_LOCK_SIGNALLING] = "signalling",
};

const char *const ls_check_names[] = {
	[LS_BY_CONVENTION] = "convention",
	[LS_BY_LOCKDEP] = "lockdep",
	[LS_BY_NOBODY] = "nobody",
};

/* Does @s begin with @prefix? Returns what follows, or NULL. */
static const char *after(const char *s, const char *prefix)
{
	while (*prefix)
		if (*s++ != *prefix++)
			return (const char *)0;
	return s;
}

/**
 * ls_release_parse - find the release that a version string names
 * @s: "6.12", or with a stable number, "6.12.117"
 *
 * Return: enum ls_release, or -1 if the table does not know it.
 */
int ls_release_parse(const char *s)
{
	for (int i = 0; i < LS_NR_RELEASES; i++) {
		const char *rest = after(s, ls_release_names[i]);

		if (!rest || (*rest && *rest != '.'))
			continue;
		if (*rest)
			rest++;
		while (*rest >= '0' && *rest <= '9')
			rest++;
		if (!*rest)
			return i;
	}
	return -1;
}

/**
 * ls_rule_find - find a row
 * @id: what a report prints
 *
 * Return: the row or NULL.
 */
const struct ls_rule *ls_rule_find(const char *id)
{
	for (int i = 0; i < LS_NR_RULES; i++) {
		const char *rest = after(id, ls_rules[i].id);

		if (rest && !*rest)
			return &ls_rules[i];
	}
	return (const struct ls_rule *)0;
}

/* Release index of a "6.16:" prefix, and the text after the colon. */
static int renamed_from(const char *s, const char **name)
{
	for (int i = 0; i < LS_NR_RELEASES; i++) {
		const char *rest = after(s, ls_release_names[i]);

		if (rest && *rest == ':') {
			*name = rest + 1;
			return i;
		}
	}
	return LS_NR_RELEASES;
}

/**
 * ls_rule_name - the name of a function in one release
 * @rule: its row
 * @release: enum ls_release
 * @buf: room for it
 * @size: of @buf
 *
 * Return: @buf.
 */
const char *ls_rule_name(const struct ls_rule *rule, int release, char *buf, unsigned long size)
{
	const char *name = rule->name;
	const char *other = name;
	unsigned long n = 0;

	if (release >= renamed_from(rule->renamed, &other))
		name = other;
	for (; name[n] && n + 1 < size; n++)
		buf[n] = name[n];
	if (size)
		buf[n] = '\0';
	return buf;
}

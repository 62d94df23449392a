#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Parse the KTAP and the JSON of one run, and compare them.
usage: check-results.py KTAP JSON"""
import json
import re
import sys


def parse(lines, depth, cases):
    """One level of KTAP: returns (plan, results); nested levels are checked on the way."""
    pad = '    ' * depth
    plan, results, name = None, [], None
    while lines:
        line = lines[0]
        if not line.startswith(pad):
            break
        text = line[len(pad):]
        if text.startswith('    '):
            inner_plan, inner = parse(lines, depth + 1, cases)
            assert inner_plan == len(inner), f'plan {inner_plan}, but {len(inner)} results'
            continue
        lines.pop(0)
        if m := re.match(r'1\.\.(\d+)$', text):
            plan = int(m[1])
        elif m := re.match(r'# Subtest: (.*)', text):
            name = m[1]
        elif m := re.match(r'(ok|not ok) (\d+) (.*?)( # SKIP.*)?$', text):
            results.append((m[3], m[1] == 'ok'))
            assert int(m[2]) == len(results), f'out of order: {line}'
            if depth == 1:
                cases.append((name, m[3], 'skip' if m[4] else 'pass' if m[1] == 'ok' else 'fail'))
        else:
            assert text.startswith('#') or text == 'KTAP version 1', f'not KTAP: {line}'
    return plan, results


def main():
    lines = open(sys.argv[1]).read().splitlines()
    assert lines[0] == 'KTAP version 1'
    cases = []
    plan, results = parse(lines, 0, cases)
    assert not lines and plan == len(results)

    data = json.load(open(sys.argv[2]))
    told = [(c['suite'], c['case'], c['status']) for c in data['cases']]
    assert told == cases, f'{told} != {cases}'
    assert data['verdict'] == 'findings'
    crash = next(c for c in data['cases'] if c['case'] == 'segfaults')['reports'][0]
    assert crash['class'] == 'crash'
    assert [f['function'] for f in crash['stack']] == ['touch', 'segfaults'], crash['stack']


main()

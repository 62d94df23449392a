#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""SARIF of findings made by hand: against the schema where there is one (scripts/setup fetches
it), and by what the specification requires, in any case.   usage: sarif.py MADE"""
import json
import os
import re
import subprocess
import sys

LEVELS = {"none", "note", "warning", "error"}


def find_schema():
    cache = os.environ.get("XDG_CACHE_HOME") or os.path.expanduser("~/.cache")
    path = os.environ.get("LOCKSTEP_SARIF_SCHEMA", cache + "/lockstep/sarif-2.1.0.json")
    try:
        import jsonschema
    except ImportError:
        return None
    if not os.path.exists(path):
        return None
    with open(path, encoding="utf-8") as f:
        return jsonschema.Draft4Validator(json.load(f))


def check_location(place, bases):
    physical = place["physicalLocation"]
    artifact = physical["artifactLocation"]
    assert artifact["uriBaseId"] in bases, artifact
    # RFC 3986, a relative reference
    assert re.fullmatch(r"(?:[A-Za-z0-9\-._~/+@,=]|%[0-9A-F]{2})+", artifact["uri"]), artifact
    if "region" in physical:
        assert physical["region"]["startLine"] >= 1
    if "message" in place:
        assert place["message"]["text"]


def check(log):
    assert log["version"] == "2.1.0" and log["$schema"].startswith("https://")
    (run,) = log["runs"]
    driver = run["tool"]["driver"]
    assert driver["name"] and len({r["id"] for r in driver["rules"]}) == len(driver["rules"])
    bases = run["originalUriBaseIds"]
    for base in bases.values():
        assert base["uri"].startswith("file:///") and base["uri"].endswith("/")
        assert " " not in base["uri"]
    for rule in driver["rules"]:
        assert rule["shortDescription"]["text"]
    for result in run["results"]:
        assert driver["rules"][result["ruleIndex"]]["id"] == result["ruleId"]
        assert result["level"] in LEVELS and result["message"]["text"]
        (place,) = result["locations"]
        check_location(place, bases)
        assert re.fullmatch("[0-9a-f]{16}", result["partialFingerprints"]["lockstep/v1"])
        assert result.get("baselineState", "new") in {"new", "unchanged", "updated", "absent"}
        for flow in result.get("codeFlows", []):
            for thread in flow["threadFlows"]:
                assert thread["locations"]
                for step in thread["locations"]:
                    check_location(step["location"], bases)
        related = result["relatedLocations"]
        assert [r["id"] for r in related] == list(range(1, len(related) + 1))
        for place in related:
            check_location(place, bases)
    for call in run["invocations"]:
        assert call["executionSuccessful"] is True
        for note in call["toolExecutionNotifications"]:
            assert note["level"] in LEVELS and note["message"]["text"]
    return run


def main():
    schema = find_schema()
    runs = {}
    for what in ["sarif", "none-sarif", "patch-sarif"]:
        out = subprocess.run([sys.argv[1], what], stdout=subprocess.PIPE, check=True).stdout
        log = json.loads(out.decode("utf-8"))
        runs[what] = check(log)
        if schema:
            schema.validate(log)
    first, second, third = runs["sarif"]["results"]
    assert [s["location"]["physicalLocation"]["region"]["startLine"]
            for s in first["codeFlows"][0]["threadFlows"][0]["locations"]] == [356, 348, 293, 273]
    assert first["level"] == "error" and third["level"] == "warning"
    # The lock is taken first, on the way to where it is taken again.
    assert second["codeFlows"][0]["threadFlows"][0]["locations"][0]["location"][
        "message"]["text"] == "bo->resv is taken"
    assert "%22strange%22%09name%5C%25" in second["locations"][0]["physicalLocation"][
        "artifactLocation"]["uri"]
    rules = runs["sarif"]["tool"]["driver"]["rules"]
    assert [r["id"] for r in rules] == ["unmap-held", "self-deadlock", "attach-unlocked"]
    assert "dma_buf_unmap_attachment" in rules[0]["help"]["text"]
    assert len(runs["sarif"]["invocations"][0]["toolExecutionNotifications"]) == 2
    assert runs["none-sarif"]["results"] == []
    assert [r.get("baselineState") for r in runs["patch-sarif"]["results"]] == [
        "absent", "new", None]
    print("valid by the schema" if schema else
          "no schema or no python3-jsonschema (scripts/setup check): checked by hand only")


main()

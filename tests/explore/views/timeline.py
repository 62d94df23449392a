#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Pages and traces are well-formed and say what they should.   usage: timeline.py PROGRAM"""
import html.parser
import json
import os
import re
import subprocess
import sys
import tempfile

VOID = {"meta", "br", "link", "img", "input", "hr"}
failed = []


def check(cond, what):
    if not cond:
        failed.append(what)
        print("FAILED:", what, file=sys.stderr)


class Page(html.parser.HTMLParser):
    """Every element is closed in order, and ids are there once."""

    def __init__(self, name):
        super().__init__()
        self.name, self.open, self.ids, self.refs = name, [], [], []
        self.steps, self.rows, self.scripts = [], 0, 0
        self.tags = {}

    def handle_starttag(self, tag, attrs):
        attrs = dict(attrs)
        self.tags[tag] = self.tags.get(tag, 0) + 1
        if tag not in VOID:
            self.open.append(tag)
        self.ids += [attrs["id"]] if "id" in attrs else []
        for key in ("href", "src"):
            if key in attrs:
                self.refs.append(attrs[key])
        if tag == "a" and "step" in attrs.get("class", "").split():
            self.steps.append(attrs)
        self.rows += tag == "tr"

    def handle_startendtag(self, tag, attrs):
        self.handle_starttag(tag, attrs)
        self.handle_endtag(tag)

    def handle_endtag(self, tag):
        if tag in VOID:
            return
        check(self.open and self.open[-1] == tag, f"{self.name}: </{tag}> closes {self.open[-1:]}")
        if self.open:
            self.open.pop()


def check_page(path, nr):
    name = os.path.basename(path)
    text = open(path, encoding="utf-8").read()
    page = Page(name)
    page.feed(text)
    page.close()
    check(not page.open, f"{name}: never closed: {page.open}")
    check(len(set(page.ids)) == len(page.ids), f"{name}: an id twice")
    check(len(page.steps) == nr, f"{name}: {len(page.steps)} steps, not {nr}")
    check(page.rows == nr + 1, f"{name}: {page.rows} rows, not {nr + 1}")
    check(page.tags.get("script") == 1, f"{name}: {page.tags.get('script')} scripts")
    # Nothing from elsewhere, and every link has its place.
    for ref in page.refs:
        check(ref.startswith("#") and ref[1:] in page.ids, f"{name}: refers to {ref}")
    check(not re.search(r"(?i)https?://|@import|url\((?!#)", text), f"{name}: something from elsewhere")
    # For who does not see: a name for the picture and each step.
    check("svgtitle" in page.ids and "svgdesc" in page.ids, f"{name}: no title or desc")
    check(all(s.get("aria-label") for s in page.steps), f"{name}: a step without a label")
    check("prefers-color-scheme:dark" in text, f"{name}: no dark colours")
    return page


def check_trace(path, nr, tasks):
    name = os.path.basename(path)
    trace = json.load(open(path, encoding="utf-8"))
    events = trace["traceEvents"]
    check("step numbers" in trace["otherData"]["time"], f"{name}: does not say what time is")
    for e in events:
        check({"ph", "name", "pid"} <= e.keys(), f"{name}: incomplete: {e}")
        if e["ph"] != "M":
            check({"ts", "tid", "cat"} <= e.keys(), f"{name}: incomplete: {e}")
    threads = {e["tid"] for e in events if e["ph"] == "M" and e["name"] == "thread_name"}
    check(len(threads) == tasks, f"{name}: {len(threads)} threads, not {tasks}")
    slices = [e for e in events if e["ph"] == "X"]
    check(len(slices) == nr, f"{name}: {len(slices)} slices, not {nr}")
    check([e["args"]["step"] for e in slices] == list(range(1, nr + 1)), f"{name}: not in order")
    check(all(e["ts"] == e["args"]["step"] and 0 < e["dur"] < 1 for e in slices), f"{name}: times")
    check(all(e["tid"] in threads for e in slices), f"{name}: a slice without a thread")
    # Each flow begins and ends inside a slice, forwards; each lock that is taken is given back.
    for first, last in (("s", "f"), ("b", "e")):
        begins = {(e["cat"], e["id"]): e for e in events if e["ph"] == first}
        ends = {(e["cat"], e["id"]): e for e in events if e["ph"] == last}
        check(begins.keys() == ends.keys(), f"{name}: {first} without {last}")
        check(all(begins[k]["ts"] <= ends[k]["ts"] for k in begins), f"{name}: backwards")
        if first == "s":
            check(all(e.get("bp") == "e" for e in ends.values()), f"{name}: no bp")
            inside = {(e["tid"], e["ts"]) for e in slices}
            for e in list(begins.values()) + list(ends.values()):
                check((e["tid"], int(e["ts"])) in inside, f"{name}: flow in no slice: {e}")
    return events


def main():
    program = sys.argv[1]
    with tempfile.TemporaryDirectory() as work:
        ret = subprocess.run([program, work], check=False).returncode
        check(ret == 0, f"{program}: status {ret}")
        for name, nr, tasks in (("two", 40, 2), ("three", 60, 3), ("many", 500, 14), ("odd", 3, 2),
                                ("empty", 0, 0)):
            check_page(f"{work}/{name}.html", nr)
            events = check_trace(f"{work}/{name}.json", nr, tasks)
            if name == "many":
                check(any(e["ph"] == "s" for e in events), "many: no arrow")
                check(any(e["ph"] == "b" for e in events), "many: no lock held")
                check(any(e["ph"] == "i" and e["cat"] == "failure" for e in events), "many: no failure")
        odd = open(f"{work}/odd.html", encoding="utf-8").read()
        check("&lt;b&gt;taken&lt;/b&gt; &amp; &quot;kept&quot;" in odd, "odd: text is not escaped")
        check("alert(1)</script>" not in odd, "odd: a name is a script")
    return 1 if failed else 0


sys.exit(main())

#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""check_checklists.py ROOT [--list | --update]: the tests and docs/checklists agree.

Every id that a test names stands in docs/checklists, no id stands there twice, and a row whose state is
`tested` is named by a test. A row that waits for a part that does not exist yet says `open`, which the families
of FINISHED must not; one that is not tested says `untested`, and docs/not-tested.md why. --list also prints the ids
that aren't tested. --update first turns `open` and `tested` into what the tests name now, and `open` into `untested`
where docs/not-tested.md has a reason.
"""
import pathlib
import re
import sys

ID = re.compile(r"\b(?:AW|REG|AZ|ADM|REF|BND|NET|COS|CBR|JWS|JSN|CRT|REV|TSA|POL|CCH|AKV|OVL|CHA|TLS|LOG|MEM|SUP)-\d+[a-z]?\b"
                r"|\bNV-[A-Z]+\d+[a-z]?\b")
ROW = re.compile(r"^\|\s*(\S+?)\s*\|\s*(P\d|-)\s*\|\s*(tested|open|untested)\s*\|\s*(\S[^|]*?)\s*\|$")
STATE = re.compile(r"^(\|\s*(\S+?)\s*\|\s*(?:P\d|-)\s*\|\s*)(?:tested|open|untested)(?=\s*\|)", re.MULTILINE)
WHY = re.compile(r"^\| (\S+) \| \S", re.MULTILINE)
FINISHED = {"AW", "ADM", "POL", "CCH", "OVL", "CHA", "TLS", "LOG"}
FOLDERS = ("tests", "fuzz", "deploy")
SUFFIXES = {".cpp", ".h", ".py", ".sh", ".txt", ".md"}
PLANTED = "selftest.py"  # its ids are faults


def rows(root):
    for page in sorted((root / "docs/checklists").glob("*.md")):
        for number, line in enumerate(page.read_text().splitlines(), 1):
            if line.startswith("|") and ID.match(line.lstrip("| ")):
                yield page.relative_to(root), number, ROW.match(line), line


def named(root):
    names = {}
    for folder in FOLDERS:
        for file in sorted((root / folder).rglob("*")):
            if file.is_file() and file.suffix in SUFFIXES and file.name != PLANTED and "data" not in file.parts:
                for name in ID.findall(file.read_text(errors="replace")):
                    names.setdefault(name, file.relative_to(root))
    return names


def reasons(root):
    """Ids of docs/not-tested.md."""
    return {name for name in WHY.findall((root / "docs/not-tested.md").read_text()) if ID.fullmatch(name)}


def check(root):
    found, states = [], {}
    for page, number, row, line in rows(root):
        if not row:
            found.append(f"{page}:{number}: not a row of id, priority, state, case: {line}")
        elif row[1] in states:
            found.append(f"{page}:{number}: {row[1]} stands twice")
        else:
            states[row[1]] = row[3]
    tests = named(root)
    for name, file in sorted(tests.items()):
        if name not in states:
            found.append(f"{file} names {name}, which no page of docs/checklists has")
        elif states[name] != "tested":
            found.append(f"{file} names {name}, whose row says {states[name]}")
    why = reasons(root)
    for name, state in sorted(states.items()):
        if (state == "untested") != (name in why):
            found.append(f"{name}: the row says {state}, and docs/not-tested.md {'has' if name in why else 'lacks'} a reason")
        if state == "open" and name.split("-")[0] in FINISHED:
            found.append(f"{name} is open: it needs a test that names it, or a line in docs/not-tested.md")
    found += [f"{name} is said to be tested, but no test names it" for name, state in sorted(states.items())
              if state == "tested" and name not in tests]
    if not states:
        found.append("no rows in docs/checklists")
    return found, states


def update(root):
    tests, why = named(root), reasons(root)
    state = lambda name: "tested" if name in tests else "untested" if name in why else "open"
    for page in sorted((root / "docs/checklists").glob("*.md")):
        page.write_text(STATE.sub(lambda row: row[1] + state(row[2]), page.read_text()))


def main():
    root = pathlib.Path(sys.argv[1])
    if "--update" in sys.argv:
        update(root)
    found, states = check(root)
    if "--list" in sys.argv:
        for name, state in sorted(states.items()):
            if state != "tested":
                print(f"{name}  {state}")
    tested = sum(state == "tested" for state in states.values())
    print("\n".join(found) or f"checklists: {tested} of {len(states)} ids tested")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())

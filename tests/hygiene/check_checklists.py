#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""check_checklists.py ROOT [--list | --update]: the tests and docs/checklists agree.

Every id that a test names stands in docs/checklists, no id stands there twice, and a row whose state is
`tested` is named by a test. A row that waits for a part that does not exist yet says `open`; one that can't be
tested says `untested` and why. --list also prints the ids that aren't tested. --update first turns `open` and
`tested` into what the tests name now; it leaves `untested` alone.
"""
import pathlib
import re
import sys

ID = re.compile(r"\b(?:AW|REG|AZ|ADM|REF|BND|NET|COS|CBR|JWS|JSN|CRT|REV|TSA|POL|CCH|AKV|OVL|CHA|TLS|LOG|MEM|SUP)-\d+[a-z]?\b"
                r"|\bNV-[A-Z]+\d+[a-z]?\b")
ROW = re.compile(r"^\|\s*(\S+?)\s*\|\s*(P\d|-)\s*\|\s*(tested|open|untested: [^|]+?)\s*\|\s*(\S[^|]*?)\s*\|$")
STATE = re.compile(r"^(\|\s*(\S+?)\s*\|\s*(?:P\d|-)\s*\|\s*)(?:tested|open)(?=\s*\|)", re.MULTILINE)
FOLDERS = ("tests", "fuzz", "deploy")
SUFFIXES = {".cpp", ".h", ".py", ".sh", ".txt", ".md"}


def rows(root):
    for page in sorted((root / "docs/checklists").glob("*.md")):
        for number, line in enumerate(page.read_text().splitlines(), 1):
            if line.startswith("|") and ID.match(line.lstrip("| ")):
                yield page.relative_to(root), number, ROW.match(line), line


def named(root):
    names = {}
    for folder in FOLDERS:
        for file in sorted((root / folder).rglob("*")):
            if file.is_file() and file.suffix in SUFFIXES and "hygiene" not in file.parts and "data" not in file.parts:
                for name in ID.findall(file.read_text(errors="replace")):
                    names.setdefault(name, file.relative_to(root))
    return names


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
            found.append(f"{file} names {name}, whose row says {states[name].split(':')[0]}")
    found += [f"{name} is said to be tested, but no test names it" for name, state in sorted(states.items())
              if state == "tested" and name not in tests]
    if not states:
        found.append("no rows in docs/checklists")
    return found, states


def update(root):
    tests = named(root)
    for page in sorted((root / "docs/checklists").glob("*.md")):
        page.write_text(STATE.sub(lambda row: row[1] + ("tested" if row[2] in tests else "open"), page.read_text()))


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

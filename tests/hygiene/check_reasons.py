#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""check_reasons.py ROOT: docs/reasons.md has a row for each reason of base/reason.h, in its order, with the
same wire name, who must act and whether a retry may help, and a command to look with. And each is expected by a test
that is not about the table itself: a reason that nothing gives is a promise that nobody keeps."""
import pathlib
import re
import sys

ROW = re.compile(r'X\((\w+),\s*"(\w+)",\s*(\w+),\s*(true|false),\s*((?:"[^"]*"\s*)+)\)')


def of_the_code(header):
    text = header.read_text().replace("\\\n", "\n")
    return [(wire, blame.lower(), "yes" if retry == "true" else "no") for _, wire, blame, retry, _ in ROW.findall(text)]


def of_the_page(page):
    rows = re.findall(r"^\|\s*`(\w+)`\s*\|\s*(\w+)\s*\|\s*(\w+)\s*\|", page.read_text(), re.MULTILINE)
    return [tuple(row) for row in rows]


def without_command(page):
    """Codes whose row does not end with a command."""
    return re.findall(r"^\| `(\w+)` \|(?!.*\| `[^`]+` \|$)", page.read_text(), re.MULTILINE)


ABOUT_THE_TABLE = {"reason_test.cpp", "next_step_test.cpp", "exit_code_test.cpp", "command_explain_test.cpp"}


def expected_nowhere(root):
    """Wire names that no test expects, by either of their names."""
    text = "\n".join(file.read_text() for pattern in ("*.cpp", "*.h", "*.py") for file in (root / "tests").rglob(pattern)
                     if file.name not in ABOUT_THE_TABLE and "hygiene" not in file.parts)
    names = ROW.findall((root / "include/countersign/base/reason.h").read_text().replace("\\\n", "\n"))
    return [wire for name, wire, *_ in names if not re.search(rf"\bReason::{name}\b|\b{wire}\b", text)]


def main():
    root = pathlib.Path(sys.argv[1])
    code, page = of_the_code(root / "include/countersign/base/reason.h"), of_the_page(root / "docs/reasons.md")
    found = [f"docs/reasons.md lacks {row}" for row in code if row not in page]
    found += [f"docs/reasons.md has {row}, base/reason.h has not" for row in page if row not in code]
    if not found and code != page:
        found.append("docs/reasons.md has another order than base/reason.h")
    found += [f"docs/reasons.md has no command for {wire}" for wire in without_command(root / "docs/reasons.md")]
    found += [f"no test expects {wire}" for wire in expected_nowhere(root)]
    if not code:
        found.append("no reasons found in base/reason.h")
    print("\n".join(found) or f"reasons: {len(code)} documented")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())

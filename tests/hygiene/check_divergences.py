#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""check_divergences.py ROOT: what docs/notation.md calls a proof is there.

The last column of its tables headed `proof` holds, in backticks, case folders of tests/data/notation ("group/case") and unit
tests ("Suite.Name"). Every row must have one, and each must exist.
"""
import pathlib
import re
import sys

TEST = re.compile(r"TEST(?:_F|_P)?\((\w+), (\w+)\)")


def rows(page):
    """(line number, cells) of every table whose last column is headed `proof`."""
    proving = False
    for number, line in enumerate(page.read_text().splitlines(), 1):
        if not line.startswith("|"):
            proving = False
            continue
        cells = [cell.strip() for cell in line.strip().strip("|").split("|")]
        if cells[-1] == "proof":
            proving = True
        elif proving and not set(line) <= set("|-"):
            yield number, cells


def faults(root):
    tests = {f"{suite}.{name}" for file in root.glob("tests/unit/**/*_test.cpp")
             for suite, name in TEST.findall(file.read_text())}
    seen = 0
    for number, cells in rows(root / "docs/notation.md"):
        seen += 1
        proofs = re.findall(r"`([^`]+)`", cells[-1])
        if not proofs:
            yield f"docs/notation.md:{number}: no proof of {cells[0]}"
        for proof in proofs:
            if proof not in tests and not (root / "tests/data/notation" / proof / "case.json").is_file():
                yield f"docs/notation.md:{number}: {proof} is neither a unit test nor a case folder"
    if seen == 0:
        yield "docs/notation.md has no table with proofs"


def main():
    found = list(faults(pathlib.Path(sys.argv[1])))
    print("\n".join(found) or "divergences: ok")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())

#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""check_limits.py ROOT: every constant of base/limits.h gives a reason in a comment, is used somewhere, and stands
in docs/limits.md."""
import pathlib
import re
import sys

CONSTANT = re.compile(r"inline constexpr (?:std::size_t|std::uint\w+|milliseconds|seconds|minutes|\w+) (k\w+)\b")
UNITS = {"kKiB", "kMiB"}


def faults(root):
    header = root / "include/countersign/base/limits.h"
    lines = header.read_text().splitlines()
    page = (root / "docs/limits.md").read_text()
    code = "\n".join(file.read_text() for folder in ("include", "src") for pattern in ("*.h", "*.cpp")
                     for file in (root / folder).rglob(pattern) if file != header)
    own = "\n".join(lines)
    count = 0
    for index, line in enumerate(lines):
        hit = CONSTANT.search(line)
        if not hit or hit[1] in UNITS:
            continue
        count += 1
        name = hit[1]
        statement = "\n".join(lines[max(index - 1, 0):index + 2])
        if "//" not in statement:
            yield f"{name}: no reason beside it in base/limits.h"
        if f"`{name}`" not in page:
            yield f"{name}: not in docs/limits.md"
        if not re.search(rf"\b{name}\b", code) and len(re.findall(rf"\b{name}\b", own)) < 2:
            yield f"{name}: used nowhere"
    for name in re.findall(r"`(k[A-Z]\w+)`", page):
        if not re.search(rf"\b{name}\b", own):
            yield f"docs/limits.md names {name}, which base/limits.h does not have"
    if not count:
        yield "no limits found in base/limits.h"


def main():
    found = list(faults(pathlib.Path(sys.argv[1])))
    print("\n".join(found) or "limits: ok")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())

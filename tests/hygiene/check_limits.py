#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""check_limits.py ROOT [--update]: every constant of base/limits.h and base/limits_*.h gives a reason in the comment
above it, is used somewhere, and stands in docs/limits.md with the same value and reason. --update writes that page."""
import pathlib
import re
import sys

CONSTANT = re.compile(r"inline constexpr \S+ (k\w+)(?: = ([^;]+)|\{([^;]+)\});")
UNITS = {"kKiB", "kMiB"}
HEAD = """# Limits

Every size, count, depth and wait, with where its number comes from. Written from `include/countersign/base/limits.h` and its
`limits_*.h` by `tests/hygiene/check_limits.py ROOT --update`, and held against it by a test.
"""


def read_limits(header):
    """Sections of (name, value, reason); waits have their unit."""
    sections, reason = [], []
    for line in re.sub(r"=\n\s+", "= ", header.read_text()).splitlines():
        hit = CONSTANT.match(line)
        if line.startswith("// --- "):
            sections.append((line[7:], []))
        elif line.startswith("// "):
            reason.append(line[3:])
            continue
        elif hit and hit[1] not in UNITS:
            unit = " ms" if " milliseconds " in line else " s" if " seconds " in line else ""
            value = (hit[2] or hit[3]).replace("'", ",") + unit
            if not sections:
                sections.append(("general", []))
            sections[-1][1].append((hit[1], value.replace("kKiB", "KiB").replace("kMiB", "MiB"), " ".join(reason)))
        reason = []
    return sections


def page_of(sections):
    text = HEAD
    for title, limits in sections:
        text += f"\n## {title[0].upper()}{title[1:]}\n\n| limit | value | reason |\n|---|---|---|\n"
        text += "".join(f"| `{name}` | {value} | {reason} |\n" for name, value, reason in limits)
    return text


def headers_of(root):
    folder = root / "include/countersign/base"
    return [folder / "limits.h", *sorted(folder.glob("limits_*.h"))]


def faults(root, sections):
    headers = headers_of(root)
    own = "".join(header.read_text() for header in headers)
    code = "\n".join(file.read_text() for folder in ("include", "src") for pattern in ("*.h", "*.cpp")
                     for file in (root / folder).rglob(pattern) if file not in headers)
    limits = [limit for _, members in sections for limit in members]
    for name, _, reason in limits:
        if not reason:
            yield f"{name}: no reason above it in base/limits.h"
        if not re.search(rf"\b{name}\b", code) and len(re.findall(rf"\b{name}\b", own)) < 2:
            yield f"{name}: used nowhere"
    if not limits:
        yield "no limits found in base/limits.h"
    page = root / "docs/limits.md"
    if not page.exists() or page.read_text() != page_of(sections):
        yield "docs/limits.md differs from base/limits.h: run check_limits.py --update"


def main():
    root = pathlib.Path(sys.argv[1])
    sections = [section for header in headers_of(root) for section in read_limits(header)]
    if "--update" in sys.argv:
        (root / "docs/limits.md").write_text(page_of(sections))
    found = list(faults(root, sections))
    print("\n".join(found) or f"limits: {sum(len(members) for _, members in sections)} ok")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())

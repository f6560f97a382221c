#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""check_metrics.py ROOT: docs/metrics.md describes every metric of src/server, and no other.

A metric is a string literal "countersign_..." there. In the page it is the first column of a table; the second says
what it is, and only counters end in _total."""
import pathlib
import re
import sys

NAME = re.compile(r'"(countersign_[a-z_]+)"')
ROW = re.compile(r"^\| `(countersign_\w+)` \| (\w+) \| ([^|]+) \| [^|]+ \|$", re.M)


def faults(root):
    code = {name for file in (root / "src/server").glob("*.cpp") for name in NAME.findall(file.read_text())}
    rows = ROW.findall((root / "docs/metrics.md").read_text())
    page = [name for name, _, _ in rows]
    for name in sorted(code - set(page)):
        yield f"docs/metrics.md lacks {name}"
    for name in sorted(set(page) - code):
        yield f"docs/metrics.md has {name}, which nothing counts"
    for name in sorted({name for name in page if page.count(name) > 1}):
        yield f"{name} stands twice in docs/metrics.md"
    for name, kind, _ in rows:
        if kind not in ("counter", "gauge", "histogram") or (kind == "counter") != name.endswith("_total"):
            yield f"{name} is no {kind}"
    if not code:
        yield "no metrics found in src/server"


def main():
    found = list(faults(pathlib.Path(sys.argv[1])))
    print("\n".join(found) or "metrics: ok")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())

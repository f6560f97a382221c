#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""check_layers.py ROOT: every #include obeys cmake/layers.txt.

Modules include only what their line lists, and third-party headers only appear in their homes. A line
that no longer fits the tree (a module without a folder, a folder without a line) is a fault as well.
"""
import pathlib
import re
import sys


def read_table(path):
    modules, homes = {}, {}
    for line in path.read_text().splitlines():
        line = line.split("#")[0].strip()
        if not line:
            continue
        if home := re.match(r"<(\S+?)/?>\s*=\s*(.*)", line):
            homes[home[1]] = set(home[2].split())
        else:
            module, _, uses = line.partition(":")
            modules[module.strip()] = set(uses.split())
    return modules, homes


def faults(root):
    modules, homes = read_table(root / "cmake/layers.txt")
    files = sorted([*root.glob("include/countersign/*/**/*.h"), *root.glob("src/*/**/*.h"), *root.glob("src/*/**/*.cpp")])
    seen = set()
    for file in files:
        parts = file.relative_to(root).parts
        module = parts[2] if parts[0] == "include" else parts[1]
        seen.add(module)
        where = file.relative_to(root)
        if module not in modules:
            yield f"{where}: module {module} is not in cmake/layers.txt"
            continue
        for number, line in enumerate(file.read_text().splitlines(), 1):
            if own := re.match(r'\s*#\s*include\s+"(?:countersign/)?(\w+)/', line):
                if own[1] != module and not {own[1], "*"} & modules[module]:
                    yield f"{where}:{number}: {module} may not include {own[1]}"
            elif foreign := re.match(r"\s*#\s*include\s+<(\w[\w-]*)/", line):
                if foreign[1] in homes and module not in homes[foreign[1]]:
                    yield f"{where}:{number}: <{foreign[1]}/> belongs to {' '.join(sorted(homes[foreign[1]]))}, not to {module}"
    if not files:
        yield f"no sources under {root}"


def main():
    found = list(faults(pathlib.Path(sys.argv[1])))
    print("\n".join(found) or "layers: ok")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())

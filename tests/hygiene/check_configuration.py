#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""check_configuration.py ROOT: docs/configuration.md names every key that the program reads, and no other.

A key is what src/app asks a Section for: section.text("listen", ...) and its like. The page names it in backticks,
with or without the sections above it (`tls.key`). What stands in the first column of a table headed `key` must be a
string of src/app."""
import pathlib
import re
import sys

READS = re.compile(r'\b\w+\.(?:text|texts|flag|path|paths|parsed|required_text|number|url|section|sections|secret|kind|json|secret_json)\(\s*"(\w+)"')
CASES = "src/app/policy_case.cpp"  # reads cases of `policy test`, which docs/policy.md describes


def keys_of_the_code(root, cases):
    """Of the configuration, or of cases."""
    keys = {}
    files = sorted([*root.glob("src/app/*.cpp"), *root.glob("src/app/builtin/*.cpp")])
    for file in [file for file in files if (file == root / CASES) == cases]:
        for key in READS.findall(file.read_text()):
            keys.setdefault(key, file.relative_to(root))
    return keys


def names(text):
    return {part for name in re.findall(r"`([\w.]+)`", text) for part in name.split(".")}


def first_column(page):
    """Names in the first column of the tables headed `key`."""
    found, inside = set(), False
    for line in page.splitlines():
        if line.startswith("| key |"):
            inside = True
        elif not line.startswith("|"):
            inside = False
        elif inside:
            found |= names(line.split("|")[1])
    return found


def main():
    root = pathlib.Path(sys.argv[1])
    code, page = keys_of_the_code(root, False), (root / "docs/configuration.md").read_text()
    cases, guide = keys_of_the_code(root, True), (root / "docs/policy.md").read_text()
    strings = {word for file in (root / "src/app").rglob("*.cpp") for word in re.findall(r'"(\w+)"', file.read_text())}
    found = [f"docs/configuration.md lacks `{key}`, which {file} reads" for key, file in sorted(code.items()) if key not in names(page)]
    found += [f"docs/configuration.md has `{key}`, which nothing reads" for key in sorted(first_column(page) - strings)]
    found += [f"docs/policy.md lacks `{key}`, which {file} reads" for key, file in sorted(cases.items()) if key not in names(guide)]
    if not code or not cases:
        found.append("no keys found in src/app")
    print("\n".join(found) or f"configuration: {len(code)} keys documented")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())

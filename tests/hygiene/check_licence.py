#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""check_licence.py ROOT: every file of code names its licence in the first three lines."""
import pathlib
import sys

TAG = "SPDX-License-Identifier: Apache-2.0"
SUFFIXES = {".h", ".cpp", ".py", ".sh", ".cmake", ".go", ".lua"}
FOLDERS = ("include", "src", "tests", "fuzz", "bench", "cmake", "deploy", "charts", ".ci")
DATA = "tests/data/"


def wanted(root, file):
    name = file.relative_to(root).as_posix()
    return not name.startswith(DATA) and (file.suffix in SUFFIXES or file.name == "CMakeLists.txt" or name == ".ci/run")


def main():
    root = pathlib.Path(sys.argv[1])
    files = [root / "CMakeLists.txt"] + [file for folder in FOLDERS for file in (root / folder).rglob("*") if file.is_file()]
    files = [file for file in files if file.exists() and wanted(root, file)]
    found = [f"{file.relative_to(root)}: no \"{TAG}\" in its first three lines" for file in sorted(files)
             if TAG not in "\n".join(file.read_text().splitlines()[:3])]
    if not files:
        found.append(f"no files under {root}")
    print("\n".join(found) or f"licence: {len(files)} files ok")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())

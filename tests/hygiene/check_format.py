#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""check_format.py ROOT CLANG_FORMAT: every C++ file is as clang-format writes it."""
import pathlib
import subprocess
import sys


def main():
    root, clang_format = pathlib.Path(sys.argv[1]), sys.argv[2]
    files = sorted(file for folder in ("include", "src", "tests", "fuzz", "bench")
                   for pattern in ("*.h", "*.cpp") for file in (root / folder).rglob(pattern))
    if not files:
        print(f"no sources under {root}")
        return 1
    run = subprocess.run([clang_format, "--dry-run", "--Werror", "--ferror-limit=3", f"--style=file:{root}/.clang-format",
                          *map(str, files)], text=True, capture_output=True, check=False)
    print(run.stderr or f"format: {len(files)} files ok")
    return 1 if run.returncode != 0 else 0


if __name__ == "__main__":
    sys.exit(main())

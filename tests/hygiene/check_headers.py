#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""check_headers.py ROOT COMPILER...: every header compiles alone.

Public headers are compiled with include/ as the only include folder of ours, private ones with src/ too.
"""
import concurrent.futures
import os
import pathlib
import subprocess
import sys
import tempfile
import zlib


def compile_alone(compiler, root, folder, header):
    private = header.is_relative_to(root / "src")
    name = header.relative_to(root / ("src" if private else "include")).as_posix()
    unit = folder / (name.replace("/", "_") + ".cpp")
    unit.write_text(f'#include "{name}"\n#include "{name}"\n')  # twice: a guard is there
    command = [*compiler, "-std=c++23", "-O0", "-Wall", "-Wextra", "-I", str(root / "include")]
    if private:
        command += ["-I", str(root / "src")]
    run = subprocess.run([*command, "-c", str(unit), "-o", str(unit.with_suffix(".o"))], text=True, capture_output=True,
                         check=False)
    return None if run.returncode == 0 else f"{header.relative_to(root)} does not compile alone:\n{run.stderr}"


def main():
    root, compiler = pathlib.Path(sys.argv[1]), sys.argv[2:]
    headers = sorted([*root.glob("include/countersign/*/**/*.h"), *root.glob("src/*/**/*.h")])
    # A place that stays the same, so that ccache knows what it has seen.
    folder = pathlib.Path(tempfile.gettempdir()) / f"countersign-headers-{zlib.crc32(str(root).encode()):08x}"
    folder.mkdir(exist_ok=True)
    with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
        found = [fault for fault in pool.map(lambda header: compile_alone(compiler, root, folder, header), headers) if fault]
    if not headers:
        found.append(f"no headers under {root}")
    print("\n".join(found) or f"headers: {len(headers)} compile alone")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())

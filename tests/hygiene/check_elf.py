#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""check_elf.py BINARY: the hardening is in the binary, not only in the build files.

Position independent, full RELRO, no executable stack, no text relocations, no RPATH, stack protector and
fortified calls present, no segment that is writable and executable.
"""
import re
import subprocess
import sys


def readelf(*arguments):
    return subprocess.run(["readelf", "--wide", *arguments], capture_output=True, text=True, check=True).stdout


def faults(binary):
    header, segments = readelf("-h", binary), readelf("-l", binary)
    dynamic, symbols = readelf("-d", binary), readelf("--dyn-syms", binary)
    if not re.search(r"Type:\s+DYN", header):
        yield "not position independent"
    if "GNU_RELRO" not in segments or not re.search(r"BIND_NOW|FLAGS.*NOW", dynamic):
        yield "no full RELRO"
    stack = re.search(r"GNU_STACK.*", segments)
    if not stack or "E" in stack[0].split()[-2]:
        yield "executable stack"
    if re.search(r"LOAD.*\bRWE\b", segments):
        yield "writable code"
    if "TEXTREL" in dynamic:
        yield "text relocations"
    if re.search(r"\((RPATH|RUNPATH)\)", dynamic):
        yield "RPATH"
    if "__stack_chk_fail" not in symbols:
        yield "no stack protector"
    if not re.search(r"__\w+_chk\b(?<!__stack_chk_fail)", symbols):
        yield "no fortified calls"


def main():
    found = list(faults(sys.argv[1]))
    print("\n".join(found) or "elf: ok")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())

#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""check_elf.py BINARY: the hardening is in the binary, not only in the build files.

Position independent, full RELRO, no executable stack, no text relocations, no RPATH, stack protector and
fortified calls present, no segment that is writable and executable, landing pads for indirect calls.
"""
import pathlib
import re
import subprocess
import sys

# The first instruction of a function that may be called indirectly. The linker's note about it is of no use: Debian's
# start-up objects lack it, so that no program has it.
LANDING_PADS = {"X86-64": b"\xf3\x0f\x1e\xfa", "AArch64": b"\x3f\x23\x03\xd5"}
FEWEST_PADS = 100


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
    pads = [pad for machine, pad in LANDING_PADS.items() if machine in header]
    if pads and pathlib.Path(binary).read_bytes().count(pads[0]) < FEWEST_PADS:
        yield "no control-flow protection"


def main():
    found = list(faults(sys.argv[1]))
    print("\n".join(found) or "elf: ok")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())

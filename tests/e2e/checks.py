# SPDX-License-Identifier: Apache-2.0
"""Counts checks: one line each, "ok ...", "FAIL ... what", "skip ... why"."""
import contextlib


class Checks:
    def __init__(self):
        self.passed = self.failed = self.skipped = 0

    def part(self, title):
        print(f"--- {title}", flush=True)

    def check(self, name, problems):
        """`problems` is what is wrong: a list or a text, empty when nothing is."""
        if isinstance(problems, str):
            problems = [problems] if problems else []
        if problems:
            self.failed += 1
            print(f"FAIL {name}: " + "; ".join(problems), flush=True)
        else:
            self.passed += 1
            print(f"ok   {name}", flush=True)

    def equal(self, name, got, expected):
        self.check(name, "" if got == expected else f"{got!r}, not {expected!r}")

    def skip(self, name, why):
        self.skipped += 1
        print(f"skip {name}: {why}", flush=True)

    @contextlib.contextmanager
    def guarded(self, name):
        """A part that can't go on is a failure of this part, not the end of the others."""
        try:
            yield
        except Exception as error:  # pylint: disable=broad-except
            self.check(f"{name} ran to its end", f"{type(error).__name__}: {error}")

    def close(self):
        print(f"{self.passed} passed, {self.failed} failed" + (f", {self.skipped} skipped" if self.skipped else ""))
        return 1 if self.failed or not self.passed + self.skipped else 0

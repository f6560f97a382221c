# SPDX-License-Identifier: Apache-2.0
"""`countersign verify` with a configuration of its own: what it says, and what is wrong with that."""
import dataclasses
import itertools
import json

from reviews import ALLOWED
from stack import run

NUMBERS = itertools.count(1)


@dataclasses.dataclass(frozen=True)
class Verdict:
    status: int
    verdict: str
    reason: str
    scope: str
    digest: str
    signatures: int
    text: str

    def problems(self, expected, **facts):
        """`expected` is ALLOWED or the code of a refusal; `facts` are further members and their values."""
        if expected == ALLOWED:
            wrong = [] if (self.status, self.verdict) == (0, "trusted") else [f"not trusted: {self.text}"]
        elif self.reason == expected and self.status in (1, 3) and self.verdict != "trusted":
            wrong = []
        else:
            wrong = [f"exit {self.status}, {self.verdict}, {self.reason}: {self.text}"]
        return wrong + [f"{name} is {getattr(self, name)!r}, not {value!r}" for name, value in facts.items()
                        if getattr(self, name) != value]


def configuration(world, registries, policy=None):
    """A file for `verify`, without a server."""
    folder = world.work / "configurations"
    folder.mkdir(exist_ok=True)
    file = folder / f"{next(NUMBERS)}.yaml"
    file.write_text(json.dumps({
        "version": 1, "registries": registries, "trustPolicy": policy or world.signers.policy(),
        "trustStores": [{"name": "ca:trusted", "source": "files", "paths": [str(path) for path in world.signers.trusted]}]}))
    return file


def verify(world, registries, reference, policy=None):
    return ask(world.binary, configuration(world, registries, policy), reference)


def ask(binary, file, reference, **options):
    done = run(binary, "verify", "-o", "json", "--config", file, reference, ok=None, **options)
    try:
        report = json.loads(done.stdout)
    except ValueError:
        return Verdict(done.returncode, "", "", "", "", 0, (done.stdout + done.stderr).strip()[-400:])
    return Verdict(done.returncode, report["verdict"], report["reason"] or "", report["scope"], report["digest"],
                   len(report["signatures"]), report["detail"] or report["verdict"])

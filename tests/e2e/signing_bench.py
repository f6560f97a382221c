# SPDX-License-Identifier: Apache-2.0
"""One image that nobody may come to sign: how `sign` fails, and what is left of it in the registry."""
import contextlib
import dataclasses
import json
import re

from images import Image
from signing_front import difference, held
from signing_world import LOOPBACK

USAGE, NO_RIGHT, COULD_NOT = 2, 2, 3


@dataclasses.dataclass(frozen=True)
class Case:
    """`says`: regular expressions, all of which the complaint must meet. `around`: a context in which it runs."""
    name: str
    words: tuple
    status: int
    says: tuple
    around: object = contextlib.nullcontext


class Bench:
    """One image, `good`, in a registry without the referrers API, behind a front that remembers."""

    def __init__(self, stage, front):
        self.stage, self.front = stage, front
        self.repository = f"{front.host}/bad/app"
        self.storage = stage.folder / stage.tag.registry.name
        self.digest = Image(stage.folder, "good").push(stage.tag.registry.oras, f"{stage.tag.registry.host}/bad/app:good")
        self.reach = ("--plain-http", front.host, *LOOPBACK)
        self.good = stage.local("p256")
        self.config = stage.folder / "front.yaml"
        self.config.write_text(json.dumps(stage.configuration() | {"registries": [front.settings()]}))

    def reference(self, name=None):
        return f"{self.repository}:{name}" if name else f"{self.repository}@{self.digest}"

    def by_vault(self, name, version=True):
        return ("--config", self.config, "--key-vault-key", self.stage.key_url(name, version))

    def try_one(self, case):
        """What is wrong with how `sign` fails, and with what is left of it."""
        mark, before = len(self.front.heard), held(self.storage)
        with case.around():
            done = self.stage.countersign("sign", *case.words)
        complaint = done.stderr + done.stdout
        wrong = [] if done.returncode == case.status else [f"exit {done.returncode}, not {case.status}: {complaint.strip()[-300:]}"]
        wrong += [f"nothing meets {word!r}: {complaint.strip()[-300:]}" for word in case.says
                  if not re.search(word, done.stderr, re.IGNORECASE)]
        wrong += [f"the standard output has {done.stdout[:80]!r}"] if done.stdout else []
        wrong += self.front.written(mark)[:3] + difference(before, held(self.storage))[:3]
        return wrong

    def check(self, cases):
        for case in cases:
            with self.stage.checks.guarded(case.name):
                self.stage.checks.check(f"{case.name}: exit {case.status}, and nothing is pushed", self.try_one(case))


def certificates(file):
    return re.findall(r"-----BEGIN CERTIFICATE-----.*?-----END CERTIFICATE-----\n", file.read_text(), re.DOTALL)

#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""The tests of the container image; run.sh builds the image and starts this."""
import argparse
import json
import pathlib
import shutil
import subprocess
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "e2e"))

# pylint: disable=wrong-import-position
import image_bom
import image_form
import image_runs
import image_signed
from checks import Checks
from images import Registry, Signers
from stack import PEERS, Certificates, run

PEER_PROGRAMS = ("notation", "oras", "ociregistry")


class World:
    """`image` and `again` are what deploy/image/build.sh wrote of the same program `binary`."""

    def __init__(self, given):
        self.work, self.binary, self.image, self.again = given.work, given.binary, given.image, given.again
        self.checks = Checks()
        self.signers = self.registry = self.pod = None

    @staticmethod
    def digest(image):
        (entry,) = json.loads((image / "layout/index.json").read_text())["manifests"]
        return entry["digest"].removeprefix("sha256:")

    def configure(self, shared):
        return shared | {
            "admission": {"default": "deny", "rules": [{"name": "ours", "images": [f"{self.registry.host}/**"], "action": "verify"}]},
            "trustPolicy": {"file": "notation/trustpolicy.json"},
            "trustStores": [{"name": "ca:trusted", "source": "files", "paths": ["notation/truststore/x509/ca/trusted/*.crt"]}],
            "registries": [self.registry.settings()]}

    def run(self):
        """The image in a container and in a registry."""
        self.signers = Signers(self.work)
        self.registry = Registry(self.work, "registry", "olareg")
        self.pod = image_runs.Pod(self, self.work / "pod", Certificates(self.work / "certificates"), self.configure)
        try:
            self.checks.part("in a container")
            image_runs.check(self)
            self.checks.part("signed, in a registry")
            image_signed.check(self)
            self.checks.equal("SIGTERM ends it well", self.pod.stop(), 0)
        finally:
            if self.pod.process:
                self.pod.stop()
            run(PEERS / "down.sh", self.work)


def works(program):
    return shutil.which(program) and subprocess.run([program, "--version"], capture_output=True, check=False).returncode == 0


def main():
    parser = argparse.ArgumentParser()
    for name in ("work", "binary", "image", "again"):
        parser.add_argument(name, type=pathlib.Path)
    parser.add_argument("--require", action="store_true")
    given = parser.parse_args()
    world = World(given)
    (given.work / "pod").mkdir()
    for title, part in (("form and files", image_form.check), ("bill of materials", image_bom.check)):
        world.checks.part(title)
        with world.checks.guarded(title):
            part(world)
    missing = [name for name in PEER_PROGRAMS if not shutil.which(name)] + ([] if works("runc") else ["runc"])
    if not missing:
        with world.checks.guarded("the image in use"):
            world.run()
    elif given.require:
        world.checks.check("the image in use", f"{', '.join(missing)} missing")
    else:
        world.checks.skip("the image in use", f"{', '.join(missing)} missing")
    return world.checks.close()


if __name__ == "__main__":
    sys.exit(main())

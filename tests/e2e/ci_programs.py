#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Called as `docker` or `az`: what deploy/ci needs of these programs, and not a word more. CI_STAGE names a file that says where the
registry is, which files Countersign's image has and who is logged in; ci_checks.py writes it."""
import argparse
import json
import os
import pathlib
import subprocess
import sys

HERE = pathlib.Path(__file__).resolve().parent
sys.path[:0] = [str(HERE), str(HERE / "walkthrough")]
# pylint: disable=wrong-import-position,wrong-import-order
from images import Image
from kubelet import MOUNTED
from stack import run


def stop(words):
    sys.exit(f"{pathlib.Path(sys.argv[0]).name}: {words}")


class Stage:
    def __init__(self, file):
        given = json.loads(file.read_text())
        self.folder, self.files = file.parent, given["files"]
        self.registry, self.behind, self.image = given["registry"], given["behind"], given["image"]

    @property
    def login(self):
        return self.folder / f"login-{os.environ['CI_CLIENT']}"

    def demand_login(self, name):
        if not name.startswith(f"{self.registry}/") or not self.login.exists():
            stop(f"{name}: no login at its registry")


def az(stage, words):
    if words != ["acr", "login", "--name", stage.registry.partition(".")[0]] or not os.environ["CI_CLIENT"]:
        stop(f"az {' '.join(words)}")
    stage.login.touch()


def build(stage, words):
    parser = argparse.ArgumentParser()
    parser.add_argument("--push", action="store_true", required=True)
    parser.add_argument("--tag", required=True)
    parser.add_argument("--metadata-file", type=pathlib.Path, required=True)
    parser.add_argument("context", choices=["."])
    options = parser.parse_args(words)
    stage.demand_login(options.tag)
    image = Image(stage.folder, options.tag.rpartition(":")[2])
    digest = image.push(lambda *command, **more: run("oras", *command, "--plain-http", **more),
                        options.tag.replace(stage.registry, stage.behind, 1))
    options.metadata_file.write_text(json.dumps({"containerimage.digest": digest}))


def start(stage, words):
    """The program in its image's files, as the user, with these mounts and this environment."""
    parser = argparse.ArgumentParser()
    for name in ("--rm", "--read-only"):
        parser.add_argument(name, action="store_true", required=True)
    parser.add_argument("--cap-drop", choices=["ALL"], required=True)
    parser.add_argument("--user", required=True)
    parser.add_argument("--volume", action="append", required=True)
    parser.add_argument("--env", action="append", default=[])
    parser.add_argument("image", choices=[stage.image])
    parser.add_argument("command", nargs=argparse.REMAINDER)
    options = parser.parse_args(words)
    stage.demand_login(options.image)
    environment = dict(each.split("=", 1) if "=" in each else (each, os.environ[each]) for each in options.env)
    mounts = stage.folder / "mounts"
    mounts.write_text("".join("{} {}\n".format(*each.removesuffix(":ro").split(":")) for each in options.volume if each.endswith(":ro")))
    sys.stdout.flush()
    done = subprocess.run(["unshare", "--mount", "bash", "-c", MOUNTED, "mounted", stage.files, options.user, mounts, "/countersign",
                           *options.command], env=environment, stdin=subprocess.DEVNULL, timeout=120, check=False)
    sys.exit(done.returncode)


def main():
    stage = Stage(pathlib.Path(os.environ["CI_STAGE"]))
    program, words = pathlib.Path(sys.argv[0]).name, sys.argv[1:]
    if program == "az":
        az(stage, words)
    elif words[:2] == ["buildx", "build"]:
        build(stage, words[2:])
    elif words[:1] == ["run"]:
        start(stage, words[1:])
    else:
        stop(" ".join(words))


if __name__ == "__main__":
    main()

#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""container.py [--mount FROM:TO]... [--env NAME=VALUE]... IMAGE [ARGUMENT]...: runs an image as a kubelet would under Pod
Security "restricted", by runc, on the host's network: the image's own user and entrypoint, no capability, no new
privileges, a root that can't be written, and the seccomp profile that container engines start with. IMAGE is what
deploy/image/build.sh wrote; what is mounted must be readable by everybody."""
import argparse
import json
import pathlib
import shutil
import signal
import subprocess
import sys
import tempfile
import uuid

PROFILE = pathlib.Path("/usr/share/containers/seccomp.json")  # of golang-github-containers-common, which buildah needs
ARCHITECTURES = {"amd64": ["SCMP_ARCH_X86_64"], "arm64": ["SCMP_ARCH_AARCH64"]}


def read_blob(layout, descriptor):
    return json.loads((layout / "blobs/sha256" / descriptor["digest"].removeprefix("sha256:")).read_text())


def image_config(image):
    layout = pathlib.Path(image, "layout")
    (entry,) = json.loads((layout / "index.json").read_text())["manifests"]
    return read_blob(layout, read_blob(layout, entry)["config"])


def allowed(rule):
    """Whether a rule of the profile holds without any capability."""
    return not rule.get("includes", {}).get("caps") and not rule.get("includes", {}).get("arches")


def seccomp(architecture):
    profile = json.loads(PROFILE.read_text())
    rules = [{key: rule[key] for key in ("names", "action", "args", "errnoRet") if rule.get(key) is not None}
             for rule in profile["syscalls"] if allowed(rule)]
    rules.append({"names": ["arch_prctl"], "action": "SCMP_ACT_ALLOW"})  # the profile names it for x86 only
    return {"defaultAction": profile["defaultAction"], "defaultErrnoRet": profile.get("defaultErrnoRet", 38),
            "architectures": ARCHITECTURES[architecture], "syscalls": rules}


def specification(config, rootfs, mounts, arguments):
    settings = config["config"]
    uid, gid = map(int, settings["User"].split(":"))
    bound = [{"destination": target, "type": "bind", "source": str(source), "options": ["rbind", "ro", "nosuid", "nodev"]}
             for source, target in mounts]
    return {"ociVersion": "1.0.2", "root": {"path": str(rootfs), "readonly": True}, "hostname": "countersign",
            "process": {"user": {"uid": uid, "gid": gid}, "cwd": "/", "env": settings["Env"], "noNewPrivileges": True,
                        "args": settings["Entrypoint"] + (arguments or settings["Cmd"]),
                        "capabilities": {kind: [] for kind in ("bounding", "effective", "permitted", "inheritable")}},
            "mounts": [{"destination": "/proc", "type": "proc", "source": "proc"},
                       {"destination": "/dev", "type": "tmpfs", "source": "tmpfs", "options": ["nosuid", "mode=755"]}, *bound],
            "linux": {"namespaces": [{"type": kind} for kind in ("pid", "ipc", "uts", "mount")],
                      "seccomp": seccomp(config["architecture"]), "resources": {"devices": [{"allow": False, "access": "rwm"}]}}}


class Container:
    """An image with its mounts in a bundle of its own, which `command` runs; the image's files stay as they are."""

    def __init__(self, work, image, mounts=(), environment=()):
        self.name, self.mounts, self.config = f"countersign-{uuid.uuid4().hex[:12]}", mounts, image_config(image)
        self.config["config"]["Env"] += environment
        self.bundle, self.state = work / self.name, work / "runc"
        self.rootfs = self.bundle / "rootfs"
        self.bundle.mkdir()
        shutil.copytree(pathlib.Path(image, "rootfs"), self.rootfs, symlinks=True)

    def command(self, *arguments):
        specified = specification(self.config, self.rootfs, self.mounts, list(arguments))
        (self.bundle / "config.json").write_text(json.dumps(specified))
        return ["runc", "--root", str(self.state), "run", "--bundle", str(self.bundle), self.name]

    def pid(self):
        """Of the program, as the host counts; it must be running."""
        done = subprocess.run(["runc", "--root", str(self.state), "state", self.name], check=True, capture_output=True, text=True)
        return json.loads(done.stdout)["pid"]


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--mount", action="append", default=[], metavar="FROM:TO")
    parser.add_argument("--env", action="append", default=[], metavar="NAME=VALUE")
    parser.add_argument("image")
    parser.add_argument("arguments", nargs=argparse.REMAINDER)
    given = parser.parse_args()
    mounts = [(pathlib.Path(source).resolve(), target) for source, target in (each.split(":") for each in given.mount)]
    with tempfile.TemporaryDirectory() as work:
        container = Container(pathlib.Path(work), given.image, mounts, given.env)
        with subprocess.Popen(container.command(*given.arguments)) as runc:
            for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
                signal.signal(number, lambda received, _: runc.send_signal(received))
            return runc.wait()


if __name__ == "__main__":
    sys.exit(main())

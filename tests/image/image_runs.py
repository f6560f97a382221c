# SPDX-License-Identifier: Apache-2.0
"""The image in a container: its program, its configuration, and what a running pod may and may not do."""
import pathlib
import re
import shutil
import subprocess
import time

from container import Container, image_config
from stack import READY_SECONDS, Server, run

CONFIGURATION = "/etc/countersign"
SECRET = "/etc/countersign-tls"


class Pod(Server):
    """`serve` as the chart starts it: out of the image, with configuration and certificate mounted."""

    def __init__(self, world, work, certificates, configure):
        super().__init__(world.binary, work, certificates, lambda shared: configure(self.mounted(shared)))
        folders = {CONFIGURATION: work / "etc", SECRET: work / "tls"}
        for folder in folders.values():
            folder.mkdir()
        shutil.copy(self.config, folders[CONFIGURATION])
        for file, name in zip(certificates.issue("webhook"), ("tls.crt", "tls.key")):
            shutil.copy(file, folders[SECRET] / name)
            (folders[SECRET] / name).chmod(0o644)
        shutil.copytree(world.signers.home, folders[CONFIGURATION] / "notation")
        for path in folders[CONFIGURATION].rglob("*"):
            path.chmod(0o755 if path.is_dir() else 0o644)
        self.container = Container(work, world.image, [(source, target) for target, source in folders.items()])

    @staticmethod
    def mounted(shared):
        shared["server"]["tls"] = {"certificate": f"{SECRET}/tls.crt", "key": f"{SECRET}/tls.key"}
        return shared

    def start(self):
        with open(self.work / "server.log", "ab") as log:
            self.process = subprocess.Popen(self.container.command("serve", "--config", f"{CONFIGURATION}/countersign.yaml"),
                                            stdin=subprocess.DEVNULL, stdout=log, stderr=log)


def check_commands(world):
    labels = image_config(world.image)["config"]["Labels"]
    said = run(*Container(world.work, world.image).command("version")).stdout.split()
    world.checks.equal("countersign version", said[:2], ["countersign", labels["org.opencontainers.image.version"]])
    helped = run(*Container(world.work, world.image).command()).stdout
    world.checks.check("without arguments it tells its commands", "" if "Subcommands:" in helped else helped[:200])


def status(pid):
    text = pathlib.Path(f"/proc/{pid}/status").read_text()
    return dict(re.findall(r"^(\w+):\s+(.*)$", text, re.MULTILINE))


def check_confinement(world, pod):
    """SUP-05, but for the chart's part of it."""
    pid = pod.container.pid()
    found, checks = status(pid), world.checks
    checks.equal("uids and gids", (found["Uid"].split(), found["Gid"].split()), (["65532"] * 4, ["65532"] * 4))
    checks.equal("no capability", {found[name].strip("0") for name in ("CapInh", "CapPrm", "CapEff", "CapBnd", "CapAmb")}, {""})
    checks.equal("no new privileges", found["NoNewPrivs"], "1")
    checks.equal("seccomp filters", found["Seccomp"], "2")
    mounts = pathlib.Path(f"/proc/{pid}/mounts").read_text().splitlines()
    (root,) = [line.split()[3] for line in mounts if line.split()[1] == "/"]
    checks.check("the root can't be written", "" if "ro" in root.split(",") else root)
    checks.equal("no token of a service account", [line for line in mounts if "serviceaccount" in line], [])


def milliseconds(began):
    return round((time.monotonic() - began) * 1000)


def start(world, pod):
    """How long the container and the program in it take."""
    began = time.monotonic()
    pod.start()
    while not pod.ready():
        if pod.process.poll() is not None or milliseconds(began) > 1000 * READY_SECONDS:
            raise RuntimeError(f"not ready: {pod.log()[-1500:]}")
        time.sleep(0.002)
    world.checks.check(f"ready {milliseconds(began)} ms after its container was asked for", "")


def check(world):
    check_commands(world)
    checked = Container(world.work, world.image, world.pod.container.mounts)
    done = run(*checked.command("config", "check", f"{CONFIGURATION}/countersign.yaml"), ok=None)
    world.checks.equal("countersign config check", (done.returncode, done.stdout.strip()), (0, "OK"))
    start(world, world.pod)
    check_confinement(world, world.pod)

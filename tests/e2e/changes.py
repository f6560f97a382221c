# SPDX-License-Identifier: Apache-2.0
"""Everything that changes while calls come: ten configurations, two certificates, two replicas. None is lost, none wrong."""
import json
import os
import time

from balancer import Balancer
from replicas import Replica, crowds
from stack import until

CALLS = 1000
RELOADS = 10
ROTATIONS = (3, 7)  # after so many reloads


class Mounted:
    """A folder as the kubelet mounts a Secret: its files are links through `..data`, which is exchanged at once."""

    def __init__(self, folder):
        self.folder, self.version = folder, 0
        folder.mkdir()

    def write(self, files):
        self.version += 1
        data = self.folder / f"..version_{self.version}"
        data.mkdir()
        for name, content in files.items():
            (data / name).write_bytes(content)
            if not (self.folder / name).is_symlink():
                (self.folder / name).symlink_to(f"..data/{name}")
        link = self.folder / "..data_tmp"
        link.symlink_to(data.name)
        os.replace(link, self.folder / "..data")


class Changing(Replica):
    """Serves from files that are mounted."""

    def __init__(self, world, name):
        super().__init__(world, name)
        self.mount = Mounted(self.work / "mounted")
        self.whole = json.loads(self.config.read_text())
        self.tls(world)
        self.whole["server"]["tls"] = {"certificate": str(self.mount.folder / "tls.crt"), "key": str(self.mount.folder / "tls.key")}
        self.settings = Mounted(self.work / "settings")
        self.config = self.settings.folder / "countersign.yaml"
        self.name_rule("first")

    def tls(self, world):
        certificate, key = world.certificates.issue(f"rotated-{self.work.name}")
        self.mount.write({"tls.crt": certificate.read_bytes(), "tls.key": key.read_bytes()})

    def name_rule(self, name):
        self.whole["admission"]["rules"][0]["name"] = name
        self.settings.write({"countersign.yaml": json.dumps(self.whole).encode()})

    def said(self, words):
        return self.log().count(words)


def settle(replicas, words, change):
    """Makes a change at each replica, and waits until its log says that it was taken; those that did not."""
    before = [replica.said(words) for replica in replicas]
    for replica in replicas:
        change(replica)
    return [f"{replica.work.name} did not take it" for replica, count in zip(replicas, before)
            if not until(10, lambda r=replica, c=count: r.said(words) > c)]


def roll(service, old, new):
    problems = []
    for leaving, coming in zip(old, new):
        coming.start()
        service.add(coming)
        problems += [] if until(10, lambda server=coming: service.serves(server)) else ["a new replica does not come"]
        problems += [] if leaving.stop() == 0 else ["an old replica did not end with 0"]
    return problems


def change_all(world, service, old, new, good):
    problems = []
    for number in range(RELOADS):
        problems += settle(old, "the configuration was reloaded", lambda replica, n=number: replica.name_rule(f"rule-{n}"))
        if number in ROTATIONS:
            problems += settle(old, "the serving certificate was reloaded", lambda replica: replica.tls(world))
    problems += roll(service, old, new)
    good.wait_for(CALLS, 120)
    return problems


def check_bad(world, replica):
    """POL-06: what can't be used is refused; the last good one stays, and that can be seen."""
    gauge = lambda: [value for _, value in replica.metrics("countersign_config_last_reload_successful")]
    ended = until(15, lambda: gauge() == [1.0])
    good = json.dumps(replica.whole)
    replica.settings.write({"countersign.yaml": b"version: 1\nadmision: {}\n"})
    seen = until(15, lambda: gauge() == [0.0])
    world.checks.check("a configuration with a typo: the metric says so", [] if ended and seen else [f"{gauge()}"])
    named = until(5, lambda: "countersign.yaml:2:1: unknown key" in replica.log())
    world.checks.check("a configuration with a typo: the log names the place", "" if named else replica.log()[-400:])
    world.checks.equal("a configuration with a typo: still ready", replica.ready(), True)
    replica.settings.write({"countersign.yaml": good.encode()})
    world.checks.check("the good one again: the metric says so", [] if until(15, lambda: gauge() == [1.0]) else [f"{gauge()}"])


def check(world):
    old, new = [Changing(world, f"old-{n}") for n in range(2)], [Changing(world, f"new-{n}") for n in range(2)]
    with old[0], old[1]:
        try:
            with Balancer(*old) as service:
                good, bad = crowds(world, service.port)
                with good, bad:
                    began = time.monotonic()
                    problems = change_all(world, service, old, new, good)
                answered = good.answered + bad.answered
                title = f"{RELOADS} reloads, {len(ROTATIONS)} rotations, 2 replicas replaced, {answered} calls in {time.monotonic() - began:.0f} s"
                world.checks.check(f"{title}: every change is taken", problems)
                world.checks.check(f"{title}: no call is lost", [str(each) for each in (good.lost + bad.lost)[:3]])
                world.checks.check(f"{title}: none is wrong", good.wrong[:3] + bad.wrong[:3])
            check_bad(world, new[0])
        finally:
            for replica in new:
                if replica.process is not None:
                    replica.stop()

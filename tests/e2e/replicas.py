# SPDX-License-Identifier: Apache-2.0
"""Two replicas behind a stand-in for a Service: one is killed, frozen, replaced; what do callers see?"""
import json
import signal
import sys
import time

from balancer import Balancer
from reviews import pod, review
from stack import PEERS, Server, until

sys.path.insert(0, str(PEERS.parent / "integration/app"))
from callers import Caller, Crowd, Lost, Refused  # noqa: E402  pylint: disable=wrong-import-position

CROWD = 12


class Replica(Server):
    """A further server with the same configuration, in a folder of its own."""

    def __init__(self, world, name):
        folder = world.work / name
        folder.mkdir()

        def configure(common):
            whole = world.configure(common)
            whole["server"]["drain"] = {"delay": "2s", "wait": "20s"}
            return whole
        super().__init__(world.binary, folder, world.certificates, configure)


def allowed(status, body):
    if status != 200:
        return f"HTTP {status}"
    return "" if json.loads(body)["response"]["allowed"] else f"denied: {body[:200]}"


def denied(status, body):
    if status != 200:
        return f"HTTP {status}"
    return "ALLOWED" if json.loads(body)["response"]["allowed"] else ""


def crowds(world, port):
    """Signed and unsigned images: (a crowd that must be let in, one that must not)."""
    library = next(iter(world.libraries.values()))
    good = json.dumps(review(pod(library.digest("signed"))))
    bad = json.dumps(review(pod(library.digest("unsigned"))))
    return Crowd(port, good, allowed, CROWD), Crowd(port, bad, denied, CROWD // 3)


def a_kill(world, first, second):
    """CHA-15, AW-84"""
    checks = world.checks
    with Balancer(first, second) as service:
        good, bad = crowds(world, service.port)
        pinned = Caller(service.port)
        with good, bad:
            good.wait_for(200)
            pinned.ask(good.body)
            first.process.kill()
            first.process.wait()
            until(5, lambda: not service.serves(first))
            before = good.answered
            good.wait_for(before + 200)
            lost = len(good.lost) + len(bad.lost)
        checks.check("a replica killed hard: no more is lost than was in flight",
                     "" if lost <= CROWD + CROWD // 3 else f"{lost} lost: {good.lost[:3]}")
        checks.check("a replica killed hard: all others are judged right", good.wrong[:3] + bad.wrong[:3])
        checks.check("a replica killed hard: a caller that was pinned to one is served by the other", next_call(pinned, good.body))


def next_call(pinned, body):
    try:
        pinned.ask(body)
    except (Lost, Refused):
        pass  # the connection has gone with its replica; the API server opens another
    try:
        return allowed(*pinned.ask(body)[::2])
    except (Lost, Refused) as error:
        return f"{type(error).__name__}: {error}"


def a_freeze(world, first, second):
    """CHA-16"""
    checks = world.checks
    with Balancer(first, second) as service:
        good, bad = crowds(world, service.port)
        with good, bad:
            good.wait_for(200)
            first.process.send_signal(signal.SIGSTOP)
            try:
                left = until(5, lambda: not service.serves(first))
                checks.check("a frozen replica leaves the service", "" if left else "it is still there")
                fresh = [next_call(Caller(service.port), good.body) for _ in range(50)]
                checks.check("a frozen replica: new connections are served by the other", [each for each in fresh if each][:3])
            finally:
                first.process.send_signal(signal.SIGCONT)
            checks.check("a replica that thaws comes back", "" if until(5, lambda: service.serves(first)) else "it does not")
            good.wait_for(good.answered + 200)
        checks.check("a frozen replica: nothing is judged wrong", good.wrong[:3] + bad.wrong[:3])
        checks.check("a frozen replica: what waited for it is answered when it thaws", [str(each) for each in good.lost[:3]])


def a_rolling_update(world, old):
    """CHA-14, CHA-13: a replica more, then one less, until all are new."""
    checks, new = world.checks, [Replica(world, "new1"), Replica(world, "new2")]
    try:
        with Balancer(*old) as service:
            good, bad = crowds(world, service.port)
            with good, bad:
                good.wait_for(300)
                for leaving, coming in zip(old, new):
                    coming.start()
                    service.add(coming)
                    until(5, lambda server=coming: service.serves(server))
                    began = time.monotonic()
                    checks.equal("a rolling update: the old replica ends with 0", leaving.stop(), 0)
                    checks.check("a rolling update: in its time", "" if time.monotonic() - began < 20 else "too late")
                    good.wait_for(good.answered + 100)
                good.wait_for(1000)
            checks.check(f"a rolling update: none of {good.answered + bad.answered} calls is lost",
                         [str(each) for each in (good.lost + bad.lost)[:3]])
            checks.check("a rolling update: none is refused a connection", "" if not good.refused + bad.refused else
                         f"{good.refused + bad.refused} were")
            checks.check("a rolling update: all are judged right", good.wrong[:3] + bad.wrong[:3])
    finally:
        for replica in new:
            if replica.process is not None:
                replica.stop()


def check(world):
    first, second, third = (Replica(world, name) for name in ("one", "two", "three"))
    with second:
        with first:
            a_kill(world, first, second)
        with third:
            a_freeze(world, third, second)
            a_rolling_update(world, [third, second])

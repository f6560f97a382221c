# SPDX-License-Identifier: Apache-2.0
"""One registry hangs or is gone: how do the others fare, and how often is it asked?"""
import concurrent.futures
import json
import statistics
import time

import hostile_registry
from reviews import ALLOWED, judge, pod, review
from stack import Server, until

SLOW = "manifest-hang"
SAMPLES = 60
ASKING = 12


def sample(server, asked):
    """(what is wrong, seconds of each)."""
    wrong, times = [], []
    for _ in range(SAMPLES):
        began = time.monotonic()
        wrong += judge(server.post(asked), asked, ALLOWED)
        times.append(time.monotonic() - began)
    return wrong, times


def check_neighbours(world, server):
    """OVL-05: medians, since single answers on a shared machine say nothing; a tenth would be noise here, twice would be harm."""
    library = next(iter(world.libraries.values()))
    good = review(pod(library.digest("signed")))
    slow = review(pod(hostile_registry.reference(world, SLOW, "digest")))
    _, alone = sample(server, good)
    with concurrent.futures.ThreadPoolExecutor(ASKING) as pool:
        ending = time.monotonic() + 60
        running = [pool.submit(ask_on, server, slow, lambda: time.monotonic() > ending) for _ in range(ASKING)]
        time.sleep(1)
        wrong, beside = sample(server, good)
        ending = 0
        denied = [problem for future in running for problem in future.result()]
    before, during = statistics.median(alone), statistics.median(beside)
    world.checks.check("a registry that hangs: another's images are judged right", wrong[:3])
    world.checks.check("a registry that hangs: another's images are as fast as before", "" if during < 2 * before + 0.02 else
                       f"{during * 1e3:.0f} ms, not {before * 1e3:.0f}")
    world.checks.check("a registry that hangs: its own are denied for now", denied[:3])


def ask_on(server, asked, ended):
    wrong = []
    while not ended():
        wrong += judge(server.post(asked, query="?timeout=3s"), asked, hostile_registry.LATE | {"OVERLOADED"})
    return wrong


def check_breaker(world, server):
    """OVL-06: nobody listens there; after some failures it is left alone, then one request tries, ever more rarely."""
    asked = review(pod(f"{world.nobody}/shop/web@{world.bad_digest}"))
    deny = lambda: judge(server.post(asked, query="?timeout=3s"), asked, "REGISTRY_UNAVAILABLE")
    sent = lambda: sum(value for labels, value in server.metrics("countersign_registry_requests_total")
                       if labels["host"] == world.nobody)
    state = lambda: [value for labels, value in server.metrics("countersign_registry_breaker")
                     if labels["host"] == world.nobody]
    wrong = []
    opened = until(10, lambda: wrong.extend(deny()) or state() == [2.0])
    world.checks.check("a registry that is gone: the breaker opens", wrong[:3] + ([] if opened else [f"{state()}"]))
    before, began, times = sent(), time.monotonic(), []
    while time.monotonic() - began < 6:
        at = time.monotonic()
        wrong += deny()
        times.append(time.monotonic() - at)
    tries = sent() - before
    # Pauses of 1, 2 and 4 s, a tenth more or less, each ended by one try; a try has two requests, manifest and referrers.
    world.checks.check(f"a registry that is gone: {len(times)} calls in 6 s cost few requests",
                       wrong[:3] + ([] if tries <= 8 else [f"{tries}"]))
    world.checks.check("a registry that is gone: denials are quick", "" if statistics.median(times) < 0.2 else
                       f"{statistics.median(times):.2f} s")


def check(world):
    folder = world.work / "overload"
    folder.mkdir()
    with Server(world.binary, folder, world.certificates, world.configure) as server:
        check_neighbours(world, server)
        check_breaker(world, server)
        world.checks.check("overload leaves the server well", "" if server.ready() else json.dumps(server.probe("/readyz").body))

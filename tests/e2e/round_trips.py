# SPDX-License-Identifier: Apache-2.0
"""What a decision costs: requests and round trips at real registries, counted by forwarder.Rounds, with warm credentials."""
import collections
import concurrent.futures
import contextlib
import urllib.parse
import urllib.request

from contents import EMPTY, MANIFEST, Content, digest
from forwarder import Rounds
from images import PASSWORD, USER, Image, Registry, sign_apart
from reviews import ALLOWED, judge, pod, review
from stack import Server

CROWD = 64
# What a request asks for, by the kind that /metrics calls it.
PATHS = {"manifest": "manifests", "tag": "manifests", "referrersTag": "manifests", "referrers": "referrers", "blob": "blobs"}
PATIENT = "?timeout=30s"  # every round waits for forwarder.QUIET


class Shop:
    """A registry with signed images, each in a repository of its own, and the counter in front of it."""

    def __init__(self, world, registry):
        self.world, self.registry = world, registry
        self.rounds = Rounds(registry.host)
        self.digests = {}

    def sell(self, name, signers=("vault",)):
        repository = f"{self.registry.host}/shop/{name}"
        self.digests[name] = Image(self.world.work, name).push(self.registry.oras, f"{repository}:v1")
        for key in signers:
            self.registry.sign(self.world.signers, key, f"{repository}@{self.digests[name]}")
        return self

    def sell_unclaimed(self, name, count):
        """With so many signatures that do not say whose they are; all but the last are strangers'."""
        self.sell(name, ())
        image = Image(self.world.work, name)
        manifest, good = sign_apart(self.world.work, self.world.signers, image)
        _, bad = sign_apart(self.world.work, self.world.signers, image, "stranger")
        strangers = [Content(manifest, bad).individual(number) for number in range(count - 1)]
        for content in (*strangers, Content(manifest, good)):
            for data in (content.envelope, EMPTY):
                self._put(f"{name}/blobs/uploads/", data)
            self._put(f"{name}/manifests/{digest(content.signature)}", content.signature, MANIFEST)

    def _put(self, path, data, media_type="application/octet-stream"):
        url = f"http://{self.registry.host}/v2/shop/{path}"
        if path.endswith("/uploads/"):
            with urllib.request.urlopen(urllib.request.Request(url, method="POST", data=b""), timeout=10) as answer:
                url = urllib.parse.urljoin(url, answer.headers["Location"])
            url += ("&" if "?" in url else "?") + urllib.parse.urlencode({"digest": digest(data)})
        request = urllib.request.Request(url, method="PUT", data=data, headers={"Content-Type": media_type})
        urllib.request.urlopen(request, timeout=10).close()

    def by_digest(self, name):
        return f"{self.rounds.host}/shop/{name}@{self.digests[name]}"

    def by_tag(self, name):
        return f"{self.rounds.host}/shop/{name}:v1"


def tell(seen):
    return ", ".join(f"{each.round}: {each.kind} {each.status}" for each in seen[:12])


class Counted:
    def __init__(self, world, server):
        self.world, self.server = world, server

    def warm(self, shop, name):
        """Gets what a first contact costs out of the way."""
        self.review(shop.by_digest(name))
        shop.rounds.take()

    def review(self, reference):
        asked = review(pod(reference))
        return judge(self.server.post(asked, query=PATIENT), asked, ALLOWED)

    def check(self, name, shop, reference, rounds, requests):
        connected = shop.rounds.connections
        problems = self.review(reference)
        if requests <= 4 and shop.rounds.connections != connected:  # more at once need more
            problems.append(f"{shop.rounds.connections - connected} new connections")
        took, seen = shop.rounds.take()
        if (took, len(seen)) != (rounds, requests):
            problems.append(f"{took} round trips and {len(seen)} requests, not {rounds} and {requests} ({tell(seen)})")
        if any(each.status == 401 for each in seen):
            problems.append(f"a 401 was paid ({tell(seen)})")
        self.world.checks.check(name, problems)

    def check_crowd(self, shop, reference):
        with concurrent.futures.ThreadPoolExecutor(CROWD) as pool:
            problems = [problem for wrong in pool.map(self.review, [reference] * CROWD) for problem in wrong]
        _, seen = shop.rounds.take()
        if len(seen) != 4:
            problems.append(f"{len(seen)} requests ({tell(seen)})")
        self.world.checks.check(f"{CROWD} reviews of one cold image at once cost the requests of one", problems)


def check_metrics(counted, shop, name):
    """/metrics has what the counter has seen, by kind and status."""
    shown = collections.Counter()
    for labels, value in counted.server.metrics("countersign_registry_requests_total"):
        if labels.get("host") == shop.rounds.host:
            shown[PATHS.get(labels["kind"], labels["kind"]), labels["status"]] += int(value)
    seen = collections.Counter((each.kind, str(each.status)) for each in shop.rounds.taken)
    counted.world.checks.equal(f"{name}: /metrics counts the requests", dict(shown), dict(seen))


def check_facts(counted):
    """What was remembered shows, too: something of each kind, and no more bytes than its limit."""
    facts = {name: {labels["fact"]: value for labels, value in counted.server.metrics(f"countersign_registry_facts_{name}")}
             for name in ("looked_up", "known", "shared", "cached_bytes")}
    kinds = ("manifest", "tag", "referrers", "content")
    empty = [f"no {kind} is {name}" for name in ("looked_up", "cached_bytes") for kind in kinds if not facts[name].get(kind)]
    empty += [f"no {kind} is known" for kind in ("manifest", "referrers") if not facts["known"].get(kind)]
    empty += [] if facts["shared"].get("manifest") else ["the crowd shared no manifest"]
    counted.world.checks.check("/metrics shows what is remembered", empty)


def check_costs(counted, api, tag, bearer):
    for name, shop in (("referrers API", api), ("referrers tag", tag), ("Bearer", bearer)):
        counted.warm(shop, "first")
        counted.check(f"{name}: a cold image by digest: 3 round trips, 4 requests", shop, shop.by_digest("second"), 3, 4)
        counted.check(f"{name}: the same again: none", shop, shop.by_digest("second"), 0, 0)
        counted.check(f"{name}: a cold image by tag: 4 round trips, 4 requests", shop, shop.by_tag("third"), 4, 4)
    for count in (5, 20):
        # The good one is the last that was made, and says whose it is in its descriptor: it is the only one that is read.
        counted.check(f"{count} signatures of which the last is good: 3 round trips, 4 requests", api,
                      api.by_digest(f"signed-{count}"), 3, 4)
        counted.check(f"{count} signatures that do not say whose they are: 3 round trips, {2 + 2 * count} requests", api,
                      api.by_digest(f"unclaimed-{count}"), 3, 2 + 2 * count)
    counted.check_crowd(api, api.by_digest("crowded"))
    for name, shop in (("referrers API", api), ("referrers tag", tag), ("Bearer", bearer)):
        check_metrics(counted, shop, name)
    check_facts(counted)


def check(world):
    folder = world.work / "round-trips"
    folder.mkdir()
    start = lambda name, kind, auth="none": Shop(world, Registry(world.work, f"counted-{name}", kind, False, auth))
    api, tag, bearer = start("api", "olareg"), start("tag", "distribution"), start("bearer", "olareg", "bearer")
    for shop in (api, tag, bearer):
        shop.sell("first").sell("second").sell("third")
    api.sell("crowded")
    for count in (5, 20):
        api.sell(f"signed-{count}", ["stranger"] * (count - 1) + ["vault"])
        api.sell_unclaimed(f"unclaimed-{count}", count)
    shops = (api, tag, bearer)
    # Docker's file knows the bearer registry by its own name, not by its counter's.
    entries = [shop.registry.settings() | {"host": shop.rounds.host} for shop in shops]
    entries[-1]["credentials"] = {"kind": "basic", "username": USER, "password": PASSWORD}
    with contextlib.ExitStack() as servers:
        for shop in shops:
            servers.enter_context(shop.rounds)
        server = servers.enter_context(Server(world.binary, folder, world.certificates,
                                              lambda sections: world.sections(sections, entries)))
        check_costs(Counted(world, server), *shops)

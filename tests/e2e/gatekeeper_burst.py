# SPDX-License-Identifier: Apache-2.0
"""What Gatekeeper's audit does to its provider."""
import collections
import concurrent.futures
import hashlib
import json
import time
import urllib.parse
import urllib.request

from contents import EMPTY, MANIFEST
from gatekeeper_asking import ask
from images import Image

BURST_KEYS, BURST_DIGESTS, BURST_SECONDS = 5000, 250, 60


def push_many(stage, count):
    """So many images of one repository that differ in an annotation, all unsigned; their digests."""
    base = f"http://{stage.library.registry.host}/v2/audit/app"
    config = {"mediaType": "application/vnd.oci.image.config.v1+json", "digest": f"sha256:{hashlib.sha256(EMPTY).hexdigest()}", "size": len(EMPTY)}
    with urllib.request.urlopen(urllib.request.Request(f"{base}/blobs/uploads/", method="POST", data=b""), timeout=10) as answer:
        url = urllib.parse.urljoin(base, answer.headers["Location"])
    url += ("&" if "?" in url else "?") + urllib.parse.urlencode({"digest": config["digest"]})
    urllib.request.urlopen(urllib.request.Request(url, method="PUT", data=EMPTY, headers={"Content-Type": "application/octet-stream"}), timeout=10).close()
    for number in range(count):
        manifest = json.dumps({"schemaVersion": 2, "mediaType": MANIFEST, "config": config, "layers": [],
                               "annotations": {"number": str(number)}}).encode()
        name = f"sha256:{hashlib.sha256(manifest).hexdigest()}"
        urllib.request.urlopen(urllib.request.Request(f"{base}/manifests/{name}", method="PUT", data=manifest,
                                                      headers={"Content-Type": MANIFEST}), timeout=10).close()
        yield f"{stage.gate.host}/audit/app@{name}"


def sign_fresh(stage, name):
    """A signed image that nobody asked about yet."""
    registry = stage.library.registry
    digest = Image(stage.world.work, name).push(registry.oras, f"{registry.host}/shop/audit:{name}")
    registry.sign(stage.world.signers, "vault", f"{registry.host}/shop/audit@{digest}")
    return f"{stage.gate.host}/shop/audit@{digest}"


def check_burst(stage):
    """AW-117: what Gatekeeper's audit does, at the endpoint itself: as many distinct keys as 250 images in 20 namespaces make."""
    signed = [sign_fresh(stage, f"audit{number}") for number in range(10)]
    images = signed + list(push_many(stage, BURST_DIGESTS - len(signed)))
    keys = [f"[team-{number // len(images)}]{images[number % len(images)]}" for number in range(BURST_KEYS)]
    opened = total(stage.server.metrics("countersign_envelopes_opened"))
    mark, began = len(stage.gate.seen), time.monotonic()
    verdicts = collections.Counter()
    chunks = [keys[start::100] for start in range(100)]  # 50 keys each, of 50 images
    with concurrent.futures.ThreadPoolExecutor(16) as crowd:
        for answer, _ in crowd.map(lambda chunk: ask(stage, chunk), chunks):
            for item in answer["response"]["items"]:
                verdicts[str(item.get("value", {}).get("isSuccess", item.get("error")))] += 1
    took = time.monotonic() - began
    repeated = BURST_KEYS // BURST_DIGESTS
    stage.checks.equal("audit burst: every key has its verdict", dict(verdicts),
                       {"True": len(signed) * repeated, "False": (BURST_DIGESTS - len(signed)) * repeated})
    stage.checks.check(f"audit burst: {BURST_KEYS} keys in {BURST_SECONDS} s", "" if took < BURST_SECONDS else f"{took:.1f} s")
    asked = collections.Counter(seen.path for seen in stage.gate.seen[mark:] if "/manifests/sha256:" in seen.path)
    stage.checks.equal("audit burst: each manifest was asked for once", collections.Counter(asked.values()),
                       {1: BURST_DIGESTS + len(signed)})
    stage.checks.equal("audit burst: each signature was verified once",
                       total(stage.server.metrics("countersign_envelopes_opened")) - opened, len(signed))


def total(series):
    return sum(value for _, value in series)

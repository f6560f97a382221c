# SPDX-License-Identifier: Apache-2.0
"""Images for several platforms, and signatures that were copied: what is judged is what the reference names."""
import hashlib
import json
import shutil

from images import PROGRAMS, Image, Registry
from mirrors import scoped
from reviews import ALLOWED, judge, pod, review
from stack import run
from verdicts import verify

INDEX = "application/vnd.oci.image.index.v1+json"
DOCKER_LIST = "application/vnd.docker.distribution.manifest.list.v2+json"
PLATFORMS = ("amd64", "arm64")
NONE = "SIGNATURE_NOT_FOUND"


class Multi:
    """An index of two images, pushed as `name`; `digest` is its own, `children` theirs."""

    def __init__(self, world, registry, name, media_type):
        self.repository = f"{registry.host}/multi/{name}"
        self.tag = f"{self.repository}:v1"
        self.children = [self._push(world, registry, f"{name}-{platform}", media_type) for platform in PLATFORMS]
        entries = [self._describe(registry, child, platform) for child, platform in zip(self.children, PLATFORMS)]
        data = json.dumps({"schemaVersion": 2, "mediaType": media_type, "manifests": entries}).encode()
        self.digest = f"sha256:{hashlib.sha256(data).hexdigest()}"
        file = world.work / f"{registry.name}-{name}.json"
        file.write_bytes(data)
        registry.oras("manifest", "push", "--media-type", media_type, self.tag, file)

    def _push(self, world, registry, name, media_type):
        image, tag = Image(world.work, name), f"{self.repository}:{name}"
        if media_type == INDEX:
            return image.push(registry.oras, tag)
        registry.crane("append", "--new_layer", image.folder / "layer.tar", "--new_tag", tag)
        return registry.crane("digest", tag).stdout.strip()

    def _describe(self, registry, digest, platform):
        found = json.loads(registry.oras("manifest", "fetch", "--descriptor", self.by_digest(digest)).stdout)
        return {name: found[name] for name in ("mediaType", "digest", "size")} | {
            "platform": {"os": "linux", "architecture": platform}}

    def by_digest(self, digest):
        return f"{self.repository}@{digest}"


def check_signed_index(world, registry, name, media_type):
    """REG-07, BND-09: the index is signed, its children are not."""
    multi = Multi(world, registry, name, media_type)
    registry.sign(world.signers, "vault", multi.by_digest(multi.digest))
    for form, reference, expected, digest in (("by tag", multi.tag, ALLOWED, multi.digest),
                                              ("by digest", multi.by_digest(multi.digest), ALLOWED, multi.digest),
                                              ("a child", multi.by_digest(multi.children[0]), NONE, multi.children[0])):
        verdict = verify(world, [registry.settings()], reference)
        world.checks.check(f"{registry.name}: signed {name}, {form} is {expected}", verdict.problems(expected, digest=digest))


def check_signed_child(world, registry, name, media_type):
    """BND-09: a child is signed, the index is not."""
    multi = Multi(world, registry, name, media_type)
    registry.sign(world.signers, "vault", multi.by_digest(multi.children[0]))
    for form, reference, expected in (("by tag", multi.tag, NONE), ("by digest", multi.by_digest(multi.digest), NONE),
                                      ("the child", multi.by_digest(multi.children[0]), ALLOWED)):
        verdict = verify(world, [registry.settings()], reference)
        world.checks.check(f"{registry.name}: {name} with a signed child, {form} is {expected}", verdict.problems(expected))


def check_copies(world, registry):
    """BND-11: a signature says nothing of a repository's name, so it goes along, and the scope of a policy decides."""
    image = Image(world.work, "copied")
    origin, copy = (f"{registry.host}/{path}" for path in ("team/app", "else/app"))
    digest = image.push(registry.oras, f"{origin}:v1")
    registry.sign(world.signers, "vault", f"{origin}@{digest}")
    run("oras", "cp", "--recursive", "--from-plain-http", "--to-plain-http", f"{origin}@{digest}", f"{copy}:v1")
    by_crane = f"{registry.host}/bare/app"
    registry.crane("copy", f"{origin}@{digest}", f"{by_crane}:v1")
    for name, reference, policy, expected in (
            ("where it was signed", f"{origin}@{digest}", None, ALLOWED),
            ("copied with its signature", f"{copy}@{digest}", None, ALLOWED),
            ("copied without", f"{by_crane}@{digest}", None, NONE),
            ("copied, the scope names the origin", f"{copy}@{digest}", scoped(world, origin), "NO_POLICY"),
            ("copied, the scope names the copy", f"{copy}@{digest}", scoped(world, copy), ALLOWED),
            ("the scope names the copy", f"{origin}@{digest}", scoped(world, copy), "NO_POLICY")):
        verdict = verify(world, [registry.settings()], reference, policy)
        world.checks.check(f"{registry.name}: an image {name} is {expected}", verdict.problems(expected))


def check_unknown_repository(world, registry):
    """REG-48: its referrers API answers 200 and an empty list for repositories that are not there."""
    reference = f"{registry.host}/no/where@{world.bad_digest}"
    asked = review(pod(reference))
    reply = world.server.post(asked)
    named = [] if "/no/where" in reply.body else [f"the repository is not named: {reply.body}"]
    world.checks.check(f"{registry.name}: an unknown repository is IMAGE_NOT_FOUND", judge(reply, asked, "IMAGE_NOT_FOUND") + named)


def check(world):
    for kind in ("olareg", "distribution", "debian"):
        if not shutil.which(PROGRAMS[kind]):
            world.missing(f"indexes in {kind}", f"{PROGRAMS[kind]} not built (tests/peers/build.sh default)")
            continue
        registry = Registry(world.work, f"{kind}-indexes", kind)
        with world.checks.guarded(registry.name):
            check_signed_index(world, registry, "index", INDEX)
            check_signed_child(world, registry, "half", INDEX)
            check_signed_index(world, registry, "docker-list", DOCKER_LIST)
            check_copies(world, registry)
        registry.stop()
    check_unknown_repository(world, world.libraries["olareg"].registry)

# SPDX-License-Identifier: Apache-2.0
"""Every registry, with and without TLS, with every kind of authentication: oras pushes, the Notation CLI signs and leaves the
signature in both forms, `countersign verify` judges."""
import itertools
import shutil

from images import PROGRAMS, Image, Registry, Stored
from reviews import ALLOWED
from verdicts import verify

KINDS = ("olareg", "ggcr", "distribution", "debian")
WITHOUT_API = ("distribution", "debian")
AUTHENTICATIONS = ("none", "basic", "bearer")
NONE = "SIGNATURE_NOT_FOUND"


def expected_of(kind, image, referrers="auto"):
    """What becomes of `image` when signatures are looked for in this way."""
    # Where there are no signatures olareg lists null, which is no list: as if it had no API.
    without_api = kind in WITHOUT_API or (kind == "olareg" and image != "by-api")
    if referrers == "api" and without_api:
        return "REGISTRY_RESPONSE"
    if referrers == "tag" and kind == "olareg" and image == "by-api":
        return NONE
    return NONE if image == "unsigned" else ALLOWED


def push(world, registry):
    """Image names and references: signed in each form, and unsigned."""
    references = {}
    for name in ("by-api", "by-tag", "unsigned"):
        repository = f"{registry.host}/shop/{name}"
        references[name] = f"{repository}@{Image(world.work, name).push(registry.oras, f'{repository}:x')}"
    registry.sign(world.signers, "vault", references["by-api"])
    registry.sign(world.signers, "vault", references["by-tag"], stored=Stored.BY_TAG)
    return references


def with_password(settings, password):
    return settings | {"credentials": {"kind": "basic", "username": "tester", "password": password}}


def check_registry(world, registry, references):
    settings = registry.settings()
    for image, reference in references.items():
        expected = expected_of(registry.kind, image)
        verdict = verify(world, [settings], reference)
        found = {} if expected == NONE else {"signatures": 1}  # REG-47: the tag is written beside what the API knows
        world.checks.check(f"{registry.name}: {image} is {expected}", verdict.problems(expected, **found))
    if registry.auth != "none":
        for name, entry, expected in (("the wrong password", with_password(settings, "wrong"), "REGISTRY_AUTH"),
                                      ("a password in the configuration", with_password(settings, "secret"), ALLOWED),
                                      ("no password", settings | {"credentials": "anonymous"}, "REGISTRY_AUTH")):
            verdict = verify(world, [entry], references["by-api"])
            world.checks.check(f"{registry.name}: {name} is {expected}", verdict.problems(expected))


def check_places(world, registry, references):
    """The key `referrers`, with a registry that keeps signatures in one form or both."""
    for referrers, image in itertools.product(("auto", "api", "tag", "both"), references):
        entry = registry.settings() | {"referrers": referrers}
        expected = expected_of(registry.kind, image, referrers)
        found = {"signatures": 1} if expected == ALLOWED else {}
        world.checks.check(f"{registry.name}: {image} is {expected} with referrers: {referrers}",
                           verify(world, [entry], references[image]).problems(expected, **found))


def check(world):
    for kind, tls, auth in itertools.product(KINDS, (False, True), AUTHENTICATIONS):
        name = f"{kind}, {'HTTPS' if tls else 'HTTP'}, {auth}"
        if not shutil.which(PROGRAMS[kind]):
            world.missing(name, f"{PROGRAMS[kind]} not built (tests/peers/build.sh default)")
            continue
        with world.checks.guarded(name):
            registry = Registry(world.work, f"{kind}-{'https' if tls else 'http'}-{auth}", kind, tls, auth)
            references = push(world, registry)
            check_registry(world, registry, references)
            if not tls and auth == "none":
                check_places(world, registry, references)
            registry.stop()

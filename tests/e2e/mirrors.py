# SPDX-License-Identifier: Apache-2.0
"""Mirrors: bytes come from elsewhere, names do not."""
from bad_registry import BadRegistry
from forwarder import Forwarder
from reviews import ALLOWED
from stack import run
from verdicts import verify

NAME = "registry.example"  # nobody answers there
NONE = "SIGNATURE_NOT_FOUND"


def scoped(world, scope):
    policy = world.signers.policy()
    policy["trustPolicies"][0]["registryScopes"] = [scope]
    return policy


def mirror(entry, **more):
    return {"host": entry["host"], "plainHttp": True, "allowAddresses": ["127.0.0.1"]} | more


def check_rename(world, library):
    """An air gap: the pod names registry.example, a local registry has the images."""
    here = library.registry.settings()
    renamed = {"host": NAME, "mirrors": [mirror(here)], "mirrorsOnly": True}
    prefixed = {"host": NAME, "mirrors": [mirror(here, prefix="shop")], "mirrorsOnly": True}
    signed, unsigned = (library.digests[name] for name in ("signed", "unsigned"))
    for name, entry, path, policy, expected, facts in (
            ("a signed image", renamed, f"shop/web@{signed}", None, ALLOWED, {"scope": f"{NAME}/shop/web", "digest": signed}),
            ("an unsigned image", renamed, f"shop/web@{unsigned}", None, NONE, {}),
            ("a tag", renamed, "shop/web:signed", None, ALLOWED, {"digest": signed}),
            ("an image that it has not got", renamed, "shop/web:nowhere", None, "IMAGE_NOT_FOUND", {}),
            ("a prefix", prefixed, f"web@{signed}", None, ALLOWED, {"scope": f"{NAME}/web"}),
            ("a policy for the image's own name", renamed, f"shop/web@{signed}", scoped(world, f"{NAME}/shop/web"), ALLOWED, {}),
            ("a policy for the mirror's name", renamed, f"shop/web@{signed}", scoped(world, library.repository), "NO_POLICY", {})):
        verdict = verify(world, [entry], f"{NAME}/{path}", policy)
        world.checks.check(f"mirror only: {name} is {expected}", verdict.problems(expected, **facts))
    before = world.sink.connections
    entry = renamed | {"host": world.sink.origin.removeprefix("http://")}
    verdict = verify(world, [entry], f"{entry['host']}/shop/web@{signed}")
    world.checks.check("mirror only: the registry itself is never asked",
                       verdict.problems(ALLOWED) + (["it was"] if world.sink.connections != before else []))


def check_places(world, library, other):
    """A mirror in front of a registry that answers."""
    registry = library.registry
    signed = library.digests["signed"]
    run("oras", "cp", "--from-plain-http", "--to-plain-http", library.digest("signed"),
        f"{other.registry.host}/bare/shop/web:signed")
    for name, entry in (("has nothing", mirror(other.registry.settings(), prefix="nothing")),
                        ("is down", mirror({"host": world.nobody})),
                        ("has the image without its signature", mirror(other.registry.settings(), prefix="bare"))):
        verdict = verify(world, [registry.settings() | {"mirrors": [entry]}], library.digest("signed"))
        world.checks.check(f"a mirror that {name}: the registry is asked", verdict.problems(ALLOWED, signatures=1))
    with Forwarder(registry.host) as counted:
        entry = registry.settings() | {"mirrors": [mirror({"host": counted.host})]}
        verdict = verify(world, [entry], library.tag("signed"))
        asked = [seen.path for seen in counted.seen]
        problems = verdict.problems(ALLOWED, digest=signed)
        problems += ["the mirror was asked for the tag"] if any(path.endswith("/signed") for path in asked) else []
        world.checks.check("a mirror without the word is not asked what a tag names", problems + ([] if asked else ["nor anything"]))
        counted.seen.clear()
        entry["mirrors"][0]["tags"] = True
        problems = verify(world, [entry], library.tag("signed")).problems(ALLOWED, digest=signed)
        asked = [seen.path for seen in counted.seen]
        world.checks.check("a mirror with the word is", problems + ([] if any(path.endswith("/signed") for path in asked) else asked))


def check_other_bytes(world):
    """The mirror is bad_registry.py with a fault, the registry the same without it."""
    repository = "manifest-other"
    with BadRegistry(world.bad.content, world.sink.origin) as honest:
        honest.faults["other"] = lambda handler, data, media_type: handler.reply(200, data, media_type)
        entry = {"host": honest.host, "plainHttp": True, "allowAddresses": ["127.0.0.1"]}
        lying = mirror({"host": world.bad.host})
        verdict = verify(world, [entry | {"mirrors": [lying]}], f"{honest.host}/{repository}@{world.bad_digest}")
        world.checks.check("a mirror with other bytes: the registry is asked", verdict.problems(ALLOWED))
    verdict = verify(world, [{"host": NAME, "mirrors": [lying], "mirrorsOnly": True}], f"{NAME}/{repository}@{world.bad_digest}")
    world.checks.check("mirror only: other bytes are DIGEST_MISMATCH", verdict.problems("DIGEST_MISMATCH"))


def check(world):
    check_rename(world, world.libraries["olareg"])
    check_places(world, world.libraries["olareg"], world.libraries["distribution"])
    check_other_bytes(world)

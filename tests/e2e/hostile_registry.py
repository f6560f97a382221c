# SPDX-License-Identifier: Apache-2.0
"""Registries that refuse, hang, lie or flood: each is a denial with a reason in time, and costs no memory."""
import concurrent.futures
import time

from faults import CANARY, STORE
from reviews import ALLOWED, judge, pod, review

BUDGET = 3  # seconds of ?timeout=
PATIENCE = 10  # the same, where trying again is right
MEMORY = 32 << 20  # what 300 MB answers may leave behind

UNAVAILABLE, RESPONSE, MISMATCH = "REGISTRY_UNAVAILABLE", "REGISTRY_RESPONSE", "DIGEST_MISMATCH"
LATE = {"DEADLINE_EXCEEDED", UNAVAILABLE}
NONE = "SIGNATURE_NOT_FOUND"
DISCARDED = "ENVELOPE_INVALID"  # the registry's definite word that it has no such signature

# (step-fault, reference form, expected)
CASES = (
    ("good", "digest", ALLOWED),  # the same registry without a fault
    ("good", "tag", ALLOWED),
    ("manifest-hang", "digest", LATE),
    ("manifest-drip", "digest", LATE),  # CHA-02
    ("manifest-other", "digest", MISMATCH),  # BND-01, BND-02
    ("manifest-lie", "digest", ALLOWED),  # BND-02: the bytes decide
    ("manifest-lie", "tag", ALLOWED),
    ("manifest-noise", "tag", RESPONSE),  # CHA-03
    ("manifest-half", "tag", RESPONSE),
    ("manifest-short", "digest", {MISMATCH, UNAVAILABLE}),
    ("manifest-cut", "digest", UNAVAILABLE),
    ("manifest-cut", "tag", UNAVAILABLE),
    ("manifest-huge", "digest", RESPONSE),  # NET-14
    ("manifest-huge", "tag", RESPONSE),
    ("manifest-endless", "digest", RESPONSE),
    ("manifest-html", "digest", {MISMATCH, RESPONSE}),
    ("manifest-html", "tag", RESPONSE),
    ("manifest-deep", "tag", RESPONSE),
    ("manifest-nothttp", "digest", {UNAVAILABLE, RESPONSE}),
    ("manifest-reset", "digest", UNAVAILABLE),
    ("manifest-gzip", "digest", {UNAVAILABLE, RESPONSE}),  # NET-12
    ("manifest-bomb", "tag", LATE | {RESPONSE}),
    ("referrers-bomb", "digest", LATE | {RESPONSE}),
    ("envelope-bomb", "digest", LATE | {RESPONSE}),
    ("manifest-header", "digest", {UNAVAILABLE, RESPONSE}),  # NET-13
    ("manifest-headers", "digest", {UNAVAILABLE, RESPONSE}),
    ("manifest-500", "digest", UNAVAILABLE),  # CHA-01
    ("manifest-502", "digest", UNAVAILABLE),
    ("manifest-503", "tag", UNAVAILABLE),
    ("manifest-504", "digest", UNAVAILABLE),
    ("manifest-429", "digest", "REGISTRY_THROTTLED"),  # CHA-06
    ("manifest-busy", "digest", "REGISTRY_THROTTLED"),
    ("referrers-429", "digest", "REGISTRY_THROTTLED"),  # REG-33
    ("referrers-busy", "digest", "REGISTRY_THROTTLED"),
    ("envelope-busy", "digest", "REGISTRY_THROTTLED"),
    ("manifest-401", "digest", "REGISTRY_AUTH"),
    ("manifest-403", "digest", "REGISTRY_AUTH"),
    ("manifest-404", "digest", "IMAGE_NOT_FOUND"),
    ("manifest-realm", "digest", {"REGISTRY_AUTH", "ADDRESS_NOT_ALLOWED"}),  # NET-03
    ("manifest-file", "digest", {"REGISTRY_AUTH", RESPONSE}),
    ("manifest-loop", "digest", RESPONSE),  # NET-09, CHA-04
    ("manifest-away", "digest", {RESPONSE, "ADDRESS_NOT_ALLOWED"}),
    ("manifest-away", "tag", {RESPONSE, "ADDRESS_NOT_ALLOWED"}),
    ("manifest-ftp", "digest", RESPONSE),
    ("referrers-none", "digest", NONE),  # BND-14: an empty list is an answer,
    ("referrers-404", "digest", NONE),  # and so is 404 without a referrers tag,
    ("referrers-500", "digest", UNAVAILABLE),  # but an error is none.
    ("referrers-hang", "digest", LATE),
    ("referrers-html", "digest", {RESPONSE, NONE}),  # not an index; that there is no tag either is then an answer
    ("referrers-huge", "digest", RESPONSE),
    ("referrers-deep", "digest", {RESPONSE, NONE}),
    ("referrers-types", "digest", NONE),  # BND-15
    ("referrers-again", "digest", RESPONSE),  # NET-10
    ("referrers-pages", "digest", RESPONSE),
    ("referrers-nextaway", "digest", RESPONSE),
    ("signature-other", "digest", DISCARDED),
    ("signature-hang", "digest", LATE),
    ("signature-huge", "digest", {RESPONSE, MISMATCH}),
    ("signature-500", "digest", UNAVAILABLE),
    ("signature-404", "digest", DISCARDED),
    ("first-other", "digest", ALLOWED),  # BND-06: the second signature is good
    ("first-404", "digest", ALLOWED),
    ("first-html", "digest", ALLOWED),
    ("envelope-other", "digest", DISCARDED),  # BND-07
    ("envelope-short", "digest", {DISCARDED, UNAVAILABLE}),
    ("envelope-cut", "digest", {UNAVAILABLE, RESPONSE}),
    ("envelope-huge", "digest", {RESPONSE, MISMATCH}),
    ("envelope-away", "digest", {RESPONSE, "ADDRESS_NOT_ALLOWED"}),
    ("envelope-404", "digest", DISCARDED),
    ("envelope-moved", "digest", ALLOWED),
)

# Faults that go by while a decision has time.
HEALING = tuple(f"{step}-{fault}" for step in ("manifest", "referrers", "signature", "envelope")
                for fault in ("503twice", "429once", "resetonce"))
HEALING += ("manifest-500once", "manifest-busyonce", "manifest-cutonce")
LATER = "manifest-later"  # asks to be left alone for an hour
REPOSITORIES = sorted({"good", LATER, *HEALING, *(repository for repository, _, _ in CASES)})


def reference(world, repository, form):
    return f"{world.bad.name(repository)}/{repository}" + (":tag" if form == "tag" else f"@{world.bad_digest}")


def check_case(world, repository, form, expected, budget=BUDGET):
    asked = review(pod(reference(world, repository, form)))
    began = time.monotonic()
    reply = world.server.post(asked, query=f"?timeout={budget}s")
    took = time.monotonic() - began
    problems = judge(reply, asked, expected)
    if took > budget:
        problems.append(f"answered after {took:.1f} s")
    if CANARY in reply.body:  # AW-34
        problems.append("the denial repeats what the registry said")
    names = expected if isinstance(expected, str) else " or ".join(sorted(expected))
    world.checks.check(f"{repository} by {form} is {names}", problems)


def check_refused(world):
    asked = review(pod(f"{world.nobody}/shop/web@{world.bad_digest}"))
    world.checks.check("a registry where nobody listens", judge(world.server.post(asked, query="?timeout=3s"), asked, UNAVAILABLE))


def check_left_alone(world):
    """429 with a time far off: nobody asks before it."""
    asked = review(pod(reference(world, LATER, "digest")))
    for _ in range(3):
        problems = judge(world.server.post(asked, query=f"?timeout={BUDGET}s"), asked, "REGISTRY_THROTTLED")
    sent = len(world.bad.asked(LATER))
    world.checks.check("a registry that says when to come back is left alone until then",
                       problems + ([f"{sent} requests"] if sent > 2 else []))  # the manifest and the referrers at once


def check_store(world):
    """The store that an envelope was moved to has been asked, without the registry's password."""
    at_store = [headers for _, headers in list(world.bad.requests) if headers.get("Host") == STORE]
    world.checks.check("a store gets no credentials", ["it was not asked"] if not at_store else
                       [f"{name}: {value}" for headers in at_store for name, value in headers.items()
                        if name.lower() in ("authorization", "cookie", "referer")])


def check_once(world):
    """ADM-18: equal images are verified once, so 500 of them cost what one costs."""
    asked = review(pod(*[reference(world, "good", "digest")] * 500))
    before = len(world.bad.requests)
    problems = judge(world.server.post(asked), asked, ALLOWED)
    sent = len(world.bad.requests) - before
    world.checks.check("500 equal images cost the requests of one", problems + ([f"{sent} requests"] if sent > 4 else []))


def check_crowd(world):
    """A registry that hangs holds up those who asked for it, and nobody else for long."""
    library = next(iter(world.libraries.values()))
    good, slow = review(pod(library.digest("signed"))), review(pod(reference(world, "manifest-hang", "digest")))
    with concurrent.futures.ThreadPoolExecutor(12) as pool:
        waiting = [pool.submit(world.server.post, slow, query="?timeout=4s") for _ in range(12)]
        time.sleep(0.5)
        began = time.monotonic()
        reply = world.server.post(good, query="?timeout=10s")
        took = time.monotonic() - began
        world.checks.check("12 reviews that hang do not stop a good one",
                           judge(reply, good, ALLOWED) + ([f"it took {took:.1f} s"] if took > 4.5 else []))
        wrong = [problem for future in waiting for problem in judge(future.result(), slow, LATE | {"OVERLOADED"})]
    world.checks.check("each of the 12 was denied in time", wrong)


def check(world):
    before = world.server.memory()
    for case in CASES:
        check_case(world, *case)
    for repository in HEALING:
        check_case(world, repository, "digest", ALLOWED, PATIENCE)
    check_refused(world)
    check_left_alone(world)
    check_store(world)
    grown = world.server.memory() - before
    world.checks.check("300 MB answers cost no memory", f"{grown >> 20} MiB more" if grown > MEMORY else "")
    world.checks.equal("nobody was sent elsewhere", world.sink.connections, 0)
    world.checks.equal("nobody sent HEAD", world.bad.heads, 0)  # REG-05
    check_once(world)
    check_crowd(world)

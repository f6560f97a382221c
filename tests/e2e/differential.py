# SPDX-License-Identifier: Apache-2.0
"""`countersign verify` beside `notation verify`: the same images, trust stores and policies.

The law: both agree, about what was let pass too; or we are stricter, and docs/notation.md says why. Never the other way.
"""
import concurrent.futures
import os
import random
import time

import divergences
import envelopes
import inspections
import mutations
import spellings
from authority import KEYS
from laboratory import FORMATS, Laboratory
from policies import (EVERYWHERE, LENIENT, NO_REVOCATION, PERMISSIVE, PERMISSIVE_STAMPED, SOMEWHERE, STAMPED,
                      STAMPED_WHEN_EXPIRED, STRANGERS, STRICT)
from stack import until

SEED = 20_261_125
BRIEF_SECONDS = 12  # long enough to sign with, and over when the rest is judged
PAIRS = 500  # at least; a table that got lost would not fail by itself
RANDOM_MUTATIONS = 16  # of each of the base envelopes

# What the CLI says when it has judged; anything else would agree with any refusal of ours.
REFUSALS = ("signature verification failed for all the signatures", "no applicable")


def problem(theirs, ours, topic):
    """What is wrong with this pair of verdicts, or "". A topic says that the CLI trusts and we do not; ANY, that we may."""
    if not theirs.trusted and not any(words in theirs.said for words in REFUSALS):
        return f"the CLI could not judge: {theirs.said}"
    if ours.status not in (0, 1):
        return f"ours ends with {ours.status}: {ours.said}"
    if ours.trusted and not theirs.trusted:
        return f"MORE LENIENT than the CLI, which says: {theirs.said}"
    stricter = theirs.trusted and not ours.trusted
    if topic == divergences.ANY:
        topic = divergences.topic_of(ours.said) if stricter else ""
    if stricter and not topic:
        return f"stricter than documented: {ours.reason} {ours.said}"
    if topic and not stricter:
        return f"not stricter: both say {ours.trusted}"
    if topic and not divergences.documented(topic):
        return f"docs/notation.md says nothing of {topic!r}"
    if ours.trusted and ours.logged != theirs.logged:
        return f"logged {sorted(ours.logged)}, the CLI {sorted(theirs.logged)}"
    return ""


class Comparison:
    """Runs pairs on all cores and counts them; one check for each group of them."""

    def __init__(self, world, lab):
        self.world, self.lab = world, lab
        self.homes = {}
        self.pairs = self.stricter = 0

    def home(self, policy):
        if policy.name not in self.homes:
            self.homes[policy.name] = self.lab.home(policy.name.replace(" ", "-"), policy.document(self.lab.repository))
        return self.homes[policy.name]

    def group(self, title, cases):
        """Each case is (name, policy, target, what it must come to or None, topic)."""
        cases = list(cases)
        for _, policy, *_ in cases:
            self.home(policy)
        with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
            problems = [found for found in pool.map(self._judge, cases) if found]
        self.world.checks.check(f"{title}: {len(cases)} pairs", problems)

    def _judge(self, case):
        name, policy, target, expected, topic = case
        theirs, ours = self.lab.judge(self.home(policy), target)
        self.pairs += 1
        self.stricter += theirs.trusted and not ours.trusted
        found = problem(theirs, ours, topic)
        if not found and expected is not None and theirs.trusted != expected:
            found = f"both say {theirs.trusted}: {theirs.said}"
        return f"{name}, {policy.name}: {found}" if found else ""


def expectation(policy, sample):
    return {"trusted": True, "stamped": sample.stamped, "refused": False}[policy.good]


def check_signed(comparison, samples):
    """Every key, both formats, with and without a timestamp."""
    for name in (f"{key}-{envelope}{suffix}" for key in KEYS for envelope in FORMATS for suffix in ("", "-stamped")):
        sample = samples[name]
        policies = EVERYWHERE + (SOMEWHERE if name in ("rsa2048-cose", "p256-jws-stamped") else ())
        target = comparison.lab.in_registry(sample)
        comparison.group(name, [(name, policy, target, expectation(policy, sample), "") for policy in policies])


def mutated(sample, donor, chance):
    """(name, bytes, topic, policies): by the lenient policy integrity alone refuses."""
    good, other = envelopes.parse(sample.media_type, sample.envelope), envelopes.parse(donor.media_type, donor.envelope)
    for name, change in mutations.PARTS:
        envelope = good.copy()
        change(envelope, other, chance)
        yield name, envelope.encode(), "", (STAMPED, LENIENT)
    for name, change, topic in spellings.of(good):
        yield name, change(good), topic, (LENIENT,) if topic else (STAMPED, LENIENT)


def check_mutated(comparison, samples):
    chance = random.Random(SEED)
    for envelope in FORMATS:
        sample, donor = samples[f"p256-{envelope}-stamped"], samples[f"p384-{envelope}-stamped"]
        cases = []
        for number, (name, data, topic, policies) in enumerate(mutated(sample, donor, chance)):
            target = comparison.lab.in_layout(f"{envelope}-{number}", sample, data)
            expected = True if data == sample.envelope else None
            cases += [(name, policy, target, expected, topic) for policy in policies]
        comparison.group(f"changed {envelope}", cases)


def check_random(comparison, samples):
    chance = random.Random(SEED)
    lab = comparison.lab
    for name in ("p256-cose-stamped", "rsa2048-cose", "p256-jws-stamped", "rsa2048-jws"):
        sample = samples[name]
        cases = []
        for number in range(RANDOM_MUTATIONS):
            change = chance.choice(mutations.AT_RANDOM)
            target = lab.in_layout(f"{name}-random-{number}", sample, change(sample.envelope, chance))
            cases.append((f"{change.__name__} {number}", LENIENT, target, None, divergences.ANY))
        comparison.group(f"{name}, changed at random", cases)


# Who is asked about, and whether a strict policy trusts him.
REVOCABLE = {"ocsp-good": True, "ocsp-revoked": False, "crl-good": True, "crl-revoked": False, "ocsp-down": False,
             "crl-missing": False, "fallback-good": True, "fallback-revoked": False, "below-retired": False}


def check_revocation(comparison, samples):
    """Lists by `openssl ca -gencrl`, answers by `openssl ocsp`."""
    cases = []
    for name, good in REVOCABLE.items():
        target = comparison.lab.in_registry(samples[name])
        cases += [(name, policy, target, good or policy != STRICT, "") for policy in (STRICT, PERMISSIVE, NO_REVOCATION)]
    for policy, good in ((STAMPED, False), (PERMISSIVE_STAMPED, True), (STRICT, True)):
        cases.append(("revoked-clock", policy, comparison.lab.in_registry(samples["revoked-clock"]), good, ""))
    comparison.group("revocation", cases)


def check_several(comparison, samples):
    """Two signatures by different people: one of them suffices."""
    target = comparison.lab.in_registry(samples["twice"])
    comparison.group("two signatures", [("twice", STRICT, target, True, ""), ("twice", STRANGERS, target, True, ""),
                                        ("twice", STAMPED, target, False, "")])


def check_metadata(comparison, samples):
    comparison.group("metadata that is demanded", [
        (value, STRICT, comparison.lab.in_registry(samples["metadata"], "-m", value), good, "")
        for value, good in (("stage=prod", True), ("stage=test", False), ("Stage=prod", False), ("other=prod", False))])


def check_expired(comparison, samples):
    """Signers whose certificates have ended since, and a signature that has."""
    lab = comparison.lab
    cases = []
    for envelope in FORMATS:
        for policy, good, good_stamped in ((STRICT, False, False), (PERMISSIVE, True, True), (STAMPED, False, True),
                                           (STAMPED_WHEN_EXPIRED, False, True), (PERMISSIVE_STAMPED, True, True)):
            cases.append((f"{envelope}", policy, lab.in_registry(samples[f"brief-{envelope}"]), good, ""))
            cases.append((f"{envelope}, stamped", policy, lab.in_registry(samples[f"brief-{envelope}-stamped"]), good_stamped, ""))
    cases += [("its own expiry", policy, lab.in_registry(samples["expiry"]), policy == PERMISSIVE, "")
              for policy in (STRICT, STAMPED, PERMISSIVE)]
    ended = until(BRIEF_SECONDS + 5, lambda: time.time() > lab.brief_until)
    comparison.world.checks.check("what is to expire has expired", "" if ended else "it has not")
    comparison.group("expired", cases)


def check_inspection(comparison, samples):
    shown = [samples[name] for name in ("rsa2048-cose", "p384-jws", "p256-cose-stamped", "p521-jws-stamped", "metadata", "expiry", "twice")]
    inspections.check(comparison.world, comparison.lab, comparison.home(STRICT), shown)


def sign_everything(lab):
    samples = {}

    def sign(name, key, envelope="cose", clock=None, options=()):
        samples[name] = lab.sign(name, key, envelope, clock, options)
    for key in KEYS:
        for envelope in FORMATS:
            sign(f"{key}-{envelope}", key, envelope)
            sign(f"{key}-{envelope}-stamped", key, envelope, lab.clocks["clock"])
    for name in REVOCABLE:
        sign(name, name)
    sign("revoked-clock", "p256", clock=lab.clocks["revoked-clock"])
    sign("metadata", "p256", options=("-m", "stage=prod"))
    sign("twice", "stranger")
    lab.sign_again(samples["twice"], "p256", "jws")
    lab.issue(lab.root, "brief", "p256", lifetime=BRIEF_SECONDS)
    lab.brief_until = time.time() + BRIEF_SECONDS + 1
    for envelope in FORMATS:
        sign(f"brief-{envelope}", "brief", envelope)
        sign(f"brief-{envelope}-stamped", "brief", envelope, lab.clocks["clock"])
    sign("expiry", "p256", clock=lab.clocks["clock"], options=("--expiry", f"{BRIEF_SECONDS}s"))
    lab.start_judging()
    return samples


def check(world):
    registry = world.libraries["olareg"].registry
    with Laboratory(world.work / "laboratory", registry, world.binary) as lab:
        comparison = Comparison(world, lab)
        samples = sign_everything(lab)
        for part in (check_signed, check_several, check_revocation, check_metadata, check_mutated, check_random, check_expired,
                     check_inspection):
            part(comparison, samples)
        world.checks.check(f"{comparison.pairs} pairs, {comparison.stricter} of them stricter here, as documented",
                           "" if comparison.pairs >= PAIRS else f"fewer than {PAIRS}")

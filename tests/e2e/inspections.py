# SPDX-License-Identifier: Apache-2.0
"""`countersign list` and `inspect` beside `notation ls` and `inspect`: the same signatures, the same facts about each."""
import json
import os
import re

from stack import run

DIGEST = re.compile(r"sha256:[0-9a-f]{64}")
INTERVAL = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d")


def ours(lab, command, sample, *options):
    return run(lab.binary, command, *options, *lab.in_registry(sample).ours, ok=None,
               env={"PATH": os.defpath, "HOME": str(lab.work)})


def theirs(lab, home, command, sample, *options):
    return lab.notation(home, command, *options, *lab.in_registry(sample).theirs).stdout


def certificates(entries):
    return [(one["SHA256Fingerprint"], one["issuedTo"], one["issuedBy"], one["expiry"]) for one in entries]


def facts(signature):
    """What both show of a signature, in one form."""
    signed, unsigned = signature["signedAttributes"], signature["unsignedAttributes"]
    stamp = unsigned.get("timestampSignature")
    return {
        "digest": signature["digest"],
        "envelope": signature.get("signatureEnvelopeType") or signature["mediaType"],
        "algorithm": signature["signatureAlgorithm"],
        "scheme": signed["signingScheme"], "time": signed["signingTime"], "expiry": signed.get("expiry"),
        "metadata": signature["userDefinedAttributes"] or {},
        "agent": unsigned["signingAgent"],
        "timestamp": stamp and (INTERVAL.findall(stamp["timestamp"]), set(certificates(stamp["certificates"]))),
        "certificates": certificates(signature["certificates"]),
        "artifact": {name: signature["signedArtifact"][name] for name in ("mediaType", "digest", "size")},
    }


def differences(one, other):
    return [f"{name}: {value!r}, the CLI {other[name]!r}" for name, value in one.items() if value != other[name]]


def compare(lab, home, sample):
    done = ours(lab, "inspect", sample, "--notation-config", home, "-o", "json")
    if done.returncode != 0:
        return f"exit {done.returncode}: {done.stderr.strip()[-300:]}"
    by_digest = lambda entries: {entry["digest"]: facts(entry) for entry in entries}
    mine = by_digest(json.loads(done.stdout)["signatures"])
    others = by_digest(json.loads(theirs(lab, home, "inspect", sample, "-o", "json"))["Signatures"])
    if mine.keys() != others.keys():
        return f"{sorted(mine)}, the CLI {sorted(others)}"
    return [difference for digest, one in mine.items() for difference in differences(one, others[digest])]


def check(world, lab, home, samples):
    for sample in samples:
        listed = sorted(DIGEST.findall(ours(lab, "list", sample).stdout))
        world.checks.equal(f"list {sample.name} shows the digests of notation ls", listed,
                           sorted(DIGEST.findall(theirs(lab, home, "list", sample))))
        world.checks.check(f"inspect {sample.name} shows the facts of notation inspect", compare(lab, home, sample))

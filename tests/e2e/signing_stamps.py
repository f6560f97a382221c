# SPDX-License-Identifier: Apache-2.0
"""What is signed along, and what is stamped on it: timestamps, expiry, user metadata, tags. Both programs see the same of it."""
import datetime
import itertools
import json
import time

from laboratory import FORMATS
from signing_world import at_once
from stack import until

BRIEF_SECONDS = 12  # long enough to sign with, and over when it is judged
METADATA = {"buildId": "101", "commit": "0123456789abcdef", "note": "größer = \"besser\", 100 %"}


def moment(text):
    return datetime.datetime.fromisoformat(text.replace("Z", "+00:00"))


def inspected(stage, place, name, digest):
    """{program: the one signature, as its `inspect -o json` shows it}; notation's looks into no layout."""
    done = stage.countersign("inspect", "-o", "json", "--notation-config", stage.strict, *place.ours(name, digest))
    shown = {"countersign": json.loads(done.stdout)["signatures"][0] if done.returncode == 0 else {"error": done.stderr[-200:]}}
    if place is not stage.layouts:
        theirs = stage.notation(stage.strict, "inspect", "-o", "json", *place.theirs(name, digest), ok=(0,)).stdout
        shown["notation"] = json.loads(theirs)["Signatures"][0]
    return shown


def stamped_words(stage):
    return ("--timestamp-url", stage.clock.url, "--timestamp-root-cert", stage.clock_root.certificate)


def stamp(stage, case):
    """(name, what is wrong)"""
    envelope, key, place = case
    name = f"stamped-{envelope}-{key}-{place.name.replace(' ', '-').lower()}"
    digest = stage.image(place, name)
    by_vault = key.startswith("vault")
    words = stage.by_vault(key) if by_vault else stage.local(key)
    reach = place.ours_by_configuration(name, digest) if by_vault else place.ours(name, digest)
    began = time.time()
    report, wrong = stage.sign_ours("--signature-format", envelope, *words, *stamped_words(stage), *reach)
    if wrong:
        return name, [wrong]
    wrong = [f"{who} does not trust it: {said}" for who, said in stage.verified(stage.stamped, place, name, digest).items()]
    times = [moment(report["timestamp"][bound]).timestamp() for bound in ("earliest", "latest")] if report.get("timestamp") else [0, 0]
    if not began - 3 < times[0] <= times[1] < time.time() + 3:
        wrong.append(f"stamped at {report.get('timestamp')}")
    for who, shown in inspected(stage, place, name, digest).items():
        if not shown.get("unsignedAttributes", {}).get("timestampSignature", {}).get("timestamp"):
            wrong.append(f"{who} inspect shows no timestamp")
    return name, wrong


def check_timestamps(stage):
    """Under a policy that demands them, in a strict statement with a tsa store."""
    cases = list(itertools.product(FORMATS, ("rsa2048", "p384", "vault-p256"), stage.places))
    wrong = [f"{name}: {each}" for name, found in at_once(lambda case: stamp(stage, case), cases) for each in found]
    stage.checks.check(f"timestamps: {len(cases)} signatures, trusted by both where timestamps are demanded", wrong)
    stage.checks.check("every request for a timestamp was well-formed", stage.clock.problems)


def check_outliving(stage):
    """A signer's certificate has ended since: the timestamp says that it was good, and without one nobody trusts it."""
    stage.issue("brief", "p256", lifetime=BRIEF_SECONDS)
    over = time.time() + BRIEF_SECONDS + 1
    digests = {}
    for name, words in (("brief", ()), ("brief-stamped", stamped_words(stage))):
        digests[name] = stage.image(stage.api, name)
        _, wrong = stage.sign_ours(*stage.local("brief"), *words, *stage.api.ours(name, digests[name]))
        stage.checks.check(f"{name} is signed in time", wrong)
    until(BRIEF_SECONDS + 5, lambda: time.time() > over)
    refused = {name: sorted(stage.verified(home, stage.api, name, digests[name]))
               for name, home in (("brief", stage.strict), ("brief-stamped", stage.stamped))}
    stage.checks.equal("a certificate that has ended: its signature counts with a timestamp only", refused,
                       {"brief": ["countersign", "notation"], "brief-stamped": []})


def check_along(stage):
    """Expiry and metadata, in both formats and in all places."""
    for envelope, place in itertools.product(FORMATS, stage.places):
        name = f"along-{envelope}-{place.name.replace(' ', '-').lower()}"
        digest = stage.image(place, name)
        metadata = [word for item in METADATA.items() for word in ("-m", "=".join(item))]
        report, wrong = stage.sign_ours("--signature-format", envelope, "--expiry", "24h", *metadata, *stage.local("p256"),
                                        *place.ours(name, digest))
        if wrong:
            stage.checks.check(f"{name} is signed", wrong)
            continue
        wrong = []
        for who, shown in inspected(stage, place, name, digest).items():
            signed = shown.get("signedAttributes", {})
            if shown.get("userDefinedAttributes") != METADATA:
                wrong.append(f"{who} shows {shown.get('userDefinedAttributes')}")
            if not signed or moment(signed["expiry"]) - moment(signed["signingTime"]) != datetime.timedelta(hours=24):
                wrong.append(f"{who} shows {signed}")
        if moment(report["expiry"]) - moment(report["signingTime"]) != datetime.timedelta(hours=24):
            wrong.append(f"the report says {report['expiry']}")
        wrong += [f"{who} does not find the metadata: {said}" for who, said in stage.verified(
            stage.strict, place, name, digest, "-m", "buildId=101").items()]
        if len(stage.verified(stage.strict, place, name, digest, "-m", "buildId=102")) != 2:
            wrong.append("other metadata is found")
        stage.checks.check(f"{envelope.upper()}, {place.name}: expiry and metadata are signed along, and shown", wrong)


def check_expired(stage):
    """A signature may end soon. Days and seconds are durations, too."""
    digest = stage.image(stage.api, "ending")
    report, wrong = stage.sign_ours("--expiry", "2s", *stage.local("p256"), *stage.api.ours("ending", digest))
    stage.checks.check("a signature that ends soon is made", wrong)
    if report:
        until(6, lambda: time.time() > moment(report["expiry"]).timestamp() + 1)
        stage.checks.equal("it has ended", sorted(stage.verified(stage.strict, stage.api, "ending", digest)), ["countersign", "notation"])
    digest = stage.image(stage.api, "thirty-days")
    report, wrong = stage.sign_ours("--expiry", "30d", *stage.local("p256"), *stage.api.ours("thirty-days", digest))
    stage.checks.check("30d are thirty days", wrong or (
        "" if moment(report["expiry"]) - moment(report["signingTime"]) == datetime.timedelta(days=30) else report["expiry"]))


def check_tags(stage):
    """What a tag names is signed by its digest, with the warning that users know."""
    digest = stage.image(stage.api, "by-tag")
    report, wrong = stage.sign_ours(*stage.local("p256"), "--plain-http", stage.api.registry.host, "--allow-address", "127.0.0.1/32",
                                    f"{stage.api.repository}:by-tag")
    if not wrong and (report["digest"] != digest or not any("digest" in warning and "tag" in warning for warning in report["warnings"])):
        wrong = f"{report['digest']}, warnings {report['warnings']}"
    stage.checks.check("a tag is signed by its digest, with a warning", wrong)
    stage.checks.equal("both trust it", stage.verified(stage.strict, stage.api, "by-tag", digest), {})


def check_beside(stage):
    """--force-referrers-tag: under the tag as well, where the registry has the API."""
    digest = stage.image(stage.api, "beside")
    _, wrong = stage.sign_ours("--force-referrers-tag", *stage.local("p256"), *stage.api.ours("beside", digest))
    stage.checks.check("with --force-referrers-tag", wrong)
    tag = f"{stage.api.repository}:{digest.replace(':', '-')}"
    index = stage.api.registry.oras("manifest", "fetch", tag, ok=None).stdout
    stage.checks.equal("the referrers tag names the signature", len(json.loads(index or "{}").get("manifests", [])), 1)


def check(stage):
    for part in (check_timestamps, check_outliving, check_along, check_expired, check_tags, check_beside):
        with stage.checks.guarded(part.__name__):
            part(stage)

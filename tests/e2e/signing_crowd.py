# SPDX-License-Identifier: Apache-2.0
"""Many sign one image at the same time, in a registry without the referrers API: whoever writes its list may not lose another's
signature."""
import json
import os
import re
import subprocess

from signing_world import PATIENCE
from stack import run

EARLIER, CROWD = 8, 32
DIGEST = re.compile(r"sha256:[0-9a-f]{64}")


def started(stage, name, digest):
    words = [stage.binary, "sign", "-o", "json", *stage.local(name), *stage.tag.ours("crowd", digest)]
    return subprocess.Popen([str(word) for word in words], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
                            env={"PATH": os.defpath, "HOME": str(stage.folder)})


def ended(process):
    """The signature's digest, or ""; and what was said."""
    try:
        said, complaint = process.communicate(timeout=PATIENCE)
    except subprocess.TimeoutExpired:
        process.kill()
        process.communicate()
        return "", f"not done after {PATIENCE} s"
    if process.returncode != 0:
        return "", f"exit {process.returncode}: {complaint.strip()[-200:]}"
    return json.loads(said)["signature"]["digest"], ""


def listings(stage, digest):
    """Digests of signatures, as three programs list them."""
    ours = stage.countersign("list", "--max-signatures", "100", *stage.tag.ours("crowd", digest))
    theirs = stage.notation(stage.strict, "list", "--max-signatures", "100", *stage.tag.theirs("crowd", digest))
    oras = [entry["digest"] for entry, _ in stage.tag.signatures("crowd", digest)]
    return {"countersign list": set(DIGEST.findall(ours.stdout)) - {digest},
            "notation list": set(DIGEST.findall(theirs.stdout)) - {digest}, "oras discover": set(oras)}


def check(stage):
    names = [f"crowd-{number}" for number in range(EARLIER + CROWD)]
    for name in names:
        stage.issue(name, "p256")
    stage.register_keys()
    digest = stage.image(stage.tag, "crowd")
    for name in names[:EARLIER]:
        wrong = stage.sign_theirs("--key", name, *stage.tag.theirs_to_sign("crowd", digest))
        if wrong:
            raise RuntimeError(wrong)
    before = listings(stage, digest)
    stage.checks.equal(f"{EARLIER} signatures of notation's are there first", {who: len(found) for who, found in before.items()},
                       dict.fromkeys(before, EARLIER))
    processes = [started(stage, name, digest) for name in names[EARLIER:]]
    results = [ended(process) for process in processes]
    made = {signature for signature, _ in results if signature}
    stage.checks.check(f"{CROWD} sign at the same time", [said for _, said in results if said])
    stage.checks.equal("each made a signature of its own", len(made), CROWD)
    expected = made | before["oras discover"]
    for who, found in listings(stage, digest).items():
        stage.checks.check(f"{who} shows all {EARLIER + CROWD}", [f"{len(expected - found)} are lost"] if expected - found else
                           [f"{len(found - expected)} are nobody's"] if found - expected else [])
    check_trusted(stage, digest)


def check_trusted(stage, digest):
    """Each of them is good: the registry's list is copied to a layout, and all are judged."""
    layout = stage.folder / "layouts/crowd"
    run("oras", "cp", "--recursive", "--from-plain-http", f"{stage.tag.repository}@{digest}", "--to-oci-layout", f"{layout}:x")
    done = stage.countersign("inspect", "-o", "json", "--max-signatures", "100", "--notation-config", stage.strict,
                             *stage.tag.ours("crowd", digest))
    shown = json.loads(done.stdout)["signatures"] if done.returncode == 0 else []
    good = [signature for signature in shown if signature.get("verdict", "trusted") == "trusted" and not signature.get("error")]
    stage.checks.equal("all of them are good", len(good), EARLIER + CROWD)
    copied = stage.layouts.signatures("crowd", digest)
    stage.checks.equal("oras copies all of them", len(copied), EARLIER + CROWD)

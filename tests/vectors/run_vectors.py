#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Judges every signature vector with the built program and compares the exit status.

    run_vectors.py PROGRAM FOLDER...

FOLDER holds <group>/<case>/case.json; a FOLDER that does not exist is skipped with a visible line.
A case that expects `untrusted` must never end with 0, whatever else is not supported yet.
"""
import collections
import json
import os
import pathlib
import subprocess
import sys

EXPECTED = {"trusted": 0, "skipped": 0, "untrusted": 1, "config-error": 2}
# What is not judged yet. Of these only "never trusted by mistake" is held; each is counted aloud.
UNSUPPORTED_GROUPS = ("timestamp", "revocation")
JWS = b"application/jose+json"
COSE = b"application/cose"
MANIFEST_BYTES = 64 * 1024
SECONDS = 60


def envelope_types(case):
    """Which envelope types the manifests of the layout name."""
    types = set()
    for blob in (case / "layout" / "blobs").glob("*/*"):
        if blob.stat().st_size <= MANIFEST_BYTES:
            content = blob.read_bytes()
            types.update(kind for kind in (JWS, COSE) if b'"' + kind + b'"' in content)
    return types


def why_unsupported(case, facts):
    if facts["group"] in UNSUPPORTED_GROUPS:
        return facts["group"]
    return "JWS" if JWS in envelope_types(case) else None


def judge(program, case, facts):
    command = [program, "verify", "--oci-layout", "--scope", facts["scope"],
               "--notation-config", str(case / "home"), "-o", "json", *facts.get("flags", [])]
    if facts["at"]:
        command += ["--at", facts["at"]]
    command.append(f"{case / 'layout'}@{facts['digest']}")
    environment = {"PATH": os.defpath, "HOME": "/nonexistent"}
    return subprocess.run(command, capture_output=True, text=True, timeout=SECONDS,
                          env=environment, check=False)


def failed_checks(answer):
    report = json.loads(answer.stdout)
    return {check["check"] for signature in report["signatures"] for check in signature["checks"]
            if check["result"] == "fail" and check["action"] == "enforce"}


# What case.json calls a failure, and the check whose result shows it.
CHECKS = ("integrity", "authenticity", "authenticTimestamp", "expiry", "revocation")


def complaint(facts, answer):
    """What is wrong with the answer, or None."""
    expect = facts["expect"]
    accepted = [expect["verdict"], *expect.get("accept", [])]
    statuses = {EXPECTED[verdict] for verdict in accepted}
    if answer.returncode not in statuses:
        return f"expected {'|'.join(accepted)}, got exit {answer.returncode}"
    if answer.returncode == 1:
        wanted = {check for check in expect["failed"] if check in CHECKS}
        if wanted and not wanted & failed_checks(answer):
            return f"expected a failure of {sorted(wanted)}, got {sorted(failed_checks(answer))}"
    return None


def main():
    if len(sys.argv) < 3:
        sys.exit(__doc__)
    program = os.path.abspath(sys.argv[1])
    counts, complaints = collections.Counter(), []
    for folder in map(pathlib.Path, sys.argv[2:]):
        if not folder.is_dir():
            print(f"SKIPPED {folder}: not there")
            continue
        for path in sorted(folder.rglob("case.json")):
            facts = json.loads(path.read_text())
            case = path.parent.resolve()
            answer = judge(program, case, facts)
            reason = why_unsupported(case, facts)
            trusted_by_mistake = facts["expect"]["verdict"] in ("untrusted", "config-error") \
                and "trusted" not in facts["expect"].get("accept", []) and answer.returncode == 0
            if reason and not trusted_by_mistake:
                counts[f"not supported yet ({reason})"] += 1
                continue
            problem = "TRUSTED BY MISTAKE" if trusted_by_mistake else complaint(facts, answer)
            counts["wrong" if problem else "right"] += 1
            if problem:
                said = (answer.stderr.strip() or answer.stdout.strip())[:400]
                complaints.append(f"{facts['group']}/{facts['name']}: {problem}\n    {said}")
    print(*complaints, sep="\n")
    print(", ".join(f"{count} {what}" for what, count in sorted(counts.items())))
    if complaints or counts["right"] == 0:
        sys.exit(1)


if __name__ == "__main__":
    main()

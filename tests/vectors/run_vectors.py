#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Judges every signature vector with the built program: exit status, verdict, failed and logged checks.

    run_vectors.py PROGRAM FOLDER...

FOLDER holds <group>/<case>/case.json. Ends 0 when every case is judged as expected, 77 when no FOLDER is there.
"""
import collections
import concurrent.futures
import json
import os
import pathlib
import subprocess
import sys

from responses import Responder

EXPECTED = {"trusted": 0, "skipped": 0, "untrusted": 1, "config-error": 2}
HOSTS = ("ocsp.vectors.test", "ocsp2.vectors.test", "crl.vectors.test")
SECONDS = 60
NOTHING_THERE = 77  # ctest calls that skipped


def run(program, case, facts, port):
    command = [program, "verify", "--oci-layout", "--scope", facts["scope"],
               "--notation-config", str(case / "home"), "-o", "json", *facts.get("flags", [])]
    if facts["at"]:
        command += ["--at", facts["at"]]
    for host in HOSTS:
        command += ["--resolve", f"{host}:80:127.0.0.1:{port}"]
    command.append(f"{case / 'layout'}@{facts['digest']}")
    environment = {"PATH": os.defpath, "HOME": "/nonexistent"}
    return subprocess.run(command, capture_output=True, text=True, timeout=SECONDS, env=environment, check=False)


def failures(signature, action):
    """The names that case.json has for what failed under this action."""
    return {"payload" if check["reason"] == "PAYLOAD_MISMATCH" else check["check"]
            for check in signature["checks"] if check["result"] == "fail" and check["action"] == action}


def failed(report):
    """Of all signatures. One whose manifest was refused is malformed, or none at all."""
    names = set()
    for signature in report["signatures"]:
        names |= failures(signature, "enforce")
        if not signature["checks"] and signature["reason"] == "ENVELOPE_INVALID":
            names.add("integrity")
    if all(not signature["checks"] for signature in report["signatures"]):
        names.add("discovery")
    return names


def logged(report):
    """By the signature that is trusted; by any when there is none."""
    return set().union(*(failures(signature, "log") for signature in report["signatures"]
                         if signature["verdict"] == report["verdict"]))


def complaint(expect, answer):
    """What is wrong with the answer, or None."""
    accepted = [expect["verdict"], *expect.get("accept", [])]
    if answer.returncode not in {EXPECTED[verdict] for verdict in accepted}:
        return f"expected {'|'.join(accepted)}, got exit {answer.returncode}"
    if answer.returncode == EXPECTED["config-error"]:
        return None if answer.stderr.strip() else "a configuration error without a message"
    report = json.loads(answer.stdout)
    if report["verdict"] not in accepted:
        return f"expected {'|'.join(accepted)}, got {report['verdict']}"
    if report["verdict"] == "untrusted":
        wanted = {check["check"] for check in expect["failed"]}
        if not wanted <= failed(report):
            return f"expected a failure of {sorted(wanted)}, got {sorted(failed(report))}"
    wanted = {check["check"] for check in expect["logged"]}
    # A signature that is refused may have been let pass elsewhere, and need not have been asked about.
    if not wanted <= logged(report) or report["verdict"] == "trusted" and logged(report) != wanted:
        return f"expected {sorted(wanted)} to be logged, got {sorted(logged(report))}"
    return None


def said(answer):
    try:
        report = json.loads(answer.stdout)
    except ValueError:
        return (answer.stderr.strip() or answer.stdout.strip())[:400]
    return f"{report['reason']}: {report['detail']}"


def judge(program, path):
    """(name, group, what is wrong or None)"""
    facts = json.loads(path.read_text())
    case = path.parent.resolve()
    with Responder(case / "responses") as responder:
        answer = run(program, case, facts, responder.server_port)
        problem = complaint(facts["expect"], answer)
        if responder.requests and not (case / "responses").is_dir():
            problem = f"asked {responder.requests[0]} of the network"
    if problem:
        problem += "\n    " + said(answer)
    return f"{facts['group']}/{facts['name']}", facts["group"], problem


def cases(folders):
    for folder in map(pathlib.Path, folders):
        if folder.is_dir():
            yield from sorted(folder.rglob("case.json"))
        else:
            print(f"SKIPPED {folder}: not there")


def main():
    if len(sys.argv) < 3:
        sys.exit(__doc__)
    program = os.path.abspath(sys.argv[1])
    right, wrong = collections.Counter(), 0
    paths = list(cases(sys.argv[2:]))
    if not paths:
        return NOTHING_THERE
    with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
        for name, group, problem in pool.map(lambda path: judge(program, path), paths):
            if problem:
                wrong += 1
                print(f"{name}: {problem}")
            else:
                right[group] += 1
    print(", ".join(f"{count} {group}" for group, count in sorted(right.items())))
    print(f"{sum(right.values())} right, {wrong} wrong")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())

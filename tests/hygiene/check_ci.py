#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""check_ci.py ROOT: the pipelines of deploy/ci are fit to be copied.

Actions are pinned by a commit, with the version beside it, and images by their digest; a job has the two rights that it needs and a
limit of time; no script has an expression of the service in it, where a branch's name would be run as a command; there is no secret,
and nothing that runs for strangers. shellcheck finds nothing. Options of `countersign` are those of docs/command-line.md, as far as
the page has the command."""
import pathlib
import re
import subprocess
import sys

import yaml

RIGHTS = {"contents": "read", "id-token": "write"}
TASKS = {"AzureCLI@2"}  # the service's own; it has no other way to pin one
USE = re.compile(r"^ *(?:- )?uses: (\S+)(.*)$", re.MULTILINE)
PINNED = re.compile(r"[\w.-]+/[\w.-]+@[0-9a-f]{40}")
VERSION = re.compile(r" # v\d+\.\d+\.\d+")
MACRO = re.compile(r"\$\([\w.]+\)")
SECRET = re.compile(r"secrets\.|password|client.?secret|PRIVATE KEY|AccountKey|\beyJ[\w-]{8}|\bghp_\w|SharedAccessSignature", re.IGNORECASE)
IMAGE = re.compile(r"\S+/countersign(?:[:@]\S*)?$", re.MULTILINE)
COMMAND = re.compile(r'"\$COUNTERSIGN" ([a-z]+)((?:[^\n]*\\\n)*[^\n]*)')
OPTION = re.compile(r"(?<!\S)--?[a-z][a-z-]*")


def of_any(text):
    for word in set(SECRET.findall(text)):
        yield f"{word}: a secret, or what looks like one"
    for image in IMAGE.findall(text):
        if not re.search(r"@sha256:[0-9a-f]{64}$", image):
            yield f"{image}: not named by its digest"


def of_actions(text):
    """Faults of a workflow of GitHub, and its scripts."""
    whole = yaml.load(text, yaml.BaseLoader)
    if whole.get("permissions") != {}:
        yield "permissions: there are some for all jobs"
    if set(whole["on"]) - {"push", "workflow_dispatch"}:
        yield f"on: {sorted(whole['on'])}: runs for strangers"
    for action, rest in USE.findall(text):
        if not PINNED.fullmatch(action):
            yield f"{action}: not pinned by a commit"
        elif not VERSION.fullmatch(rest):
            yield f"{action}: no version beside it"
    for name, job in whole["jobs"].items():
        if job.get("permissions", "all") == "all" or job["permissions"].items() - RIGHTS.items():
            yield f"{name}: more rights than {RIGHTS}"
        if "timeout-minutes" not in job:
            yield f"{name}: no limit of time"
        for step in job["steps"]:
            if "${{" in step.get("run", ""):
                yield f"{step['name']}: an expression in a script"
            if step.get("uses", "").startswith("actions/checkout@") and step.get("with", {}).get("persist-credentials") != "false":
                yield f"{name}: the checkout leaves its credentials behind"


def of_pipeline(text):
    whole = yaml.load(text, yaml.BaseLoader)
    if whole.get("pr") != "none":
        yield "pr: runs for strangers"
    for job in (job for stage in whole["stages"] for job in stage["jobs"]):
        if "timeoutInMinutes" not in job:
            yield f"{job['job']}: no limit of time"
        for step in job["steps"]:
            if "checkout" in step and step.get("persistCredentials") != "false":
                yield f"{job['job']}: the checkout leaves its credentials behind"
            if "task" in step and step["task"] not in TASKS:
                yield f"{step['task']}: not a known task"
            script = step.get("inputs", {}).get("inlineScript", "")
            if MACRO.search(script) or "${{" in script:
                yield f"{step['displayName']}: an expression in a script"
            if script and not script.startswith("set -euo pipefail\n"):
                yield f"{step['displayName']}: goes on after a failure"


def scripts(text):
    """(name, script), of either kind."""
    whole = yaml.load(text, yaml.BaseLoader)
    if "jobs" in whole:
        steps = [step for job in whole["jobs"].values() for step in job["steps"]]
        return [(step["name"], step["run"]) for step in steps if "run" in step]
    steps = [step for stage in whole["stages"] for job in stage["jobs"] for step in job["steps"]]
    return [(step["displayName"], step["inputs"]["inlineScript"]) for step in steps if "inlineScript" in step.get("inputs", {})]


def of_script(name, script, page):
    # SC2154: what the service gives in lower case.
    done = subprocess.run(["shellcheck", "--shell=bash", "--exclude=SC2154", "-"], input=script, text=True, capture_output=True, check=False)
    if done.returncode:
        yield f"{name}: {done.stdout.strip()}"
    for command, words in COMMAND.findall(script):
        section = re.search(rf"^## {command}\n(.*?)(?=^## |\Z)", page, re.MULTILINE | re.DOTALL)
        known = set(re.findall(r"(?<![\w-])--?[a-z][a-z-]*", section[1])) if section else set()
        yield from (f"{name}: countersign {command} has no option {word}" for word in OPTION.findall(words) if section and word not in known)


def faults(root):
    page = (root / "docs/command-line.md").read_text()
    for file, own in (("github-actions.yml", of_actions), ("azure-pipelines.yml", of_pipeline)):
        text = (root / "deploy/ci" / file).read_text()
        found = [*of_any(text), *own(text)]
        for name, script in scripts(text):
            found += of_script(name, script, page)
        yield from (f"deploy/ci/{file}: {fault}" for fault in found)


def main():
    found = list(faults(pathlib.Path(sys.argv[1])))
    print("\n".join(found) or "ci: ok")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())

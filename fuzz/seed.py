#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""seed.py DATA OUT: one folder of seeds per fuzz target, from the case folders of tests/data.

A file goes to the target that reads its kind; files over 64 KiB are left out, since libFuzzer would cut them.
"""
import hashlib
import json
import pathlib
import sys

MOST = 64 * 1024


def kinds(content):
    """The targets that `content` is a seed for."""
    if content[:1] in (b"\xd2", b"\x84"):  # COSE_Sign1, tagged or not
        return ["cose", "cbor"]
    if content[:1] not in (b"{", b"["):
        return []
    found = ["json"]
    if b'"AdmissionReview"' in content:
        found.append("admission_review")
    if b'"schemaVersion"' in content:
        found.append("manifest")
    return found


NAMES = ("image", "reference", "scope")


def images(content):
    """Every string at a member that holds an image's name."""
    try:
        stack = [json.loads(content)]
    except ValueError:
        return
    while stack:
        value = stack.pop()
        if isinstance(value, dict):
            yield from (value[name].encode() for name in NAMES if isinstance(value.get(name), str))
            stack += value.values()
        elif isinstance(value, list):
            stack += value


def main():
    data, out = pathlib.Path(sys.argv[1]), pathlib.Path(sys.argv[2])
    seeds = {}
    for file in sorted(data.rglob("*")):
        if not file.is_file() or file.stat().st_size > MOST:
            continue
        content = file.read_bytes()
        for kind in kinds(content):
            seeds.setdefault(kind, []).append(content)
        if b'"AdmissionReview"' in content or file.name == "case.json":
            seeds.setdefault("image_ref", []).extend(images(content))
    for kind, contents in seeds.items():
        folder = out / kind
        folder.mkdir(parents=True, exist_ok=True)
        for content in contents:
            (folder / hashlib.sha256(content).hexdigest()[:16]).write_bytes(content)
    for kind in sorted(seeds):
        print(f"seeds: {kind} {len(set(seeds[kind]))}")
    return 0


if __name__ == "__main__":
    sys.exit(main())

#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""provenance.py OUT REVISION [PROGRAM]: what the image in OUT/layout was made from, as an in-toto statement with a SLSA
provenance of version 1. REVISION is the commit, PROGRAM the file given to build.sh --binary. BUILDER_ID names who built;
whoever signs the statement vouches for it."""
import hashlib
import json
import os
import pathlib
import sys


def only_digest(layout):
    (image,) = json.loads((layout / "index.json").read_text())["manifests"]
    return image["digest"].removeprefix("sha256:")


def parameters(revision, program):
    given = {"recipe": "deploy/Dockerfile", "revision": revision, "program": "compiled in the image"}
    if program:
        given["program"] = "sha256:" + hashlib.sha256(program.read_bytes()).hexdigest()
    return given


def materials(rootfs):
    components = json.loads((rootfs / "usr/share/sbom/countersign.cdx.json").read_text())["components"]
    return [{"uri": each["purl"]} for each in components]


def statement(out, revision, program):
    subject = {"name": "countersign", "digest": {"sha256": only_digest(out / "layout")}}
    build = {"buildType": "urn:countersign:deploy/Dockerfile:v1", "externalParameters": parameters(revision, program),
             "resolvedDependencies": materials(out / "rootfs")}
    builder = {"id": os.environ.get("BUILDER_ID", "urn:countersign:deploy/image/build.sh")}
    return {"_type": "https://in-toto.io/Statement/v1", "subject": [subject],
            "predicateType": "https://slsa.dev/provenance/v1",
            "predicate": {"buildDefinition": build, "runDetails": {"builder": builder}}}


def main():
    if len(sys.argv) not in (3, 4):
        sys.exit(__doc__)
    out, revision, *program = sys.argv[1:]
    print(json.dumps(statement(pathlib.Path(out), revision, pathlib.Path(program[0]) if program else None), indent=1))


if __name__ == "__main__":
    main()

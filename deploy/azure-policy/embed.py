#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""embed.py [--check]: writes ../gatekeeper/template.yaml into policy.json, in base64. --check writes nothing, and ends 1 when
policy.json has another one."""
import base64
import json
import pathlib
import sys

FOLDER = pathlib.Path(__file__).resolve().parent


def main():
    if sys.argv[1:] not in ([], ["--check"]):
        print(__doc__, file=sys.stderr)
        return 2
    file, template = FOLDER / "policy.json", FOLDER.parent / "gatekeeper/template.yaml"
    policy = json.loads(file.read_text())
    policy["properties"]["policyRule"]["then"]["details"]["templateInfo"] = {
        "sourceType": "Base64Encoded", "content": base64.b64encode(template.read_bytes()).decode()}
    text = json.dumps(policy, indent=2) + "\n"
    if sys.argv[1:] == ["--check"]:
        current = file.read_text() == text
        print("policy.json is current" if current else "policy.json is not what embed.py writes: run it")
        return 0 if current else 1
    file.write_text(text)
    return 0


if __name__ == "__main__":
    sys.exit(main())

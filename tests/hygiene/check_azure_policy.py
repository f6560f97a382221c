#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""check_azure_policy.py ROOT: the definition of deploy/azure-policy is whole, and is about the template that is tested.

Its shape is that of a custom definition of mode Microsoft.Kubernetes.Data; the template inside it is
deploy/gatekeeper/template.yaml byte for byte, not an address; every parameter is used, and every one that is used is
there; the values for the template are those that it knows."""
import base64
import binascii
import json
import pathlib
import re
import sys

import yaml

PARAMETERS = {"effect", "excludedNamespaces", "namespaces", "labelSelector", "kinds"}
TYPES = {"String": str, "Array": list, "Object": dict, "Boolean": bool}
USE = re.compile(r"^\[parameters\('(\w+)'\)\]$")


def uses(value):
    """Names of parameters anywhere in it."""
    if isinstance(value, str):
        return set(USE.findall(value))
    inner = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    return set().union(*(uses(each) for each in inner))


def parameters(declared, used):
    yield from (f"it lacks the parameter {name}" for name in sorted(PARAMETERS - set(declared)))
    yield from (f"parameter {name} is not used" for name in sorted(set(declared) - used))
    yield from (f"parameter {name} is used, but not declared" for name in sorted(used - set(declared)))
    for name, entry in declared.items():
        if not isinstance(entry.get("defaultValue"), TYPES.get(entry.get("type"), ())):
            yield f"parameter {name} has no default of its type"
        if not entry.get("metadata", {}).get("displayName") or not entry["metadata"].get("description"):
            yield f"parameter {name} has no name and description"


def template(root, details):
    info, text = details.get("templateInfo", {}), (root / "deploy/gatekeeper/template.yaml").read_bytes()
    if set(info) != {"sourceType", "content"} or info["sourceType"] != "Base64Encoded":
        yield "the template is not in it"
        return
    try:
        same = base64.b64decode(info["content"], validate=True) == text
    except binascii.Error:
        same = False
    if not same:
        yield "the template in it is not deploy/gatekeeper/template.yaml: run deploy/azure-policy/embed.py"
    known = yaml.safe_load(text)["spec"]["crd"]["spec"]["validation"]["openAPIV3Schema"]["properties"]
    yield from (f"the template has no parameter {name}" for name in sorted(set(details.get("values", {})) - set(known)))


def faults(root):
    policy = json.loads((root / "deploy/azure-policy/policy.json").read_text())["properties"]
    if policy.get("mode") != "Microsoft.Kubernetes.Data" or policy.get("policyType") != "Custom":
        yield "it is no custom definition of mode Microsoft.Kubernetes.Data"
    rule = policy["policyRule"]
    if rule["if"] != {"field": "type", "in": ["Microsoft.ContainerService/managedClusters"]}:
        yield "it is not about AKS clusters"
    effect = policy["parameters"].get("effect", {})
    if rule["then"].get("effect") != "[parameters('effect')]" or effect.get("allowedValues") != ["Deny", "Audit", "Disabled"]:
        yield "its effect is not one of Deny, Audit, Disabled"
    yield from parameters(policy["parameters"], uses(rule))
    yield from template(root, rule["then"]["details"])


def main():
    found = list(faults(pathlib.Path(sys.argv[1])))
    print("\n".join(f"deploy/azure-policy/policy.json: {fault}" for fault in found) or "azure policy: ok")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())

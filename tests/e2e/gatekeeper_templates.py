# SPDX-License-Identifier: Apache-2.0
"""Constraint templates as they are written for Ratify v1's answers, by what they look at; providers and constraints for them."""
import base64

# Every image that a pod's containers name, as keys: with `namespaced`, "[namespace]image".
KEYS = """
spec := input.review.object.spec
lists := ["containers", "initContainers", "ephemeralContainers"]
images := [image | image := spec[lists[_]][_].image]
keys := [key | key := key_of(images[_])]
key_of(image) = image { not input.parameters.namespaced }
key_of(image) = key { input.parameters.namespaced; key := concat("", ["[", input.review.namespace, "]", image]) }
answer := external_data({"provider": input.parameters.provider, "keys": keys})
"""
SYSTEM_ERROR = """
violation[{"msg": msg}] { answer.system_error != ""; msg := sprintf("system error: %v", [answer.system_error]) }
"""
ERRORS = """
violation[{"msg": msg}] { count(answer.errors) > 0; msg := sprintf("errors: %v", [answer.errors]) }
"""
VERDICTS = """
violation[{"msg": msg}] {
  response := answer.responses[_]
  response[1].isSuccess == false
  msg := sprintf("%v at %v: %v (trace %v)", [response[0], response[1].timestamp, response[1].verifierReports[_].message, response[1].traceID])
}
"""
COMPLETE = """
violation[{"msg": msg}] { key := keys[_]; not answered(key); msg := sprintf("no verdict on %v", [key]) }
answered(key) { answer.responses[_][0] == key }
"""
ONE_GOOD_REPORT = """
violation[{"msg": msg}] {
  response := answer.responses[_]
  not signed(response[1])
  msg := sprintf("no good signature of %v", [response[0]])
}
signed(value) { report := value.verifierReports[_]; report.name == "notation"; report.isSuccess == true }
"""
# What templates look at: of those that are published for Ratify most have the three rules, and one never looks at errors.
TEMPLATES = {"ThreeRules": SYSTEM_ERROR + ERRORS + VERDICTS,
             "CountsKeys": SYSTEM_ERROR + ERRORS + VERDICTS + COMPLETE,
             "IgnoresErrors": SYSTEM_ERROR + ONE_GOOD_REPORT,
             "IgnoresSystemError": ERRORS + VERDICTS}


def template(kind):
    name = kind.lower()
    schema = {"type": "object", "properties": {"provider": {"type": "string"}, "namespaced": {"type": "boolean"}}}
    return {"apiVersion": "templates.gatekeeper.sh/v1", "kind": "ConstraintTemplate", "metadata": {"name": name},
            "spec": {"crd": {"spec": {"names": {"kind": kind}, "validation": {"openAPIV3Schema": schema}}},
                     "targets": [{"target": "admission.k8s.gatekeeper.sh", "rego": f"package {name}\n" + KEYS + TEMPLATES[kind]}]}}


def provider(name, url, ca):
    return {"apiVersion": "externaldata.gatekeeper.sh/v1beta1", "kind": "Provider", "metadata": {"name": name},
            "spec": {"url": url, "timeout": 3, "caBundle": base64.b64encode(ca.read_bytes()).decode()}}


def constraint(kind, namespace, **parameters):
    """For the pods of one namespace; it has the namespace's name."""
    return {"apiVersion": "constraints.gatekeeper.sh/v1beta1", "kind": kind, "metadata": {"name": namespace},
            "spec": {"match": {"kinds": [{"apiGroups": [""], "kinds": ["Pod"]}], "namespaces": [namespace]},
                     "parameters": parameters}}

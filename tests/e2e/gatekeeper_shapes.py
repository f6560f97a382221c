# SPDX-License-Identifier: Apache-2.0
"""What the real Gatekeeper makes of the ways in which a provider can say "not now": the evidence for decision 28. A scripted
provider plays them; `shape` is what it plays for keys that name a signed image while `down` is set."""
import json

from gatekeeper_templates import TEMPLATES, constraint, provider
from recorder import Recorder, json_answer

ERROR = "REGISTRY_UNAVAILABLE transient: scripted"
# (items of a key, system error)
SHAPES = {"error": lambda key: ([{"key": key, "error": ERROR}], ""),
          "both": lambda key: ([{"key": key, "error": ERROR}], ERROR),
          "absent": lambda key: ([], ERROR),
          "renamed": lambda key: ([{"key": f"{key} (transient)", "error": ERROR}], ERROR)}
DENIED, ALLOWED = "denied", "allowed"
# By template: what a pod meets at its first try, at its second, and when all is well again a moment later.
KEPT, OPEN, FORGOTTEN = (DENIED, DENIED, DENIED), (ALLOWED, ALLOWED, ALLOWED), (DENIED, DENIED, ALLOWED)
EXPECTED = {
    "error": {"ThreeRules": KEPT, "CountsKeys": KEPT, "IgnoresErrors": OPEN, "IgnoresSystemError": KEPT},
    "both": {"ThreeRules": KEPT, "CountsKeys": KEPT, "IgnoresErrors": (DENIED, ALLOWED, ALLOWED), "IgnoresSystemError": KEPT},
    "absent": {"ThreeRules": FORGOTTEN, "CountsKeys": FORGOTTEN, "IgnoresErrors": FORGOTTEN, "IgnoresSystemError": OPEN},
    "renamed": dict.fromkeys(TEMPLATES, FORGOTTEN)}


class Scripted(Recorder):
    def __init__(self, pair):
        super().__init__(pair)
        self.shape, self.down = "error", False

    def answer(self, heard):
        items, errors = [], []
        for key in json.loads(heard.body)["request"]["keys"]:
            some, error = SHAPES[self.shape](key) if self.down else ([{"key": key, "value": self._value()}], "")
            items += some
            errors.append(error)
        return json_answer(200, {"apiVersion": "externaldata.gatekeeper.sh/v1beta1", "kind": "ProviderResponse",
                                 "response": {"idempotent": True, "items": items, "systemError": max(errors, default="")}})

    @staticmethod
    def _value():
        return {"version": "0.2.0", "isSuccess": True, "traceID": "scripted", "timestamp": "2026-01-01T00:00:00Z",
                "verifierReports": [{"name": "notation", "type": "notation", "isSuccess": True, "message": ""}]}


def outcome(said):
    return DENIED if 'admission webhook "validation.gatekeeper.sh" denied' in said else said[-300:]


def check_shapes(stage):
    with Scripted(stage.pair) as scripted:
        stage.cluster.apply(provider("scripted", f"https://127.0.0.1:{scripted.server_port}/", stage.ca))
        for kind in TEMPLATES:
            namespace = f"shape-{kind.lower()}"
            stage.cluster.add_namespace(namespace)
            stage.cluster.apply(constraint(kind, namespace, provider="scripted"))
            scripted.shape, scripted.down = "renamed", True
            stage.wait_for_denials(namespace, "registry.example/probe:1")
        for shape, rows in EXPECTED.items():
            for kind, expected in rows.items():
                namespace, image = f"shape-{kind.lower()}", f"registry.example/{shape}-{kind.lower()}:1"
                scripted.shape, scripted.down = shape, True
                got = [outcome(stage.run_pod(namespace, image)[0]) for _ in range(2)]
                scripted.down = False
                got.append(outcome(stage.run_pod(namespace, image)[0]))
                stage.checks.equal(f"Gatekeeper, template {kind}, transient keys {shape}: now, again, and when all is well",
                                   tuple(got), expected)

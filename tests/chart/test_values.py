# SPDX-License-Identifier: Apache-2.0
"""Values that are misspelt, of the wrong kind or out of bounds end the render. AW-119."""
import json
import subprocess

import yaml

from chart import CHART, HELM, LEAST, ChartTest, merged

REFUSED_BY_SCHEMA = "values don't meet the specifications of the schema"
# Here keys are the user's own, or Kubernetes'.
FREE = {"global", "files", "extraConfiguration"}


def maps(schema, definitions, path=()):
    """The path of every map of which the schema knows the keys; lists by their first item."""
    schema = resolved(schema, definitions)
    if "items" in schema and isinstance(schema["items"], dict):
        yield from maps(schema["items"], definitions, (*path, 0))
    if "properties" in schema:
        yield path, schema
        for key, below in schema["properties"].items():
            yield from maps(below, definitions, (*path, key))


def resolved(schema, definitions):
    if "$ref" in schema:
        return resolved(definitions[schema["$ref"].rsplit("/", 1)[1]], definitions)
    if "anyOf" in schema:  # of a text or a map, the map
        return next((resolved(each, definitions) for each in schema["anyOf"] if "properties" in resolved(each, definitions)), schema)
    return schema


def nested(path, value):
    for key in reversed(path):
        value = [value] if key == 0 else {key: value}
    return value


class Values(ChartTest):
    def test_every_map_is_closed(self):  # AW-119
        schema = json.loads((CHART / "values.schema.json").read_text())
        found = dict(maps(schema, schema["definitions"]))
        self.assertGreater(len(found), 60)
        for path, each in found.items():
            self.assertIs(each.get("additionalProperties"), False, path)

    def test_misspelt_keys_at_every_level(self):  # AW-119
        schema = json.loads((CHART / "values.schema.json").read_text())
        for path, _ in maps(schema, schema["definitions"]):
            if not path or path[0] not in FREE:
                with self.subTest(path=path):
                    self.refuse("misspelt", nested(path, {"misspelt": 1}))

    def test_values_of_the_wrong_kind(self):  # AW-119
        for path, value in [("replicaCount", "three"), ("webhook.enabled", "yes"), ("webhook.timeoutSeconds", "10s"), ("registries", {}),
                            ("image.tag", 1), ("podLabels", {"a": 1}), ("trustPolicy", "strict"), ("resources", []), ("tls", "selfManaged"),
                            ("files", {"a.pem": 1}), ("metrics.port", "8080"), ("tolerations", {}), ("events.enabled", "true")]:
            with self.subTest(path=path):
                self.refuse(REFUSED_BY_SCHEMA, nested(path.split("."), value))

    def test_values_out_of_bounds(self):  # AW-119
        for path, value in [("webhook.timeoutSeconds", 31), ("webhook.timeoutSeconds", 0), ("webhook.advice.timeoutSeconds", 31),
                            ("replicaCount", 0), ("webhook.failurePolicy", "fail"), ("tls.mode", "auto"), ("tls.minVersion", "1.1"),
                            ("containerPort", 0), ("metrics.port", 65536), ("admission.default", "warn"), ("logging.level", "trace"),
                            ("events.perMinute", 601), ("autoscaling.minReplicas", 0), ("image.digest", "sha256:12"),
                            ("tls.lifetime.leaf", "90d"), ("webhook.domain", "countersign"), ("files", {"countersign.yaml": ""}),
                            ("files", {"a/b": ""}), ("podDisruptionBudget.maxUnavailable", 0), ("drain.waitSeconds", 601),
                            ("registries", [{"host": "https://acmeapps.azurecr.io"}]), ("registries", [{"host": "*.example.com"}])]:
            with self.subTest(path=path, value=value):
                self.refuse(REFUSED_BY_SCHEMA, nested(path.split("."), value))

    def test_an_empty_policy(self):  # AW-119
        self.refuse(REFUSED_BY_SCHEMA, {"trustPolicy": {"trustPolicies": []}})
        without = {key: value for key, value in LEAST.items() if key not in ("trustPolicy", "trustStores")}
        self.refuse("nobody is trusted", without, least=False)
        self.refuse("registries: none is listed", LEAST | {"registries": []}, least=False)
        self.refuse("nobody is trusted", None, least=False)

    def test_values_that_do_not_fit_together(self):
        gatekeeper = {"gatekeeper": {"enabled": True}}
        for values, sentence in [
                ({"tls": {"mode": "certManager"}}, "certManager.issuerRef.name"),
                ({"tls": {"mode": "existingSecret"}, "webhook": {"caBundle": "x"}}, "tls.secretName"),
                ({"tls": {"mode": "existingSecret", "secretName": "own"}}, "webhook.caBundle"),
                ({"tls": {"clients": {"names": ["api"]}}}, "tls.clients.authorities"),
                (gatekeeper, "gatekeeper.clientCA"),
                (merged(gatekeeper, {"tls": {"mode": "certManager"}}), "gatekeeper.caBundle"),
                ({"registries": [{"host": "ghcr.io", "credentials": "pullSecrets"}]}, "pullSecrets.namespaces"),
                ({"drain": {"delaySeconds": 25}}, "drain.delaySeconds"),
                ({"podDisruptionBudget": {"minAvailable": 1}}, "podDisruptionBudget")]:
            with self.subTest(sentence=sentence):
                self.refuse(sentence, values)

    def test_lint(self):
        done = subprocess.run([HELM, "lint", "--strict", str(CHART), "--values", "-"], input=yaml.safe_dump(LEAST),
                              text=True, capture_output=True, check=False)
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)

    def test_the_schema_and_the_file_know_the_same_values(self):
        schema = json.loads((CHART / "values.schema.json").read_text())
        values = yaml.safe_load((CHART / "values.yaml").read_text())
        self.assertEqual(set(schema["properties"]) - {"global"}, set(values))

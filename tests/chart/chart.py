# SPDX-License-Identifier: Apache-2.0
"""Renders charts/countersign with the real helm, and asks the real program what it thinks of the configuration in it.
HELM and COUNTERSIGN name both; run.sh sets them."""
import os
import pathlib
import re
import subprocess
import tempfile
import unittest

import yaml

ROOT = pathlib.Path(__file__).resolve().parents[2]
CHART = ROOT / "charts/countersign"
HELM = os.environ.get("HELM", "helm")
COUNTERSIGN = os.environ.get("COUNTERSIGN", "countersign")
# Helm's own idea of the cluster depends on how it was built.
KUBERNETES = "1.37.0"

# The least that says whom to trust and whom to ask.
LEAST = {
    "registries": [{"host": "acmeapps.azurecr.io"}],
    "files": {"acme.pem": "-----BEGIN CERTIFICATE-----\n-----END CERTIFICATE-----\n"},
    "trustStores": [{"name": "ca:acme", "source": "files", "paths": ["acme.pem"]}],
    "trustPolicy": {"version": "1.0", "trustPolicies": [{
        "name": "signed", "registryScopes": ["*"], "signatureVerification": {"level": "strict"},
        "trustStores": ["ca:acme"], "trustedIdentities": ["*"]}]},
}


def merged(below, above):
    """Maps deeply, anything else as a whole; as helm merges files of values."""
    if not (isinstance(below, dict) and isinstance(above, dict)):
        return above
    return below | {key: merged(below.get(key), value) for key, value in above.items()}


def template(values=None, sets=(), release="countersign", namespace="countersign-system", files=(), kubernetes=KUBERNETES):
    """The finished process of `helm template`."""
    command = [HELM, "template", release, str(CHART), "--namespace", namespace, "--kube-version", kubernetes]
    for file in files:
        command += ["--values", str(file)]
    if values is not None:
        command += ["--values", "-"]
    for each in sets:
        command += ["--set", each]
    return subprocess.run(command, input=yaml.safe_dump(values or {}), text=True, capture_output=True, check=False)


class Rendered:
    """What a render gave: objects by kind and name."""

    def __init__(self, text):
        self.text = text
        self.objects = [each for each in yaml.safe_load_all(text) if each]

    def all(self, kind):
        return [each for each in self.objects if each["kind"] == kind]

    def one(self, kind, name=None):
        found = [each for each in self.all(kind) if name in (None, each["metadata"]["name"])]
        assert len(found) == 1, f"{len(found)} of {kind} {name or ''}"
        return found[0]

    @property
    def pod(self):
        return self.one("Deployment")["spec"]["template"]

    @property
    def container(self):
        return self.pod["spec"]["containers"][0]

    @property
    def data(self):
        return next(each for each in self.all("ConfigMap") if "countersign.yaml" in each["data"])["data"]

    @property
    def configuration(self):
        return yaml.safe_load(self.data["countersign.yaml"])


def checked(rendered):
    """What `countersign config check` says of the ConfigMap, mounted as in the pod; files of Secrets are made up."""
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        for file, text in rendered.data.items():
            (folder / file).write_text(text)
        config = folder / "countersign.yaml"
        text = config.read_text()
        for path in set(re.findall(r"/etc/countersign-secrets/([\w./-]+)", text)):
            (folder / "secrets" / path).parent.mkdir(parents=True, exist_ok=True)
            (folder / "secrets" / path).write_text('{"auths": {}}')
        config.write_text(text.replace("/etc/countersign-secrets/", f"{folder}/secrets/"))
        return subprocess.run([COUNTERSIGN, "config", "check", str(config)], text=True, capture_output=True, check=False)


class ChartTest(unittest.TestCase):
    maxDiff = None

    def render(self, values=None, sets=(), **others):
        """LEAST and these values; the program must accept the configuration."""
        return self.render_only(merged(LEAST, values or {}), sets, **others)

    def render_only(self, values=None, sets=(), **others):
        done = template(values, sets, **others)
        self.assertEqual(done.returncode, 0, done.stderr)
        rendered = Rendered(done.stdout)
        check = checked(rendered)
        self.assertEqual(check.returncode, 0, f"{check.stdout}{check.stderr}\n{rendered.data['countersign.yaml']}")
        return rendered

    def refuse(self, expected, values=None, sets=(), least=True):
        """The render ends with a text that has `expected` in it."""
        done = template(merged(LEAST, values or {}) if least else values, sets)
        self.assertNotEqual(done.returncode, 0, f"rendered all the same: {values} {sets}")
        self.assertIn(expected, done.stderr)

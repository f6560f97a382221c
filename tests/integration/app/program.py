# SPDX-License-Identifier: Apache-2.0
"""What the tests of the built program have in common: the program, a signed image, a running webhook.

Each is started as `test_....py PROGRAM NOTATION_DATA [unittest arguments]`.
"""
import json
import os
import pathlib
import signal
import ssl
import subprocess
import sys
import tempfile
import unittest
import urllib.error
import urllib.request

PROGRAM = pathlib.Path(sys.argv[1]).resolve()
DATA = pathlib.Path(sys.argv[2]).resolve()
CASE = DATA / "valid" / "cli-p256-cose-chain4"
FACTS = json.loads((CASE / "case.json").read_text())
SIGNED = FACTS["reference"]
AT = ["--at", "2026-12-01T00:00:00Z"]
SECONDS = 30
# No home, no proxy, no language: what a test sees does not depend on who runs it.
ENVIRONMENT = {"PATH": os.defpath, "HOME": "/nonexistent"}


def program(*arguments, stdin=None, **environment):
    return subprocess.run([PROGRAM, *map(str, arguments)], input=stdin, capture_output=True, text=True,
                          timeout=SECONDS, env={**ENVIRONMENT, **environment}, check=False)


def make_certificate(folder, name, *options):
    subprocess.run(["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes",
                    "-subj", f"/CN={name}", "-addext", "subjectAltName=IP:127.0.0.1", *options,
                    "-keyout", folder / "tls.key", "-out", folder / "tls.crt"], check=True, capture_output=True)


def pod_review(image, uid="705ab4f5-6393-11e8-b7cc-42010a800002"):
    pod = {"group": "", "version": "v1"}
    return json.dumps({
        "apiVersion": "admission.k8s.io/v1", "kind": "AdmissionReview",
        "request": {"uid": uid, "kind": {**pod, "kind": "Pod"}, "resource": {**pod, "resource": "pods"},
                    "name": "web", "namespace": "shop", "operation": "CREATE", "userInfo": {"username": "alice"},
                    "object": {"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "web"},
                               "spec": {"containers": [{"name": "c", "image": image}]}}}})


class Server:
    """`countersign serve` in a folder; ends with SIGTERM."""

    def __init__(self, config):
        self.process = subprocess.Popen([PROGRAM, "serve", "--config", config], stdin=subprocess.DEVNULL,
                                        stderr=subprocess.PIPE, text=True, env=ENVIRONMENT)
        self.log = []
        serving = self.wait_for("serving")
        self.port, self.admin_port = serving["port"], serving["adminPort"]

    def wait_for(self, message):
        """The next log line with this message; the end of the log fails the test."""
        for line in self.process.stderr:
            self.log.append(json.loads(line))
            if self.log[-1]["message"] == message:
                return self.log[-1]
        raise AssertionError(f"no {message!r} in {self.log}")

    def ask(self, body, path="/validate?timeout=10s"):
        trust = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        trust.check_hostname = False
        trust.verify_mode = ssl.CERT_NONE
        request = urllib.request.Request(f"https://127.0.0.1:{self.port}{path}", body.encode(),
                                         {"Content-Type": "application/json"})
        opener = urllib.request.build_opener(urllib.request.ProxyHandler({}),
                                             urllib.request.HTTPSHandler(context=trust))
        try:
            with opener.open(request, timeout=SECONDS) as answer:
                return answer.status, answer.read().decode()
        except urllib.error.HTTPError as error:
            return error.code, error.read().decode()

    def serial(self):
        pem = ssl.get_server_certificate(("127.0.0.1", self.port), timeout=SECONDS)
        return subprocess.run(["openssl", "x509", "-noout", "-serial"], input=pem, capture_output=True, text=True,
                              check=True).stdout

    def admin(self, path):
        opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
        try:
            with opener.open(f"http://127.0.0.1:{self.admin_port}{path}", timeout=SECONDS) as answer:
                return answer.status, answer.read().decode()
        except urllib.error.HTTPError as error:
            return error.code, error.read().decode()

    def stop(self, number=signal.SIGTERM):
        self.process.send_signal(number)
        self.process.stderr.read()
        self.process.stderr.close()
        return self.process.wait(SECONDS)


class InFolder(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory(prefix="countersign-")
        self.addCleanup(folder.cleanup)
        self.folder = pathlib.Path(folder.name)

    def configure(self, **sections):
        """JSON is YAML, too."""
        whole = {
            "version": 1,
            "server": {"listen": "127.0.0.1:0", "tls": {"certificate": "tls.crt", "key": "tls.key"},
                       "admin": {"listen": "127.0.0.1:0"}, "drain": {"delay": "0s"}},
            "admission": {"rules": [{"name": "signed", "images": ["registry.example/**"], "action": "verify"}]},
            "trustPolicy": {"file": str(CASE / "home" / "trustpolicy.json")},
            "trustStores": [{"name": "ca:vectors", "source": "files",
                             "paths": [str(CASE / "home/truststore/x509/ca/vectors/*.pem")]}],
            "registries": [{"host": "registry.example", "ociLayout": str(CASE / "layout")}],
            **sections}
        file = self.folder / "config.yaml"
        file.write_text(json.dumps({name: section for name, section in whole.items() if section is not None}, indent=1))
        return file

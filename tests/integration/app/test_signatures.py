#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""What is in signatures, and who is asked about their certificates, by the built program.

    test_signatures.py PROGRAM NOTATION_DATA [unittest arguments]
"""
import json
import pathlib
import sys
import unittest

from program import AT, CASE, DATA, FACTS, InFolder, Server, make_certificate, pod_review, program

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[2] / "vectors"))
from responses import Responder  # pylint: disable=wrong-import-position

HOST = "crl.vectors.test"
SOURCES = DATA / "revocation" / "crl-good"
REVOKED = DATA / "revocation" / "crl-leaf-revoked"


def in_layout(case, *more):
    facts = json.loads((case / "case.json").read_text())
    return ["--oci-layout", "--scope", facts["scope"], *more, f"{case / 'layout'}@{facts['digest']}"]


class Shown(unittest.TestCase):
    def test_list_names_the_manifests(self):
        done = program("list", *in_layout(CASE))
        self.assertEqual((done.returncode, done.stderr), (0, ""))
        self.assertIn("application/vnd.cncf.notary.signature\n    └── sha256:", done.stdout)
        listed = json.loads(program("list", "-o", "json", *in_layout(CASE)).stdout)
        self.assertEqual(len(listed["signatures"]), 1)
        self.assertIn(listed["signatures"][0]["digest"], done.stdout)

    def test_inspect_needs_no_policy(self):
        shown = json.loads(program("inspect", "-o", "json", *in_layout(CASE)).stdout)
        signature = shown["signatures"][0]
        self.assertEqual((signature["signatureEnvelopeType"], len(signature["certificates"])), ("application/cose", 4))
        self.assertEqual(signature["signedArtifact"]["digest"], FACTS["digest"])
        self.assertNotIn("verdict", signature)

    def test_inspect_judges_under_the_policy_at_hand(self):
        done = program("inspect", "-o", "json", *AT, *in_layout(CASE, "--notation-config", CASE / "home"))
        self.assertEqual((done.returncode, json.loads(done.stdout)["signatures"][0]["verdict"]), (0, "trusted"))
        done = program("inspect", *AT, *in_layout(CASE), NOTATION_CONFIG=str(CASE / "home"))
        self.assertIn("verdict: trusted", done.stdout)

    def test_inspect_shows_every_case_on_file(self):
        """Whatever a publisher stores, it is shown, or named as malformed; the program never fails over it."""
        shown = malformed = 0
        for case in sorted(DATA.glob("integrity/*")):
            with self.subTest(case.name):
                done = program("inspect", "-o", "json", *in_layout(case))
                self.assertEqual((done.returncode, done.stderr), (0, ""))
                signature, = json.loads(done.stdout)["signatures"]
                self.assertNotEqual("error" in signature, "certificates" in signature)
                malformed += "error" in signature
                shown += "certificates" in signature
        self.assertGreater(malformed, 50)
        self.assertGreater(shown, 0)

    def test_a_registry_that_nobody_answers_for_is_undecided(self):
        for command in ("list", "inspect"):
            done = program(command, "--resolve", "registry.example:443:127.0.0.1:9", FACTS["reference"])
            self.assertEqual((done.returncode, done.stdout), (3, ""), done.stderr)
            self.assertIn("REGISTRY_UNAVAILABLE", done.stderr)


class Asked(InFolder):
    """Sources of revocation status, on loopback."""

    def judge(self, command, case, port, *more):
        return program(command, "--resolve", f"{HOST}:80:127.0.0.1:{port}",
                       *in_layout(case, "--notation-config", case / "home", *more))

    def test_verify_asks_where_it_is_told_to(self):
        for case, status in ((SOURCES, 0), (REVOKED, 1)):
            with Responder(case / "responses") as responder:
                done = self.judge("verify", case, responder.server_port)
                self.assertEqual(done.returncode, status, done.stdout + done.stderr)
                self.assertNotEqual(responder.requests, [])

    def test_inspect_asks_for_its_verdict(self):
        with Responder(REVOKED / "responses") as responder:
            done = self.judge("inspect", REVOKED, responder.server_port)
            self.assertEqual(done.returncode, 0, done.stderr)
            self.assertIn(f"CRL: http://{HOST}/", done.stdout)
            self.assertIn("REVOKED", done.stdout)

    def test_nobody_is_asked_without_a_policy(self):
        with Responder(SOURCES / "responses") as responder:
            arguments = ["--resolve", f"{HOST}:80:127.0.0.1:{responder.server_port}", *in_layout(SOURCES)]
            self.assertEqual(program("inspect", *arguments).returncode, 0)
            self.assertEqual(program("list", *arguments).returncode, 0)
            self.assertEqual(responder.requests, [])

    def test_a_private_address_is_not_contacted_unless_allowed(self):
        """Shown with a proxy: its address is judged like any other, and no name needs to be resolved."""
        image = json.loads((SOURCES / "case.json").read_text())["reference"]
        with Responder(SOURCES / "responses") as responder:
            proxy = f"http://127.0.0.1:{responder.server_port}"
            for allowed, contacted in (([], False), (["127.0.0.1"], True)):
                config = self.configure(**self.sections(SOURCES, proxy=proxy, allowAddresses=allowed))
                done = program("verify", "--config", config, image)
                self.assertEqual(done.returncode, 1, done.stdout)
                self.assertIn("REVOCATION_UNKNOWN", done.stdout)
                self.assertEqual(responder.requests != [], contacted, done.stdout)

    def test_lists_are_kept_in_the_folder(self):
        cache = self.folder / "lists"
        with Responder(SOURCES / "responses") as responder:
            port = responder.server_port
            self.assertEqual(self.judge("verify", SOURCES, port, "--revocation-cache", cache).returncode, 0)
        self.assertNotEqual(list(cache.iterdir()), [])
        done = self.judge("verify", SOURCES, port, "--revocation-cache", cache)  # nobody listens any more
        self.assertEqual(done.returncode, 0, done.stdout)
        self.assertEqual(self.judge("verify", SOURCES, port).returncode, 1)

    def sections(self, case, **revocation):
        facts = json.loads((case / "case.json").read_text())
        self.assertEqual(facts["scope"], FACTS["scope"])
        return {"trustPolicy": {"file": str(case / "home/trustpolicy.json")},
                "trustStores": [{"name": "ca:vectors", "source": "files",
                                 "paths": [str(case / "home/truststore/x509/ca/vectors/*")]}],
                "registries": [{"host": "registry.example", "ociLayout": str(case / "layout")}],
                "revocation": revocation}

    def test_the_webhook_asks_once_and_counts(self):
        make_certificate(self.folder, "webhook")
        with Responder(SOURCES / "responses") as responder:
            server = Server(self.configure(**self.sections(
                SOURCES, resolve=[f"{HOST}:80:127.0.0.1:{responder.server_port}"], cacheFolder="lists")))
            self.addCleanup(lambda: server.process.poll() is None and server.process.kill())
            for _ in range(3):
                status, body = server.ask(pod_review(FACTS["reference"]))
                self.assertEqual((status, json.loads(body)["response"]["allowed"]), (200, True), body)
            self.assertEqual(len(responder.requests), 1)
            page = server.admin("/metrics")[1].splitlines()
            self.assertIn("countersign_revocation_requests 1", page)
            self.assertIn("countersign_revocation_failures 0", page)
            self.assertIn("countersign_envelopes_opened 1", page)
            self.assertIn("countersign_envelopes_known 2", page)
            self.assertEqual(server.stop(), 0)


if __name__ == "__main__":
    unittest.main(argv=[sys.argv[0], *sys.argv[3:]])

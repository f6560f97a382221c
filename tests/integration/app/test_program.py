#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""The built program with files, signals and sockets of its own.

    test_program.py PROGRAM NOTATION_DATA [unittest arguments]
"""
import json
import signal
import sys
import unittest

from program import AT, CASE, FACTS, SIGNED, InFolder, Server, make_certificate, pod_review, program


class Verify(InFolder):
    def verify(self, *more, **environment):
        return program("verify", "--oci-layout", "--scope", FACTS["scope"], "--notation-config", CASE / "home", *AT,
                       *more, f"{CASE / 'layout'}@{FACTS['digest']}", **environment)

    def test_exit_status_and_streams(self):
        done = self.verify()
        self.assertEqual((done.returncode, done.stderr), (0, ""))
        self.assertTrue(done.stdout.startswith("trusted "), done.stdout)
        done = self.verify("-m", "stage=production")
        self.assertEqual((done.returncode, done.stderr), (1, ""))
        self.assertIn("PAYLOAD_MISMATCH", done.stdout)
        done = self.verify("--nonsense")
        self.assertEqual((done.returncode, done.stdout), (2, ""))
        self.assertIn("--nonsense", done.stderr)

    def test_never_colours_a_pipe(self):
        self.assertNotIn("\x1b", self.verify(TERM="xterm").stdout)

    def test_json_is_one_document(self):
        report = json.loads(self.verify("-o", "json").stdout)
        self.assertEqual((report["verdict"], report["scope"], report["digest"]),
                         ("trusted", FACTS["scope"], FACTS["digest"]))
        self.assertEqual([check["check"] for check in report["signatures"][0]["checks"]],
                         ["integrity", "authenticity", "authenticTimestamp", "expiry", "revocation"])

    def test_a_registry_that_nobody_answers_for_is_undecided(self):
        done = program("verify", "--notation-config", CASE / "home", "-o", "json", "--resolve",
                       "registry.example:443:127.0.0.1:9", SIGNED)  # the discard port: nobody listens
        self.assertEqual(done.returncode, 3, done.stderr)
        report = json.loads(done.stdout)
        self.assertEqual((report["verdict"], report["reason"]), ("undecided", "REGISTRY_UNAVAILABLE"))

    def test_a_private_address_is_not_contacted_unless_allowed(self):
        done = program("verify", "--notation-config", CASE / "home", "--plain-http", "127.0.0.1:9",
                       f"127.0.0.1:9/net-monitor@{FACTS['digest']}")
        self.assertEqual(done.returncode, 1, done.stdout)  # no statement is about it: nobody is asked
        self.assertIn("NO_POLICY", done.stdout)


class Review(InFolder):
    def test_reads_a_stream_from_standard_input(self):
        pod = {"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "a"},
               "spec": {"containers": [{"name": "c", "image": SIGNED}]}}
        stream = json.dumps(pod) + "\n"
        done = program("review", "--config", self.configure(server=None), *AT, "-", stdin=stream)
        self.assertEqual((done.returncode, done.stderr), (0, ""), done.stdout)
        pod["spec"]["containers"][0]["image"] = "registry.example/other:1"
        done = program("review", "--config", self.configure(server=None), *AT, "-", stdin="---\n" + json.dumps(pod))
        self.assertEqual(done.returncode, 1, done.stdout)
        self.assertIn("spec.containers[0].image", done.stdout)

    def test_says_what_the_webhook_says(self):
        review = self.folder / "review.json"
        for image, status in ((SIGNED, 0), ("registry.example/other:1", 1), ("UPPER/case", 1)):
            review.write_text(pod_review(image))
            done = program("review", "--config", self.configure(server=None), *AT, review)
            self.assertEqual(done.returncode, status, done.stdout)


class Config(InFolder):
    def test_names_the_line(self):
        file = self.configure()
        self.assertEqual(program("config", "check", file).stdout, "OK\n")
        file.write_text("version: 1\nadmission:\n  rules: []\n  rulez: []\n")
        done = program("config", "check", file)
        self.assertEqual((done.returncode, done.stdout), (2, ""))
        self.assertIn(f"{file}:4:3: unknown key \"rulez\"", done.stderr)


class Serve(InFolder):
    def setUp(self):
        super().setUp()
        make_certificate(self.folder, "first")

    def serve(self, **sections):
        server = Server(self.configure(**sections))
        self.addCleanup(lambda: server.process.poll() is None and server.process.kill())
        return server

    def test_judges_and_drains(self):
        server = self.serve()
        status, body = server.ask(pod_review(SIGNED))
        self.assertEqual((status, json.loads(body)["response"]["allowed"]), (200, True), body)
        status, body = server.ask(pod_review("registry.example/other:1"))
        self.assertEqual((status, json.loads(body)["response"]["status"]["code"]), (200, 403), body)
        status, body = server.ask(pod_review("registry.example/other:1"), "/advise")
        self.assertTrue(json.loads(body)["response"]["allowed"], body)
        self.assertEqual(server.ask("{}")[0], 400)
        self.assertEqual(server.ask("{}", "/other")[0], 404)
        decision = server.wait_for("decision")
        self.assertEqual((decision["uid"], decision["allowed"]), ("705ab4f5-6393-11e8-b7cc-42010a800002", True))
        self.assertEqual(server.admin("/livez")[0], 200)
        self.assertEqual(server.admin("/readyz")[0], 200)
        self.assertIn("NO_POLICY", server.admin("/metrics")[1])
        self.assertEqual(server.stop(), 0)

    def test_stops_for_an_interrupt_too(self):
        self.assertEqual(self.serve().stop(signal.SIGINT), 0)

    def test_a_hangup_brings_the_new_certificate(self):
        server = self.serve()
        before = server.serial()
        make_certificate(self.folder, "second")
        server.process.send_signal(signal.SIGHUP)
        server.wait_for("reloaded")
        after = server.serial()
        self.assertNotEqual(before, after)
        (self.folder / "tls.key").write_text("garbage")
        server.process.send_signal(signal.SIGHUP)
        self.assertFalse(server.wait_for("reloaded")["certificate"])
        self.assertEqual(server.serial(), after, "the old pair did not stay")
        self.assertEqual(server.stop(), 0)

    def test_what_can_not_be_used_ends_with_2_and_its_line(self):
        cases = {
            "a missing key": ({"server": {"tls": {"certificate": "tls.crt", "key": "none.key"}}}, "none.key"),
            "a missing store": ({"trustStores": [{"name": "ca:vectors", "source": "files", "paths": ["none.pem"]}]},
                                "none.pem"),
            "no server": ({"server": None}, "server"),
        }
        for name, (sections, word) in cases.items():
            with self.subTest(name):
                file = self.configure(**sections)
                done = program("serve", "--config", file)
                self.assertEqual((done.returncode, done.stdout), (2, ""), done.stderr)
                self.assertRegex(done.stderr, f"(?s){file}:.*{word}")


if __name__ == "__main__":
    unittest.main(argv=[sys.argv[0], *sys.argv[3:]])

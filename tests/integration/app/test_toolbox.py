#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Keys, certificates, many images at once, and what is written for other programs, by the built program.

    test_toolbox.py PROGRAM NOTATION_DATA [unittest arguments]
"""
import json
import os
import pty
import re
import shutil
import subprocess
import sys
import unittest

import schemas
from program import AT, CASE, DATA, ENVIRONMENT, FACTS, PROGRAM, SECONDS, SIGNED, InFolder, program

LAYOUT = ["--oci-layout", "--scope", FACTS["scope"]]
IMAGE = f"{CASE / 'layout'}@{FACTS['digest']}"
MISSING = f"{CASE / 'layout'}@sha256:{'0' * 64}"
TRUST = ["--notation-config", CASE / "home", *AT, *LAYOUT]
ALGORITHMS = {"rsa-2048": "2048 bit", "rsa-3072": "3072 bit", "rsa-4096": "4096 bit", "p256": "256 bit", "p384": "384 bit",
              "p521": "521 bit"}


def openssl(*arguments, **options):
    return subprocess.run(["openssl", *map(str, arguments)], capture_output=True, text=True, check=False, **options)


class Keys(InFolder):
    def generate(self, *arguments):
        return program("keys", "generate", "--out", self.folder, *arguments)

    def test_every_algorithm_signs_and_is_accepted(self):
        for algorithm, size in ALGORITHMS.items():
            with self.subTest(algorithm):
                done = self.generate("--force", "--algorithm", algorithm, "signer.example")
                self.assertEqual((done.returncode, done.stderr), (0, ""))
                key, certificate = self.folder / "signer.example.key", self.folder / "signer.example.crt"
                self.assertEqual(key.stat().st_mode & 0o777, 0o600)
                self.assertIn(size, openssl("x509", "-in", certificate, "-noout", "-text").stdout)
                self.assertEqual(openssl("pkey", "-in", key, "-pubout").stdout,
                                 openssl("x509", "-in", certificate, "-noout", "-pubkey").stdout)
                done = program("certificate", "check", "--key", key, certificate)
                self.assertEqual(done.returncode, 0, done.stdout + done.stderr)

    def test_openssl_agrees_with_a_chain(self):
        self.assertEqual(self.generate("--chain", "--subject", "CN=a signer,OU=Team,O=Acme,ST=WA,C=US").returncode, 0)
        chain = self.folder / "a-signer.crt"
        done = openssl("verify", "-x509_strict", "-purpose", "any", "-CAfile", self.folder / "ca.crt", "-untrusted", chain, chain)
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertEqual(chain.read_text().count("BEGIN CERTIFICATE"), 3)

    def test_nothing_is_overwritten_by_mistake(self):
        self.assertEqual(self.generate("a").returncode, 0)
        before = {file.name: file.read_bytes() for file in self.folder.iterdir()}
        for name in ("a", "b"):  # ca.crt is there
            done = self.generate(name)
            self.assertEqual((done.returncode, done.stdout), (2, ""))
            self.assertIn("--force", done.stderr)
            self.assertEqual({file.name: file.read_bytes() for file in self.folder.iterdir()}, before)

    def test_openssl_opens_an_encrypted_key(self):
        (self.folder / "word").write_text("a passphrase\n")
        self.assertEqual(self.generate("--passphrase-file", self.folder / "word", "a").returncode, 0)
        key = self.folder / "a.key"
        self.assertTrue(key.read_text().startswith("-----BEGIN ENCRYPTED PRIVATE KEY-----"))
        self.assertEqual(openssl("pkey", "-in", key, "-passin", "pass:a passphrase", "-noout").returncode, 0)
        self.assertNotEqual(openssl("pkey", "-in", key, "-passin", "pass:another", "-noout").returncode, 0)


class Certificates(InFolder):
    def setUp(self):
        super().setUp()
        subprocess.run([PROGRAM, "keys", "generate", "--chain", "--out", self.folder, "a"], check=True, capture_output=True,
                       env=ENVIRONMENT)
        self.chain = self.folder / "a.crt"

    def check(self, *arguments):
        done = program("certificate", "check", "-o", "json", *arguments)
        document = json.loads(done.stdout) if done.stdout else None
        if document:
            self.assertEqual(schemas.against("certificate-check", document), [])
        return done.returncode, document

    def test_the_order_is_repaired(self):
        blocks = re.findall(r"-----BEGIN.*?END CERTIFICATE-----\n", self.chain.read_text(), re.DOTALL)
        (self.folder / "turned").write_text("".join(reversed(blocks)))
        code, document = self.check(self.folder / "turned")
        self.assertEqual((code, [each["role"] for each in document["certificates"]]), (0, ["leaf", "intermediate", "root"]))
        self.assertEqual(len(document["remarks"]), 1)

    def test_everything_wrong_is_told(self):
        openssl("req", "-x509", "-newkey", "rsa:1024", "-nodes", "-subj", "/CN=b", "-sha1", "-days", "1", "-addext",
                "keyUsage=keyEncipherment", "-addext", "extendedKeyUsage=serverAuth", "-keyout", self.folder / "b.key", "-out",
                self.folder / "b.crt")
        code, document = self.check("--at", "2090-01-01T00:00:00Z", "--key", self.folder / "a.key", self.folder / "b.crt")
        self.assertEqual((code, document["verdict"], document["keyBelongs"]), (1, "refused", False))
        told = " ".join(fault["detail"] for fault in document["certificates"][0]["faults"])
        for part in ("is a CA", "digitalSignature", "not critical", "1.3.6.1.5.5.7.3.1", "not supported", "weak", "ended"):
            self.assertIn(part, told)

    def test_it_is_no_anchor_and_an_unreadable_file_no_answer(self):
        self.assertEqual(self.check("--as", "ca", self.folder / "ca.crt")[0], 0)
        self.assertEqual(self.check("--as", "ca", self.chain)[0], 1)
        self.assertEqual(self.check("--as", "tsa", self.folder / "ca.crt")[0], 0)
        self.assertEqual(self.check(self.folder / "a.key"), (2, None))
        self.assertEqual(self.check(self.folder / "nothing"), (2, None))

    def test_people_see_it_in_colour_when_they_want(self):
        for colour, start in (("always", "\x1b[32maccepted\x1b[0m "), ("never", "accepted "), ("auto", "accepted ")):
            self.assertTrue(program("certificate", "check", "--color", colour, self.chain).stdout.startswith(start), colour)


class ManyImages(InFolder):
    def test_in_the_order_given(self):
        done = program("verify", *TRUST, IMAGE, MISSING, IMAGE)
        self.assertEqual((done.returncode, done.stderr), (3, ""))
        self.assertEqual([line.split()[0] for line in done.stdout.splitlines()], ["trusted", "undecided", "trusted", "3"])
        documents = json.loads(program("verify", "-o", "json", *TRUST, IMAGE, MISSING).stdout)
        self.assertEqual([each["verdict"] for each in documents], ["trusted", "undecided"])
        self.assertEqual(schemas.against("verify", documents), [])

    def test_from_a_file(self):
        (self.folder / "list").write_text(f"# two\n{IMAGE}\n\n{IMAGE} # again\n")
        done = program("verify", *TRUST, "--file", self.folder / "list")
        self.assertEqual((done.returncode, done.stdout.splitlines()[-1]), (0, "2 images: 2 trusted, 0 skipped, 0 untrusted, 0 undecided"))
        done = program("verify", "-o", "json", *TRUST, "--file", "-", stdin=IMAGE)
        self.assertEqual(len(json.loads(done.stdout)), 1)

    def test_progress_is_for_terminals(self):
        ours, theirs = pty.openpty()
        self.addCleanup(os.close, ours)
        done = subprocess.run([PROGRAM, "verify", *map(str, TRUST), IMAGE, IMAGE], stdout=subprocess.PIPE, stderr=theirs, check=False,
                              timeout=SECONDS, env=ENVIRONMENT)
        os.close(theirs)
        self.assertEqual(done.returncode, 0)
        self.assertIn(b"verified 2 of 2", os.read(ours, 10_000))
        self.assertNotIn(b"verified", done.stdout)

    def test_nothing_is_judged_when_one_is_no_reference(self):
        done = program("verify", *TRUST, IMAGE, "no-digest", "nor-this")
        self.assertEqual((done.returncode, done.stdout, len(done.stderr.splitlines())), (2, "", 2))


class Explained(InFolder):
    def test_every_check_of_every_case(self):
        """Whatever a signature is, its checks can be told with their evidence, and the verdict stays the same."""
        for case in sorted(DATA.glob("valid/*"))[:40]:
            facts = json.loads((case / "case.json").read_text())
            where = ["--oci-layout", "--scope", facts["scope"], "--notation-config", case / "home", *AT, "-o", "json",
                     f"{case / 'layout'}@{facts['digest']}"]
            with self.subTest(case.name):
                plain, explained = program("verify", *where), program("verify", "--explain", *where)
                self.assertEqual(plain.returncode, explained.returncode)
                document = json.loads(explained.stdout)
                self.assertEqual(schemas.against("verify", document), [])
                self.assertNotIn("evidence", plain.stdout)
                for signature in document["signatures"]:
                    told = {check["check"] for check in signature["checks"] if check.get("evidence")}
                    self.assertLessEqual({"integrity", "authenticity", "authenticTimestamp", "expiry"}, told)

    def test_the_interval_of_a_timestamp_is_told(self):
        for case in sorted(DATA.glob("timestamp/*")):
            facts = json.loads((case / "case.json").read_text())
            done = program("verify", "--explain", "-o", "json", "--oci-layout", "--scope", facts["scope"], "--notation-config",
                           case / "home", *AT, f"{case / 'layout'}@{facts['digest']}")
            if '"name":"timestamp","value":"20' in done.stdout:
                return
        self.fail("no case with a timestamp")

    def test_a_failure_has_its_next_step(self):
        done = program("verify", "--explain", *TRUST, "-m", "stage=production", IMAGE)
        self.assertEqual(done.returncode, 1)
        self.assertIn("next step", done.stdout)
        self.assertIn("stage=production, signed was nothing", done.stdout)


class Documents(InFolder):
    def hold(self, name, *arguments, stdin=None, code=0):
        done = program(*arguments, stdin=stdin)
        self.assertEqual(done.returncode, code, done.stdout + done.stderr)
        document = json.loads(done.stdout)
        self.assertEqual(schemas.against(name, document), [])
        try:
            import jsonschema  # pylint: disable=import-outside-toplevel
        except ImportError:
            return document
        jsonschema.validate(document, json.loads((schemas.FOLDER / f"{name}.json").read_text()))
        return document

    def test_list_inspect_and_verify(self):
        self.hold("list", "list", "-o", "json", *LAYOUT, IMAGE)
        self.hold("inspect", "inspect", "-o", "json", *LAYOUT, IMAGE)
        self.hold("inspect", "inspect", "-o", "json", *TRUST, IMAGE)
        self.hold("verify", "verify", "-o", "json", *TRUST, IMAGE)
        self.hold("verify", "verify", "-o", "json", *TRUST, MISSING, code=3)

    def test_inspect_of_what_is_malformed(self):
        for case in sorted(DATA.glob("integrity/*")):
            facts = json.loads((case / "case.json").read_text())
            with self.subTest(case.name):
                self.hold("inspect", "inspect", "-o", "json", "--oci-layout", "--scope", facts["scope"],
                          f"{case / 'layout'}@{facts['digest']}")

    def test_review(self):
        documents = "\n---\n".join(json.dumps(each) for each in (
            {"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "a"}, "spec": {"containers": [{"name": "c", "image": SIGNED}]}},
            {"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "b"}, "spec": {"containers": [{"name": "c", "image": "ghcr.io/a"}]}},
            {"apiVersion": "v1", "kind": "Service", "metadata": {"name": "c"}}))
        shown = self.hold("review", "review", "-o", "json", "--config", self.configure(), *AT, "-", stdin=documents, code=1)
        self.assertEqual([each["verdict"] for each in shown], ["allowed", "denied", "notJudged"])

    def test_sign(self):
        shutil.copytree(CASE / "layout", self.folder / "layout")
        self.assertEqual(program("keys", "generate", "--out", self.folder, "signer.example").returncode, 0)
        key = ["--key", self.folder / "signer.example.key", "--certificates", self.folder / "signer.example.crt"]
        image = f"{self.folder / 'layout'}@{FACTS['digest']}"
        for words, listed in ((["--dry-run"], "nowhere"), (["--signature-format", "jws", "--expiry", "30d", "-m", "a=b"], "layout")):
            shown = self.hold("sign", "sign", "-o", "json", *key, *words, *LAYOUT, image)
            self.assertEqual((shown["listed"], shown["digest"], shown["warnings"]), (listed, FACTS["digest"], []))
        listed = self.hold("list", "list", "-o", "json", *LAYOUT, image)
        self.assertIn(shown["signature"]["digest"], [each["digest"] for each in listed["signatures"]])

    def test_the_schemas_refuse_what_is_wrong(self):
        good = self.hold("list", "list", "-o", "json", *LAYOUT, IMAGE)
        for bad in (good | {"more": 1}, {**good, "digest": "sha1:00"}, {**good, "notShown": "0"},
                    {name: each for name, each in good.items() if name != "reference"}):
            self.assertTrue(schemas.against("list", bad))


class Shells(unittest.TestCase):
    def script(self, shell):
        done = program("completion", shell)
        self.assertEqual((done.returncode, done.stderr), (0, ""))
        return done.stdout

    def test_bash(self):
        ask = 'eval "$SCRIPT"; COMP_WORDS=(countersign "$@"); COMP_CWORD=$#; _countersign; echo "${COMPREPLY[@]}"'
        for words, expected in ((["verify", "-o", ""], "text json"), (["keys", "generate", "--algorithm", "p"], "p256 p384 p521"),
                                (["certificate", ""], "check"), (["explain", "TOO_MANY"], "TOO_MANY_IMAGES"),
                                (["completion", ""], "bash zsh fish"), (["verify", "--color", "=", "al"], "always")):
            done = subprocess.run(["bash", "--norc", "-c", ask, "bash", *words], capture_output=True, text=True, check=True,
                                  env={**ENVIRONMENT, "SCRIPT": self.script("bash")})
            self.assertEqual(done.stdout.strip(), expected, words)

    @unittest.skipUnless(shutil.which("zsh"), "no zsh")
    def test_zsh(self):
        ask = ('compdef() { }; compadd() { shift; print -r -- "$@" }; _files() { print files "$@" }; compset() { }\n'
               'eval "$SCRIPT"; typeset -ga words; words=(countersign "$@"); typeset -g CURRENT=${#words} PREFIX=${words[-1]}; _countersign')
        for words, expected in ((["verify", "-o", ""], "text json"), (["certificate", ""], "check"),
                                (["verify", "--config", ""], "files"), (["keys", "generate", "--out", ""], "files -/")):
            done = subprocess.run(["zsh", "-f", "-c", ask, "zsh", *words], capture_output=True, text=True, check=True,
                                  env={**ENVIRONMENT, "SCRIPT": self.script("zsh")})
            self.assertEqual(done.stdout.strip(), expected, words)

    @unittest.skipUnless(shutil.which("fish"), "no fish")
    def test_fish(self):
        for line, expected in (("countersign verify -o ", ["json", "text"]), ("countersign certificate ", ["check"]),
                               ("countersign keys generate --algorithm p", ["p256", "p384", "p521"])):
            done = subprocess.run(["fish", "--no-config", "-c", f"echo $SCRIPT | source; complete -C '{line}'"], capture_output=True,
                                  text=True, check=True, env={**os.environ, "SCRIPT": self.script("fish")})
            self.assertEqual(sorted(each.split("\t")[0] for each in done.stdout.splitlines()), expected, line)

    @unittest.skipUnless(shutil.which("man"), "no man")
    def test_the_manual_page_is_clean(self):
        page = program("man").stdout
        done = subprocess.run(["man", "--warnings=w", "-l", "-"], input=page, capture_output=True, text=True, check=True,
                              env={**ENVIRONMENT, "MANWIDTH": "200", "LC_ALL": "C.UTF-8"})
        self.assertEqual(done.stderr, "")
        for command in ("countersign verify", "countersign keys generate", "countersign certificate check"):
            self.assertIn(f"   {command}\n", done.stdout)


if __name__ == "__main__":
    unittest.main(argv=[sys.argv[0], *sys.argv[3:]])

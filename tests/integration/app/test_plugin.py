#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""The built program under the name of a plugin of the Notation CLI, without a vault.

    test_plugin.py PROGRAM NOTATION_DATA [unittest arguments]
"""
import json
import shutil
import subprocess
import sys
import unittest

from program import ENVIRONMENT, PROGRAM, SECONDS, InFolder, program

KEY = "https://kvdemo.vault.azure.net/keys/signer"


class Plugin(InFolder):
    def setUp(self):
        super().setUp()
        self.file = self.folder / "notation-azure-kv"
        self.file.symlink_to(PROGRAM)

    def ask(self, *arguments, request="", file=None, **environment):
        stdin = request if isinstance(request, str) else json.dumps(request)
        return subprocess.run([file or self.file, *arguments], input=stdin, capture_output=True, text=True, timeout=SECONDS,
                              env={**ENVIRONMENT, **environment}, check=False)

    def refused(self, command, request, **environment):
        """The error's code; nothing else is said."""
        done = self.ask(command, request=request, **environment)
        self.assertEqual((done.returncode, done.stdout), (1, ""))
        error = json.loads(done.stderr)
        self.assertLessEqual(set(error), {"errorCode", "errorMessage", "errorMetadata"})
        return error["errorCode"]

    def test_says_what_it_is(self):
        copy = self.folder / "copy" / "notation-azure-kv"
        copy.parent.mkdir()
        shutil.copy(PROGRAM, copy)
        version = program("version").stdout.split()[1]
        for file in (self.file, copy):
            done = self.ask("get-plugin-metadata", request={}, file=file)
            self.assertEqual((done.returncode, done.stderr), (0, ""))
            said = json.loads(done.stdout)
            self.assertEqual(said["name"], "azure-kv")
            self.assertEqual(said["version"], version)
            self.assertEqual(said["supportedContractVersions"], ["1.0"])
            self.assertEqual(said["capabilities"], ["SIGNATURE_GENERATOR.RAW"])
            self.assertTrue(said["description"] and said["url"])

    def test_is_no_plugin_under_another_name(self):
        self.assertEqual(program("get-plugin-metadata").returncode, 2)

    def test_refuses_what_it_does_not_know(self):
        for command in ("generate-envelope", "verify-signature", "version", "--version"):
            self.assertEqual(self.refused(command, {}), "VALIDATION_ERROR", command)

    def test_refuses_requests_that_are_none(self):
        good = {"contractVersion": "1.0", "keyId": KEY, "pluginConfig": {}, "keySpec": "EC-256", "hashAlgorithm": "SHA-256",
                "payload": "cGF5bG9hZA=="}
        for command in ("describe-key", "generate-signature"):
            for bad in ("", "{", "[]", "null", json.dumps(good) + "{}", {}, good | {"keyId": ""},
                        good | {"pluginConfig": {"self_signed": True}}, good | {"pluginConfig": {"unknown": "1"}},
                        good | {"keyId": "https://attacker.example/keys/signer"}):
                self.assertEqual(self.refused(command, bad), "VALIDATION_ERROR", bad)
            self.assertEqual(self.refused(command, good | {"contractVersion": "2.0"}), "UNSUPPORTED_CONTRACT_VERSION")
        for bad in ({"hashAlgorithm": "SHA-384"}, {"keySpec": "EC-512"}, {"payload": "cGF5bG9hZA"}):
            self.assertEqual(self.refused("generate-signature", good | bad), "VALIDATION_ERROR", bad)

    def test_has_no_identity_without_one(self):
        request = {"contractVersion": "1.0", "keyId": KEY, "pluginConfig": {"credential_type": "workloadid"}}
        self.assertEqual(self.refused("describe-key", request), "ACCESS_DENIED")

    def test_names_what_is_wrong_with_the_configuration(self):
        file = self.folder / "azure.yaml"
        file.write_text("version: 1\nazure: {cluod: china}\n")
        request = {"contractVersion": "1.0", "keyId": KEY}
        done = self.ask("describe-key", request=request, COUNTERSIGN_CONFIG=str(file))
        self.assertIn("azure.yaml:2:", json.loads(done.stderr)["errorMessage"])
        # Only vaults of the configured cloud are asked.
        file.write_text("version: 1\nazure: {cloud: china}\n")
        self.assertEqual(self.refused("describe-key", request, COUNTERSIGN_CONFIG=str(file)), "VALIDATION_ERROR")


if __name__ == "__main__":
    unittest.main(argv=[sys.argv[0], *sys.argv[3:]])

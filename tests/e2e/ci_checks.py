# SPDX-License-Identifier: Apache-2.0
"""The part "pipelines": the scripts of deploy/ci, taken out of their files and run as the services run them. Real: the scripts, the
program in the files of its image, the registry, the vault. Stand-ins: `docker` and `az` (ci_programs.py), Entra and the registry's token
exchange (scripted_azure.py), and whoever gives identity tokens to a job."""
import json
import os
import pathlib
import re
import shutil
import subprocess
import sys

import yaml
from azure_world import VaultSigners
from images import Image, Registry
from pipelines import Actions, Pipeline
from recorder import Answer, Recorder, json_answer
from scripted_azure import REGISTRY, VAULT, ScriptedAzure
from scripted_entra import CLIENT, PRINCIPAL, TENANT, Application
from stack import PEERS, run

sys.path.append(str(pathlib.Path(__file__).resolve().parent / "walkthrough"))
# pylint: disable=wrong-import-position,wrong-import-order
from kubelet import image_of

EXAMPLES = PEERS.parent.parent / "deploy/ci"
SIGNER, VERIFIER = CLIENT, PRINCIPAL
REQUEST_TOKEN, AUDIENCE = "canary-request-token", "api://AzureADTokenExchange"
# What the pages call acme's, and what it is here.
NAMES = (("acmeapps.azurecr.io", REGISTRY), ("acme-kv.vault.azure.net", VAULT), ("C=US, ST=WA, O=acme", "C=NL, ST=Test, O=Peers"))


class IdTokens(Recorder):
    """GitHub's, for a job with the right `id-token: write`."""

    def __init__(self, token):
        super().__init__()
        self.token = token

    def answer(self, heard):
        if heard.header("Authorization") != f"bearer {REQUEST_TOKEN}" or heard.query.get("audience") != [AUDIENCE]:
            self.wrong(f"{heard.method} {heard.target}")
            return Answer(401)
        return json_answer(200, {"count": 1, "value": self.token})


class Machine:
    """Where the scripts of one service run."""

    def __init__(self, stage, name, given):
        self.stage, self.name, self.given = stage, name, given
        self.folder = stage.folder / name
        self.sources, self.temporary, self.programs = (self.folder / each for each in ("sources", "temporary", "programs"))
        for folder in (self.folder, self.sources, self.temporary, self.programs):
            folder.mkdir()
        for program in ("docker", "az"):
            (self.programs / program).symlink_to(pathlib.Path(__file__).resolve().with_name("ci_programs.py"))
        self.said = ""
        self.configure()

    def configure(self):
        """The examples with our names in them, and where this machine's stand-ins are."""
        place = self.sources / "deploy/ci"
        place.mkdir(parents=True)
        for file in EXAMPLES.iterdir():
            text = file.read_text()
            for theirs, ours in NAMES:
                text = text.replace(theirs, ours)
            (place / file.name).write_text(text)
        azure = self.stage.azure
        shutil.copy(azure.ca, place / "azure-ca.crt")
        whole = yaml.safe_load((place / "countersign.yaml").read_text())
        whole["azure"] = azure.reach() | {"caFile": "azure-ca.crt"}
        whole["registries"] = [each | azure.registry_settings(each["host"]) | {"caFile": "azure-ca.crt"} for each in whole["registries"]]
        (place / "countersign.yaml").write_text(json.dumps(whole))
        (self.folder / "stage.json").write_text(json.dumps({
            "registry": REGISTRY, "behind": self.stage.registry.host, "files": str(self.stage.files), "image": self.image(place)}))

    @staticmethod
    def image(place):
        (name,) = set(re.findall(r"\S+/countersign@sha256:\S+", (place / "github-actions.yml").read_text()))
        return name

    def run(self, step, **changes):
        """The step's end, and what it left as outputs."""
        outputs, script = self.folder / "outputs", self.folder / "script"
        outputs.write_text("")
        script.write_text(step.script)
        environment = {"PATH": f"{self.programs}:{os.environ['PATH']}", "HOME": str(self.folder), "GITHUB_OUTPUT": str(outputs),
                       "CI_STAGE": str(self.folder / "stage.json"), "CI_CLIENT": step.client, "NO_PROXY": "127.0.0.1"}
        done = subprocess.run([*step.shell, script], env=environment | self.given(self) | step.environment | changes, cwd=self.sources, text=True,
                              capture_output=True, stdin=subprocess.DEVNULL, timeout=300, check=False)
        self.said += done.stdout + done.stderr
        return done, outputs.read_text()


class Pipelines:
    def __init__(self, world):
        self.world, self.checks, self.binary = world, world.checks, world.binary
        self.folder = world.work / "pipelines"
        self.folder.mkdir()
        self.signers = VaultSigners(self.folder)
        self.registry = Registry(self.folder, "acr", "olareg")
        self.azure = ScriptedAzure(self.folder / "azure", {REGISTRY: self.registry.host})
        self.azure.contents[VAULT].import_certificate("signer", self.signers.pem("vault"))
        self.azure.entra.applications = {client: Application(token_file=self.azure.token.file) for client in (SIGNER, VERIFIER)}
        self.azure.registries[REGISTRY].writable = True
        self.token = self.azure.token.contents[-1]
        self.unsigned = Image(self.folder, "unsigned").push(self.registry.oras, f"{self.registry.host}/shop/web:unsigned")
        self.files = self.folder / "image"
        self.files.mkdir()
        image_of(self.binary, self.files)
        self.signs = bool(re.search(r"^  sign ", run(self.binary, "--help").stdout, re.MULTILINE))

    def sign_by_notation(self, step):
        """In place of the step, where the program can't."""
        self.world.missing("a pipeline signs", "this program has no command `sign`")
        metadata = re.search(r'--user-metadata "commit=\$(\w+)"', step.script)[1]
        commit = step.environment.get(metadata, "0123abc")
        self.signers.notation("sign", "--signature-format", "cose", "--key", "vault", "--force-referrers-tag=false", "--insecure-registry",
                              "-m", f"commit={commit}", step.environment["IMAGE"].replace(REGISTRY, self.registry.host))

    def walk(self, name, flow, machine):
        """All steps, in their order; the last one with the program in it is returned."""
        last = None
        for step in flow.steps():
            if step.name == "Sign" and not self.signs:
                self.sign_by_notation(step)
                continue
            done, outputs = machine.run(step)
            flow.heard(done.stdout, outputs)
            self.checks.check(f"{name}: {step.job}: {step.name}", "" if done.returncode == 0 else
                              f"exit status {done.returncode}: {(done.stdout + done.stderr)[-400:]}")
            last = step if "$COUNTERSIGN" in step.script else last
        self.checks.check(f"{name}: no token is left", "" if not list(machine.temporary.rglob("token")) else "one is")
        return last

    def check(self, name, flow, machine, commit):
        acr = self.azure.registries[REGISTRY]
        verify = self.walk(name, flow, machine)
        pushed = len(acr.push_tokens)
        if self.signs:
            self.checks.check(f"{name}: the signer reads no secret", [heard.target for heard in self.azure.fronts[VAULT].heard
                                                                    if heard.path.startswith("/secrets")])
        for what, changes, part in (("an image that nobody signed", {"IMAGE": f"{REGISTRY}/shop/web@{self.unsigned}"}, "SIGNATURE_NOT_FOUND"),
                                    ("a signature for another commit", {commit: "another"}, "commit")):
            done, _ = machine.run(verify, **changes)
            self.checks.check(f"{name}: {what} ends it", "" if done.returncode == 1 and part in done.stdout + done.stderr else
                              f"exit status {done.returncode}: {(done.stdout + done.stderr)[-400:]}")
        self.checks.equal(f"{name}: the verifier never asks to push", len(acr.push_tokens), pushed)
        self.checks.check(f"{name}: no token is in what is said", [secret[:20] for secret in (self.token, REQUEST_TOKEN) if secret in machine.said])

    def check_all(self):
        with IdTokens(self.token) as tokens:
            given = lambda machine: {
                "RUNNER_TEMP": str(machine.temporary), "GITHUB_WORKSPACE": str(machine.sources), "GITHUB_SHA": "0123abc",
                "ACTIONS_ID_TOKEN_REQUEST_URL": f"http://127.0.0.1:{tokens.server_port}/token?api-version=2.0",
                "ACTIONS_ID_TOKEN_REQUEST_TOKEN": REQUEST_TOKEN}
            machine = Machine(self, "actions", given)
            flow = Actions(machine.sources / "deploy/ci/github-actions.yml", {
                "vars.AZURE_TENANT_ID": TENANT, "vars.SIGNER_CLIENT_ID": SIGNER, "vars.VERIFIER_CLIENT_ID": VERIFIER})
            with self.checks.guarded("GitHub Actions"):
                self.check("GitHub Actions", flow, machine, "GITHUB_SHA")
            self.checks.check("GitHub Actions: identity tokens are asked for as they should be", tokens.problems)
        machine = Machine(self, "pipelines", lambda _machine: {})
        flow = Pipeline(machine.sources / "deploy/ci/azure-pipelines.yml", {
            "Build.SourceVersion": "4567def", "Agent.TempDirectory": str(machine.temporary), "Build.SourcesDirectory": str(machine.sources),
            "tenant": TENANT, "token": self.token}, {"acme-signer": SIGNER, "acme-verifier": VERIFIER})
        with self.checks.guarded("Azure Pipelines"):
            self.check("Azure Pipelines", flow, machine, "COMMIT")
        self.checks.check("pipelines: Azure was asked nothing that no good client asks", self.azure.problems())


def check(world):
    lacking = [program for program in ("vault", "jq") if not shutil.which(program)]
    if not lacking and run("unshare", "--mount", "true", ok=None).returncode:
        lacking = ["the right to mount"]
    if lacking:
        world.missing("pipelines", f"{', '.join(lacking)} is missing")
        return
    folder = world.work / "pipelines"
    try:
        stage = Pipelines(world)
        with stage.azure:
            stage.check_all()
    finally:
        for each in (folder, folder / "azure"):
            run(PEERS / "down.sh", each, ok=None)

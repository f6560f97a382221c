# SPDX-License-Identifier: Apache-2.0
"""What must not be signed, and what can't: each with its exit status and a sentence that names the thing, and nothing pushed. And the
same words without a fault."""
import base64
import dataclasses
import json
import os
import re
import shutil

import recorder
import signing_cases
from authority import CODE_SIGNING, openssl
from images import PASSWORD, Image, Registry, in_layout
from signing_bench import COULD_NOT, NO_RIGHT, USAGE, Bench, Case, certificates
from signing_front import RegistryFront, difference, held
from signing_world import PATIENCE, SCOPE
from stack import run
from timestamp_authority import clock


def check_registry_faults(bench):
    """A registry that fails in the middle: the signature is not to be seen."""
    stage, front = bench.stage, bench.front

    def visible():
        return json.loads(stage.tag.registry.oras("discover", "--format", "json", f"{stage.tag.registry.host}/bad/app@{bench.digest}").stdout)
    before = visible()
    for name, only, fault, status, says in (
            ("uploads are refused", "/blobs/uploads/", recorder.status(500), COULD_NOT, "500|registry"),
            ("uploads are forbidden", "/blobs/uploads/", recorder.status(403), NO_RIGHT, "403|push|right|denied"),
            ("the manifest is refused", "/manifests/sha256:", only_puts(recorder.status(500)), COULD_NOT, "500|registry"),
            ("the list of signatures can't be written", f"/manifests/{bench.digest.replace(':', '-')}", only_puts(recorder.status(403)), NO_RIGHT,
             "tag|list|sha256-"),
            ("the registry says that it stored something else", "/manifests/sha256:", only_puts(lying), COULD_NOT, "digest")):
        with front.failing(fault, only=only):
            done = stage.countersign("sign", *bench.good, *bench.reach, bench.reference())
        wrong = [] if done.returncode == status else [f"exit {done.returncode}, not {status}: {done.stderr.strip()[-300:]}"]
        wrong += [] if re.search(says, done.stderr, re.IGNORECASE) else [f"says {done.stderr.strip()[-300:]}"]
        wrong += [] if visible() == before or name.startswith("the registry says") else ["the signature is listed"]
        stage.checks.check(f"{name}: exit {status}, and no signature is listed", wrong)


def only_puts(fault):
    return lambda server, heard: fault(server, heard) if heard.method == "PUT" else recorder.PASS


def lying(server, heard):
    answer = server.answer(heard)
    return dataclasses.replace(answer, headers=answer.headers | {"Docker-Content-Digest": f"sha256:{'1' * 64}"})


def check_pull_only(bench):
    """A token server that grants nothing but pulls to this user."""
    stage = bench.stage
    registry = Registry(stage.folder, "sign-bearer", "distribution", auth="bearer")
    digest = Image(stage.folder, "kept").push(registry.oras, f"{registry.host}/bad/app:kept")
    login = {"auth": base64.b64encode(f"reader:{PASSWORD}".encode()).decode()}

    def by_login(name, auths):
        """A configuration, which names the token server, too."""
        docker, file = stage.folder / f"{name}.json", stage.folder / f"{name}.yaml"
        docker.write_text(json.dumps({"auths": auths}))
        entry = registry.settings() | {"credentials": {"kind": "dockerConfig", "file": str(docker)}}
        file.write_text(json.dumps(stage.configuration() | {"registries": [entry]}))
        return ("--config", file, f"{registry.host}/bad/app@{digest}")

    before = held(stage.folder / registry.name)
    for name, auths in (("who may only pull", {registry.host: login}), ("who has no password", {})):
        done = stage.countersign("sign", *bench.good, *by_login(name.rpartition(" ")[2], auths))
        wrong = [] if done.returncode == NO_RIGHT else [f"exit {done.returncode}, not {NO_RIGHT}: {done.stderr.strip()[-300:]}"]
        wrong += [] if registry.host in done.stderr else [f"does not name the registry: {done.stderr.strip()[-300:]}"]
        stage.checks.check(f"{name} can't sign: exit {NO_RIGHT}, and nothing is pushed",
                           wrong + difference(before, held(stage.folder / registry.name))[:3])
    good = json.loads((registry.docker / "config.json").read_text())["auths"]
    done = stage.countersign("sign", *bench.good, *by_login("writer", good))
    stage.checks.check("who may push can", "" if done.returncode == 0 else done.stderr.strip()[-300:])


def check_read_only_layout(bench):
    """Root may write everything, but for this one right, which it can do without."""
    stage = bench.stage
    layout = stage.folder / "layouts/read-only"
    digest = Image(stage.folder, "read-only").push(in_layout, f"{layout}:x")
    folders = [layout, *(path for path in layout.rglob("*") if path.is_dir())]
    before = held(layout)
    for path in (*folders, layout / "index.json"):
        path.chmod(0o555)
    without = ["setpriv", "--bounding-set", "-dac_override,-dac_read_search", "--inh-caps", "-dac_override,-dac_read_search"] \
        if os.geteuid() == 0 else []
    if without and not shutil.which("setpriv"):
        stage.world.missing("a layout that can't be written", "setpriv of util-linux is not there")
        return
    done = run(*without, stage.binary, "sign", *bench.good, "--oci-layout", "--scope", SCOPE, f"{layout}@{digest}", ok=None, timeout=PATIENCE,
               env={"PATH": os.defpath, "HOME": str(stage.folder)})
    for path in folders:
        path.chmod(0o755)
    wrong = [] if done.returncode == USAGE else [f"exit {done.returncode}: {done.stderr.strip()[-300:]}"]
    wrong += [] if "read-only" in done.stderr else [f"does not name the layout: {done.stderr.strip()[-300:]}"]
    stage.checks.check(f"a layout that can't be written: exit {USAGE}, and nothing is left in it", wrong + difference(before, held(layout)))


# --- nothing wrong at all

def check_dry_run(bench):
    """--dry-run says what it would do, and does nothing of it; neither program finds a signature then."""
    stage, front = bench.stage, bench.front
    for name, words in (("a key in a file", (*bench.good, *bench.reach)), ("a key in a vault", bench.by_vault("vault-p256")),
                        ("a timestamp", (*bench.good, "--timestamp-url", stage.clock.url, "--timestamp-root-cert",
                                         stage.clock_root.certificate, *bench.reach))):
        mark, before = len(front.heard), held(bench.storage)
        done = stage.countersign("sign", "--dry-run", "-o", "json", *words, bench.reference())
        wrong = [] if done.returncode == 0 else [f"exit {done.returncode}: {done.stderr.strip()[-300:]}"]
        report = json.loads(done.stdout) if done.returncode == 0 else {}
        if report and (report["listed"], report["digest"]) != ("nowhere", bench.digest):
            wrong.append(f"says {report}")
        wrong += front.written(mark) + difference(before, held(bench.storage))
        stage.checks.check(f"a dry run with {name} pushes nothing", wrong)
    said = stage.countersign("sign", "--dry-run", *bench.good, *bench.reach, bench.reference())
    stage.checks.check("a dry run says so", "" if "Would sign" in said.stdout and bench.digest in said.stdout else said.stdout + said.stderr)
    wrong = Case("", ("--dry-run", "--key", stage.key("p256"), "--certificates", stage.chain("p384"), *bench.reach, bench.reference()), USAGE,
                 ("certificate",))
    stage.checks.check("a dry run refuses what signing would", bench.try_one(wrong))


def check_good(bench):
    """The same words as in all cases, without their fault."""
    stage = bench.stage
    opened = ("--key", stage.pki / "locked.key", "--passphrase-file", stage.pki / "right", "--certificates", stage.chain("p256"))
    combined = stage.pki / "combined.pem"
    combined.write_text("".join(reversed(certificates(stage.chain("p256")))) + stage.key("p256").read_text())
    sec1 = stage.pki / "sec1.key"
    openssl("ec", "-in", stage.key("p256"), "-out", sec1)
    stage.vault.import_certificate("self", self_signed(stage), exportable=False)
    for name, words in (("an encrypted key with its passphrase", (*opened, *bench.reach)), ("a key with its certificates, in any order",
                        ("--key", combined, *bench.reach)), ("a SEC 1 key", ("--key", sec1, "--certificates", stage.chain("p256"), *bench.reach)),
                        ("a vault's key with --ca-certs", (*bench.by_vault("vault-p256"), "--ca-certs", stage.chain("middle"))),
                        ("a vault's self-signed certificate", (*bench.by_vault("self", version=False), "--self-signed")),
                        ("a vault's self-signed certificate from its secret", bench.by_vault("self", version=False)),
                        ("the registry behind the front", (*bench.good, *bench.reach))):
        done = stage.countersign("sign", *words, bench.reference())
        stage.checks.check(f"{name} is good", "" if done.returncode == 0 else f"exit {done.returncode}: {done.stderr.strip()[-300:]}")


def self_signed(stage):
    stage.stranger.issue("self", "p256", CODE_SIGNING, selfsign=True)
    return stage.key("self").read_text() + (stage.pki / "self.crt").read_text()


def check_secrets(bench):
    """No passphrase and no token is in what was said; nobody was sent a token who may not have it."""
    found = bench.stage.azure.leaks()
    bench.stage.checks.check("no token went astray while signing failed", found)


def check(stage):
    with RegistryFront(stage.tag.registry) as front, clock(stage.pki, "strange-clock") as (_, stage.strange_clock):
        bench = Bench(stage, front)
        for cases in signing_cases.ALL:
            with stage.checks.guarded(cases.__name__):
                bench.check(cases(bench))
        for part in (check_registry_faults, check_pull_only, check_read_only_layout, check_dry_run, check_good, check_secrets):
            with stage.checks.guarded(part.__name__):
                part(bench)

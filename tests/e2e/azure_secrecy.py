# SPDX-License-Identifier: Apache-2.0
"""What must not be seen: tokens, assertions, client secrets, private keys; not in logs, pages and memory."""
import base64
import pathlib
import re

import scripted_acr
import scripted_entra
import scripted_vault
from azure_world import reload
from scripted_azure import VAULT

CANARIES = (scripted_vault.CANARY, scripted_entra.CANARY, scripted_acr.CANARY)  # free text of Azure's errors
SHROUDED_KEY = bytes.fromhex("060b2a864886f70d010c0a0102")  # pkcs8ShroudedKeyBag of RFC 7292


def key_lines(pem):
    """The lines of a private key in PEM, but for the first, which tells the algorithm only, and the last, which may be short."""
    body = re.search(r"-----BEGIN PRIVATE KEY-----\n(.*?)-----END", pem, re.DOTALL)[1]
    return body.split()[1:-1]


def key_bytes(pem):
    """The middle of the key's DER: RSA's private exponent and primes."""
    der = base64.b64decode("".join(re.search(r"-----BEGIN PRIVATE KEY-----\n(.*?)-----END", pem, re.DOTALL)[1].split()))
    return [der[start:start + 32] for start in (400, 600, 800)]


def bag_lines(pfx):
    """Pieces of a PKCS#12 file in base64 from where its key is."""
    start = pfx.index(SHROUDED_KEY)
    start += (-start) % 3 + 102  # behind the names of the ciphers
    return [base64.b64encode(pfx[at:at + 30]).decode() for at in range(start, start + 120, 30)]


def in_memory(pid, needles):
    """Which of these bytes are in the process's memory, where it can write."""
    found = set()
    maps = pathlib.Path(f"/proc/{pid}/maps").read_text().splitlines()
    with open(f"/proc/{pid}/mem", "rb", buffering=0) as memory:
        for line in maps:
            place, access = line.split()[:2]
            if not access.startswith("rw"):
                continue
            start, end = (int(number, 16) for number in place.split("-"))
            try:
                memory.seek(start)
                content = memory.read(end - start)
            except (OSError, ValueError):
                continue  # it has just been unmapped
            found |= {needle for needle in needles if needle in content}
    return found


def check_running(stage, server):
    """On a server that has loaded a PEM secret, a PKCS#12 secret and one of the vault's own making."""
    reload(server)
    pem, pfx = stage.signers.pem("vault"), (stage.signers.folder / "chain.pfx").read_bytes()
    pid = server.process.pid
    count = lambda needles: len(in_memory(pid, {needle.encode() if isinstance(needle, str) else needle for needle in needles}))
    stage.checks.check("the memory can be searched", [] if count({VAULT}) else ["the vault's name is not in it"])
    for name, needles in (("line of a PEM secret's private key", key_lines(pem)), ("line of the key that was made in the vault",
                                                                                   key_lines(stage.vault.secret("made"))),
                          ("piece of a private key's DER", key_bytes(pem)), ("piece of a PKCS#12 secret's key bag", bag_lines(pfx))):
        found = count(needles)
        stage.checks.check(f"no {name} is in the server's memory", f"{found} of {len(needles)} are" if found else "")
    pages = server.probe("/metrics").body + server.probe("/readyz").body
    stage.checks.check("no secret is on /metrics", seen(stage, pages))
    shown = stage.command("config", "show", server.config)
    stage.checks.equal("config show works", shown.returncode, 0)
    stage.checks.check("no secret is in config show", seen(stage, shown.stdout + shown.stderr))


def private_keys(stage):
    for file in [*stage.signers.folder.glob("*.key"), *(stage.folder / "principals").glob("*.key")]:
        if "BEGIN PRIVATE KEY" in file.read_text():
            yield from key_lines(file.read_text()) or [file.read_text().split()[-5]]


def seen(stage, text):
    """Which secrets are in a text; they are named by their length only."""
    secrets = {*stage.azure.secrets(), *CANARIES, *private_keys(stage)}
    # A token's head and claims tell nobody anything, its signature alone does not either: any long piece is a leak.
    secrets |= {part for secret in secrets for part in secret.split(".")[1:] if len(part) > 40}
    return [f"a secret of {len(secret)} characters" for secret in sorted(secrets) if secret in text]


def check_words(stage):
    """Everything that was said in this part, by servers and commands."""
    logs = [(server.work.name, server.log()) for server in stage.servers]
    stage.checks.check("no token, assertion, client secret or private key is in a log",
                       [f"{name}: {problem}" for name, log in logs for problem in seen(stage, log)])
    stage.checks.check("nor in what a command said", seen(stage, "\n".join(stage.said)))
    stage.checks.check("the secrets that were looked for are many", [] if len(stage.azure.secrets()) > 20 else ["few"])

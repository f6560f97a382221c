# SPDX-License-Identifier: Apache-2.0
"""`keys generate` makes what both programs take; `certificate check` accepts what the Notation CLI would sign with, or is stricter
where docs/notation.md says so, and never more lenient."""
import dataclasses
import json

import divergences
from authority import AUTHORITY, CODE_SIGNING, KEYS, Authority
from images import Image, in_layout
from signing_world import at_once
from timestamp_authority import TimestampAuthority

NAMES = {"rsa2048": "rsa-2048", "rsa3072": "rsa-3072", "rsa4096": "rsa-4096", "p256": "p256", "p384": "p384", "p521": "p521"}
NO_CA = "basicConstraints=CA:FALSE\n"
USAGE = "keyUsage=critical,digitalSignature\n"


# --- keys generate

def generated(stage, name, *options):
    """The folder that holds NAME.key, NAME.crt and ca.crt; and what is wrong."""
    folder = stage.folder / "generated" / name
    done = stage.countersign("keys", "generate", "--out", folder, *options, name)
    return folder, "" if done.returncode == 0 else f"keys generate {name} ended with {done.returncode}: {done.stderr.strip()[-300:]}"


def trusting(stage, name, anchor):
    """A home that trusts this certificate alone, by the strict policy."""
    home = stage.folder / "homes" / f"trusts-{name}"
    store = home / "truststore/x509/ca/trusted"
    store.mkdir(parents=True)
    (store / "ca.crt").write_bytes(anchor.read_bytes())
    (home / "trustpolicy.json").write_bytes((stage.strict / "trustpolicy.json").read_bytes())
    return home


def judge_generated(stage, case):
    key, shape, envelope = case
    name = f"made-{key}-{shape}-{envelope}"
    folder, wrong = generated(stage, name, "--algorithm", NAMES[key], *(["--chain"] if shape == "chain" else []))
    if wrong:
        return [wrong]
    signer = ("--key", folder / f"{name}.key", "--certificates", folder / f"{name}.crt")
    done = stage.countersign("certificate", "check", "--key", folder / f"{name}.key", folder / f"{name}.crt")
    wrong = [] if done.returncode == 0 else [f"{name}: certificate check: {done.stdout[-300:]}{done.stderr[-200:]}"]
    if (folder / f"{name}.key").stat().st_mode & 0o077:
        wrong.append(f"{name}: others may read the key")
    digest = stage.image(stage.layouts, name)
    _, found = stage.sign_ours("--signature-format", envelope, *signer, *stage.layouts.ours(name, digest))
    if found:
        return [*wrong, f"{name}: {found}"]
    refused = stage.verified(trusting(stage, name, folder / "ca.crt"), stage.layouts, name, digest)
    return wrong + [f"{name}: {who} does not trust it: {said}" for who, said in refused.items()]


def check_generated(stage):
    cases = [(key, *rest) for key in KEYS for rest in (("self-signed", "jws"), ("chain", "cose"))]
    wrong = [each for found in at_once(lambda case: judge_generated(stage, case), cases) for each in found]
    stage.checks.check(f"keys generate: {len(cases)} signers are accepted, sign, and both trust them", wrong)


def check_generated_for_notation(stage):
    """A generated key is one for `notation sign`, too."""
    for shape in ((), ("--chain",)):
        name = f"lent-{'chain' if shape else 'self'}"
        folder, wrong = generated(stage, name, *shape)
        stage.keys.append({"name": name, "keyPath": str(folder / f"{name}.key"), "certPath": str(folder / f"{name}.crt")})
        stage.register_keys()
        digest = stage.image(stage.layouts, name)
        wrong = wrong or stage.sign_theirs("--key", name, *stage.layouts.theirs_to_sign(name, digest))
        refused = {} if wrong else stage.verified(trusting(stage, name, folder / "ca.crt"), stage.layouts, name, digest)
        stage.checks.check(f"{name}: notation signs with a generated key", wrong or [str(refused)] if refused or wrong else [])


def check_generated_clock(stage):
    """--purpose timestamping: a time stamping authority with it is good for both."""
    folder, wrong = generated(stage, "made-clock", "--purpose", "timestamping", "--algorithm", "rsa-2048")
    if wrong:
        stage.checks.check("keys generate --purpose timestamping", wrong)
        return
    (folder / "made-clock.chain").write_bytes((folder / "made-clock.crt").read_bytes())  # as authority.py names it
    authority = type("Made", (), {"folder": folder})
    with TimestampAuthority(authority, "made-clock") as clock:
        done = stage.countersign("certificate", "check", "--as", "timestamper", folder / "made-clock.crt")
        stage.checks.check("certificate check --as timestamper accepts it", "" if done.returncode == 0 else done.stdout[-300:])
        stamp = ("--timestamp-url", clock.url, "--timestamp-root-cert", folder / "ca.crt")
        digest = stage.image(stage.layouts, "made-stamped")
        _, wrong = stage.sign_ours(*stage.local("p256"), *stamp, *stage.layouts.ours("made-stamped", digest))
        wrong = wrong or stage.sign_theirs("--key", "p256", *stamp, *stage.layouts.theirs_to_sign("made-stamped", digest))
        stage.checks.check("both take its timestamps", wrong)


def check_generated_twice(stage):
    """A key that is there is not overwritten; an encrypted one needs its passphrase."""
    folder, wrong = generated(stage, "once")
    key = (folder / "once.key").read_bytes() if not wrong else b""
    _, again = generated(stage, "once")
    stage.checks.check("keys generate overwrites nothing", wrong or ("" if "ended with 2" in again and (folder / "once.key").read_bytes() == key
                                                                     else again or "it does"))
    (stage.folder / "phrase").write_text("canary-generated\n")
    folder, wrong = generated(stage, "locked", "--passphrase-file", stage.folder / "phrase")
    digest = stage.image(stage.layouts, "locked-image")
    signer = ("--key", folder / "locked.key", "--certificates", folder / "locked.crt")
    if not wrong and "ENCRYPTED" not in (folder / "locked.key").read_text():
        wrong = "the key is not encrypted"
    _, found = stage.sign_ours(*signer, "--passphrase-file", stage.folder / "phrase", *stage.layouts.ours("locked-image", digest))
    stage.checks.check("keys generate --passphrase-file: the key signs with it", wrong or found)


# --- certificate check

@dataclasses.dataclass(frozen=True)
class Row:
    """A signer. `good`: would the Notation CLI sign with it? `stricter`: what docs/notation.md says of our no, where it says yes."""
    name: str
    good: bool
    extensions: str = CODE_SIGNING
    key: str = "p256"
    authority: str = "middle"
    stricter: str = ""
    options: tuple = ()
    lifetime: int = None
    length: int = 9  # how many of the chain are given


AUTHORITIES = {"ca-plain": NO_CA + "keyUsage=critical,keyCertSign\n", "ca-not-critical": "basicConstraints=CA:TRUE\nkeyUsage=critical,keyCertSign\n",
               "ca-no-key-cert-sign": "basicConstraints=critical,CA:TRUE\nkeyUsage=critical,cRLSign\n",
               "ca-usage-not-critical": "basicConstraints=critical,CA:TRUE\nkeyUsage=keyCertSign\n", "ca-no-usage": "basicConstraints=critical,CA:TRUE\n",
               "ca-pathlen": AUTHORITY.replace("CA:TRUE", "CA:TRUE,pathlen:0")}
ROWS = (
    *(Row(f"{key}", True, key=key) for key in KEYS),
    Row("no extended key usage", True, NO_CA + USAGE),
    Row("no basic constraints", True, USAGE + "extendedKeyUsage=codeSigning\n"),
    Row("non-repudiation beside", True, NO_CA + "keyUsage=critical,digitalSignature,nonRepudiation\n"),
    Row("another purpose, unknown", True, CODE_SIGNING.replace("codeSigning", "codeSigning,1.2.3.4")),
    Row("an unknown critical extension", True, CODE_SIGNING + "1.2.3.4.5=critical,ASN1:NULL\n"),
    Row("a CA that may have none below", True, authority="ca-pathlen"),
    Row("RSA 1024", False, key="rsa1024"),
    Row("RSA 2560", False, key="rsa2560"),
    Row("P-224", False, key="p224"),
    Row("secp256k1", False, key="secp256k1"),
    Row("no key usage", False, NO_CA + "extendedKeyUsage=codeSigning\n"),
    Row("key usage not critical", False, NO_CA + "keyUsage=digitalSignature\n"),
    Row("no digital signature", False, NO_CA + "keyUsage=critical,nonRepudiation\n"),
    *(Row(f"{usage} beside", False, NO_CA + f"keyUsage=critical,digitalSignature,{usage}\n")
      for usage in ("keyEncipherment", "dataEncipherment", "keyAgreement", "keyCertSign", "cRLSign")),
    *(Row(f"for {purpose}", False, CODE_SIGNING.replace("codeSigning", f"codeSigning,{purpose}"))
      for purpose in ("serverAuth", "clientAuth", "emailProtection", "timeStamping", "OCSPSigning")),
    Row("for anything", True, CODE_SIGNING.replace("codeSigning", "anyExtendedKeyUsage"), stricter="anyExtendedKeyUsage"),
    Row("itself a CA", False, "basicConstraints=critical,CA:TRUE\n" + USAGE),
    Row("signed with SHA-1", False, options=("-md", "sha1")),
    Row("expired", False, lifetime=-60),
    Row("under no CA", False, authority="ca-plain"),
    Row("a CA whose constraints are not critical", True, authority="ca-not-critical", stricter="basic constraints of a CA not critical"),
    Row("a CA that may not sign certificates", False, authority="ca-no-key-cert-sign"),
    Row("a CA whose key usage is not critical", False, authority="ca-usage-not-critical"),
    Row("a CA without a key usage", False, authority="ca-no-usage"),
    Row("a CA too many below", False, authority="ca-below-pathlen"),
    Row("without its root", False, length=2),
    Row("the leaf alone", False, length=1))


def issue_rows(stage):
    authorities = {"middle": stage.middle}
    for name, extensions in AUTHORITIES.items():
        authorities[name] = plain_authority(stage, name, extensions)
    authorities["ca-below-pathlen"] = Authority(stage.pki, "ca-below-pathlen", authorities["ca-pathlen"])
    for number, row in enumerate(ROWS):
        name = f"row-{number}"
        stage.issue(name, row.key, row.extensions, authorities[row.authority], lifetime=row.lifetime, options=row.options)
        blocks = stage.chain(name).read_text().split("-----END CERTIFICATE-----\n")[:-1]
        stage.chain(name).write_text("".join(block + "-----END CERTIFICATE-----\n" for block in blocks[:row.length]))
    stage.register_keys()


def plain_authority(stage, name, extensions):
    """An Authority below the root whose certificate has these extensions and no others."""
    below = Authority(stage.pki, name, stage.root)
    stage.root.issue(name, "p256", extensions)
    return below


def judge_row(stage, number, row):
    """What is wrong with the two verdicts."""
    name = f"row-{number}"
    layout = stage.layouts.folder / f"rows-{number}"
    digest = Image(stage.folder, "rows").push(in_layout, f"{layout}:x")
    theirs = stage.sign_theirs("--key", name, "--oci-layout", f"{layout}@{digest}")
    done = stage.countersign("certificate", "check", "-o", "json", "--key", stage.key(name), stage.chain(name))
    if (theirs == "") != row.good:
        return [f"the CLI says {theirs or 'yes'}"]
    expected = row.good and not row.stricter
    wrong = [] if done.returncode == (0 if expected else 1) else [f"exit {done.returncode}: {done.stdout[-300:]}{done.stderr[-200:]}"]
    if not wrong and not expected and not any(faults_in(json.loads(done.stdout))):
        wrong.append("no fault is named")
    if row.stricter and not divergences.documented(row.stricter):
        wrong.append(f"docs/notation.md says nothing of {row.stricter!r}")
    # What is accepted here signs, and what is not does not: the two commands agree.
    signed = stage.countersign("sign", "--dry-run", *stage.local(name), *stage.layouts.ours(f"rows-{number}", digest))
    if signed.returncode != (0 if expected else 2):
        wrong.append(f"sign --dry-run ends with {signed.returncode}: {signed.stderr.strip()[-200:]}")
    return wrong


def faults_in(report):
    return [fault["detail"] for each in (report, *report["certificates"]) for fault in each["faults"]]


def check_rows(stage):
    issue_rows(stage)
    Image(stage.folder, "rows")  # once, not by each of the threads
    for row, wrong in zip(ROWS, at_once(lambda pair: judge_row(stage, *pair), enumerate(ROWS))):
        verdict = "accepted" if row.good and not row.stricter else "refused"
        stage.checks.check(f"certificate check: {row.name} is {verdict}{', which is stricter than the CLI' if row.stricter else ''}", wrong)


def check(stage):
    for part in (check_generated, check_generated_for_notation, check_generated_clock, check_generated_twice, check_rows):
        with stage.checks.guarded(part.__name__):
            part(stage)

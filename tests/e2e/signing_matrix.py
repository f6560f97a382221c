# SPDX-License-Identifier: Apache-2.0
"""{COSE, JWS} x six algorithms x {key in a file, in Key Vault} x {referrers API, referrers tag, layout}: each cell is one image
with one signature. What we sign, both programs trust; what the Notation CLI signs (with our plugin for the vault), we trust."""
import dataclasses
import itertools
import re

from authority import KEYS
from laboratory import FORMATS
from signing_world import Place, at_once

ALGORITHMS = {"rsa2048": "RSASSA-PSS-SHA-256", "rsa3072": "RSASSA-PSS-SHA-384", "rsa4096": "RSASSA-PSS-SHA-512",
              "p256": "ECDSA-SHA-256", "p384": "ECDSA-SHA-384", "p521": "ECDSA-SHA-512"}
KEPT = ("file", "vault")
DIGEST = re.compile(r"sha256:[0-9a-f]{64}")


@dataclasses.dataclass(frozen=True)
class Cell:
    maker: str  # countersign or notation
    envelope: str
    kept: str
    place: Place
    key: str

    @property
    def name(self):
        return "-".join((self.maker, self.envelope, self.kept, self.place.name.replace(" ", "-").lower(), self.key))

    @property
    def signer(self):
        return f"vault-{self.key}" if self.kept == "vault" else self.key

    @property
    def group(self):
        where = "a file" if self.kept == "file" else "Key Vault"
        return f"{self.maker} signs {self.envelope.upper()} by a key in {where}, {self.place.name}"


def wrong_report(cell, report, digest):
    """What is wrong with what `sign -o json` says."""
    expected = {"digest": digest, "listed": cell.place.listed, "algorithm": ALGORITHMS[cell.key], "warnings": []}
    wrong = [f"{name} is {report.get(name)!r}, not {value!r}" for name, value in expected.items() if report.get(name) != value]
    media_types = (report["signature"]["mediaType"], report["envelope"]["mediaType"])
    if media_types != ("application/vnd.oci.image.manifest.v1+json", FORMATS[cell.envelope]):
        wrong.append(f"media types {media_types}")
    if not DIGEST.fullmatch(report["signature"]["digest"]) or not DIGEST.fullmatch(report["envelope"]["digest"]):
        wrong.append("no digests")
    if cell.signer not in report["signer"]["subject"] or not report["signer"]["thumbprint"] or not report["signer"]["notAfter"]:
        wrong.append(f"signer {report['signer']}")
    if not report["signingTime"] or report.get("timestamp"):
        wrong.append("no signing time, or a timestamp that nobody asked for")
    return wrong


def sign(stage, cell, digest):
    """What is wrong."""
    if cell.maker == "notation":
        key = ("--key", cell.signer) if cell.kept == "file" else ("--plugin", "azure-kv", "--id", stage.key_url(cell.signer))
        options = () if cell.place is stage.layouts else ("--force-referrers-tag=false",)  # which makes olareg forget
        found = stage.sign_theirs("--signature-format", cell.envelope, *key, *options, *cell.place.theirs_to_sign(cell.name, digest))
        return [found] if found else []
    # JWS by the newest version of a key, COSE by one that is named; each way of naming registries, too.
    if cell.kept == "file":
        words = (*stage.local(cell.signer), *cell.place.ours(cell.name, digest))
    else:
        words = (*stage.by_vault(cell.signer, cell.envelope == "cose"), *cell.place.ours_by_configuration(cell.name, digest))
    report, found = stage.sign_ours("--signature-format", cell.envelope, *words)
    return [found] if found else wrong_report(cell, report, digest)


def judge(stage, cell):
    """(cell, what is wrong)"""
    digest = stage.image(cell.place, cell.name)
    wrong = sign(stage, cell, digest)
    if not wrong:
        wrong = [f"{who} does not trust it: {said}" for who, said in stage.verified(stage.strict, cell.place, cell.name, digest).items()]
    return cell, wrong


def check_cells(stage):
    cells = [Cell(*parts) for parts in itertools.product(("countersign", "notation"), FORMATS, KEPT, stage.places, KEYS)]
    groups = {}
    for cell, wrong in at_once(lambda cell: judge(stage, cell), cells):
        groups.setdefault(cell.group, []).extend(f"{cell.key}: {each}" for each in wrong)
    for group, wrong in groups.items():
        stage.checks.check(f"{group}: {len(KEYS)} algorithms", wrong)
    signed = sum("/sign" in heard.target for heard in stage.front.heard)
    stage.checks.equal("Key Vault signed once for each of its cells", signed, sum(cell.kept == "vault" for cell in cells))
    stage.checks.check("every request to Azure was well-formed", stage.azure.problems())


def form(entry, manifest):
    """What of a signature's manifest, and of its place in the list, is no matter of digests."""
    described = lambda each: sorted(each) + [each["mediaType"], each.get("artifactType")]
    return {"manifest": sorted(manifest), "config": manifest["config"], "layer": described(manifest["layers"][0]),
            "layers": len(manifest["layers"]), "subject": sorted(manifest["subject"]), "annotations": sorted(manifest["annotations"]),
            "artifactType": manifest.get("artifactType"), "listed as": (entry["mediaType"], entry.get("artifactType")),
            "listed with": sorted(entry.get("annotations") or {})}


def check_forms(stage):
    """Stored in the very form that the Notation CLI writes."""
    for envelope, place in itertools.product(FORMATS, stage.places):
        forms = {}
        for maker in ("countersign", "notation"):
            cell = Cell(maker, envelope, "file", place, "p256")
            digest = stage.image(place, cell.name)
            found = place.signatures(cell.name, digest)
            forms[maker] = form(*found[0]) if len(found) == 1 else f"{len(found)} signatures"
        wrong = [f"{name}: {forms['countersign'][name]!r}, notation {value!r}" for name, value in forms["notation"].items()
                 if forms["countersign"][name] != value] if all(isinstance(each, dict) for each in forms.values()) else [str(forms)]
        stage.checks.check(f"{envelope.upper()}, {place.name}: stored as notation stores it", wrong)


def check_strangers(stage):
    """The verdicts above are worth something: nobody trusts the same signatures with another root in the trust store, nor an image
    without one."""
    for place in stage.places:
        name = f"unsigned-{place.name.replace(' ', '-').lower()}"
        refused = stage.verified(stage.strict, place, name, stage.image(place, name))
        stage.checks.equal(f"no signature, {place.name}: refused", sorted(refused), ["countersign", "notation"])
    for maker, place in itertools.product(("countersign", "notation"), stage.places):
        cell = Cell(maker, "cose", "file", place, "p256")
        refused = stage.verified(stage.strangers, place, cell.name, stage.image(place, cell.name))
        stage.checks.equal(f"{maker}'s signature, {place.name}: refused where others are trusted", sorted(refused), ["countersign", "notation"])


def check(stage):
    check_cells(stage)
    check_forms(stage)
    check_strangers(stage)

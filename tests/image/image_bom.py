# SPDX-License-Identifier: Apache-2.0
"""The bill of materials against what the image really has and loads."""
import hashlib
import json
import re
import subprocess

WITHOUT_COPY = {"libboost1.74-dev"}


def loaded(root):
    """What the loader of the image finds for the program, in the image."""
    loader = re.search(r"interpreter: (/\S+?)\]", subprocess.run(["readelf", "--wide", "--segments", root / "usr/bin/countersign"],
                                                                text=True, capture_output=True, check=True).stdout)[1]
    done = subprocess.run(["chroot", "--userspec=65532:65532", root, loader, "--list", "/usr/bin/countersign"], text=True,
                          capture_output=True, check=True)
    names = re.findall(r"=> (/\S+)", done.stdout) + [loader]
    return {"/" + str((root / name.lstrip("/")).resolve().relative_to(root.resolve())) for name in names}


def installed(root):
    """Versions as scanners find them: those of dpkg."""
    stanzas = [file.read_text() for file in (root / "var/lib/dpkg/status.d").iterdir()]
    return {re.search(r"^Package: (.*)$", text, re.M)[1]: re.search(r"^Version: (.*)$", text, re.M)[1] for text in stanzas}


def values(component, name):
    return [each["value"] for each in component["properties"] if each["name"] == f"countersign:{name}"]


def check_cyclonedx(world, root, bom):
    checks, components = world.checks, bom["components"]
    owners = {file: each for each in components for file in values(each, "file")}
    checks.check("every library that the program loads is listed", sorted(loaded(root) - owners.keys()))  # SUP-02
    libraries = {f"/{path.relative_to(root)}" for path in (root / "usr/lib").rglob("*.so*") if not path.is_symlink()}
    checks.check("every library in the image is listed", sorted(libraries - owners.keys()))
    checks.check("nothing is listed that is not there", sorted(file for file in owners if not (root / file.lstrip("/")).exists()))
    versions = {each["name"]: each["version"] for each in components if values(each, "file")}
    checks.equal("versions are those of dpkg", versions, installed(root))
    built_in = {each["name"] for each in components if values(each, "role") == ["built in"]}
    checks.equal("what is compiled in is listed", built_in, {"libboost1.74-dev", "libcli11-dev", "nlohmann-json3-dev"})
    checks.check("every package has its licence in the image", sorted(
        each["name"] for each in components
        if each["name"] not in WITHOUT_COPY and not (root / "usr/share/doc" / each["name"] / "copyright").stat().st_size))


def check_spdx(world, spdx, bom):
    checks = world.checks
    packages = {each["name"]: each["versionInfo"] for each in spdx["packages"]}
    checks.equal("SPDX and CycloneDX list the same", packages,
                 {each["name"]: each["version"] for each in [bom["metadata"]["component"], *bom["components"]]})
    ids = {"SPDXRef-DOCUMENT", *(each["SPDXID"] for each in spdx["packages"])}
    related = {each[side] for each in spdx["relationships"] for side in ("spdxElementId", "relatedSpdxElement")}
    checks.equal("SPDX relates what it lists", related, ids)


def check_provenance(world, bom):
    statement = json.loads((world.image / "provenance.json").read_text())
    build = statement["predicate"]["buildDefinition"]
    world.checks.equal("provenance is of this image", statement["subject"][0]["digest"]["sha256"], world.digest(world.image))
    world.checks.equal("provenance names the program that was given", build["externalParameters"]["program"],
                       "sha256:" + hashlib.sha256(world.binary.read_bytes()).hexdigest())
    world.checks.equal("provenance names every package", sorted(each["uri"] for each in build["resolvedDependencies"]),
                       sorted(each["purl"] for each in bom["components"]))


def check(world):
    root = world.image / "rootfs"
    spdx, bom = (json.loads((root / f"usr/share/sbom/countersign.{form}.json").read_text()) for form in ("spdx", "cdx"))
    check_cyclonedx(world, root, bom)
    check_spdx(world, spdx, bom)
    check_provenance(world, bom)
    digest = hashlib.sha256((root / "usr/bin/countersign").read_bytes()).hexdigest()
    world.checks.equal("the bills are about this program", {bom["metadata"]["component"]["hashes"][0]["content"],
                                                            spdx["packages"][0]["checksums"][0]["checksumValue"]}, {digest})

# SPDX-License-Identifier: Apache-2.0
"""The bill of materials of the image, as SPDX 2.3 and as CycloneDX 1.5. The same packages give the same text."""
import datetime
import hashlib
import json
import re
import uuid

RELATIONS = {"linked": "DYNAMIC_LINK", "built in": "STATIC_LINK", "data": "DEPENDS_ON"}
TOOL = "countersign deploy/image/sbom.py"


def instant(epoch):
    return datetime.datetime.fromtimestamp(epoch, datetime.timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ")


def identity(program, packages):
    """A UUID that differs when what the document tells differs."""
    told = "\n".join([program["version"], program["sha256"], *(each.url for each in packages)])
    return str(uuid.UUID(bytes=hashlib.sha256(told.encode()).digest()[:16], version=5))


def spdx_id(name):
    return "SPDXRef-" + re.sub(r"[^A-Za-z0-9.]", "-", name)


def spdx_program(program):
    return {"SPDXID": spdx_id("countersign"), "name": "countersign", "versionInfo": program["version"],
            "downloadLocation": "NOASSERTION", "filesAnalyzed": False, "primaryPackagePurpose": "APPLICATION",
            "licenseConcluded": "Apache-2.0", "licenseDeclared": "Apache-2.0", "copyrightText": "NOASSERTION",
            "checksums": [{"algorithm": "SHA256", "checksumValue": program["sha256"]}]}


def spdx_package(package):
    return {"SPDXID": spdx_id(f"deb-{package.name}"), "name": package.name, "versionInfo": package.version,
            "supplier": "Organization: Debian", "downloadLocation": "NOASSERTION", "filesAnalyzed": False,
            "sourceInfo": f"source package {package.source} {package.source_version}; {package.role}"
                          + "".join(f"; {file}" for file in package.files),
            "licenseConcluded": "NOASSERTION", "licenseDeclared": "NOASSERTION", "copyrightText": "NOASSERTION",
            "licenseComments": f"Debian's copyright file names: {', '.join(package.licences) or 'none'}",
            "externalRefs": [{"referenceCategory": "PACKAGE-MANAGER", "referenceType": "purl",
                              "referenceLocator": package.url}]}


def spdx(program, packages, epoch):
    described = {"spdxElementId": "SPDXRef-DOCUMENT", "relationshipType": "DESCRIBES", "relatedSpdxElement": spdx_id("countersign")}
    return {"spdxVersion": "SPDX-2.3", "dataLicense": "CC0-1.0", "SPDXID": "SPDXRef-DOCUMENT", "name": "countersign-image",
            "documentNamespace": f"urn:uuid:{identity(program, packages)}",
            "creationInfo": {"created": instant(epoch), "creators": [f"Tool: {TOOL}"]},
            "packages": [spdx_program(program), *map(spdx_package, packages)],
            "relationships": [described, *({"spdxElementId": spdx_id("countersign"), "relationshipType": RELATIONS[each.role],
                                            "relatedSpdxElement": spdx_id(f"deb-{each.name}")} for each in packages)]}


def component(package):
    properties = [("role", package.role), ("source", f"{package.source} {package.source_version}"),
                  *(("file", str(file)) for file in package.files)]
    return {"type": "library", "bom-ref": package.url, "name": package.name, "version": package.version, "purl": package.url,
            "licenses": [{"license": {"name": name}} for name in package.licences],
            "properties": [{"name": f"countersign:{name}", "value": value} for name, value in properties]}


def cyclonedx(program, packages, epoch):
    subject = {"type": "application", "bom-ref": "countersign", "name": "countersign", "version": program["version"],
               "licenses": [{"license": {"id": "Apache-2.0"}}], "hashes": [{"alg": "SHA-256", "content": program["sha256"]}]}
    return {"bomFormat": "CycloneDX", "specVersion": "1.5", "serialNumber": f"urn:uuid:{identity(program, packages)}", "version": 1,
            "metadata": {"timestamp": instant(epoch), "component": subject,
                         "tools": {"components": [{"type": "application", "name": TOOL}]}},
            "components": [component(each) for each in packages],
            "dependencies": [{"ref": "countersign", "dependsOn": [each.url for each in packages]}]}


def write(folder, program, packages, epoch):
    folder.mkdir(parents=True)
    for name, form in (("spdx", spdx), ("cdx", cyclonedx)):
        (folder / f"countersign.{name}.json").write_text(json.dumps(form(program, packages, epoch), indent=1) + "\n")

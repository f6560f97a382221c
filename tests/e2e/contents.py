# SPDX-License-Identifier: Apache-2.0
"""An image and its signature, as a registry serves them."""
import hashlib
import json

MANIFEST = "application/vnd.oci.image.manifest.v1+json"
INDEX = "application/vnd.oci.image.index.v1+json"
SIGNATURE = "application/vnd.cncf.notary.signature"
NO_CONFIG = "application/vnd.oci.empty.v1+json"
EMPTY = b"{}"


def digest(data):
    return f"sha256:{hashlib.sha256(data).hexdigest()}"


def describe(media_type, data):
    return {"mediaType": media_type, "digest": digest(data), "size": len(data)}


class Content:
    """An image and one signature of it: the image's manifest as bytes, the envelope as Notation made it."""

    AGENT = b"notation-go/"  # how the name of Notation's signing agent begins, which is not signed

    def individual(self, number):
        """The same with another good envelope, so that nobody knows it already."""
        if self.envelope.count(self.AGENT) != 1:
            raise RuntimeError("the envelope has no signing agent to tell envelopes apart by")
        return Content(self.manifest, self.envelope.replace(self.AGENT, b"agent-%05d/" % number))

    def __init__(self, manifest, envelope):
        self.manifest, self.envelope = manifest, envelope
        self.signature = self.signature_manifest()
        self.first = self.signature_manifest(first="true")

    def signature_manifest(self, **annotations):
        return json.dumps({
            "schemaVersion": 2, "mediaType": MANIFEST, "artifactType": SIGNATURE, "config": describe(NO_CONFIG, EMPTY),
            "layers": [describe("application/cose", self.envelope)], "subject": describe(MANIFEST, self.manifest),
            "annotations": {"io.cncf.notary.x509chain.thumbprint#S256": "[]"} | annotations}).encode()

    def referrers(self, *signatures):
        return json.dumps({"schemaVersion": 2, "mediaType": INDEX, "manifests": [
            describe(MANIFEST, signature) | {"artifactType": SIGNATURE} for signature in signatures]}).encode()

    def find(self, spoilt, kind, name):
        """(step, bytes, media type) of what a client asks for, or None."""
        if kind == "referrers" and name == digest(self.manifest):
            both = (self.first, self.signature) if spoilt == "first" else (self.signature,)
            return "referrers", self.referrers(*both), INDEX
        if kind == "manifests" and name == digest(self.first):
            return "first", self.first, MANIFEST
        if kind == "manifests" and name == digest(self.signature):
            return "signature", self.signature, MANIFEST
        if kind == "manifests" and name in (digest(self.manifest), "tag"):
            return "manifest", self.manifest, MANIFEST
        if kind == "blobs" and name == digest(self.envelope):
            return "envelope", self.envelope, "application/cose"
        return None

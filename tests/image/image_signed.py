# SPDX-License-Identifier: Apache-2.0
"""Our own image under our own policy: signed by the Notation CLI in a real registry, judged by `countersign verify` and by
the webhook that runs out of that very image. SUP-01"""
import json

from images import run
from reviews import ALLOWED, judge, pod, review

BUNDLES = (("application/spdx+json", "rootfs/usr/share/sbom/countersign.spdx.json"),
           ("application/vnd.cyclonedx+json", "rootfs/usr/share/sbom/countersign.cdx.json"),
           ("application/vnd.in-toto+json", "provenance.json"))


def push(world, repository):
    """The image as a release would push it; its reference by digest."""
    (entry,) = json.loads((world.image / "layout/index.json").read_text())["manifests"]
    tag = entry["annotations"]["org.opencontainers.image.ref.name"]
    run("oras", "cp", "--no-tty", "--from-oci-layout", f"{world.image}/layout:{tag}", "--to-plain-http", f"{repository}:{tag}")
    return f"{repository}@{entry['digest']}"


def verify(world, reference):
    return run(world.binary, "verify", "-o", "json", "--notation-config", world.signers.home, "--plain-http", world.registry.host,
               "--allow-address", "127.0.0.1/32", reference, ok=None)


def judged(done):
    if not done.stdout:
        return done.returncode, done.stderr.strip()
    report = json.loads(done.stdout)
    return done.returncode, report.get("reason") or report.get("verdict")


def check_image(world, signed, unsigned):
    checks = world.checks
    checks.equal("verify accepts the signed image", judged(verify(world, signed)), (0, "trusted"))
    checks.equal("verify refuses the copy that nobody signed", judged(verify(world, unsigned)), (1, "SIGNATURE_NOT_FOUND"))
    for reference, expected in ((signed, ALLOWED), (unsigned, "SIGNATURE_NOT_FOUND")):
        asked = review(pod(reference))
        checks.check(f"the webhook in the container: {expected}", judge(world.pod.post(asked), asked, expected))


def check_bundles(world, signed):
    """Bills of materials and provenance are attached to the image and signed, as the image is. SUP-02"""
    for kind, name in BUNDLES:
        file = world.image / name
        done = world.registry.oras("attach", "--no-tty", "--artifact-type", kind, "--format", "json", signed,
                                   f"{file.name}:{kind}", cwd=file.parent)
        reference = json.loads(done.stdout)["reference"]
        world.checks.equal(f"{file.name}: refused before it is signed", judged(verify(world, reference)), (1, "SIGNATURE_NOT_FOUND"))
        world.registry.sign(world.signers, "vault", reference)
        world.checks.equal(f"{file.name}: accepted once it is signed", judged(verify(world, reference)), (0, "trusted"))
        manifest = json.loads(world.registry.oras("manifest", "fetch", reference).stdout)
        world.checks.equal(f"{file.name}: is about this image", manifest["subject"]["digest"], signed.partition("@")[2])
    found = json.loads(world.registry.oras("discover", "--format", "json", "--depth", "1", signed).stdout)
    kinds = {each["artifactType"] for each in found.get("referrers", found.get("manifests", []))}
    world.checks.check("a client finds them from the image", sorted({kind for kind, _ in BUNDLES} - kinds))


def check(world):
    signed, unsigned = (push(world, f"{world.registry.host}/{name}") for name in ("countersign", "copy"))
    world.registry.sign(world.signers, "vault", signed)
    check_image(world, signed, unsigned)
    check_bundles(world, signed)

# SPDX-License-Identifier: Apache-2.0
"""What may run: the real signatures of every registry, judged by the webhook and by `countersign verify`."""
import json
import subprocess

from reviews import ALLOWED, judge, pod, review
from stack import parse_reply, run

# What each image of images.Library must come to.
EXPECTED = {
    "signed": ALLOWED,
    "docker": ALLOWED,
    "chain": ALLOWED,
    "unsigned": "SIGNATURE_NOT_FOUND",
    "stranger": "UNTRUSTED",
    "tampered": "SIGNATURE_INVALID",
    "borrowed": "PAYLOAD_MISMATCH",  # BND-04
    "jws": ALLOWED,
}


def check_registry(world, library):
    name = library.registry.name
    for image, expected in EXPECTED.items():
        if image not in library.digests:
            continue
        for form, reference in (("digest", library.digest(image)), ("tag", library.tag(image))):
            asked = review(pod(reference))
            path = None if expected == ALLOWED else "spec.containers[0].image"
            reply = world.server.post(asked)
            problems = judge(reply, asked, expected, path)
            if reply.headers.get("content-length") != str(len(reply.body.encode())):
                problems.append(f"content-length {reply.headers.get('content-length')!r}")
            world.checks.check(f"{name}: {image} by {form} is {expected}", problems)  # AW-01, AW-28
    asked = review(pod(library.tag("nowhere")))
    world.checks.check(f"{name}: a tag that is not there", judge(world.server.post(asked), asked, "IMAGE_NOT_FOUND"))
    # The tag of a reference that has a digest is never looked at. REF-04
    mixed = f"{library.tag('unsigned')}@{library.digests['signed']}"
    asked = review(pod(mixed))
    world.checks.check(f"{name}: the digest decides, not the tag beside it", judge(world.server.post(asked), asked, ALLOWED))


def check_command_line(world, library):
    """`countersign verify` against `notation verify`, on the same registry with the same policy."""
    registry = library.registry
    for image, expected in EXPECTED.items():
        if image not in library.digests:
            continue
        reference = library.digest(image)
        theirs = world.signers.notation("verify", *registry.notation_flags(), reference, ok=(0, 1),
                                        SSL_CERT_FILE=str(registry.ca)).returncode
        ours = run(world.binary, "verify", "-o", "json", "--config", world.server.config, reference, ok=None)
        wanted = 0 if expected == ALLOWED else 1
        label = f"{registry.name}: verify {image} ends with {wanted}"
        world.checks.check(label, describe(ours, wanted, expected))
        world.checks.equal(f"{registry.name}: notation verify agrees about {image}", theirs, wanted)


def describe(done, status, expected):
    if done.returncode != status:
        return f"exit {done.returncode}: {(done.stdout + done.stderr).strip()[-400:]}"
    try:
        report = json.loads(done.stdout)
    except ValueError:
        return f"not JSON: {done.stdout[:300]!r}"
    if expected == ALLOWED:
        return "" if report.get("verdict") == "trusted" else f"verdict {report.get('verdict')!r}"
    if (report.get("verdict"), report.get("reason")) != ("untrusted", expected):
        return f"verdict {report.get('verdict')!r}, reason {report.get('reason')!r}"
    return ""


def check_second_client(world, library):
    """The same reviews through cpprestsdk, which shares no code with the server nor with curl."""
    asked = {name: review(pod(library.digest(name))) for name in ("signed", "unsigned", "stranger")}
    files = []
    for name, body in asked.items():
        files.append(world.work / f"{name}.json")
        files[-1].write_text(json.dumps(body))
    done = subprocess.run([world.client, world.server.ca, world.server.url(), *files], text=True, capture_output=True, check=False)
    if done.returncode != 0:
        world.checks.check("cpprestsdk gets its answers", done.stderr.strip())
        return
    lines = done.stdout.splitlines()
    for number, (name, body) in enumerate(asked.items()):
        status, _, content_type = lines[2 * number].partition(" ")
        reply = parse_reply(f"HTTP/1.1 {status}\ncontent-type: {content_type}", lines[2 * number + 1])
        world.checks.check(f"cpprestsdk: {name} is {EXPECTED[name]}", judge(reply, body, EXPECTED[name]))


def check(world):
    for library in world.libraries.values():
        check_registry(world, library)
    world.checks.part("countersign verify beside notation verify")
    for library in world.libraries.values():
        check_command_line(world, library)
    world.checks.part("a second client: cpprestsdk")
    if world.client:
        check_second_client(world, next(iter(world.libraries.values())))
    else:
        world.missing("cpprestsdk", "e2e_client is not built")

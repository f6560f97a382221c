#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""timestamp_authority.py --self-check: a time stamping authority (RFC 3161) on loopback that can be told to fail, and a check
that openssl and the Notation CLI take what it says when it is well, and nothing else.

`openssl ts` makes the tokens. A lie is the honest answer to another request: of another nonce, or about another signature.
Faults are those of recorder.py, beside these."""
import contextlib
import os
import pathlib
import shutil
import sys
import tempfile
import threading

from authority import STAMP_CONFIG, TIMESTAMPING, Authority, openssl
from checks import Checks
from images import Image, Signers, in_layout
from recorder import Answer, Recorder, drop, html, slow, status
from stack import PEERS, run

QUERY, REPLY = "application/timestamp-query", "application/timestamp-reply"
HUGE = 4 << 20


class TimestampAuthority(Recorder):
    """`name` is the certificate that signs, issued by `authority` for timestamps."""

    def __init__(self, authority, name):
        super().__init__()
        self.folder, self.name = authority.folder, name
        self.url = f"http://127.0.0.1:{self.server_port}/"
        self.config = self.folder / f"{name}.tsa"
        self.config.write_text(STAMP_CONFIG.format(folder=self.folder, name=name))
        (self.folder / f"{name}.serial").write_text("01\n")
        self.one_at_a_time = threading.Lock()

    def answer(self, heard):
        if heard.method != "POST" or heard.header("Content-Type") != QUERY:
            self.wrong(f"{heard.method} with {heard.header('Content-Type')!r}")
            return Answer(415)
        version, imprint, *rest = parts(heard.body)
        if version != integer(1) or not any(item[0] == INTEGER and len(item) >= 2 + 8 for item in rest):
            self.wrong("another version, or no nonce of 64 bits")
        if TRUE not in rest:
            self.wrong("no certificates are asked for")
        return Answer(200, self.stamp(heard.body), {"Content-Type": REPLY})

    def stamp(self, request):
        with self.one_at_a_time:
            question, reply = self.folder / f"{self.name}.question", self.folder / f"{self.name}.reply"
            question.write_bytes(request)
            openssl("ts", "-reply", "-config", self.config, "-queryfile", question, "-out", reply)
            return reply.read_bytes()


@contextlib.contextmanager
def clock(folder, name="clock"):
    """(the authority of a chain of three certificates, whose root is `authority.certificate`, and its service)"""
    root = Authority(folder, f"{name}-root")
    middle = Authority(folder, f"{name}-middle", root)
    middle.issue(name, "rsa2048", TIMESTAMPING)
    with TimestampAuthority(middle, name) as service:
        yield root, service


# --- DER, as much as a request needs

INTEGER, OCTETS, SEQUENCE = 2, 4, 0x30
TRUE = b"\x01\x01\xff"


def wrap(tag, content):
    size = len(content)
    if size < 128:
        return bytes([tag, size]) + content
    length = size.to_bytes((size.bit_length() + 7) // 8, "big")
    return bytes([tag, 128 | len(length)]) + length + content


def integer(number):
    return wrap(INTEGER, number.to_bytes(number.bit_length() // 8 + 1, "big"))


def header(data):
    """(where the content begins, where it ends)"""
    if data[1] < 128:
        return 2, 2 + data[1]
    begin = 2 + (data[1] & 127)
    return begin, begin + int.from_bytes(data[2:begin], "big")


def parts(data):
    """The elements of a SEQUENCE, each still encoded."""
    begin, end = header(data)
    rest, found = data[begin:end], []
    while rest:
        size = header(rest)[1]
        found.append(rest[:size])
        rest = rest[size:]
    return found


def changed(request, change):
    """The request with each of its elements as `change` makes it."""
    return wrap(SEQUENCE, b"".join(change(item) for item in parts(request)))


def flipped(data):
    return data[:-1] + bytes([data[-1] ^ 1])


# --- faults

def answering(change_request=lambda request: request, change_reply=lambda reply: reply, media_type=REPLY):
    return lambda server, heard: Answer(200, change_reply(server.stamp(change_request(heard.body))), {"Content-Type": media_type})


def refusal(code=2, failure=0x80):
    """PKIStatus rejection, with failInfo badAlg; without a token."""
    words = wrap(SEQUENCE, wrap(0x0c, b"canary-timestamp-text"))
    info = wrap(SEQUENCE, integer(code) + words + wrap(3, bytes([7, failure])))
    return lambda _server, _heard: Answer(200, wrap(SEQUENCE, info), {"Content-Type": REPLY})


def with_mods(reply):
    """PKIStatus 1, grantedWithMods, which is as good as 0."""
    info, token = parts(reply)
    return wrap(SEQUENCE, changed(info, lambda item: integer(1) if item == integer(0) else item) + token)


other_nonce = answering(lambda request: changed(request, lambda item: flipped(item) if item[0] == INTEGER and item != integer(1) else item))
other_imprint = answering(lambda request: changed(request, lambda item: changed(item, lambda inner: flipped(inner) if inner[0] == OCTETS
                                                                                 else inner) if item[0] == SEQUENCE else item))
no_nonce = answering(lambda request: changed(request, lambda item: b"" if item[0] == INTEGER and item != integer(1) else item))
no_certificates = answering(lambda request: changed(request, lambda item: b"" if item == TRUE else item))
spoilt = answering(change_reply=flipped)  # the signature's last byte
half = answering(change_reply=lambda reply: reply[:len(reply) // 2])
other_type = answering(media_type="text/plain")
granted_with_mods = answering(change_reply=with_mods)


def huge(_server, _heard):
    return Answer(200, bytes(HUGE), {"Content-Type": REPLY})


# Each is no timestamp; for the table of whoever asks.
FAULTS = {"refused": refusal(), "another nonce": other_nonce, "no nonce": no_nonce, "another imprint": other_imprint,
          "no certificates": no_certificates, "a spoilt signature": spoilt, "half of it": half, "HTML": html(), "500": status(500),
          "huge": huge, "another type": other_type, "no answer": drop}


# --- the check of itself

def asked(folder, service, name):
    """Does `openssl ts -verify` take a token for the file `name`, against the root?"""
    run("openssl", "ts", "-query", "-data", folder / name, "-sha256", "-cert", "-out", folder / "query")
    run("curl", "--silent", "--show-error", "--fail", "-H", f"Content-Type: {QUERY}", "--data-binary", f"@{folder / 'query'}",
        "-o", folder / "answer", service.url, ok=None)
    return run("openssl", "ts", "-verify", "-queryfile", folder / "query", "-in", folder / "answer", "-CAfile",
               service.folder / f"{service.name}-root.crt", ok=None).returncode == 0


def check_openssl(checks, folder, service):
    (folder / "message").write_text("a signature")
    checks.equal("openssl takes a token", asked(folder, service, "message"), True)
    with service.failing(granted_with_mods):
        checks.equal("openssl takes one that was granted with modifications", asked(folder, service, "message"), True)
    for name, fault in FAULTS.items():
        if name == "another type":
            continue  # which openssl does not see
        (folder / "answer").write_bytes(b"")
        with service.failing(fault):
            checks.equal(f"openssl takes no answer with {name}", asked(folder, service, "message"), False)


def check_notation(checks, folder, root, service):
    signers = Signers(folder)
    layout = folder / "layout"
    digest = Image(folder, "stamped").push(in_layout, f"{layout}:x")

    def sign(url=service.url):
        return signers.notation("sign", "--oci-layout", "--signature-format", "cose", "--key", "chain", "--timestamp-url", url,
                                "--timestamp-root-cert", root.certificate, f"{layout}@{digest}", ok=None).returncode
    checks.equal("notation takes a token", sign(), 0)
    with service.failing(granted_with_mods):
        checks.equal("notation takes one that was granted with modifications", sign(), 0)
    with service.failing(slow(0.3)):
        checks.equal("notation waits", sign(), 0)
    for name, fault in FAULTS.items():
        with service.failing(fault):
            checks.equal(f"notation takes no answer with {name}", sign(), 1)
    service.down()
    checks.equal("notation does not sign without an authority", sign(), 1)
    service.up()
    with clock(folder / "pki", "stranger") as (_, stranger):
        checks.equal("notation takes no token of a stranger", sign(stranger.url), 1)
    checks.equal("all requests were well-formed", service.problems, [])


def main():
    peers = os.environ.get("COUNTERSIGN_PEERS", pathlib.Path.home() / ".cache/countersign-peers")
    os.environ["PATH"] = f"{peers}/bin:{os.environ['PATH']}"
    folder = pathlib.Path(tempfile.mkdtemp(prefix="countersign-clock-"))
    checks = Checks()
    checks.part(f"{pathlib.Path(__file__).name}: the clock by itself")
    try:
        with clock(folder / "pki") as (root, service):
            check_openssl(checks, folder, service)
            check_notation(checks, folder, root, service)
    finally:
        run(PEERS / "down.sh", folder, ok=None)
        shutil.rmtree(folder)
    return checks.close()


if __name__ == "__main__":
    sys.exit(main() if sys.argv[1:] == ["--self-check"] else __doc__)

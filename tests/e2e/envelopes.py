# SPDX-License-Identifier: Apache-2.0
"""Signature envelopes taken apart, so that a test can put them together wrongly. Shares no code with the program under test."""
import base64
import copy
import json

COSE, JWS = "application/cose", "application/jose+json"
X5CHAIN = 33
TOKEN = "io.cncf.notary.timestampSignature"
AGENT = "io.cncf.notary.signingAgent"
BSTR, TEXT, ARRAY, MAP, TAG = 2, 3, 4, 5, 6


# --- CBOR, as much as an envelope needs (RFC 8949)

def head(major, number):
    """The shortest form."""
    for limit, code, size in ((24, None, 0), (1 << 8, 24, 1), (1 << 16, 25, 2), (1 << 32, 26, 4), (1 << 64, 27, 8)):
        if number < limit:
            return bytes([major << 5 | (number if code is None else code)]) + (number.to_bytes(size, "big") if size else b"")
    raise ValueError(number)


def long_head(major, number):
    """Four bytes where fewer would do."""
    return bytes([major << 5 | 26]) + number.to_bytes(4, "big")


def bstr(data):
    return head(BSTR, len(data)) + data


def text(words):
    return head(TEXT, len(words.encode())) + words.encode()


def read_head(data, at):
    """(major, argument, where the content begins)"""
    major, info = data[at] >> 5, data[at] & 31
    if info < 24:
        return major, info, at + 1
    size = 1 << (info - 24)
    return major, int.from_bytes(data[at + 1:at + 1 + size], "big"), at + 1 + size


def end_of(data, at):
    major, number, at = read_head(data, at)
    if major in (BSTR, TEXT):
        return at + number
    for _ in range({ARRAY: number, MAP: 2 * number, TAG: 1}.get(major, 0)):
        at = end_of(data, at)
    return at


def items(data):
    """The elements of an array, or keys and values of a map in turn, each still encoded."""
    major, number, at = read_head(data, 0)
    for _ in range(number * (2 if major == MAP else 1)):
        end = end_of(data, at)
        yield data[at:end]
        at = end


def content(item):
    return item[read_head(item, 0)[2]:]


class Envelope:
    """protected, payload and signature are bytes; chain is DER, leaf first; token None when there is none."""

    def __init__(self, data):
        self.chain, self.token, self.agent = [], None, ""
        self.read(data)

    def copy(self):
        return copy.deepcopy(self)

    def read(self, data):
        raise NotImplementedError


class Cose(Envelope):
    media_type = COSE

    def read(self, data):
        self.protected, unprotected, self.payload, self.signature = items(data[1:])
        self.protected, self.payload, self.signature = map(content, (self.protected, self.payload, self.signature))
        pairs = list(items(unprotected))
        self.others = []  # encoded keys and values that are not understood here
        for key, value in zip(pairs[::2], pairs[1::2]):
            if key == head(0, X5CHAIN):
                self.chain = [content(item) for item in items(value)]
            elif key == text(TOKEN):
                self.token = content(value)
            elif key == text(AGENT):
                self.agent = content(value).decode()
            else:
                self.others.append((key, value))

    def unprotected(self):
        pairs = [(head(0, X5CHAIN), head(ARRAY, len(self.chain)) + b"".join(map(bstr, self.chain)))]
        if self.token is not None:
            pairs.append((text(TOKEN), bstr(self.token)))
        return pairs + [(text(AGENT), text(self.agent))] + self.others

    def parts(self):
        pairs = self.unprotected()
        return [bstr(self.protected), head(MAP, len(pairs)) + b"".join(key + value for key, value in pairs),
                bstr(self.payload), bstr(self.signature)]

    def encode(self):
        return head(TAG, 18) + head(ARRAY, 4) + b"".join(self.parts())


def base64url(data):
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def from_base64url(words):
    return base64.urlsafe_b64decode(words + "=" * (-len(words) % 4))


class Jws(Envelope):
    media_type = JWS

    def read(self, data):
        whole = json.loads(data)
        self.protected, self.payload, self.signature = (from_base64url(whole[name]) for name in ("protected", "payload", "signature"))
        header = whole["header"]
        self.chain = [base64.b64decode(certificate) for certificate in header["x5c"]]
        self.token = base64.b64decode(header[TOKEN]) if TOKEN in header else None
        self.agent = header[AGENT]

    def whole(self):
        header = {"x5c": [base64.b64encode(certificate).decode() for certificate in self.chain], AGENT: self.agent}
        if self.token is not None:
            header[TOKEN] = base64.b64encode(self.token).decode()
        return {"payload": base64url(self.payload), "protected": base64url(self.protected), "header": header,
                "signature": base64url(self.signature)}

    def encode(self):
        return json.dumps(self.whole(), separators=(",", ":")).encode()


def parse(media_type, data):
    return {COSE: Cose, JWS: Jws}[media_type](data)

# SPDX-License-Identifier: Apache-2.0
"""Other ways to write down a good envelope, right and wrong: rows of (name, function that returns bytes, topic).

The topic is a row of divergences.py where we refuse what the Notation CLI accepts, and empty where both must agree.
"""
import base64
import json

from divergences import BASE64, BOTH_MAPS, JSON_NAMES, MINIMAL, NOT_UTF8, TOKEN_TYPE, UNKNOWN_MEMBER
from envelopes import AGENT, ARRAY, BSTR, JWS, MAP, TAG, TEXT, TOKEN, base64url, bstr, head, long_head, text


def cose(*parts):
    return head(TAG, 18) + head(ARRAY, 4) + b"".join(parts)


def with_unprotected(*pairs):
    def change(envelope):
        envelope = envelope.copy()
        envelope.others += pairs
        return envelope.encode()
    return change


def with_other(name, item):
    """Another value in the unprotected header."""
    def change(envelope):
        pairs = [(key, item if key == text(name) else value) for key, value in envelope.unprotected()]
        parts = envelope.parts()
        parts[1] = head(MAP, len(pairs)) + b"".join(key + value for key, value in pairs)
        return cose(*parts)
    return change


def with_part(index, make):
    def change(envelope):
        parts = envelope.parts()
        parts[index] = make(envelope, parts[index])
        return cose(*parts)
    return change


NIL, TRUE = b"\xf6", b"\xf5"
ALGORITHM, CRITICAL, KEY_ID = head(0, 1), head(0, 2), head(0, 4)

COSE_ENCODINGS = (
    ("no tag", lambda e: e.encode()[1:], ""),
    ("the tag of COSE_Sign", lambda e: head(TAG, 98) + e.encode()[1:], ""),
    ("two tags", lambda e: head(TAG, 18) + e.encode(), ""),
    ("the self-described tag", lambda e: head(TAG, 55799) + e.encode(), ""),
    ("a byte after the end", lambda e: e.encode() + b"\0", ""),
    ("the envelope twice", lambda e: e.encode() * 2, ""),
    ("cut short", lambda e: e.encode()[:-1], ""),
    ("an array without length", lambda e: head(TAG, 18) + b"\x9f" + b"".join(e.parts()) + b"\xff", ""),
    ("an array of three", lambda e: head(TAG, 18) + head(ARRAY, 3) + b"".join(e.parts()[:3]), ""),
    ("an array of five", lambda e: head(TAG, 18) + head(ARRAY, 5) + b"".join(e.parts()) + NIL, ""),
    ("a long length of the array", lambda e: head(TAG, 18) + long_head(ARRAY, 4) + b"".join(e.parts()), ""),
    ("a long length of the payload", with_part(2, lambda e, p: long_head(BSTR, len(e.payload)) + e.payload), MINIMAL),
    ("a long length of the protected header", with_part(0, lambda e, p: long_head(BSTR, len(e.protected)) + e.protected), MINIMAL),
    ("a long length of the signature", with_part(3, lambda e, p: long_head(BSTR, len(e.signature)) + e.signature), MINIMAL),
    ("a long length of the unprotected header", with_part(1, lambda e, p: long_head(MAP, len(e.unprotected())) + p[1:]), MINIMAL),
    ("a payload of null", with_part(2, lambda e, p: NIL), ""),
    ("a payload of text", with_part(2, lambda e, p: text(e.payload.decode())), ""),
    ("a protected header that is a map", with_part(0, lambda e, p: e.protected), ""),
    ("a signature of null", with_part(3, lambda e, p: NIL), ""),
    ("a chain that is one string", with_part(1, lambda e, p: head(MAP, 1) + head(0, 33) + bstr(e.chain[0])), ""),
    ("no unprotected header", with_part(1, lambda e, p: head(MAP, 0)), ""),
    ("an unknown number in the unprotected header", with_unprotected((head(0, 999), TRUE)), ""),
    ("an unknown name in the unprotected header", with_unprotected((text("io.example"), text("x"))), ""),
    ("a key id", with_unprotected((KEY_ID, bstr(b"key"))), ""),
    ("another algorithm in the unprotected header", with_unprotected((ALGORITHM, head(1, 6))), BOTH_MAPS),
    ("crit in the unprotected header", with_unprotected((CRITICAL, head(ARRAY, 1) + text("io.example"))), ""),
    ("a name twice in the unprotected header", with_unprotected((text("io.example"), TRUE), (text("io.example"), NIL)), ""),
    ("the chain twice", with_unprotected((head(0, 33), head(ARRAY, 0))), ""),
    ("an empty token", with_other(TOKEN, bstr(b"")), TOKEN_TYPE),
    ("a token of text", with_other(TOKEN, text("token")), TOKEN_TYPE),
    ("a token of null", with_other(TOKEN, NIL), TOKEN_TYPE),
    ("an agent that is a number", with_other(AGENT, head(0, 1)), ""),
    ("an agent that is no UTF-8", with_other(AGENT, head(TEXT, 2) + b"\xc3\x28"), ""),
)


def json_of(members):
    """From (name, value) pairs, so that a name can be there twice."""
    return ("{" + ",".join(f"{json.dumps(name)}:{json.dumps(value)}" for name, value in members) + "}").encode()


def with_member(name, value):
    return lambda e: json_of([*e.whole().items(), (name, value)])


def renamed(old, new):
    return lambda e: json_of([(new if name == old else name, value) for name, value in e.whole().items()])


def with_header(name, value):
    def change(envelope):
        whole = envelope.whole()
        whole["header"][name] = value
        return json.dumps(whole).encode()
    return change


def with_value(name, make):
    def change(envelope):
        whole = envelope.whole()
        whole[name] = make(whole[name])
        return json.dumps(whole).encode()
    return change


def with_certificates(make):
    def change(envelope):
        whole = envelope.whole()
        whole["header"]["x5c"] = make(whole["header"]["x5c"])
        return json.dumps(whole).encode()
    return change


def broken_line(words):
    return words[:60] + "\n" + words[60:]


def loose_end(words):
    """The unused bits of the last character set; only where there are some."""
    alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
    return words[:-1] + alphabet[alphabet.index(words[-1]) | 1] if len(words) % 4 else words


JWS_ENCODINGS = (
    ("indented", lambda e: json.dumps(e.whole(), indent=2).encode(), ""),
    ("members in another order", lambda e: json_of(reversed(e.whole().items())), ""),
    ("escaped characters", lambda e: e.encode().replace(b'"payload":"e', b'"payload":"\\u0065'), ""),
    ("escaped names", lambda e: e.encode().replace(b'"payload"', b'"\\u0070ayload"'), ""),
    ("spaces around it", lambda e: b" \r\n\t" + e.encode() + b"\n", ""),
    ("a byte order mark", lambda e: b"\xef\xbb\xbf" + e.encode(), ""),
    ("something after the end", lambda e: e.encode() + b"{}", ""),
    ("cut short", lambda e: e.encode()[:-1], ""),
    ("an array around it", lambda e: b"[" + e.encode() + b"]", ""),
    ("the compact form", lambda e: ".".join(e.whole()[name] for name in ("protected", "payload", "signature")).encode(), ""),
    ("the general form", lambda e: json.dumps({"payload": e.whole()["payload"], "signatures": [e.whole()]}).encode(), ""),
    ("an unknown member", with_member("example", 1), UNKNOWN_MEMBER),
    ("signatures beside the signature", with_member("signatures", []), UNKNOWN_MEMBER),
    ("payload twice, alike", lambda e: with_member("payload", e.whole()["payload"])(e), JSON_NAMES),
    ("payload twice, the first empty", lambda e: json_of([("payload", ""), *e.whole().items()]), JSON_NAMES),
    ("payload twice, the last empty", with_member("payload", ""), ""),
    ("a folded name", renamed("payload", "Payload"), JSON_NAMES),
    ("a folded name beside the right one", with_member("SIGNATURE", ""), ""),
    ("an unknown header", with_header("io.example", 1), ""),
    ("an algorithm in the unprotected header", with_header("alg", "none"), BOTH_MAPS),
    ("a folded name of the chain", lambda e: e.encode().replace(b'"x5c"', b'"X5c"'), JSON_NAMES),
    ("a folded name beside the chain", with_header("X5C", []), ""),
    ("an empty token", with_header(TOKEN, ""), TOKEN_TYPE),
    ("a token of null", with_header(TOKEN, None), TOKEN_TYPE),
    ("an agent that is a number", with_header(AGENT, 1), ""),
    ("an agent of null", with_header(AGENT, None), ""),
    ("an agent that is no UTF-8", lambda e: e.encode().replace(e.agent.encode(), b"\xc3\x28"), NOT_UTF8),
    ("a folded name beside the token", with_header(TOKEN.upper(), "AAAA"), JSON_NAMES),
    ("a token that is a number", with_header(TOKEN, 1), ""),
    ("a token in base64url", lambda e: with_header(TOKEN, base64url(e.token or b"\xff\xff"))(e), ""),
    ("padded base64url", with_value("payload", lambda words: words + "=" * (-len(words) % 4 or 4)), ""),
    ("a line break in the payload", with_value("payload", broken_line), ""),
    ("a line break in the protected header", with_value("protected", broken_line), ""),
    ("a line break in the signature", with_value("signature", broken_line), BASE64),
    ("loose bits in the signature", with_value("signature", loose_end), BASE64),
    ("base64 with + and /", with_value("signature", lambda words: words.replace("-", "+").replace("_", "/")), ""),
    ("a line break in a certificate", with_certificates(lambda chain: [broken_line(one) for one in chain]), BASE64),
    ("a certificate in base64url", with_certificates(lambda chain: [base64url(base64.b64decode(one)) for one in chain]), ""),
    ("a chain that is one string", with_certificates(lambda chain: chain[0]), ""),
    ("a signature that is null", with_value("signature", lambda words: None), ""),
    ("a header that is null", with_value("header", lambda words: None), ""),
    ("no header", lambda e: json_of((name, value) for name, value in e.whole().items() if name != "header"), ""),
    ("a payload that is an object", with_value("payload", lambda words: {}), ""),
)


def of(envelope):
    return JWS_ENCODINGS if envelope.media_type == JWS else COSE_ENCODINGS

# SPDX-License-Identifier: Apache-2.0
"""Where we are stricter than the Notation CLI: rows of docs/notation.md, by words of theirs."""
import pathlib

DOCUMENTATION = pathlib.Path(__file__).resolve().parents[2] / "docs/notation.md"

BOTH_MAPS = "a header that is both protected and unprotected"
TOKEN_TYPE = "a timestamp that is empty or no bytes"
MINIMAL = "CBOR that is not minimal"
JSON_NAMES = "duplicate or case-folded JSON members"
UNKNOWN_MEMBER = "unknown members of a JWS envelope"
BASE64 = "base64 that is not canonical"
NOT_UTF8 = "JSON that is not UTF-8"

# A change at random may come to any of these; what we say tells which.
ANY = "any"
KNOWN_BY = (("base64", BASE64), ("longer than needed", MINIMAL), ("in both", BOTH_MAPS), ("flattened JSON", JSON_NAMES),
            ("chain is missing", JSON_NAMES), ("is spelt unlike", JSON_NAMES), ("not valid JSON", NOT_UTF8), ("the timestamp is no", TOKEN_TYPE))


def topic_of(said):
    return next((topic for words, topic in KNOWN_BY if words in said), "")


def documented(topic):
    return topic in DOCUMENTATION.read_text()

# SPDX-License-Identifier: Apache-2.0
"""What a forger can do to a good envelope: exchange its parts, or bytes at random."""


# --- parts: each function changes the envelope in place; `other` is a good one that somebody else signed

def flip(data, chance):
    place = chance.randrange(len(data))
    return data[:place] + bytes([data[place] ^ 1 << chance.randrange(8)]) + data[place + 1:]


def flip_part(name):
    def change(envelope, _other, chance):
        setattr(envelope, name, flip(getattr(envelope, name), chance))
    return change


def flip_certificate(index):
    def change(envelope, _other, chance):
        envelope.chain[index] = flip(envelope.chain[index], chance)
    return change


def borrow(*names):
    """Parts of the other envelope."""
    def change(envelope, other, _chance):
        for name in names:
            setattr(envelope, name, getattr(other, name))
    return change


def put(name, make):
    def change(envelope, other, _chance):
        setattr(envelope, name, make(envelope, other))
    return change


PARTS = (
    ("a bit of the protected header", flip_part("protected")),
    ("a bit of the payload", flip_part("payload")),
    ("a bit of the signature", flip_part("signature")),
    ("a bit of the leaf", flip_certificate(0)),
    ("a bit of the root", flip_certificate(-1)),
    ("a bit of the token", flip_part("token")),
    ("another protected header", borrow("protected")),
    ("another payload", borrow("payload")),
    ("another signature", borrow("signature")),
    ("another chain", borrow("chain")),
    ("another token", borrow("token")),
    ("another payload with its signature", borrow("payload", "signature")),
    ("another envelope whole", borrow("protected", "payload", "signature", "chain", "token")),
    ("another signer's chain and signature", borrow("chain", "signature")),
    ("no token", put("token", lambda e, o: None)),
    ("a token cut short", put("token", lambda e, o: e.token[:-1])),
    ("a byte after the token", put("token", lambda e, o: e.token + b"\0")),
    ("another agent", put("agent", lambda e, o: "someone/1.0")),
    ("an empty agent", put("agent", lambda e, o: "")),
    ("no certificates", put("chain", lambda e, o: [])),
    ("the leaf alone", put("chain", lambda e, o: e.chain[:1])),
    ("no leaf", put("chain", lambda e, o: e.chain[1:])),
    ("the chain backwards", put("chain", lambda e, o: e.chain[::-1])),
    ("the leaf twice", put("chain", lambda e, o: e.chain[:1] + e.chain)),
    ("the root twice", put("chain", lambda e, o: e.chain + e.chain[-1:])),
    ("a stranger at the end", put("chain", lambda e, o: e.chain + o.chain[:1])),
    ("another leaf first", put("chain", lambda e, o: o.chain[:1] + e.chain[1:])),
    ("a byte after the leaf", put("chain", lambda e, o: [e.chain[0] + b"\0"] + e.chain[1:])),
    ("a certificate of no bytes", put("chain", lambda e, o: e.chain + [b""])),
    ("a signature cut short", put("signature", lambda e, o: e.signature[:-1])),
    ("a byte after the signature", put("signature", lambda e, o: e.signature + b"\0")),
    ("a byte before the signature", put("signature", lambda e, o: b"\0" + e.signature)),
    ("no signature", put("signature", lambda e, o: b"")),
    ("no payload", put("payload", lambda e, o: b"")),
    ("no protected header", put("protected", lambda e, o: b"")),
    ("nothing changed", put("agent", lambda e, o: e.agent)),
)


# --- at random, on the bytes

def slice_of(data, chance, most=16):
    begin = chance.randrange(len(data))
    return begin, min(len(data), begin + chance.randint(1, most))


def delete(data, chance):
    begin, end = slice_of(data, chance)
    return data[:begin] + data[end:]


def double(data, chance):
    begin, end = slice_of(data, chance)
    return data[:end] + data[begin:]


def zero(data, chance):
    begin, end = slice_of(data, chance)
    return data[:begin] + bytes(end - begin) + data[end:]


def insert(data, chance):
    place = chance.randrange(len(data))
    return data[:place] + bytes([chance.randrange(256)]) + data[place:]


def replace(data, chance):
    place = chance.randrange(len(data))
    return data[:place] + bytes([chance.randrange(256)]) + data[place + 1:]


def swap_bytes(data, chance):
    place = chance.randrange(len(data) - 1)
    return data[:place] + data[place + 1:place + 2] + data[place:place + 1] + data[place + 2:]


AT_RANDOM = (flip, flip, flip, replace, insert, delete, double, zero, swap_bytes)

# SPDX-License-Identifier: Apache-2.0
"""Requests that are not what the API server sends: the HTTP contract, and JSON that can't be judged."""
import json

from reviews import ALLOWED, judge, pod, review

MIB = 1 << 20
REVIEW_LIMIT = 8 * MIB


def malformed(asked):
    """(name, body): nothing that could be answered. HTTP 400."""
    good = json.dumps(asked)
    yield "an empty body", ""
    for text in ("null", "[]", '""', "1", "{", "}{", "nonsense"):
        yield f"body {text!r}", text
    for end in (1, len(good) // 3, len(good) // 2, len(good) - 1):
        yield f"a review cut after {end} bytes", good[:end]
    yield "a byte order mark", "\ufeff" + good  # AW-07
    yield "something after the review", good + "x"  # AW-20
    yield "two reviews", good + good
    yield "100,000 open lists", '{"request":' + "[" * 100_000  # AW-19
    yield "100,000 nested lists", f'{{"request":{{"uid":"1","object":{"[" * 100_000}{"]" * 100_000}}}}}'
    yield "a number without end", f'{{"request":{{"uid":"1","object":{"9" * MIB}}}}}'
    yield "1e400", '{"request":{"uid":"1","object":1e400}}'
    yield "a NUL character", good.replace("alice", "a\\u0000")
    yield "a lone surrogate", '{"request":{"uid":"\\ud800"}}'
    yield "invalid UTF-8", good.encode().replace(b"alice", b"\xff\xfe")
    yield "two requests", good.replace('"request":', '"request": {}, "request":', 1)  # AW-17
    yield "two uids", good.replace('"uid":', '"uid": "other", "uid":', 1)
    for version in ("admission.k8s.io/v1beta1", "admission.k8s.io/v2", "v1", ""):  # AW-21, ADM-16
        yield f"version {version!r}", json.dumps(asked | {"apiVersion": version})
    for kind in ("List", "Pod", ""):
        yield f"kind {kind!r}", json.dumps(asked | {"kind": kind})
    for name, request in (("no request", None), ("an empty request", {}), ("request as a list", [])):  # AW-14
        yield name, json.dumps(asked | {"request": request})
    yield "no version", json.dumps({key: value for key, value in asked.items() if key != "apiVersion"})
    yield "no uid", json.dumps(asked | {"request": {key: value for key, value in asked["request"].items() if key != "uid"}})
    for uid in (None, "", 5, {}):
        yield f"uid {uid!r}", json.dumps(asked | {"request": asked["request"] | {"uid": uid}})


def ambiguous(asked):
    """A member twice below the request: refused one way or another, never "the last one counts". AW-17"""
    good = json.dumps(asked)
    yield "two objects", good.replace('"object":', '"object": null, "object":', 1)
    yield "two lists of containers", good.replace('"containers":', '"containers": [], "containers":', 1)
    yield "two images in a container", good.replace('"image":', '"image": "registry.example/x", "image":', 1)
    yield "two images, one spelt with escapes", good.replace('"image":', '"im\\u0061ge": "registry.example/x", "image":', 1)


def refused(reply):
    if reply.status in (400, 413):
        return ""
    if reply.status != 200:
        return f"HTTP {reply.status}: {reply.body[:200]!r}"
    return "ALLOWED" if json.loads(reply.body)["response"]["allowed"] is not False else ""


def status_is(reply, expected):
    return "" if reply.status == expected else f"HTTP {reply.status}, not {expected}: {reply.body[:200]!r}"


def check_http(world, asked):
    """TLS-11, AW-23, AW-24"""
    server, check = world.server, world.checks.check
    for content_type in ("", "text/plain", "text/yaml", "application/vnd.kubernetes.protobuf", "application/jsonx"):
        check(f"content type {content_type!r} is 415", status_is(server.post(asked, content_type=content_type), 415))
    check("a gzip body is 415", status_is(server.post(asked, "-H", "Content-Encoding: gzip"), 415))
    for method in ("GET", "PUT", "DELETE", "PATCH", "OPTIONS"):
        reply = server.post(asked, "-X", method)
        check(f"{method} is 405 and says POST", status_is(reply, 405) or ("" if reply.headers.get("allow") == "POST" else f"allow: {reply.headers.get('allow')!r}"))
    check("HEAD is 405", status_is(server.post(None, "--head"), 405))
    for path in ("/", "/validate/", "//validate", "/validate%2f", "/VALIDATE", "/validate/../validate", "/metrics", "/livez"):
        check(f"path {path} is 404", status_is(server.post(asked, path=path), 404))
    for query in ("?timeout=10s", "?timeout=abc", "?timeout=-1s", "?timeout=99999999h", "?timeout=", "?timeout=1m&timeout=5s", "?x=1"):
        check(f"query {query!r} is answered", judge(server.post(asked, query=query), asked, ALLOWED))


def check_size(world, asked):
    """AW-22, TLS-09"""
    for name, size, expected in (("one byte below", REVIEW_LIMIT - 1, 200), ("exactly", REVIEW_LIMIT, 200),
                                 ("one byte above", REVIEW_LIMIT + 1, 413), ("four times", 4 * REVIEW_LIMIT, 413)):
        body = json.dumps(asked)
        reply = world.server.post(body + " " * (size - len(body)))
        world.checks.check(f"a body {name} the limit is {expected}",
                           judge(reply, asked, ALLOWED) if expected == 200 else status_is(reply, expected))
    body = json.dumps(asked)
    reply = world.server.post(body + " " * (REVIEW_LIMIT + 1 - len(body)), "-H", "Transfer-Encoding: chunked")
    world.checks.check("a chunked body above the limit is 413", status_is(reply, 413))


def check(world):
    library = next(iter(world.libraries.values()))
    asked = review(pod(library.digest("signed")))
    world.checks.check("the review that is spoilt below is allowed", judge(world.server.post(asked), asked, ALLOWED))
    for name, body in malformed(asked):
        world.checks.check(f"{name} is 400", status_is(world.server.post(body), 400))
    for name, body in ambiguous(asked):
        world.checks.check(f"{name}: refused", refused(world.server.post(body)))
    check_http(world, asked)
    check_size(world, asked)

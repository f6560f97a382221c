# SPDX-License-Identifier: Apache-2.0
"""What bad_registry.py does wrong. Each fault gets the request's handler, the right bytes and their media type."""
import gzip
import json
import socket
import struct
import threading

from contents import INDEX, digest

CANARY = "canary-upstream-text"  # in every error; must not reach the users of our server
HUGE = 300 << 20
BOMB = gzip.compress(bytes(64 << 20))
STORE = "store.example"  # where blobs may be redirected to


def hang(handler, _data, _media_type):
    handler.server.closing.wait()


def other_bytes(handler, data, media_type):
    """As many bytes as were asked for, but not these; JSON stays JSON. The header claims that all is well. BND-02"""
    handler.reply(200, data.replace(b"schema", b"SCHEMA", 1) if data.startswith(b"{") else data[::-1], media_type,
                  {"Docker-Content-Digest": digest(data)})


def lie(handler, data, media_type):
    """The right bytes under a header that names others. BND-02"""
    handler.reply(200, data, media_type, {"Docker-Content-Digest": digest(b"something else")})


def noise(handler, data, media_type):
    handler.reply(200, bytes(range(256)) * 4, media_type)


def half(handler, data, media_type):
    handler.reply(200, data[:len(data) // 2], media_type)


def cut(handler, data, media_type):
    handler.reply(200, data, media_type, {"Content-Length": str(len(data) + 100)})
    handler.close_connection = True


def short_length(handler, data, media_type):
    handler.reply(200, data, media_type, {"Content-Length": str(len(data) - 10)})
    handler.close_connection = True


def huge(handler, _data, media_type):
    handler.head(200, media_type, {"Content-Length": str(HUGE)})
    for _ in range(HUGE >> 20):
        handler.wfile.write(b" " * (1 << 20))


def endless(handler, _data, media_type):
    handler.head(200, media_type, {"Transfer-Encoding": "chunked"})
    while not handler.server.closing.is_set():
        handler.wfile.write(b"10000\r\n" + b" " * 0x10000 + b"\r\n")


def drip(handler, data, media_type):
    handler.head(200, media_type, {"Content-Length": str(len(data))})
    for byte in data:
        handler.wfile.write(bytes([byte]))
        if handler.server.closing.wait(0.5):
            return


def html(handler, _data, _media_type):
    handler.reply(200, b"<html>Welcome to the captive portal</html>", "text/html")


def deep(handler, _data, media_type):
    handler.reply(200, b"[" * 100_000, media_type)


def gzipped(handler, data, media_type):
    handler.reply(200, data, media_type, {"Content-Encoding": "gzip"})


def long_header(handler, data, media_type):
    handler.reply(200, data, media_type, {"X-Long": "a" * (1 << 20)})


def many_headers(handler, data, media_type):
    handler.reply(200, data, media_type, {f"X-{number}": "a" for number in range(10_000)})


def not_http(handler, _data, _media_type):
    handler.wfile.write(b"\x00\x01\x02SSH-2.0-nonsense\r\n" * 10)
    handler.close_connection = True


def reset(handler, data, media_type):
    """TCP's RST in the middle of an answer: what closing means when nothing lingers."""
    handler.head(200, media_type, {"Content-Length": str(len(data))})
    handler.wfile.write(data[:len(data) // 2])
    handler.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    handler.connection.close()
    handler.close_connection = True


def status(code, **headers):
    def answer(handler, _data, _media_type):
        handler.reply(code, json.dumps({"errors": [{"code": "X", "message": CANARY}]}).encode(), "application/json",
                      {name.replace("_", "-"): value for name, value in headers.items()})
    return answer


def redirect_to(place):
    def answer(handler, _data, _media_type):
        handler.reply(307, b"", "text/plain", {"Location": place or handler.path})
    return answer


def realm(scheme_and_host):
    """Asks for a token from somewhere else. NET-03"""
    return status(401, WWW_Authenticate=f'Bearer realm="{scheme_and_host}/token",service="x",scope="repository:x:pull"')


def empty_index(handler, _data, _media_type):
    handler.reply(200, json.dumps({"schemaVersion": 2, "mediaType": INDEX, "manifests": []}).encode(), INDEX)


def other_types(handler, data, _media_type):
    """Ignores the filter and lists what is no signature. BND-15"""
    index = json.loads(data)
    for entry in index["manifests"]:
        entry["artifactType"] = "application/spdx+json"
    handler.reply(200, json.dumps(index).encode(), INDEX)


def next_page(place):
    def answer(handler, data, media_type):
        index = json.dumps({"schemaVersion": 2, "mediaType": INDEX, "manifests": []}).encode()
        handler.reply(200, index, media_type, {"Link": f'<{place or handler.path}>; rel="next"'})
    return answer


def more_pages(handler, _data, media_type):
    """A list that never ends, each page with an address of its own."""
    path, _, query = handler.path.partition("?")
    number = int(query.removeprefix("page=")) + 1 if query.startswith("page=") else 1
    next_page(f"{path}?page={number}")(handler, b"", media_type)


def bomb(handler, _data, media_type):
    """NET-12"""
    handler.reply(200, BOMB, media_type, {"Content-Encoding": "gzip"})


def moved(handler, data, media_type):
    """Wants a password, then sends the client to a store, which must not get it."""
    if handler.headers["Host"] == STORE:
        handler.reply(200, data, media_type)
    elif "Authorization" in handler.headers:
        redirect_to(f"http://{STORE}{handler.path}")(handler, b"", "")
    else:
        status(401, WWW_Authenticate='Basic realm="x"')(handler, b"", "")


class Healing:
    """A fault that goes by: the first `times` requests for each address meet it, the next are served right."""

    def __init__(self, times, fault):
        self.times, self.fault = times, fault
        self.met = {}
        self.lock = threading.Lock()

    def __call__(self, handler, data, media_type):
        with self.lock:
            met = self.met[handler.path] = self.met.get(handler.path, 0) + 1
        if met <= self.times:
            self.fault(handler, data, media_type)
        else:
            handler.reply(200, data, media_type)


def all_of_them(elsewhere):
    """By name; `elsewhere` is an origin that nobody may be sent to."""
    return {
        "hang": hang, "other": other_bytes, "cut": cut, "short": short_length, "huge": huge, "endless": endless, "drip": drip,
        "html": html, "deep": deep, "gzip": gzipped, "bomb": bomb, "header": long_header, "headers": many_headers,
        "nothttp": not_http, "reset": reset, "lie": lie, "noise": noise, "half": half,
        "500": status(500), "502": status(502), "503": status(503), "504": status(504), "403": status(403),
        "404": status(404), "401": status(401), "429": status(429, Retry_After="1"), "busy": status(429),
        "later": status(429, Retry_After="3600"),
        "realm": realm(elsewhere), "file": realm("file:///etc"),
        "loop": redirect_to(""), "away": redirect_to(f"{elsewhere}/x"), "ftp": redirect_to("ftp://127.0.0.1/x"), "moved": moved,
        "none": empty_index, "types": other_types, "pages": more_pages, "again": next_page(""), "nextaway": next_page(f"{elsewhere}/x"),
        "503twice": Healing(2, status(503)), "500once": Healing(1, status(500)), "429once": Healing(1, status(429, Retry_After="1")),
        "busyonce": Healing(1, status(429)), "resetonce": Healing(1, reset), "cutonce": Healing(1, cut)}

# SPDX-License-Identifier: Apache-2.0
"""A registry on loopback that misbehaves as the repository's name says: v2/STEP-FAULT/manifests/...

STEP is what is spoilt: manifest, referrers, signature (its manifest) or envelope; every other step is served right.
With the STEP "first" there are two signatures, and the manifest of the first is spoilt. The repository "good" spoils
nothing. BadRegistry has the list of faults.
"""
import hashlib
import http.server
import json
import sys
import threading

MANIFEST = "application/vnd.oci.image.manifest.v1+json"
INDEX = "application/vnd.oci.image.index.v1+json"
SIGNATURE = "application/vnd.cncf.notary.signature"
NO_CONFIG = "application/vnd.oci.empty.v1+json"
EMPTY = b"{}"
CANARY = "canary-upstream-text"  # in every error; must not reach the users of our server
HUGE = 300 << 20


def digest(data):
    return f"sha256:{hashlib.sha256(data).hexdigest()}"


def describe(media_type, data):
    return {"mediaType": media_type, "digest": digest(data), "size": len(data)}


class Content:
    """An image and one signature of it: the image's manifest as bytes, the envelope as Notation made it."""

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


# --- faults: each gets the request's handler, the right bytes and their media type

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


def reset(handler, _data, media_type):
    handler.head(200, media_type, {"Content-Length": "100000"})
    handler.wfile.write(b"{")
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


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_GET(self):
        self.server.requests.append((self.path, dict(self.headers)))
        try:
            self.answer()
        except OSError:
            self.close_connection = True  # the client had enough

    def answer(self):
        parts = self.path.partition("?")[0].split("/")  # "", v2, repository, kind, name
        if len(parts) != 5:
            self.reply(200, EMPTY, "application/json")
            return
        _, _, repository, kind, name = parts
        step, _, fault = repository.partition("-")
        found = self.server.content.find(step, kind, name)
        if found is None:
            self.reply(404, EMPTY, "application/json")
        elif found[0] == step:
            self.server.faults[fault](self, *found[1:])
        else:
            self.reply(200, *found[1:])

    def head(self, code, media_type, headers):
        self.send_response(code)
        for header, value in ({"Content-Type": media_type} | headers).items():
            self.send_header(header, value)
        self.end_headers()

    def reply(self, code, data, media_type, headers=None):
        self.head(code, media_type, {"Content-Length": str(len(data))} | (headers or {}))
        self.wfile.write(data)

    def log_message(self, format, *args):  # pylint: disable=redefined-builtin
        pass


class Quiet(http.server.ThreadingHTTPServer):
    """Clients that go away are what the test is about."""
    daemon_threads = True
    request_queue_size = 256

    def __enter__(self):
        threading.Thread(target=self.serve_forever, daemon=True).start()
        return self

    def __exit__(self, *_):
        self.shutdown()
        self.server_close()

    def handle_error(self, request, client_address):
        if not isinstance(sys.exc_info()[1], OSError):
            super().handle_error(request, client_address)


class BadRegistry(Quiet):
    def __init__(self, content, elsewhere):
        """`elsewhere` is an origin that nobody may be sent to."""
        super().__init__(("127.0.0.1", 0), Handler)
        self.content = content
        self.requests = []
        self.closing = threading.Event()
        self.host = f"127.0.0.1:{self.server_port}"
        self.faults = {
            "hang": hang, "other": other_bytes, "cut": cut, "short": short_length, "huge": huge, "endless": endless, "drip": drip,
            "html": html, "deep": deep, "gzip": gzipped, "header": long_header, "headers": many_headers, "nothttp": not_http,
            "reset": reset, "500": status(500), "503": status(503), "429": status(429, Retry_After="1"), "403": status(403),
            "404": status(404), "401": status(401), "realm": realm(elsewhere), "file": realm("file:///etc"),
            "loop": redirect_to(""), "away": redirect_to(f"{elsewhere}/x"), "ftp": redirect_to("ftp://127.0.0.1/x"),
            "none": empty_index, "pages": more_pages, "lie": lie, "noise": noise, "half": half,
            "502": status(502), "504": status(504), "busy": status(429), "types": other_types, "again": next_page(""), "nextaway": next_page(f"{elsewhere}/x")}

    def __exit__(self, *_):
        self.closing.set()
        super().__exit__()


class Sink(Quiet):
    """Where nobody may be sent to: counts the connections."""

    def __init__(self):
        super().__init__(("127.0.0.2", 0), Handler)
        self.connections = 0
        self.origin = f"http://127.0.0.2:{self.server_port}"

    def process_request(self, request, client_address):
        self.connections += 1
        self.shutdown_request(request)

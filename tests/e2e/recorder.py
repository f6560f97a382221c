# SPDX-License-Identifier: Apache-2.0
"""Servers on loopback that remember every request whole, so that a test can tell what reached whom; and a client that
reaches them by the names they stand for."""
import base64
import contextlib
import dataclasses
import http.client
import http.server
import json
import socket
import ssl
import threading
import urllib.parse

from bad_registry import Quiet
from stack import free_port


@dataclasses.dataclass(frozen=True)
class Heard:
    """One request, as it came."""
    method: str
    target: str
    headers: tuple
    body: bytes

    def header(self, name):
        return next((value for key, value in self.headers if key.lower() == name.lower()), "")

    @property
    def path(self):
        return self.target.partition("?")[0]

    @property
    def query(self):
        return urllib.parse.parse_qs(self.target.partition("?")[2], keep_blank_values=True)

    @property
    def form(self):
        return urllib.parse.parse_qs(self.body.decode(errors="replace"), keep_blank_values=True)

    @property
    def bearer(self):
        scheme, _, token = self.header("Authorization").partition(" ")
        return token if scheme == "Bearer" else ""

    def holds(self, secret):
        """Is it anywhere in the request: as it is, percent-encoded, or in base64 as Basic sends it?"""
        text = "\n".join([self.target, *(f"{name}: {value}" for name, value in self.headers), self.body.decode(errors="replace")])
        words = [text, urllib.parse.unquote_plus(text)]
        for word in text.split():
            with contextlib.suppress(ValueError):
                words.append(base64.b64decode(word, validate=True).decode(errors="replace"))
        return any(secret in word for word in words)


@dataclasses.dataclass(frozen=True)
class Answer:
    status: int
    body: bytes = b""
    headers: dict = dataclasses.field(default_factory=dict, hash=False)


def json_answer(code, value, **headers):
    return Answer(code, json.dumps(value).encode(), {"Content-Type": "application/json"} | headers)


# What a fault may say instead of an answer: the connection ends without one; or all is as it should be.
DROP, PASS = object(), object()


def status(code, **headers):
    return lambda _server, _heard: Answer(code, b"", {name.replace("_", "-"): value for name, value in headers.items()})


def html(code=200):
    return lambda _server, _heard: Answer(code, b"<html>Welcome to the captive portal</html>", {"Content-Type": "text/html"})


def redirect(origin, code=307):
    return lambda _server, heard: Answer(code, b"", {"Location": origin + heard.target})


def drop(_server, _heard):
    return DROP


def slow(seconds):
    """Right in the end."""
    def fault(server, _heard):
        server.closing.wait(seconds)
        return PASS
    return fault


class Speaking(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True

    def serve(self):
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        try:
            answer = self.server.take(Heard(self.command, self.path, tuple(self.headers.items()), body))
            if answer is DROP:
                self.close_connection = True
            else:
                self.say(answer)
        except OSError:
            self.close_connection = True  # the client had enough

    do_GET = do_HEAD = do_POST = do_PUT = do_PATCH = do_DELETE = serve

    def say(self, answer):
        self.send_response_only(answer.status)
        for name, value in ({"Content-Length": str(len(answer.body))} | answer.headers).items():
            self.send_header(name, value)
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(answer.body)

    def log_message(self, format, *args):  # pylint: disable=redefined-builtin
        pass


class Recorder(Quiet):
    """Remembers and answers; what it answers is for the subclasses. With `pair` (certificate and key) it speaks TLS."""

    def __init__(self, pair=None):
        super().__init__(("127.0.0.1", free_port()), Speaking)
        self.tls = None
        if pair:
            self.tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            self.tls.load_cert_chain(*pair)
        self.heard, self.problems, self.faults, self.live = [], [], [], set()
        self.lock, self.closing = threading.Lock(), threading.Event()
        self.listening = True

    def answer(self, heard):
        raise NotImplementedError

    def take(self, heard):
        with self.lock:
            self.heard.append(heard)
            fault = next((fault for fault in self.faults if fault.meets(heard)), None)
            if fault and fault.left == 0:
                self.faults.remove(fault)
        said = fault.spoil(self, heard) if fault else PASS
        return self.answer(heard) if said is PASS else said

    def wrong(self, text):
        """A request that no good client makes."""
        with self.lock:
            self.problems.append(text)

    def fail(self, spoil, times=-1, only=""):
        """From now on requests whose target has `only` in it meet this fault, the first `times` of them."""
        fault = Fault(spoil, times, only)
        with self.lock:
            self.faults.append(fault)
        return fault

    def heal(self):
        with self.lock:
            self.faults.clear()

    @contextlib.contextmanager
    def failing(self, spoil, only=""):
        self.fail(spoil, only=only)
        try:
            yield
        finally:
            self.heal()

    def since(self, mark, part=""):
        """What was heard after the first `mark` requests, of those with `part` in their target."""
        return [heard for heard in list(self.heard)[mark:] if part in heard.target]

    def origin(self, name):
        return f"{name}:{443 if self.tls else 80}:127.0.0.1:{self.server_port}"

    def finish_request(self, request, client_address):
        """In the connection's own thread, so that a slow handshake holds up nobody else."""
        secured = self.tls.wrap_socket(request, server_side=True) if self.tls else request
        with secured:
            self.live.add(secured)
            try:
                super().finish_request(secured, client_address)
            finally:
                self.live.discard(secured)

    def down(self):
        """Nobody listens any more, and every connection ends."""
        self.listening = False
        self.shutdown()
        self.socket.close()
        for connection in list(self.live):
            with contextlib.suppress(OSError):
                socket.socket.shutdown(connection, socket.SHUT_RDWR)

    def up(self):
        """The same port again."""
        self.listening = True
        self.server_address = ("127.0.0.1", self.server_port)
        self.socket = socket.socket(self.address_family, self.socket_type)
        self.server_bind()
        self.server_activate()
        threading.Thread(target=self.serve_forever, daemon=True).start()

    def __exit__(self, *_):
        self.closing.set()
        self.heal()
        super().__exit__()


@dataclasses.dataclass(eq=False)
class Fault:
    spoil: object
    left: int
    only: str

    def meets(self, heard):
        """Counts; the caller holds the lock."""
        if self.only not in heard.target or self.left == 0:
            return False
        self.left -= self.left > 0
        return True


class Sink(Recorder):
    """Where nobody may be sent to. It asks for tokens, would take whatever it is given, and thank for it."""

    def answer(self, heard):
        if heard.path.startswith("/v2/") and not heard.header("Authorization"):
            host = heard.header("Host")
            return json_answer(401, {"errors": []}, **{"WWW-Authenticate": (
                f'Bearer realm="https://{host}/oauth2/token",service="{host}",scope="repository:shop/web:pull"')})
        return json_answer(200, {"token_type": "Bearer", "access_token": "sink", "refresh_token": "sink", "expires_in": 3599, "value": []})


def ask(port, ca, host, method, target, headers=None, body=b"", plain=False):
    """One request to 127.0.0.1:port under the name `host`; (status, headers, body)."""
    if plain:
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=20)
    else:
        connection = Named(port, ssl.create_default_context(cafile=ca), host)
    with contextlib.closing(connection):
        connection.request(method, target, body=body or None, headers={"Host": host} | (headers or {}))
        answer = connection.getresponse()
        return answer.status, answer.headers, answer.read()


class Named(http.client.HTTPSConnection):
    """TLS to a port of loopback whose certificate is for `name`."""

    def __init__(self, port, context, name):
        super().__init__("127.0.0.1", port, timeout=20, context=context)
        self.name, self.secured = name, context

    def connect(self):
        self.sock = self.secured.wrap_socket(socket.create_connection((self.host, self.port), self.timeout),
                                             server_hostname=self.name)

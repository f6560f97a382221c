# SPDX-License-Identifier: Apache-2.0
"""What stands between Countersign and a real registry: a reverse proxy that counts and may speak TLS, and a forward proxy."""
import contextlib
import dataclasses
import http.client
import http.server
import select
import socket
import ssl
import threading
import time
import urllib.parse

from bad_registry import Quiet

QUIET = 0.15  # seconds without a new request, until those that wait are let go; a busy machine needs so many
HOP_BY_HOP = {"connection", "keep-alive", "transfer-encoding", "content-length", "proxy-connection"}


@dataclasses.dataclass
class Seen:
    """One request, as it came."""
    path: str
    headers: dict
    round: int
    status: int = 0

    @property
    def kind(self):
        return self.path.partition("?")[0].split("/")[-2]


class Forward(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True

    def do_GET(self):
        self.forward(self.server.behind, self.path)

    def forward(self, behind, path):
        seen = self.server.admit(path, dict(self.headers))
        status, headers, body = ask(behind, path, self.headers)
        seen.status = status
        self.send_response_only(status)
        for name, value in headers:
            if name.lower() not in HOP_BY_HOP:
                self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        with contextlib.suppress(OSError):
            self.wfile.write(body)

    def log_message(self, format, *args):  # pylint: disable=redefined-builtin
        pass


def ask(host, path, headers):
    """(status, headers, body)"""
    with contextlib.closing(http.client.HTTPConnection(host, timeout=20)) as connection:
        connection.request("GET", path, headers={name: value for name, value in headers.items() if name.lower() not in HOP_BY_HOP})
        answer = connection.getresponse()
        return answer.status, answer.getheaders(), answer.read()


class Forwarder(Quiet):
    """Hands every GET to the registry at `behind`. With `tls` (a server's context) it speaks HTTPS."""

    def __init__(self, behind, tls=None):
        super().__init__(("127.0.0.1", 0), Forward)
        self.behind, self.tls = behind, tls
        self.host = f"127.0.0.1:{self.server_port}"
        self.seen, self.connections = [], 0
        self.lock = threading.Condition()

    def process_request(self, request, client_address):
        self.connections += 1
        super().process_request(request, client_address)

    def finish_request(self, request, client_address):
        if not self.tls:
            super().finish_request(request, client_address)
            return
        # Here, in the connection's own thread, so that a slow handshake holds up nobody else.
        with self.tls.wrap_socket(request, server_side=True) as secured:
            super().finish_request(secured, client_address)

    def admit(self, path, headers):
        with self.lock:
            self.seen.append(Seen(path, headers, 0))
            return self.seen[-1]

    def settings(self, **more):
        reach = {} if self.tls else {"plainHttp": True}
        return {"host": self.host, "allowAddresses": ["127.0.0.1"]} | reach | more


class Rounds(Forwarder):
    """Counts round trips without a clock in the verdict: a request waits until no new one has come for a moment, then all
    that wait are let go. Each release is a round: whatever could be asked at once is in the same one."""

    def __init__(self, behind):
        super().__init__(behind)
        self.taken = []
        self.round, self.waiting, self.newest, self.closing = 0, 0, 0.0, False

    def __enter__(self):
        threading.Thread(target=self._release, daemon=True).start()
        return super().__enter__()

    def __exit__(self, *_):
        with self.lock:
            self.closing = True
            self.lock.notify_all()
        super().__exit__()

    def admit(self, path, headers):
        with self.lock:
            mine = self.round + 1
            seen = Seen(path, headers, mine)
            self.seen.append(seen)
            self.waiting += 1
            self.newest = time.monotonic()
            self.lock.notify_all()
            self.lock.wait_for(lambda: self.round >= mine or self.closing)
        return seen

    def _release(self):
        with self.lock:
            while not self.closing:
                if not self.waiting:
                    self.lock.wait()
                    continue
                left = self.newest + QUIET - time.monotonic()
                if left > 0:
                    self.lock.wait(left)
                    continue
                self.round += 1
                self.waiting = 0
                self.lock.notify_all()

    def take(self):
        """What has come since it was last asked: (number of rounds, requests)."""
        with self.lock:
            taken, self.seen = self.seen, []
            self.taken += taken
        return len({seen.round for seen in taken}), taken


def serving(certificate, key, clients_of=None):
    """A TLS server's context; with `clients_of` (an authority's file) it demands a certificate."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, key)
    if clients_of:
        context.load_verify_locations(clients_of)
        context.verify_mode = ssl.CERT_REQUIRED
    return context


class Proxying(Forward):
    """GET of an absolute address, and CONNECT."""

    def do_GET(self):
        if self.refuse("GET"):
            return
        behind = urllib.parse.urlsplit(self.path).netloc
        self.forward(behind, self.path.removeprefix(f"http://{behind}"))

    def do_CONNECT(self):
        if self.refuse("CONNECT"):
            return
        host, _, port = self.path.rpartition(":")
        with socket.create_connection((host, int(port))) as far:
            self.send_response_only(200)
            self.end_headers()
            self.close_connection = True
            shovel(self.connection, far)

    def refuse(self, method):
        """Counts, and answers for a proxy that has nothing better to say."""
        self.server.asked.append((method, dict(self.headers)))
        if self.server.refusal is None:
            return False
        self.wfile.write(self.server.refusal)
        self.close_connection = True
        return True


def shovel(near, far):
    """Bytes both ways until one side is done."""
    while True:
        for ready in select.select([near, far], [], [])[0]:
            try:
                data = ready.recv(1 << 16)
            except OSError:
                return
            if not data:
                return
            (far if ready is near else near).sendall(data)


class Proxy(Forwarder):
    """A forward proxy. `refusal` is what it says to everything, if anything."""

    def __init__(self, refusal=None):
        super().__init__("")
        self.RequestHandlerClass = Proxying  # pylint: disable=invalid-name
        self.refusal, self.asked = refusal, []
        self.address = f"http://{self.host}"

    def take(self):
        """(method, headers) of what has come since it was last asked."""
        taken, self.asked = self.asked, []
        return taken

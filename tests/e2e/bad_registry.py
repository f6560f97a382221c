# SPDX-License-Identifier: Apache-2.0
"""A registry on loopback that misbehaves as the repository's name says: v2/STEP-FAULT/manifests/...

STEP is what is spoilt: manifest, referrers, signature (its manifest) or envelope; every other step is served right.
With the STEP "first" there are two signatures, and the manifest of the first is spoilt. The repository "good" spoils
nothing. faults.py has the faults. Each repository is at a host of its own, REPOSITORY.example, because a client may leave
a host alone that has failed; they are all this server. Each has an envelope of its own, because a client may remember
contents wherever they are from.
"""
import http.server
import sys
import threading

import faults
from contents import EMPTY, MANIFEST, digest


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_GET(self):
        self.server.requests.append((self.path, dict(self.headers)))
        try:
            self.answer()
        except OSError:
            self.close_connection = True  # the client had enough

    def do_HEAD(self):
        """Lies about what a GET would bring. REG-05: nobody asks."""
        self.server.heads += 1
        self.head(200, MANIFEST, {"Content-Length": "2", "Docker-Content-Digest": digest(EMPTY)})

    def answer(self):
        parts = self.path.partition("?")[0].split("/")  # "", v2, repository, kind, name
        if len(parts) != 5:
            self.reply(200, EMPTY, "application/json")
            return
        _, _, repository, kind, name = parts
        step, _, fault = repository.partition("-")
        found = self.server.content_of(repository).find(step, kind, name)
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
        self.content, self.contents, self.lock = content, {}, threading.Lock()
        self.requests, self.heads = [], 0
        self.closing = threading.Event()
        self.host = f"127.0.0.1:{self.server_port}"
        self.faults = faults.all_of_them(elsewhere)

    def content_of(self, repository):
        with self.lock:
            if repository not in self.contents:
                self.contents[repository] = self.content.individual(len(self.contents))
            return self.contents[repository]

    @staticmethod
    def name(repository):
        return f"{repository}.example"

    def settings(self, repositories):
        """Entries of a configuration; with the same `resolve` in each, they share connections."""
        names = [self.name(repository) for repository in repositories]
        resolve = [f"{name}:80:127.0.0.1:{self.server_port}" for name in (*names, faults.STORE)]
        return [{"host": name, "plainHttp": True, "resolve": resolve} for name in names]

    def asked(self, repository):
        return [headers for path, headers in list(self.requests) if path.startswith(f"/v2/{repository}/")]

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

# SPDX-License-Identifier: Apache-2.0
"""Serves the folder `responses` of a case on 127.0.0.1, as tests/data/notation/README.md says."""
import http.server
import json
import sys
import threading


class Answers:
    """What is in the folder, by "<host>/<path>". Empty when there is none: then everything is 404."""

    def __init__(self, folder):
        self.folder = folder
        meta = folder / "meta.json"
        self.meta = json.loads(meta.read_text()) if meta.is_file() else {}

    def find(self, place):
        """(status, headers, body) of the longest leading part of the path that is known."""
        while "/" in place:
            body = self.folder / place
            if place in self.meta or body.is_file():
                meta = self.meta.get(place, {})
                headers = {"Content-Type": meta.get("content_type", "application/octet-stream"), **(meta.get("headers") or {})}
                return meta.get("status", 200), headers, body.read_bytes() if body.is_file() else b""
            place = place.rpartition("/")[0]
        return 404, {}, b""


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_GET(self):
        place = self.headers.get("Host", "").partition(":")[0] + self.path.partition("?")[0]
        self.server.requests.append(place)
        status, headers, body = self.server.answers.find(place)
        self.send_response(status)
        for name, value in {**headers, "Content-Length": str(len(body))}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

    def do_POST(self):
        self.rfile.read(int(self.headers.get("Content-Length", 0)))
        self.do_GET()

    def log_message(self, format, *args):  # pylint: disable=redefined-builtin
        pass


class Responder(http.server.ThreadingHTTPServer):
    """Port 0; `requests` is what was asked for."""
    daemon_threads = True

    def __init__(self, folder):
        super().__init__(("127.0.0.1", 0), Handler)
        self.answers = Answers(folder)
        self.requests = []

    def __enter__(self):
        threading.Thread(target=lambda: self.serve_forever(poll_interval=0.02), daemon=True).start()
        return self

    def __exit__(self, *_):
        self.shutdown()
        self.server_close()

    def handle_error(self, request, client_address):
        """Clients may hang up; anything else is a mistake of ours."""
        if not isinstance(sys.exc_info()[1], OSError):
            super().handle_error(request, client_address)

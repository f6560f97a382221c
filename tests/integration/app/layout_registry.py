# SPDX-License-Identifier: Apache-2.0
"""A registry over an OCI layout, as slow as a test wants it, that remembers what it was asked."""
import http.server
import json
import threading
import time

INDEX = "application/vnd.oci.image.index.v1+json"
MANIFEST = "application/vnd.oci.image.manifest.v1+json"


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_GET(self):
        registry = self.server
        with registry.lock:
            registry.asked.append(self.path)
        time.sleep(registry.delay)
        kind, digest = self.path.partition("?")[0].split("/")[-2:]
        if kind == "referrers":
            self.reply(registry.referrers(digest), INDEX)
        else:
            self.reply(registry.blob(digest), MANIFEST if kind == "manifests" else "application/octet-stream")

    def reply(self, data, media_type):
        try:
            self.send_response(200 if data is not None else 404)
            self.send_header("Content-Type", media_type)
            self.send_header("Content-Length", str(len(data or b"")))
            self.end_headers()
            self.wfile.write(data or b"")
        except OSError:
            self.close_connection = True

    def log_message(self, format, *args):  # pylint: disable=redefined-builtin
        pass


class LayoutRegistry(http.server.ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 256

    def __init__(self, layout, delay=0.0):
        super().__init__(("127.0.0.1", 0), Handler)
        self.layout, self.delay = layout, delay
        self.asked, self.lock = [], threading.Lock()

    def __enter__(self):
        threading.Thread(target=self.serve_forever, daemon=True).start()
        return self

    def __exit__(self, *_):
        self.shutdown()
        self.server_close()

    def entry(self, host):
        """Of a configuration, under that name."""
        return {"host": host, "plainHttp": True, "allowAddresses": ["127.0.0.1"],
                "resolve": [f"{host}:80:127.0.0.1:{self.server_port}"]}

    def blob(self, digest):
        file = self.layout / "blobs" / digest.replace(":", "/")
        return file.read_bytes() if file.exists() else None

    def referrers(self, digest):
        found = []
        for entry in json.loads((self.layout / "index.json").read_text())["manifests"]:
            manifest = json.loads(self.blob(entry["digest"]))
            if manifest.get("subject", {}).get("digest") == digest:
                kind = manifest.get("artifactType") or manifest["config"]["mediaType"]
                found.append(entry | {"artifactType": kind, "annotations": manifest.get("annotations", {})})
        return json.dumps({"schemaVersion": 2, "mediaType": INDEX, "manifests": found}).encode()

#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""injector.py PORT CERTIFICATE KEY FOLDER IMAGE: two webhooks of other people, over HTTPS on loopback.

/sidecar   a mutating one: a pod with the label `sidecar` gets a container of IMAGE
/record    a validating one that leaves each review in FOLDER, as the API server sent it, and denies what has the label
           `unwanted`
"""
import base64
import http.server
import json
import pathlib
import ssl
import sys
import threading


def labels(thing):
    return thing["metadata"].get("labels", {})


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def log_message(self, *_):
        pass

    def do_GET(self):  # pylint: disable=invalid-name
        self.reply({})

    def do_POST(self):  # pylint: disable=invalid-name
        body = self.rfile.read(int(self.headers["Content-Length"]))
        request = json.loads(body)["request"]
        response = {"uid": request["uid"], "allowed": True}
        if self.path.startswith("/sidecar"):
            patch = json.dumps(self.server.sidecar(request["object"])).encode()
            response |= {"patchType": "JSONPatch", "patch": base64.b64encode(patch).decode()}
        else:
            self.server.record(request, body)
            response["allowed"] = "unwanted" not in labels(request["object"])
        self.reply({"apiVersion": "admission.k8s.io/v1", "kind": "AdmissionReview", "response": response})

    def reply(self, document):
        body = json.dumps(document).encode()
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)


class Server(http.server.ThreadingHTTPServer):
    def __init__(self, port, folder, image):
        super().__init__(("127.0.0.1", port), Handler)
        self.folder, self.image = folder, image
        self.lock, self.count = threading.Lock(), 0
        folder.mkdir(exist_ok=True)

    def sidecar(self, pod):
        if "sidecar" not in labels(pod):
            return []
        return [{"op": "add", "path": "/spec/containers/-", "value": {"name": "injected", "image": self.image}}]

    def record(self, request, body):
        parts = [request["operation"], request["resource"]["resource"], request.get("subResource", ""), request["name"]]
        name = "-".join(part.lower() for part in parts if part)
        with self.lock:
            self.count += 1
            (self.folder / f"{self.count:03}-{name}.json").write_bytes(body)


def main():
    port, certificate, key, folder, image = sys.argv[1:]
    server = Server(int(port), pathlib.Path(folder), image)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, key)
    server.socket = context.wrap_socket(server.socket, server_side=True)
    server.serve_forever()


if __name__ == "__main__":
    main()

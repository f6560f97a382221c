# SPDX-License-Identifier: Apache-2.0
"""What stands between a signer and a real registry: it hands on every request and remembers it, and may be told to fail. And what
the registry holds, to the last file."""
import contextlib
import hashlib
import http.client

from recorder import Answer, Recorder

HOP_BY_HOP = {"connection", "keep-alive", "transfer-encoding", "content-length", "proxy-connection"}
READING = ("GET", "HEAD")


class RegistryFront(Recorder):
    """Speaks plain HTTP. The name that it is asked by goes along, so that uploads come by here, too."""

    def __init__(self, registry):
        super().__init__()
        self.registry = registry
        self.host = f"127.0.0.1:{self.server_port}"

    def answer(self, heard):
        headers = {name: value for name, value in heard.headers if name.lower() not in HOP_BY_HOP}
        with contextlib.closing(http.client.HTTPConnection(self.registry.host, timeout=20)) as connection:
            connection.request(heard.method, heard.target, heard.body or None, headers | {"Content-Length": str(len(heard.body))}
                               if heard.method not in READING else headers)
            answer = connection.getresponse()
            kept = {name: value for name, value in answer.getheaders() if name.lower() not in HOP_BY_HOP}
            # What a HEAD says of the length is said by a body of that length, which is not sent.
            body = bytes(int(answer.headers["Content-Length"] or 0)) if heard.method == "HEAD" else answer.read()
            return Answer(answer.status, body, kept)

    def written(self, mark):
        """What was asked after the first `mark` requests to change anything."""
        return [f"{heard.method} {heard.path}" for heard in self.since(mark) if heard.method not in READING]

    def settings(self):
        return self.registry.settings() | {"host": self.host}


def held(folder):
    """Every file below the folder, by its path."""
    return {str(file.relative_to(folder)): hashlib.sha256(file.read_bytes()).hexdigest()
            for file in sorted(folder.rglob("*")) if file.is_file()}


def difference(before, after):
    return [f"{path} {'changed' if path in before else 'appeared'}" for path in sorted(after) if after[path] != before.get(path)] + [
        f"{path} is gone" for path in sorted(before.keys() - after.keys())]

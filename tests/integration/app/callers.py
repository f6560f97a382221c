# SPDX-License-Identifier: Apache-2.0
"""Callers as the API server is one: connections that are kept, answers read to their end, losses counted."""
import socket
import ssl
import subprocess
import threading
import time

PATIENCE = 20  # seconds; longer than any limit that a test sets


class Lost(Exception):
    """A request was sent and no whole answer came."""


class Refused(Exception):
    """No connection: nothing was sent."""


def trust_anyone():
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    return context


def request(body, path="/validate?timeout=10s"):
    return (f"POST {path} HTTP/1.1\r\nHost: countersign\r\nContent-Type: application/json\r\n"
            f"Content-Length: {len(body)}\r\n\r\n{body}").encode()


class Caller:
    """One connection at a time to 127.0.0.1:`port`, kept until the server says that it closes."""

    def __init__(self, port, context=None):
        self.port, self.context = port, context or trust_anyone()
        self.connection = None

    def connect(self):
        try:
            plain = socket.create_connection(("127.0.0.1", self.port), PATIENCE)
            plain.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            self.connection = self.context.wrap_socket(plain, server_hostname="localhost")
        except OSError as error:
            raise Refused(str(error)) from error

    def send(self, body, path="/validate?timeout=10s"):
        if self.connection is None:
            self.connect()
        try:
            self.connection.sendall(request(body, path))
        except OSError as error:
            self.close()
            raise Lost(str(error)) from error

    def receive(self):
        """(status, headers, body)."""
        try:
            data = b""
            while b"\r\n\r\n" not in data:
                data += self._more()
            head, _, data = data.partition(b"\r\n\r\n")
            first, *lines = head.decode().split("\r\n")
            headers = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in lines)}
            while len(data) < int(headers.get("content-length", 0)):
                data += self._more()
        except OSError as error:
            self.close()
            raise Lost(str(error)) from error
        if headers.get("connection") == "close":
            self.close()
        return int(first.split()[1]), headers, data.decode()

    def ask(self, body, path="/validate?timeout=10s"):
        self.send(body, path)
        return self.receive()

    def close(self):
        if self.connection is not None:
            self.connection.close()
            self.connection = None

    def _more(self):
        piece = self.connection.recv(65536)
        if not piece:
            raise OSError("the server closed the connection")
        return piece


class Crowd:
    """Threads that ask `port` again and again: what came of it is counted. A refused connection is tried again."""

    def __init__(self, port, body, judge, size=16, context=None, path="/validate?timeout=10s"):
        """`judge` gets status and body and says what is wrong, or nothing."""
        self.port, self.body, self.judge, self.context, self.path = port, body, judge, context, path
        self.answered = self.refused = 0
        self.lost, self.wrong, self.slowest = [], [], 0.0
        self.lock = threading.Lock()
        self.ending = threading.Event()
        self.threads = [threading.Thread(target=self._run, daemon=True) for _ in range(size)]

    def __enter__(self):
        for thread in self.threads:
            thread.start()
        return self

    def __exit__(self, *_):
        self.stop()

    def stop(self):
        self.ending.set()
        for thread in self.threads:
            thread.join(2 * PATIENCE)

    def wait_for(self, answers, seconds=60):
        deadline = time.monotonic() + seconds
        while self.answered < answers:
            if time.monotonic() > deadline:
                raise AssertionError(f"{self.answered} answers, not {answers}; lost {self.lost[:3]}, wrong {self.wrong[:3]}")
            time.sleep(0.02)

    def _run(self):
        caller = Caller(self.port, self.context)
        while not self.ending.is_set():
            self._ask(caller)
        caller.close()

    def _ask(self, caller):
        began = time.monotonic()
        try:
            status, _, body = caller.ask(self.body, self.path)
        except Refused:
            with self.lock:
                self.refused += 1
            time.sleep(0.02)
            return
        except Lost as error:
            with self.lock:
                self.lost.append((str(error), time.monotonic() - began))
            return
        problem = self.judge(status, body)
        with self.lock:
            self.answered += 1
            self.slowest = max(self.slowest, time.monotonic() - began)
            if problem:
                self.wrong.append(problem)


def openssl(*words, **options):
    return subprocess.run(["openssl", *map(str, words)], check=True, capture_output=True, **options)


CONFIG = """[ca]
default_ca = a
[a]
database = {folder}/{name}.db
new_certs_dir = {folder}
rand_serial = yes
unique_subject = no
default_md = sha256
policy = p
[p]
commonName = supplied
"""


class Authority:
    """Issues certificates into `folder`: `<name>.crt` and `.key`."""

    def __init__(self, folder, name, common_name=None):
        self.folder, self.name = folder, name
        self.certificate, self.key = folder / f"{name}.crt", folder / f"{name}.key"
        openssl("req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-subj",
                f"/CN={common_name or name}", "-addext", "keyUsage=critical,keyCertSign", "-keyout", self.key, "-out", self.certificate)
        self.config = folder / f"{name}.cnf"
        self.config.write_text(CONFIG.format(folder=folder, name=name))
        (folder / f"{name}.db").touch()

    def issue(self, name, usage="serverAuth", names="IP:127.0.0.1,DNS:localhost", begin=-3600, end=86400, key="ec"):
        """`begin` and `end` are seconds from now; `key`: ec or rsa."""
        file = lambda kind: self.folder / f"{name}.{kind}"
        kind = ["ec", "-pkeyopt", "ec_paramgen_curve:P-256"] if key == "ec" else ["rsa:2048"]
        openssl("req", "-new", "-newkey", *kind, "-nodes", "-subj", f"/CN={name}", "-keyout", file("key"), "-out", file("csr"))
        file("ext").write_text("basicConstraints=critical,CA:FALSE\nauthorityKeyIdentifier=keyid\n" + (f"extendedKeyUsage={usage}\n" if usage else "")
                               + (f"subjectAltName={names}\n" if names else ""))
        at = lambda seconds: time.strftime("%Y%m%d%H%M%SZ", time.gmtime(time.time() + seconds))
        openssl("ca", "-batch", "-notext", "-config", self.config, "-cert", self.certificate, "-keyfile", self.key, "-in",
                file("csr"), "-out", file("crt"), "-extfile", file("ext"), "-startdate", at(begin), "-enddate", at(end))
        return file("crt"), file("key")

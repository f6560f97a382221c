# SPDX-License-Identifier: Apache-2.0
"""The program under test and its surroundings: processes, ports, certificates, requests."""
import dataclasses
import json
import os
import pathlib
import re
import signal
import subprocess
import tempfile
import time
import urllib.error
import urllib.request

PEERS = pathlib.Path(__file__).resolve().parent.parent / "peers"
READY_SECONDS = 10


def run(*command, ok=(0,), **options):
    """Runs a program to its end; its output as text. Any exit status but those of `ok` raises."""
    done = subprocess.run([str(word) for word in command], text=True, capture_output=True, check=False, **options)
    if ok is not None and done.returncode not in ok:
        raise RuntimeError(f"{' '.join(map(str, command))} ended with {done.returncode}: {done.stderr.strip()[-600:]}")
    return done


def free_port(count=1):
    return int(run(PEERS / "free_port.py", count).stdout)


def until(seconds, condition):
    """Waits for `condition` to hold; whether it came to that."""
    deadline = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > deadline:
            return False
        time.sleep(0.05)
    return True


@dataclasses.dataclass
class Reply:
    status: int
    headers: dict
    body: str

    @property
    def content_type(self):
        return self.headers.get("content-type", "")


class Certificates:
    """An authority in `folder` and what it issues, by openssl."""

    def __init__(self, folder, name="authority"):
        self.folder = folder
        self.ca = folder / f"{name}.crt"
        self.ca_key = folder / f"{name}.key"
        folder.mkdir(exist_ok=True)
        self._make(self.ca, self.ca_key, "-subj", f"/CN={name}", "-addext", "keyUsage=critical,keyCertSign")

    def issue(self, name, days=30, names="IP:127.0.0.1,DNS:localhost"):
        """A certificate for servers and clients; negative `days`: expired."""
        certificate, key = self.folder / f"{name}.crt", self.folder / f"{name}.key"
        if days < 0:
            return self._expired(certificate, key)
        self._make(certificate, key, "-subj", f"/CN={name}", "-CA", self.ca, "-CAkey", self.ca_key, "-days", days,
                   "-addext", "basicConstraints=critical,CA:FALSE", "-addext", "extendedKeyUsage=serverAuth,clientAuth",
                   "-addext", f"subjectAltName={names}")
        return certificate, key

    @staticmethod
    def _make(certificate, key, *options):
        run("openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", *options,
            "-keyout", key, "-out", certificate)

    def _expired(self, certificate, key):
        request, database = self.folder / "expired.csr", self.folder / "expired.db"
        database.touch()
        config = self.folder / "expired.cnf"
        config.write_text(f"[ca]\ndefault_ca=d\n[d]\ndatabase={database}\nnew_certs_dir={self.folder}\nrand_serial=yes\n"
                          "default_md=sha256\npolicy=p\nx509_extensions=e\n[p]\ncommonName=supplied\n"
                          "[e]\nsubjectAltName=IP:127.0.0.1\n")
        run("openssl", "req", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-subj", "/CN=expired",
            "-keyout", key, "-out", request)
        run("openssl", "ca", "-batch", "-config", config, "-cert", self.ca, "-keyfile", self.ca_key, "-in", request,
            "-out", certificate, "-startdate", "20200101000000Z", "-enddate", "20210101000000Z", "-notext")
        return certificate, key


class Server:
    """`countersign serve` with one configuration."""

    def __init__(self, binary, work, certificates, configure, environment=None):
        """`configure` gets the sections that every configuration has and returns the whole; `environment` is beside ours."""
        self.binary, self.work, self.environment = binary, work, os.environ | (environment or {})
        self.port, self.admin = free_port(), free_port()
        self.ca = certificates.ca
        certificate, key = certificates.issue("webhook")
        self.config = work / "countersign.yaml"
        # JSON is YAML too, and leaves no doubt about quoting.
        self.config.write_text(json.dumps(configure({
            "version": 1,
            "server": {"listen": f"127.0.0.1:{self.port}", "tls": {"certificate": str(certificate), "key": str(key)},
                       "admin": {"listen": f"127.0.0.1:{self.admin}"}, "drain": {"delay": "0s"}},
            "log": {"level": "info", "format": "json"}}), indent=2))
        self.process = None

    def start(self):
        with open(self.work / "server.log", "ab") as log:
            self.process = subprocess.Popen([self.binary, "serve", "--config", self.config], stdin=subprocess.DEVNULL,
                                            stdout=log, stderr=log, cwd=self.work, env=self.environment)

    def __enter__(self):
        self.start()
        if not until(READY_SECONDS, lambda: self.process.poll() is not None or self.ready()) or self.process.poll() is not None:
            self.stop()
            raise RuntimeError(f"the server is not ready: {self.log()[-1500:]}")
        return self

    def __exit__(self, *_):
        self.stop()

    def stop(self):
        """Its exit status after SIGTERM, or None when it had to be killed."""
        if self.process.poll() is None:
            self.process.terminate()
        try:
            return self.process.wait(30)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
            return None

    def hang_up(self):
        """SIGHUP: everything that was read is read again."""
        self.process.send_signal(signal.SIGHUP)

    def ready(self):
        return self.probe("/readyz").status == 200

    def probe(self, path):
        """A page of the admin endpoint; status 0 when it does not answer."""
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{self.admin}{path}", timeout=2) as answer:
                return Reply(answer.status, {}, answer.read().decode())
        except urllib.error.HTTPError as error:
            return Reply(error.code, {}, error.read().decode())
        except OSError:
            return Reply(0, {}, "")

    def log(self):
        return (self.work / "server.log").read_text(errors="replace")

    def metrics(self, name):
        """The series of one name: (labels, value)."""
        with urllib.request.urlopen(f"http://127.0.0.1:{self.admin}/metrics", timeout=5) as answer:
            lines = re.findall(rf"^{name}(?:{{(.*)}})? (\S+)$", answer.read().decode(), re.MULTILINE)
        return [(dict(re.findall(r'(\w+)="([^"]*)"', labels)), float(value)) for labels, value in lines]

    def url(self, path="/validate", query=""):
        return f"https://127.0.0.1:{self.port}{path}{query}"

    def descriptors(self):
        return len(os.listdir(f"/proc/{self.process.pid}/fd"))

    def threads(self):
        return len(os.listdir(f"/proc/{self.process.pid}/task"))

    def memory(self):
        """Resident bytes."""
        return int(pathlib.Path(f"/proc/{self.process.pid}/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE")

    def post(self, body, *options, path="/validate", query="", content_type="application/json"):
        """One request by curl; `body` is a review, text or bytes. `options` are curl's."""
        data = json.dumps(body) if isinstance(body, dict) else body
        with tempfile.TemporaryDirectory(dir=self.work) as folder:
            head, answer = pathlib.Path(folder, "head"), pathlib.Path(folder, "body")
            command = ["curl", "--silent", "--show-error", "--noproxy", "*", "--path-as-is", "--max-time", "40",
                       "--cacert", self.ca, "-H", f"Content-Type: {content_type}" if content_type else "Content-Type:",
                       "-H", "Expect:", "-D", head, "-o", answer, *options]
            if data is not None:
                command += ["--data-binary", "@-"]
            done = subprocess.run([str(word) for word in [*command, self.url(path, query)]], capture_output=True, check=False,
                                  input=data.encode() if isinstance(data, str) else data)
            if not head.exists() or not head.stat().st_size:
                return Reply(0, {}, f"curl {done.returncode}: {done.stderr.decode().strip()}")
            return parse_reply(head.read_text(), answer.read_text(errors="replace") if answer.exists() else "")


def parse_reply(head, body):
    lines = head.strip().splitlines()
    headers = {name.strip().lower(): value.strip() for name, _, value in (line.partition(":") for line in lines[1:])}
    return Reply(int(lines[0].split()[1]), headers, body)

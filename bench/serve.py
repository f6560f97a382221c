#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Measures `countersign serve` with the demo's configuration: start, idle memory, warm decisions over TLS.

Every answer is checked: a wrong one ends the measurement. Figures move with the machine; compare two programs by
running this for both in turn. wrk (Debian) measures the throughput, and without it that line is left out.
"""
import argparse
import http.client
import os
import pathlib
import re
import shutil
import ssl
import statistics
import subprocess
import sys
import tempfile
import time

ROOT = pathlib.Path(__file__).resolve().parent.parent
DEMO = ROOT / "deploy/demo"
sys.path.insert(0, str(ROOT / "tests/e2e"))
from stack import Certificates, free_port  # noqa: E402  pylint: disable=wrong-import-position


class Server:
    def __init__(self, binary, work):
        self.binary, self.work = binary, work
        self.port, self.admin = free_port(), free_port()
        for name in ("trustpolicy.json", "trust", "layout"):
            (work / name).symlink_to(DEMO / name)
        certificates = Certificates(work / "pki")
        certificate, key = certificates.issue("tls")
        text = (DEMO / "countersign.yaml").read_text()
        for old, new in (("127.0.0.1:8443", f"127.0.0.1:{self.port}"), ("127.0.0.1:9090", f"127.0.0.1:{self.admin}"),
                         ("tls/tls.crt", str(certificate)), ("tls/tls.key", str(key))):
            text = text.replace(old, new)
        (work / "countersign.yaml").write_text(text)
        self.tls = ssl.create_default_context(cafile=certificates.ca)
        self.process = None

    def start(self):
        """Milliseconds until /readyz says 200."""
        began = time.perf_counter()
        self.process = subprocess.Popen([self.binary, "serve", "--config", self.work / "countersign.yaml"],
                                        stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        while not self.ready():
            if self.process.poll() is not None or time.perf_counter() - began > 10:
                sys.exit("the server does not start with the demo's configuration")
            time.sleep(0.001)
        return (time.perf_counter() - began) * 1e3

    def ready(self):
        connection = http.client.HTTPConnection("127.0.0.1", self.admin, timeout=1)
        try:
            connection.request("GET", "/readyz")
            return connection.getresponse().status == 200
        except OSError:
            return False
        finally:
            connection.close()

    def stop(self):
        self.process.terminate()
        self.process.wait(30)

    def memory(self, name):
        """MiB of smaps_rollup: Rss or Pss."""
        text = pathlib.Path(f"/proc/{self.process.pid}/smaps_rollup").read_text()
        return int(re.search(rf"^{name}:\s+(\d+) kB", text, re.MULTILINE)[1]) / 1024

    def cpu(self):
        """Microseconds that all threads have used."""
        tasks = pathlib.Path(f"/proc/{self.process.pid}/task").iterdir()
        return sum(int((task / "schedstat").read_text().split()[0]) for task in tasks) / 1e3


def one_connection(server, body, count):
    """Latencies in microseconds, one request after the other, and the server's CPU for each."""
    connection = http.client.HTTPSConnection("localhost", server.port, context=server.tls)
    times, cpu = [], 0
    for number in range(count + 1):
        began = time.perf_counter()
        connection.request("POST", "/validate?timeout=10s", body, {"Content-Type": "application/json"})
        answer = connection.getresponse().read()
        took = (time.perf_counter() - began) * 1e6
        if b'"allowed":true' not in answer:
            sys.exit(f"a wrong answer: {answer[:300]!r}")
        if number == 0:  # opens the connection and reads the files
            cpu = server.cpu()
        else:
            times.append(took)
    connection.close()
    return times, (server.cpu() - cpu) / count


def many_connections(server, body_file, connections, seconds):
    """What wrk sees: requests, seconds, percentiles in microseconds; the server's CPU for each."""
    before = server.cpu()
    done = subprocess.run(["wrk", "-t2", f"-c{connections}", f"-d{seconds}s", "-s", ROOT / "bench/post.lua",
                           f"https://127.0.0.1:{server.port}/validate?timeout=10s"],
                          env=os.environ | {"BENCH_BODY": str(body_file)}, capture_output=True, text=True, check=True)
    requests, duration, median, late, wrong = map(int, re.search(r"^RESULT (.*)$", done.stdout, re.MULTILINE)[1].split())
    if wrong:
        sys.exit(f"{wrong} of {requests} answers are wrong")
    return requests / duration * 1e6, median, late, (server.cpu() - before) / requests


def percentile(values, share):
    return sorted(values)[min(len(values) - 1, int(len(values) * share))]


def measure(options, work):
    server = Server(options.binary, work)
    starts = []
    for _ in range(options.starts - 1):
        starts.append(server.start())
        server.stop()
    starts.append(server.start())
    try:
        row = lambda name, text: print(f"{name:<34}{text}", flush=True)
        row("start to ready", f"{statistics.median(starts):8.1f} ms    median of {len(starts)}, {min(starts):.1f} to {max(starts):.1f}")
        row("idle memory", f"{server.memory('Rss'):8.1f} MiB   RSS; PSS {server.memory('Pss'):.1f} MiB")
        body_file = DEMO / "signed.json"
        times, cpu = one_connection(server, body_file.read_bytes(), options.requests)
        row("warm decision, one connection", f"{statistics.median(times):8.0f} us    p99 {percentile(times, 0.99):.0f} us, server CPU {cpu:.0f} us")
        if shutil.which("wrk"):
            rate, median, late, cpu = many_connections(server, body_file, 64, options.seconds)
            row("warm decisions, 64 connections", f"{rate:8.0f} /s    median {median} us, p99 {late} us, server CPU {cpu:.0f} us")
        row("memory afterwards", f"{server.memory('Rss'):8.1f} MiB   RSS; PSS {server.memory('Pss'):.1f} MiB")
    finally:
        server.stop()


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("binary", type=pathlib.Path, nargs="?", default=ROOT / "build/release/countersign")
    parser.add_argument("--starts", type=int, default=7)
    parser.add_argument("--requests", type=int, default=2000, help="on one connection")
    parser.add_argument("--seconds", type=int, default=5, help="of the throughput measurement")
    options = parser.parse_args()
    if not options.binary.exists():
        parser.error(f"{options.binary} is not there; cmake --workflow --preset release builds it")
    with tempfile.TemporaryDirectory(prefix="countersign-bench-") as work:
        measure(options, pathlib.Path(work))


if __name__ == "__main__":
    main()

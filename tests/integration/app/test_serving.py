#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""The running webhook: its certificates, who may call it, how it begins, how it ends, and what it does when there is too
much of something.

    test_serving.py PROGRAM NOTATION_DATA [unittest arguments]
"""
import json
import os
import pathlib
import resource
import shutil
import signal
import socket
import ssl
import subprocess
import sys
import threading
import time
import unittest

from callers import Authority, Caller, Crowd, Lost, Refused, openssl, trust_anyone
from layout_registry import LayoutRegistry
from program import CASE, ENVIRONMENT, PROGRAM, SECONDS, SIGNED, InFolder, Server, pod_review, program

DAY = 86400
REVIEW = pod_review(SIGNED)


def judge_allowed(status, body):
    if status != 200:
        return f"HTTP {status}"
    return "" if json.loads(body)["response"]["allowed"] else f"denied: {body[:300]}"


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def until(condition, what, seconds=SECONDS):
    deadline = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > deadline:
            raise AssertionError(f"never: {what}")
        time.sleep(0.02)


class Webhook(Server):
    """Reads the log all the time, so that the program never waits for us."""

    def __init__(self, config, environment=None, **options):  # pylint: disable=super-init-not-called
        self.process = subprocess.Popen([PROGRAM, "serve", "--config", config], stdin=subprocess.DEVNULL, stderr=subprocess.PIPE,
                                        text=True, env=ENVIRONMENT | (environment or {}), **options)
        self.log = []
        self.noise = []  # lines that are no record of the log: of a sanitizer, of a crash
        self.changed = threading.Condition()
        self.reader = threading.Thread(target=self._read, args=(self.process.stderr,), daemon=True)
        self.reader.start()
        serving = self.wait_for("serving")
        self.port, self.admin_port = serving["port"], serving["adminPort"]

    def _read(self, stream):
        for line in stream:
            with self.changed:
                try:
                    self.log.append(json.loads(line))
                except ValueError:
                    self.noise.append(line)
                self.changed.notify_all()

    def seen(self, message, after=0):
        return [line for line in self.log[after:] if line["message"] == message]

    def wait_for(self, message, after=0):
        with self.changed:
            if not self.changed.wait_for(lambda: self.seen(message, after) or self.process.poll() is not None, SECONDS):
                raise AssertionError(f"no {message!r} in {self.log}")
            if not self.seen(message, after):
                raise AssertionError(f"no {message!r}, but an end: {self.log}")
            return self.seen(message, after)[0]

    def metric(self, name):
        for line in self.admin("/metrics")[1].splitlines():
            if line.startswith(name + " "):
                return float(line.rpartition(" ")[2])
        return None

    def end(self):
        if self.process.poll() is None:
            self.process.kill()
        self.process.wait()
        self.reader.join()
        self.process.stderr.close()
        if self.noise:
            raise AssertionError("not a log: " + "".join(self.noise))

    def stop(self, number=signal.SIGTERM):
        self.process.send_signal(number)
        return self.process.wait(SECONDS)


class Serving(InFolder):
    def setUp(self):
        super().setUp()
        self.authority = Authority(self.folder, "ca")
        self.serve_with(*self.authority.issue("first"))

    def serve_with(self, certificate, key):
        (self.folder / "tls.crt").write_bytes(certificate.read_bytes())
        (self.folder / "tls.key").write_bytes(key.read_bytes())

    def server_section(self, tls=None, drain=None, port=0):
        return {"listen": f"127.0.0.1:{port}", "tls": {"certificate": "tls.crt", "key": "tls.key", **(tls or {})},
                "admin": {"listen": "127.0.0.1:0"}, "drain": drain or {"delay": "0s"}}

    def serve(self, tls=None, drain=None, port=0, options=None, environment=None, **sections):
        server = Webhook(self.configure(server=self.server_section(tls, drain, port), **sections), environment, **(options or {}))
        self.addCleanup(server.end)
        return server

    def caller(self, port, context=None):
        caller = Caller(port, context)
        self.addCleanup(caller.close)
        return caller

    def context(self, name=""):
        """Trusts `ca` as the API server trusts caBundle; shows the certificate of that name."""
        context = ssl.create_default_context(cafile=str(self.authority.certificate))
        if name:
            context.load_cert_chain(self.folder / f"{name}.crt", self.folder / f"{name}.key")
        return context


class Certificates(Serving):
    def reload(self, server):
        before = len(server.log)
        server.process.send_signal(signal.SIGHUP)
        return server.wait_for("reloaded", before), before

    def expect_the_old(self, server, serial, what):
        with self.subTest(what):
            line, before = self.reload(server)
            self.assertFalse(line["certificate"])
            self.assertEqual(server.serial(), serial, "the old pair did not stay")
            self.assertEqual(server.metric("countersign_config_last_reload_successful"), 0)
            alarms = server.seen("the serving certificate could not be reloaded; the old one stays", before)
            self.assertEqual([alarm["level"] for alarm in alarms], ["error"])
            self.assertNotIn("PRIVATE", str(alarms))

    def test_files_that_go_bad_leave_the_old_pair(self):  # AW-89, TLS-05
        server = self.serve()
        serial = server.serial()
        good, key = (self.folder / "tls.crt").read_bytes(), (self.folder / "tls.key").read_bytes()
        other, other_key = self.authority.issue("other")
        encrypted = openssl("pkey", "-in", other_key, "-aes256", "-passout", "pass:secret").stdout
        expired, expired_key = self.authority.issue("expired", begin=-2 * DAY, end=-DAY)
        future, future_key = self.authority.issue("future", begin=DAY, end=2 * DAY)
        cases = {
            "half of the certificate": (good[:len(good) // 2], key),
            "half of the key": (good, key[:len(key) // 2]),
            "an empty certificate": (b"", key),
            "an empty key": (good, b""),
            "another's key": (good, other_key.read_bytes()),
            "the new certificate before its key": (other.read_bytes(), key),
            "an encrypted key": (other.read_bytes(), encrypted),
            "an expired pair": (expired.read_bytes(), expired_key.read_bytes()),
            "a pair of tomorrow": (future.read_bytes(), future_key.read_bytes()),
        }
        for what, (certificate, secret) in cases.items():
            (self.folder / "tls.crt").write_bytes(certificate)
            (self.folder / "tls.key").write_bytes(secret)
            self.expect_the_old(server, serial, what)
        self.serve_with(other, other_key)
        (self.folder / "tls.key").unlink()
        self.expect_the_old(server, serial, "a key that was deleted")
        (self.folder / "tls.key").mkdir()  # root reads files of any mode: this is what can't be read by anybody
        self.expect_the_old(server, serial, "a key that can't be read")
        (self.folder / "tls.key").rmdir()
        self.serve_with(other, other_key)
        self.assertTrue(self.reload(server)[0]["certificate"])
        self.assertNotEqual(server.serial(), serial)
        self.assertEqual(server.metric("countersign_config_last_reload_successful"), 1)

    @unittest.skipIf(os.geteuid() == 0, "root reads files of any mode")
    def test_a_mode_that_forbids_leaves_the_old_pair(self):
        server = self.serve()
        (self.folder / "tls.key").chmod(0)
        self.expect_the_old(server, server.serial(), "mode 000")

    def test_a_volume_is_swapped_by_its_link(self):
        """As the kubelet updates a mounted Secret: a new folder, then `..data` points to it."""  # AW-89
        def publish(version, certificate, key):
            folder = self.folder / f"..{version}"
            folder.mkdir()
            (folder / "tls.crt").write_bytes(certificate.read_bytes())
            (folder / "tls.key").write_bytes(key.read_bytes())
            (self.folder / "..next").symlink_to(folder.name)
            (self.folder / "..next").rename(self.folder / "..data")
        for name in ("tls.crt", "tls.key"):
            (self.folder / name).unlink()
            (self.folder / name).symlink_to(f"..data/{name}")
        publish("1", *self.authority.issue("first"))
        server = self.serve()
        for version, kind in (("2", "rsa"), ("3", "ec")):
            before = server.serial()
            publish(version, *self.authority.issue(f"next{version}", key=kind))
            self.assertTrue(self.reload(server)[0]["certificate"])
            self.assertNotEqual(server.serial(), before)
            self.assertEqual(self.caller(server.port, self.context()).ask(REVIEW)[0], 200)

    def test_an_end_is_told_of_in_time(self):  # AW-90, CHA-10
        for days, lines in ((40, 0), (29, 1), (6, 1)):
            with self.subTest(days=days):
                self.serve_with(*self.authority.issue(f"ends{days}", end=days * DAY))
                server = self.serve()
                until(lambda: len(server.seen("the serving certificate ends soon")) == lines, f"{lines} lines")
                self.assertAlmostEqual(server.metric("countersign_serving_certificate_not_after_seconds"),
                                       time.time() + days * DAY, delta=60)
                self.assertEqual(server.admin("/readyz")[0], 200)
                self.assertEqual(server.stop(), 0)

    def test_an_end_that_has_come_makes_it_unready(self):  # AW-90
        self.serve_with(*self.authority.issue("short", end=4))
        server = self.serve()
        self.assertEqual(server.admin("/readyz")[0], 200)
        until(lambda: server.admin("/readyz")[0] == 503, "not ready after the end")
        self.assertIn("the serving certificate has expired", server.admin("/readyz")[1])
        self.assertEqual(server.admin("/livez")[0], 200)
        self.serve_with(*self.authority.issue("next"))
        self.assertTrue(self.reload(server)[0]["certificate"])
        self.assertEqual(server.admin("/readyz")[0], 200)

    def test_many_rotations_fail_no_handshake(self):  # CHA-10
        server = self.serve()
        pairs = [self.authority.issue(f"pair{number}") for number in range(4)]

        class Fresh(Crowd):  # a connection for each request
            def _ask(self, caller):
                super()._ask(caller)
                caller.close()
        with Fresh(server.port, REVIEW, judge_allowed, 4, self.context()) as crowd:
            for number in range(12):
                self.serve_with(*pairs[number % len(pairs)])
                self.assertTrue(self.reload(server)[0]["certificate"])
            crowd.wait_for(50)
        self.assertEqual((crowd.lost, crowd.wrong, crowd.refused), ([], [], 0))
        self.assertEqual(server.metric("countersign_handshake_failures"), 0)

    def test_names_that_are_expected_must_be_there(self):  # AW-86
        server = self.serve(tls={"expectNames": ["localhost", "127.0.0.1"]})
        serial = server.serial()
        self.serve_with(*self.authority.issue("wrong", names="DNS:other"))
        self.expect_the_old(server, serial, "a certificate for another name")
        self.assertEqual(server.stop(), 0)
        done = program("serve", "--config", self.configure(server=self.server_section({"expectNames": ["localhost"]})))
        self.assertEqual(done.returncode, 2)
        self.assertRegex(done.stderr, r"config.yaml:\d+:\d+: .*tls.crt.*not for the name localhost")


class Clients(Serving):
    def setUp(self):
        super().setUp()
        self.clients = Authority(self.folder, "clients")
        self.rules = {"clients": {"authorities": "clients.crt", "names": ["kube-apiserver"]}}

    def show(self, authority, name, **how):
        authority.issue(name, **{"usage": "clientAuth", "names": "", **how})
        return self.context(name)

    def test_only_the_api_server_is_served(self):  # AW-91
        server = self.serve(tls=self.rules)
        self.assertEqual(server.seen("CALLERS ARE NOT AUTHENTICATED"), [])
        good = self.show(self.clients, "kube-apiserver")
        self.assertEqual(judge_allowed(*self.caller(server.port, good).ask(REVIEW)[::2]), "")
        bad = {"name": self.show(self.clients, "someone"),
               "untrusted": self.show(Authority(self.folder, "others"), "stranger"),
               "missing": self.context()}
        self.clients.issue("kube-apiserver2", usage="serverAuth", names="DNS:kube-apiserver")
        bad["usage"] = self.context("kube-apiserver2")
        self.clients.issue("late", usage="clientAuth", names="DNS:kube-apiserver", begin=-2 * DAY, end=-DAY)
        bad["time"] = self.context("late")
        for reason, context in bad.items():
            with self.subTest(reason):
                with self.assertRaises((Lost, Refused)):
                    self.caller(server.port, context).ask(REVIEW)
                until(lambda: server.metric(
                    f'countersign_client_certificates_refused_total{{reason="{reason}"}}') == 1, reason)
                line = server.wait_for("a client's certificate was not taken", 0)
                self.assertIn(line["reason"], bad)
        self.assertEqual(server.metric("countersign_front_requests"), 1)
        lines = server.seen("a client's certificate was not taken")
        self.assertEqual(sorted(line["reason"] for line in lines), sorted(bad))
        self.assertEqual([line["name"] for line in lines if line["reason"] == "name"], ["someone"])
        self.assertEqual(server.stop(), 0)

    def test_curl_without_a_certificate_is_refused(self):  # AW-91
        server = self.serve(tls=self.rules)
        done = subprocess.run(["curl", "--silent", "--show-error", "--noproxy", "*", "--cacert", self.authority.certificate,
                               "-H", "Content-Type: application/json", "--data-binary", REVIEW,
                               f"https://127.0.0.1:{server.port}/validate"], capture_output=True, text=True, check=False)
        self.assertNotEqual(done.returncode, 0)
        self.assertEqual(done.stdout, "")
        self.assertIn("alert", done.stderr)

    def test_new_authorities_are_read_again(self):
        server = self.serve(tls=self.rules)
        new = Authority(self.folder, "new", common_name="clients")  # the same name, another key, as CAs are renewed
        both = (self.folder / "clients.crt").read_text() + new.certificate.read_text()
        self.show(self.clients, "kube-apiserver")
        old_client = self.context("kube-apiserver")
        (self.folder / "clients.crt").write_text(both)
        server.process.send_signal(signal.SIGHUP)
        self.assertTrue(server.wait_for("reloaded")["certificate"])
        new_client = self.show(new, "kube-apiserver")
        for client in (old_client, new_client):
            self.assertEqual(self.caller(server.port, client).ask(REVIEW)[0], 200)

    def test_strangers_are_warned_of(self):
        server = self.serve()
        warnings = [line for line in server.log if "CALLERS ARE NOT AUTHENTICATED" in line["message"]]
        self.assertEqual([line["level"] for line in warnings], ["warning"])

    def test_authorities_that_are_none_end_with_2(self):
        self.rules["clients"]["authorities"] = "first.crt"
        done = program("serve", "--config", self.configure(server=self.server_section(self.rules)))
        self.assertEqual(done.returncode, 2)
        self.assertRegex(done.stderr, r"config.yaml:\d+:\d+: .*first.crt.*not that of an authority")


class End(Serving):
    def test_serves_on_for_a_while_and_then_loses_nothing(self):  # AW-80, CHA-13
        server = self.serve(drain={"delay": "3s", "wait": "20s"})
        idle = [self.caller(server.port) for _ in range(25)]
        for caller in idle:
            self.assertEqual(caller.ask(REVIEW)[0], 200)
        with Crowd(server.port, REVIEW, judge_allowed, 12) as crowd:
            crowd.wait_for(950)
            server.process.send_signal(signal.SIGTERM)
            began = time.monotonic()
            until(lambda: server.admin("/readyz")[0] == 503, "not ready at once", 1)
            self.assertIn("stopping", server.admin("/readyz")[1])
            self.assertEqual(server.admin("/livez")[0], 200)
            late = self.caller(server.port)  # of who has not noticed yet
            status, headers, _ = late.ask(REVIEW)
            self.assertEqual((status, headers["connection"]), (200, "keep-alive"))
            server.wait_for("draining")
            self.assertGreaterEqual(time.monotonic() - began, 2.9)
            for caller in idle[:5]:
                status, headers, _ = caller.ask(REVIEW)
                self.assertEqual((status, headers["connection"]), (200, "close"))
            self.assertEqual(server.process.wait(SECONDS), 0)
            self.assertLess(time.monotonic() - began, 20)
            crowd.stop()
            self.assertEqual((crowd.lost, crowd.wrong), ([], []))
            self.assertGreaterEqual(crowd.answered, 1000)

    def test_a_second_signal_cuts_the_delay_short(self):
        server = self.serve(drain={"delay": "20s", "wait": "25s"})
        server.process.send_signal(signal.SIGTERM)
        until(lambda: server.admin("/readyz")[0] == 503, "not ready at once")
        began = time.monotonic()
        self.assertEqual(server.stop(), 0)
        self.assertLess(time.monotonic() - began, 10)

    def test_an_interrupt_has_no_delay(self):
        server = self.serve(drain={"delay": "20s", "wait": "25s"})
        began = time.monotonic()
        self.assertEqual(server.stop(signal.SIGINT), 0)
        self.assertLess(time.monotonic() - began, 10)

    def test_a_reload_does_not_cut_the_delay_short(self):
        server = self.serve(drain={"delay": "2s", "wait": "25s"})
        server.process.send_signal(signal.SIGTERM)
        began = time.monotonic()
        time.sleep(0.3)
        server.process.send_signal(signal.SIGHUP)
        self.assertEqual(server.process.wait(SECONDS), 0)
        self.assertGreaterEqual(time.monotonic() - began, 1.9)

    def test_whoever_stays_does_not_keep_it(self):
        server = self.serve(drain={"delay": "0s", "wait": "3s"})
        stuck = self.caller(server.port)
        stuck.connect()
        stuck.connection.sendall(b"POST /validate HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\n"
                                 b"Content-Length: 10\r\n\r\n{")  # the rest never comes: 10 s would be its limit
        began = time.monotonic()
        self.assertEqual(server.stop(), 0)
        self.assertLess(time.monotonic() - began, 8)


class Beginning(Serving):
    def test_serves_nothing_before_it_can_judge(self):  # CHA-20
        port = free_port()
        with Crowd(port, REVIEW, judge_allowed, 12) as crowd:
            until(lambda: crowd.refused > 20, "refused before the start")
            server = self.serve(port=port)
            crowd.wait_for(200)
            self.assertEqual((crowd.lost, crowd.wrong), ([], []))
        self.assertEqual(server.admin("/readyz")[0], 200)

    def test_denies_for_now_what_needs_a_store_that_is_not_there_yet(self):  # CHA-20
        vault = {"name": "ca:vectors", "source": "azureKeyVault", "vault": "https://nobody.vault.azure.net",
                 "certificates": [{"name": "x"}]}
        with socket.socket() as silent:  # takes connections and says nothing
            silent.bind(("127.0.0.1", 0))
            silent.listen(64)
            (self.folder / "token").write_text("token")
            place = silent.getsockname()[1]
            azure = {"tenantId": "11111111-1111-1111-1111-111111111111", "clientId": "22222222-2222-2222-2222-222222222222",
                     "tokenFile": "token", "resolve": [f"{name}:443:127.0.0.1:{place}"
                                                       for name in ("nobody.vault.azure.net", "login.microsoftonline.com")]}
            server = self.serve(trustStores=[vault], azure=azure)
            self.assertEqual(server.admin("/readyz")[0], 503)
            status, body = server.ask(REVIEW)
            response = json.loads(body)["response"]
            self.assertEqual((status, response["allowed"], response["status"]["code"]), (200, False, 429), body)
            server.process.kill()


SHIFTED_CLOCK = r"""
#define _GNU_SOURCE
#include <fcntl.h>
#include <stdlib.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>
/* The calendar is off by the number in a file, read each time; elapsed time is not. System calls only: a sanitizer
   asks for the time before the C library is ready. */
int clock_gettime(clockid_t which, struct timespec *time) {
  long result = syscall(SYS_clock_gettime, which, time);
  char text[32] = {0};
  long file = which == CLOCK_REALTIME ? syscall(SYS_openat, AT_FDCWD, getenv("CLOCK_SHIFT"), O_RDONLY) : -1;
  if (file >= 0) {
    if (syscall(SYS_read, file, text, sizeof text - 1) > 0) time->tv_sec += strtol(text, NULL, 10);
    syscall(SYS_close, file);
  }
  return (int)result;
}
"""


@unittest.skipUnless(shutil.which("cc"), "no C compiler to shift the clock with")
class Clock(Serving):
    def test_two_days_off_and_back(self):  # CHA-09
        source, library, shift = (self.folder / name for name in ("clock.c", "clock.so", "shift"))
        source.write_text(SHIFTED_CLOCK)
        subprocess.run(["cc", "-shared", "-fPIC", "-o", library, source], check=True, capture_output=True)
        shift.write_text("0")
        self.serve_with(*self.authority.issue("short", begin=-DAY, end=DAY))
        clients = Authority(self.folder, "clients")
        clients.issue("kube-apiserver", usage="clientAuth", names="", begin=-DAY, end=DAY)
        context = trust_anyone()  # its own clock is right: whose certificate is ours to judge is the client's
        context.load_cert_chain(self.folder / "kube-apiserver.crt", self.folder / "kube-apiserver.key")
        server = self.serve(tls={"clients": {"authorities": "clients.crt", "names": ["kube-apiserver"]}},
                            environment={"LD_PRELOAD": str(library), "CLOCK_SHIFT": str(shift)})
        kept = self.caller(server.port, context)
        self.assertEqual(judge_allowed(*kept.ask(REVIEW)[::2]), "")
        for days, ready in ((2, False), (0, True), (-2, True), (0, True)):
            with self.subTest(days=days):
                shift.write_text(str(days * DAY))
                self.assertEqual(server.admin("/livez")[0], 200)
                self.assertEqual(server.admin("/readyz")[0], 200 if ready else 503)
                # A connection that exists, and the signed image, whose certificates are good on all these days.
                self.assertEqual(judge_allowed(*kept.ask(REVIEW)[::2]), "")
                if days:
                    with self.assertRaises((Lost, Refused)):  # the client's certificate is outside its time now
                        self.caller(server.port, context).ask(REVIEW)
                else:
                    self.assertEqual(judge_allowed(*self.caller(server.port, context).ask(REVIEW)[::2]), "")
        self.assertEqual(server.metric('countersign_client_certificates_refused_total{reason="time"}'), 2)
        shift.write_text(str(200 * 365 * DAY))  # the signer's certificates have ended
        self.assertIn("denied", judge_allowed(*kept.ask(REVIEW)[::2]))
        shift.write_text("0")
        self.assertEqual(judge_allowed(*kept.ask(REVIEW)[::2]), "")
        self.assertEqual(server.stop(), 0)


# UBSan looks at an object's type through a pipe, and reports an object without a type when it gets none.
UBSAN_NEEDS_DESCRIPTORS = b"__ubsan_handle" in pathlib.Path(PROGRAM).read_bytes()


class TooMuch(Serving):
    @unittest.skipIf(UBSAN_NEEDS_DESCRIPTORS, "UBSan needs descriptors of its own")
    def test_few_descriptors_pause_accepting(self):  # OVL-13
        few = lambda: resource.setrlimit(resource.RLIMIT_NOFILE, (128, 128))
        server = self.serve(options={"preexec_fn": few})
        early = self.caller(server.port)
        self.assertEqual(early.ask(REVIEW)[0], 200)
        held = []
        for _ in range(200):
            held.append(socket.create_connection(("127.0.0.1", server.port), SECONDS))
        server.wait_for("can't accept connections, trying again")
        status, _, body = early.ask(pod_review("registry.example/never-seen:1"))  # answered, and not by an allow
        self.assertEqual((status, json.loads(body)["response"]["allowed"]), (200, False), body)
        for each in held:
            each.close()
        until(lambda: server.admin("/livez")[0] == 200, "alive again")
        self.assertEqual(judge_allowed(*self.caller(server.port).ask(REVIEW)[::2]), "")
        self.assertEqual(judge_allowed(*early.ask(REVIEW)[::2]), "")
        until(lambda: server.metric("countersign_connections_open") <= 2, "connections are let go")
        self.assertEqual(server.stop(), 0)

    def test_saturated_workers_leave_health_alone(self):  # OVL-15
        hosts = 20
        with socket.socket() as silent:  # takes connections and says nothing
            silent.bind(("127.0.0.1", 0))
            silent.listen(4096)
            place = silent.getsockname()[1]
            names = [f"r{number}.example" for number in range(hosts)]
            server = self.serve(
                admission={"rules": [{"name": "all", "images": ["*.example/**"], "action": "verify"}]},
                trustPolicy=self.policy_for_all(),
                registries=[{"host": name, "plainHttp": True, "allowAddresses": ["127.0.0.1"],
                             "resolve": [f"{name}:80:127.0.0.1:{place}"]} for name in names])
            busy = [self.caller(server.port) for _ in range(hosts * 15)]
            for caller in busy:
                caller.connect()
            for number, caller in enumerate(busy):
                caller.send(pod_review(f"{names[number % hosts]}/a@sha256:{number:064x}"), "/validate?timeout=10s")
            slowest = 0.0
            waited = 0
            for _ in range(10):
                for page in ("/livez", "/readyz", "/metrics"):
                    began = time.monotonic()
                    self.assertEqual(server.admin(page)[0], 200, page)
                    slowest = max(slowest, time.monotonic() - began)
                waited = max(waited, server.metric("countersign_queued_reviews"))
            self.assertLess(slowest, 1.0)
            self.assertGreater(waited, 0, "the workers were not saturated")
            codes = set()
            for caller in busy:
                status, _, body = caller.receive()
                self.assertEqual((status, json.loads(body)["response"]["allowed"]), (200, False), body)
                codes.add(json.loads(body)["response"]["status"]["code"])
            self.assertEqual(codes, {429})
            self.assertEqual(server.stop(), 0)

    def test_silent_upstreams_are_denied_in_time_each_time(self):  # AW-77
        names = [f"r{number}.example" for number in range(10)]

        class Different(Crowd):  # another image each time: nothing is remembered
            number = 0

            def _ask(self, caller):
                with self.lock:
                    self.number += 1
                    self.body = pod_review(f"{names[self.number % len(names)]}/a@sha256:{self.number:064x}")
                super()._ask(caller)

        def judge(status, body):
            response = json.loads(body)["response"] if status == 200 else {}
            return "" if response.get("status", {}).get("code") == 429 and not response["allowed"] else f"{status} {body[:200]}"
        with socket.socket() as silent:
            silent.bind(("127.0.0.1", 0))
            silent.listen(4)  # what comes when it is full gets no answer to its first packet
            server = self.serve(
                admission={"rules": [{"name": "all", "images": ["*.example/**"], "action": "verify"}]},
                trustPolicy=self.policy_for_all(),
                registries=[{"host": name, "plainHttp": True, "allowAddresses": ["127.0.0.1"],
                             "resolve": [f"{name}:80:127.0.0.1:{silent.getsockname()[1]}"]} for name in names])
            with Different(server.port, "", judge, 24, path="/validate?timeout=5s") as crowd:
                crowd.wait_for(1000, 120)
            self.assertEqual((crowd.lost[:3], crowd.wrong[:3]), ([], []))
            decisions = server.seen("decision")  # by the server's clock: ours waits for this machine's other work
            self.assertGreaterEqual(len(decisions), 990)
            late = [decision for decision in decisions if decision["tookMs"] >= 5000]
            self.assertEqual(late, [])
            server.process.kill()

    def test_work_that_is_shared_survives_whoever_began_it(self):  # AW-78
        with LayoutRegistry(CASE / "layout", delay=1.2) as registry:
            server = self.serve(registries=[registry.entry("registry.example")])
            began = time.monotonic()
            status, _, body = self.caller(server.port).ask(REVIEW, "/validate?timeout=1s")
            self.assertLess(time.monotonic() - began, 1)
            self.assertEqual((status, json.loads(body)["response"]["status"]["code"]), (200, 429), body)
            self.assertEqual(judge_allowed(*self.caller(server.port).ask(REVIEW)[::2]), "")
            left = self.caller(server.port)  # one that just goes
            asked = len(registry.asked)
            self.assertEqual(len(set(registry.asked)), asked, f"asked twice: {registry.asked}")
            self.assertEqual(judge_allowed(*left.ask(REVIEW)[::2]), "")
            self.assertEqual(len(registry.asked), asked, "asked again")
            self.assertEqual(server.stop(), 0)

    def test_a_thousand_cold_calls_for_one_image_are_one_verification(self):  # OVL-04
        with LayoutRegistry(CASE / "layout", delay=0.3) as registry:
            server = self.serve(registries=[registry.entry("registry.example")])
            with Crowd(server.port, REVIEW, judge_allowed, 48) as crowd:
                crowd.wait_for(1000)
            self.assertEqual((crowd.lost, crowd.wrong), ([], []))
            self.assertEqual(len(set(registry.asked)), len(registry.asked), registry.asked)
            self.assertEqual(server.metric("countersign_envelopes_opened"), 1)
            self.assertEqual(server.stop(), 0)

    def policy_for_all(self):
        policy = json.loads((CASE / "home" / "trustpolicy.json").read_text())
        policy["trustPolicies"][0]["registryScopes"] = ["*"]
        return policy

    def test_the_largest_bodies_at_once_stay_in_memory(self):  # OVL-11
        # What is freed shall be free at once, also for AddressSanitizer, which keeps it for a while otherwise.
        server = self.serve(environment={"ASAN_OPTIONS": "quarantine_size_mb=0:thread_local_quarantine_size_kb=0"})
        server.ask(REVIEW)
        body = "x" * (8 << 20)
        senders, answers = [], []

        def send():
            caller = Caller(server.port)
            try:
                answers.append(caller.ask(body)[0])
            except (Lost, Refused):
                answers.append(503)  # said while we were still sending, and then closed
        peak = 0
        for _ in range(32):
            senders.append(threading.Thread(target=send))
            senders[-1].start()
        while any(sender.is_alive() for sender in senders):
            peak = max(peak, self.memory(server))
            time.sleep(0.02)
        self.assertLess(peak, 256 << 20)
        self.assertEqual(set(answers) | {503}, {400, 503}, answers)
        self.assertEqual(judge_allowed(*self.caller(server.port).ask(REVIEW)[::2]), "")
        until(lambda: self.memory(server) < 96 << 20, "memory is given back")

    @staticmethod
    def memory(server):
        return int(pathlib.Path(f"/proc/{server.process.pid}/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE")

    def test_a_log_that_nobody_reads_any_more(self):  # LOG-07
        port, admin = free_port(), free_port()
        section = self.server_section(port=port)
        section["admin"]["listen"] = f"127.0.0.1:{admin}"
        config = self.configure(server=section)
        reading, writing = os.pipe()
        for what, target in (("a pipe whose reader has gone", writing), ("a full disk", os.open("/dev/full", os.O_WRONLY)),
                             ("a pipe that nobody reads", os.pipe()[1])):
            with self.subTest(what):
                if target == writing:
                    os.close(reading)
                with subprocess.Popen([PROGRAM, "serve", "--config", config], stdin=subprocess.DEVNULL, stderr=target,
                                      env=ENVIRONMENT) as process:
                    os.close(target)
                    try:
                        with Crowd(port, REVIEW, judge_allowed, 8) as crowd:
                            crowd.wait_for(300 if target == writing else 1500)
                        self.assertEqual((crowd.lost, crowd.wrong), ([], []))
                        probe = Server.__new__(Server)
                        probe.admin_port = admin
                        if what != "a pipe that nobody reads":
                            until(lambda: Webhook.metric(probe, "countersign_log_lines_dropped") > 100, "dropped lines counted")
                        self.assertEqual(probe.admin("/readyz")[0], 200)
                        process.terminate()
                        if what == "a pipe that nobody reads":
                            time.sleep(1)
                            process.kill()
                            process.wait(SECONDS)
                        else:
                            self.assertEqual(process.wait(SECONDS), 0)
                    finally:
                        process.kill()


if __name__ == "__main__":
    unittest.main(argv=[sys.argv[0], *sys.argv[3:]])

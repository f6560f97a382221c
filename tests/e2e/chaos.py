# SPDX-License-Identifier: Apache-2.0
"""A registry that fails under a steady load, in each way for some seconds: nothing is admitted that should not be, every
answer comes in time, and all is well soon after it has ended."""
import itertools
import json
import random
import socket
import struct
import threading
import time

from forwarder import HOP_BY_HOP, Forward, Forwarder, ask
from images import Image
from reviews import ALLOWED, judge, pod, review
from stack import Server, until
from steady_load import Load, Question, problems_of

RATE = 100  # calls a second
FAULT_SECONDS = 6  # tags, absences and recent lists are remembered for five
RECOVERY_SECONDS = 30
RETRIES_AT_ONCE = 40
SLACK_BYTES = 12 << 20  # caches fill


def status(code, headers=()):
    return lambda handler, _body: handler.spoil(code, b'{"errors":[]}', "application/json", dict(headers))


def late(seconds):
    def fault(handler, body):
        handler.server.lifted.wait(seconds)
        handler.honest(body)
    return fault


def drip(handler, body):
    """1 kB/s"""
    handler.begin(body)
    for at in range(0, len(body[2]), 100):
        handler.wfile.write(body[2][at:at + 100])
        if handler.server.lifted.wait(0.1):
            handler.wfile.write(body[2][at + 100:])
            return


def half(handler, body):
    handler.begin(body)
    handler.wfile.write(body[2][:len(body[2]) // 2])
    reset(handler, body)


def reset(handler, _body):
    handler.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    handler.connection.close()
    handler.close_connection = True


def jitter(handler, body):
    """CHA-23: a packet in a hundred is lost, the others take up to 400 ms."""
    if random.random() < 0.01:
        reset(handler, body)
    else:
        late(random.uniform(0, 0.4))(handler, body)


def flap(handler, body):
    """Half of all calls fail."""
    (status(503) if next(handler.server.turns) % 2 else Faulty.honest)(handler, body)


# CHA-01 to CHA-06
FAULTS = (
    ("500", status(500)), ("502", status(502)), ("503", status(503)), ("504", status(504)),
    ("429", status(429)), ("429 with Retry-After", status(429, [("Retry-After", "1")])), ("401", status(401)),
    ("answers after 5 s", late(5)), ("1 kB/s", drip), ("half of each call fails", flap),
    ("HTML", lambda handler, _body: handler.spoil(200, b"<html>portal</html>", "text/html")),
    ("JSON cut short", lambda handler, body: handler.spoil(200, body[2][:len(body[2]) // 2], "application/json")),
    ("random bytes", lambda handler, _body: handler.spoil(200, random.randbytes(700), "application/octet-stream")),
    ("redirects without end", lambda handler, _body: handler.spoil(307, b"", "text/plain", {"Location": handler.path})),
    ("reset in mid-body", half), ("reset before the header", reset), ("1 % loss and 200 ms of jitter", jitter))


class Faulty(Forward):
    def forward(self, behind, path):
        self.server.admit(path, dict(self.headers))
        body = ask(behind, path, self.headers)
        fault = self.server.fault
        try:
            (fault or Faulty.honest)(self, body)
        except OSError:
            self.close_connection = True

    def honest(self, body):
        self.begin(body)
        self.wfile.write(body[2])

    def begin(self, body):
        self.send_response_only(body[0])
        for name, value in body[1]:
            if name.lower() not in HOP_BY_HOP:
                self.send_header(name, value)
        self.send_header("Content-Length", str(len(body[2])))
        self.end_headers()

    def spoil(self, code, data, media_type, headers=None):
        self.begin((code, [("Content-Type", media_type), *(headers or {}).items()], data))
        self.wfile.write(data)


class FaultyForwarder(Forwarder):
    def __init__(self, behind):
        super().__init__(behind)
        self.RequestHandlerClass = Faulty
        self.fault, self.lifted, self.turns = None, threading.Event(), itertools.count()

    def begin_fault(self, fault):
        self.lifted.clear()
        self.fault = fault

    def end_fault(self):
        self.fault = None
        self.lifted.set()


def allowed(server, image):
    asked = review(pod(image))
    return judge(server.post(asked), asked, ALLOWED)


def sent(server):
    """(requests, those of them that were sent again)"""
    total = lambda name: sum(value for _, value in server.metrics(name))
    return total("countersign_registry_requests_total"), total("countersign_registry_retries_total")


def too_many_retries(before, after):
    """OVL-14: beyond a first few, one for each ten that succeed."""
    requests, again = after[0] - before[0], after[1] - before[1]
    return [] if again <= RETRIES_AT_ONCE + requests / 10 else [f"{again:.0f} of {requests:.0f} requests were repetitions"]


def endure(world, server, front, questions, name, fault):
    """One fault under load; what is wrong."""
    descriptors, memory = server.descriptors(), server.memory()
    before = sent(server)
    with Load(server.ca, server.port, questions, RATE) as load:
        front.begin_fault(fault)
        time.sleep(FAULT_SECONDS)
        front.end_fault()
        mark = time.monotonic()
        tail = lambda: [answer for answer in load.since(time.monotonic() - 1.5) if answer.took < 1]
        well = until(RECOVERY_SECONDS, lambda: len(tail()) > RATE / 2 and all(answer.good for answer in tail()))
        took = time.monotonic() - mark
    problems = problems_of(load.answers, RATE * FAULT_SECONDS // 2)
    if fault is flap:
        problems += too_many_retries(before, sent(server))
    problems += [] if well else [f"not well {RECOVERY_SECONDS} s after its end: {[a.excused or a.lost or a.wrong for a in tail() if not a.good][:3]}"]
    if not until(10, lambda: server.descriptors() <= descriptors + 40):
        problems.append(f"{server.descriptors()} descriptors, {descriptors} before")
    if server.memory() > memory + SLACK_BYTES:
        problems.append(f"{server.memory() >> 20} MiB, {memory >> 20} before")
    world.checks.check(f"a registry with {name}: nothing wrong is admitted, every answer in time, well again within {RECOVERY_SECONDS} s",
                       problems + ([] if took <= RECOVERY_SECONDS else ["late"]))


def reload_on(world, server, questions):
    """CHA-24: the configuration changes ten times a second; every call is answered at once."""
    text = json.loads(server.config.read_text())
    with Load(server.ca, server.port, questions, RATE) as load:
        for number in range(50):
            text["admission"]["rules"][0]["name"] = f"all{number % 2}"
            temporary = server.config.with_suffix(".new")
            temporary.write_text(json.dumps(text))
            temporary.replace(server.config)
            server.hang_up()
            time.sleep(0.1)
    stalls = [answer.took for answer in load.answers if answer.took > 1]
    world.checks.check("ten reloads a second: no call is lost, wrong or held up", problems_of(load.answers, RATE * 4)
                       + [answer.excused for answer in load.answers if answer.excused][:2]
                       + ([f"{len(stalls)} calls took more than a second, up to {max(stalls):.1f}"] if stalls else []))


def check(world):
    library = world.libraries["olareg"]
    with FaultyForwarder(library.registry.host) as front:
        repository = "chaos"
        questions = []
        for number in range(12):
            image = Image(world.work, f"chaos-{number}")
            name = f"{library.registry.host}/{repository}-{number}"
            digest = image.push(library.registry.oras, f"{name}:1")
            if number % 2 == 0:
                library.registry.sign(world.signers, "vault", f"{name}@{digest}")
            questions.append(Question(f"{front.host}/{repository}-{number}:1", ALLOWED if number % 2 == 0 else "SIGNATURE_NOT_FOUND"))
        questions.append(Question("elsewhere.example/x:1", "REGISTRY_NOT_ALLOWED"))
        configure = lambda common: world.sections(common, [front.settings()])
        folder = world.work / "chaos"
        folder.mkdir()
        with Server(world.binary, folder, world.certificates, configure) as server:
            world.checks.check("before any fault the signed image is admitted", allowed(server, questions[0].image))
            for name, fault in FAULTS:
                endure(world, server, front, questions, name, fault)
            reload_on(world, server, questions)

# SPDX-License-Identifier: Apache-2.0
"""Clients that misuse their connection, many at a time; meanwhile and afterwards everybody else is served."""
import concurrent.futures
import json
import socket
import ssl
import time

from reviews import ALLOWED, judge, pod, review
from stack import until

COPIES = 8  # of each client at the same time
PATIENCE = 30  # seconds after which a connection counts as never closed


def head_for(body):
    return (f"POST /validate HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
            f"Content-Length: {len(body)}\r\n").encode()


class Client:
    def __init__(self, server, asked):
        self.server = server
        self.body = json.dumps(asked).encode()
        self.head = head_for(self.body)

    def plain(self, window=None):
        connection = socket.socket()
        connection.settimeout(PATIENCE)
        if window:
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, window)
        connection.connect(("127.0.0.1", self.server.port))
        return connection

    def tls(self, window=None):
        context = ssl.create_default_context(cafile=self.server.ca)
        return context.wrap_socket(self.plain(window), server_hostname="localhost")

    @staticmethod
    def closed_after(connection):
        """Seconds until the server closes; an error is a close too."""
        began = time.monotonic()
        try:
            while connection.recv(65536):
                pass
        except TimeoutError:
            return None
        except OSError:
            pass
        return time.monotonic() - began


def connects_and_goes(client):
    client.plain().close()
    client.tls().close()
    return 0


def says_nothing(client):
    with client.plain() as connection:
        return client.closed_after(connection)


def sends_half_a_handshake(client):
    with client.plain() as connection:
        connection.sendall(b"\x16\x03\x01\x02\x00\x01\x00")
        return client.closed_after(connection)


def speaks_plain_http(client):
    with client.plain() as connection:
        connection.sendall(client.head + b"\r\n" + client.body)
        return client.closed_after(connection)


def sends_half_a_header(client):
    with client.tls() as connection:
        connection.sendall(client.head[:40])
        return client.closed_after(connection)


def drips_the_body(client):  # AW-76
    with client.tls() as connection:
        connection.sendall(client.head + b"\r\n")
        began = time.monotonic()
        try:
            for byte in client.body:
                connection.sendall(bytes([byte]))
                time.sleep(0.5)
                if time.monotonic() - began > PATIENCE:
                    return None
        except OSError:
            pass
        return time.monotonic() - began


def stops_in_the_body(client):
    with client.tls() as connection:
        connection.sendall(client.head + b"\r\n" + client.body[:100])
        return client.closed_after(connection)


def never_reads(client):
    """Asks again and again, with answers as long and work as short as can be, until nothing more can be sent."""
    body = json.dumps(review(None, pod("x"), "DELETE", uid="u" * 1024)).encode()
    asking = (head_for(body) + b"\r\n" + body) * 50
    with client.tls(window=4096) as connection:
        began = time.monotonic()
        try:
            while time.monotonic() - began < PATIENCE:
                connection.sendall(asking)
        except TimeoutError:
            return None
        except OSError:
            return time.monotonic() - began
        return None


def goes_before_the_answer(client):
    with client.tls() as connection:
        connection.sendall(client.head + b"\r\n" + client.body)
    return 0


CLIENTS = (connects_and_goes, says_nothing, sends_half_a_handshake, speaks_plain_http, sends_half_a_header, drips_the_body,
           stops_in_the_body, never_reads, goes_before_the_answer)


def ambiguous_requests(client):
    """(name, bytes): two ways to tell where the request ends, or none. TLS-09"""
    body = client.body
    start = b"POST /validate HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
    length = b"Content-Length: %d\r\n" % len(body)
    yield "length and chunks", start + length + b"Transfer-Encoding: chunked\r\n\r\n" + body
    yield "two lengths", start + length + b"Content-Length: 5\r\n\r\n" + body
    yield "a length that is too small", start + b"Content-Length: 20\r\n\r\n" + body
    yield "a negative length", start + b"Content-Length: -1\r\n\r\n" + body
    yield "a length that is no number", start + b"Content-Length: 1e3\r\n\r\n" + body
    yield "a chunk that is no number", start + b"Transfer-Encoding: chunked\r\n\r\nzz\r\n" + body
    yield "a folded header", start + length + b"X: a\r\n b\r\n\r\n" + body
    yield "a header of 100 kB", start + length + b"X: " + b"a" * 100_000 + b"\r\n\r\n" + body
    yield "no request at all", b"\x00\xff" * 100 + b"\r\n\r\n"


def rejected(client, data):
    """A 4xx answer or a close; an answer to the review would mean that a way to read it was chosen."""
    with client.tls() as connection:
        try:
            connection.sendall(data)
            answer = connection.recv(65536)
        except TimeoutError:
            return "no answer and no close"
        except OSError:
            return ""
    status = answer.split(b" ", 2)[1:2]
    return "" if not answer or status[0].startswith(b"4") else f"answered {answer[:60]!r}"


def old_tls_is_refused(client):
    context = ssl.create_default_context(cafile=client.server.ca)
    context.set_ciphers("DEFAULT:@SECLEVEL=0")
    context.minimum_version, context.maximum_version = ssl.TLSVersion.TLSv1, ssl.TLSVersion.TLSv1_1
    try:
        with context.wrap_socket(client.plain(), server_hostname="localhost") as connection:
            return f"{connection.version()} was accepted"
    except OSError:
        return ""


def check(world):
    library = next(iter(world.libraries.values()))
    asked = review(pod(library.digest("signed")))
    server, checks = world.server, world.checks
    client = Client(server, asked)
    for name, data in ambiguous_requests(client):
        checks.check(f"{name}: refused", rejected(client, data))
    checks.check("TLS 1.1 is refused", old_tls_is_refused(client))
    with concurrent.futures.ThreadPoolExecutor(32) as pool:  # fills the server's pool of connections to the registry
        list(pool.map(lambda _: server.post(asked), range(96)))
    descriptors, threads = server.descriptors(), server.threads()
    with concurrent.futures.ThreadPoolExecutor(COPIES * len(CLIENTS)) as pool:
        running = [(misuse, pool.submit(misuse, client)) for misuse in CLIENTS for _ in range(COPIES)]
        time.sleep(1)
        slow = [reply for reply in (server.post(asked, "--max-time", "5") for _ in range(20)) if judge(reply, asked, ALLOWED)]
        checks.check(f"{len(running)} bad clients at a time do not keep a good one waiting", "" if not slow else f"{slow[0]}")
        for misuse in CLIENTS:
            times = [future.result() for kind, future in running if kind is misuse]
            name = misuse.__name__.replace("_", " ")
            checks.check(f"a client that {name} is let go of", "" if None not in times else f"still open after {PATIENCE} s")
    checks.check("every descriptor is back", "" if until(15, lambda: server.descriptors() <= descriptors)
                 else f"{server.descriptors()}, not {descriptors}")
    checks.check("no thread is left behind", "" if until(5, lambda: server.threads() <= threads)
                 else f"{server.threads()}, not {threads}")
    checks.check("the server still answers right", judge(server.post(asked), asked, ALLOWED))

# SPDX-License-Identifier: Apache-2.0
"""A stand-in for a Service and its endpoints: new connections go to replicas whose /readyz says 200, in turn."""
import itertools
import selectors
import socket
import threading
import time

PROBE_SECONDS = 0.2
PROBE_PATIENCE = 1.0  # as a kubelet's timeoutSeconds


class Balancer:
    """Listens while the `with` lasts. Established connections stay where they are, as with kube-proxy."""

    def __init__(self, *servers, address=("127.0.0.1", 0)):
        self.servers = list(servers)
        self.ready = set()
        self.turns = itertools.count()
        self.ending = threading.Event()
        self.listener = socket.create_server(address, backlog=512)
        self.port = self.listener.getsockname()[1]

    def __enter__(self):
        for server in self.servers:
            self._probe(server)
        for server in self.servers:
            self._watch(server)
        threading.Thread(target=self._accept, daemon=True).start()
        return self

    def __exit__(self, *_):
        self.ending.set()
        self.listener.close()

    def add(self, server):
        self.servers.append(server)
        self._watch(server)

    def serves(self, server):
        return server.port in self.ready

    def _watch(self, server):
        threading.Thread(target=self._probe_on, args=(server,), daemon=True).start()

    def _probe_on(self, server):
        while not self.ending.is_set():
            self._probe(server)
            time.sleep(PROBE_SECONDS)

    def _probe(self, server):
        try:
            with socket.create_connection(("127.0.0.1", server.admin), PROBE_PATIENCE) as probe:
                probe.sendall(b"GET /readyz HTTP/1.0\r\n\r\n")
                good = probe.recv(64).startswith(b"HTTP/1.1 200")
        except OSError:
            good = False
        (self.ready.add if good else self.ready.discard)(server.port)

    def _accept(self):
        while not self.ending.is_set():
            try:
                client, _ = self.listener.accept()
            except OSError:
                return
            threading.Thread(target=self._carry, args=(client,), daemon=True).start()

    def _carry(self, client):
        ports = sorted(self.ready)
        try:
            replica = socket.create_connection(("127.0.0.1", ports[next(self.turns) % len(ports)]), 5)
        except (OSError, ZeroDivisionError, IndexError):
            client.close()
            return
        with client, replica, selectors.DefaultSelector() as selector:
            for one, other in ((client, replica), (replica, client)):
                one.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
                selector.register(one, selectors.EVENT_READ, other)
            while not self.ending.is_set():
                for key, _ in selector.select(1):
                    if not self._pass_on(key.fileobj, key.data):
                        return

    @staticmethod
    def _pass_on(source, target):
        try:
            data = source.recv(65536)
            target.sendall(data)
            return bool(data)
        except OSError:
            return False

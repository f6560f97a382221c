#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""free_port.py [COUNT]: prints the first of COUNT neighbouring ports that nobody listens on."""
import contextlib
import random
import socket
import sys


def all_free(ports):
    with contextlib.ExitStack() as sockets:
        try:
            for port in ports:
                sockets.enter_context(socket.socket()).bind(("127.0.0.1", port))
        except OSError:
            return False
    return True


def main():
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 1
    for _ in range(1000):
        # Below the range that the kernel gives to outgoing connections, so that none of them takes it.
        first = random.randrange(20000, 32000)
        if all_free(range(first, first + count)):
            print(first)
            return 0
    print("free_port: found none", file=sys.stderr)
    return 1


if __name__ == "__main__":
    sys.exit(main())

"""A Redis server that lies: it answers as an empty one would, until a given command; and a proxy that lets the
switch to a run arrive late."""

import socket
import threading
import time
from pathlib import Path
import sys

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "oracle"))
from redis_server import Cutter, Listener  # noqa: E402

ANSWERS = {b"PING": b"+PONG\r\n", b"GET": b"$-1\r\n", b"WATCH": b"+OK\r\n", b"MULTI": b"+OK\r\n",
           b"AUTH": b"+OK\r\n", b"SELECT": b"+OK\r\n", b"ZRANGE": b"*0\r\n", b"SRANDMEMBER": b"*0\r\n",
           b"ZRANGEBYSCORE": b"*0\r\n", b"SET": b"+OK\r\n"}


class Fake(Listener):
    """`lie(connection, number, words)` is asked from command `first` on and returns bytes instead of the answer, or
    None: the connection is closed. Counts are over all connections."""

    def __init__(self, first, lie):
        self.first, self.lie, self.commands = first, lie, 0
        super().__init__()
        self.url = f"redis://127.0.0.1:{self.port}/0"

    def meet(self, connection):
        threading.Thread(target=self.serve, args=(connection,), daemon=True).start()

    def serve(self, connection):
        queued = None
        try:
            with connection, connection.makefile("rb") as file:
                while head := file.readline():
                    words = []
                    for _ in range(int(head[1:])):
                        size = int(file.readline()[1:])
                        words.append(file.read(size + 2)[:-2])
                    self.commands += 1
                    answer = ANSWERS.get(words[0], b":1\r\n")
                    if words[0] == b"EXEC":
                        answer = b"*%d\r\n" % len(queued) + b"".join(queued)
                        queued = None
                    elif queued is not None:
                        queued.append(answer)
                        answer = b"+QUEUED\r\n"
                    if words[0] == b"MULTI":
                        queued = []
                    if self.commands >= self.first:
                        answer = self.lie(connection, self.commands, words)
                    if answer is None:
                        return
                    connection.sendall(answer)
        except (OSError, ValueError, TypeError):
            pass


def endless(piece, pause=0.0):
    """A lie that never ends, until the other side is gone."""
    def lie(connection, _number, _words):
        while True:
            connection.sendall(piece)
            time.sleep(pause)
    return lie


class LateSwitch(Cutter):
    """Cuts the first connection when EXEC comes, and hands EXEC to the server when the second one has ended."""

    def __init__(self, path):
        self.held = None
        self.second, self.over = threading.Event(), threading.Event()
        super().__init__(path, 1 << 62, stay_dead=False)

    def forward(self, source, sink, count):
        first = self.held is None
        try:
            while data := source.recv(65536):
                if count and first and b"EXEC" in data:
                    self.held = sink
                    source.shutdown(socket.SHUT_RDWR)
                    self.second.wait(30)
                    sink.sendall(data)
                    sink.shutdown(socket.SHUT_WR)
                    while sink.recv(65536):  # until the server has met the end behind EXEC
                        pass
                    self.over.set()
                    break
                sink.sendall(data)
        except OSError:
            pass
        if source is self.held:  # answers that nobody takes any more must not end it before EXEC
            self.over.wait(60)
        if count and not first:
            self.second.set()
        for end in (source, sink):
            try:
                end.shutdown(socket.SHUT_RDWR)
            except OSError:
                pass
        source.close()  # the other direction's thread closes the other end

"""A Redis server of a test's own, a client of a few lines, and a proxy that cuts connections."""

import os
import shutil
import socket
import subprocess
import tempfile
import threading
import time
import unittest


class Client:
    """Speaks RESP2; replies are bytes, ints, None, lists; an error reply raises."""

    def __init__(self, path):
        self.socket = socket.socket(socket.AF_UNIX)
        try:
            self.socket.connect(path)
        except OSError:
            self.socket.close()
            raise
        self.file = self.socket.makefile("rb")

    def __call__(self, *words):
        words = [word if isinstance(word, bytes) else str(word).encode() for word in words]
        self.socket.sendall(b"*%d\r\n" % len(words) + b"".join(b"$%d\r\n%s\r\n" % (len(w), w) for w in words))
        return self.reply()

    def reply(self):
        line = self.file.readline()[:-2]
        kind, rest = line[:1], line[1:]
        if kind == b"-":
            raise RuntimeError(rest.decode())
        if kind == b"+":
            return rest
        if kind == b":":
            return int(rest)
        if kind == b"$":
            return None if rest == b"-1" else self.file.read(int(rest) + 2)[:-2]
        return [self.reply() for _ in range(int(rest))]

    def hash(self, key):
        words = [word.decode() for word in self("HGETALL", key)]
        return dict(zip(words[::2], words[1::2]))

    def close(self):
        self.file.close()
        self.socket.close()


class Server:
    def __init__(self, *options):
        if shutil.which("redis-server") is None:
            raise unittest.SkipTest("skipped: no redis-server")
        self.folder = tempfile.mkdtemp(prefix="winnow-redis-")
        self.path = os.path.join(self.folder, "socket")
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = probe.getsockname()[1]
        self.process = subprocess.Popen(
            ["redis-server", "--port", str(self.port), "--bind", "127.0.0.1", "--unixsocket", self.path, "--save", "",
             "--dir", self.folder, *options], stdout=subprocess.DEVNULL)
        for _ in range(200):
            try:
                self.client = Client(self.path)
                return
            except OSError:
                time.sleep(0.05)
        raise RuntimeError("redis-server does not start")

    def close(self):
        self.client.close()
        self.process.terminate()
        self.process.wait()
        shutil.rmtree(self.folder, ignore_errors=True)


class Listener:
    """Takes connections on a port of its own and hands each to meet(), which must not wait."""

    def __init__(self):
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.port = self.listener.getsockname()[1]
        threading.Thread(target=self.accept, daemon=True).start()

    def accept(self):
        while True:
            try:
                connection, _ = self.listener.accept()
            except OSError:
                return
            self.meet(connection)

    def close(self):
        if self.listener.fileno() >= 0:
            self.listener.shutdown(socket.SHUT_RDWR)  # ends the waiting accept
        self.listener.close()


class Cutter(Listener):
    """Forwards connections to a server; the first one is cut after `bytes_max` bytes to it. Then it forwards
    as before, or with `stay_dead` refuses."""

    def __init__(self, path, bytes_max, stay_dead):
        self.path, self.left, self.stay_dead, self.cut = path, bytes_max, stay_dead, False
        super().__init__()

    def meet(self, near):
        if self.cut and self.stay_dead:
            near.close()
            return
        far = socket.socket(socket.AF_UNIX)
        far.connect(self.path)
        threading.Thread(target=self.forward, args=(near, far, True), daemon=True).start()
        threading.Thread(target=self.forward, args=(far, near, False), daemon=True).start()

    def forward(self, source, sink, count):
        try:
            while data := source.recv(65536):
                if count and not self.cut:
                    data = data[:max(self.left, 0)]
                    self.left -= len(data)
                    self.cut = self.left <= 0
                    sink.sendall(data)
                    if self.cut:
                        break
                else:
                    sink.sendall(data)
        except OSError:
            pass
        for end in (source, sink):
            try:
                end.shutdown(socket.SHUT_RDWR)
            except OSError:
                pass
        source.close()  # the other direction's thread closes the other end


class Meddler(Cutter):
    """Forwards all, but lets another client send a command just before the first bytes with `word` go on."""

    def __init__(self, path, word, command):
        self.word, self.command, self.done = word, command, False
        super().__init__(path, 1 << 62, stay_dead=False)

    def forward(self, source, sink, count):
        super().forward(Tapped(source, self.look) if count else source, sink, count)

    def look(self, data):
        if self.word in data and not self.done:
            self.done = True
            client = Client(self.path)
            client(*self.command)
            client.close()


class Tapped:
    """A socket whose bytes somebody looks at."""

    def __init__(self, inner, look):
        self.inner, self.look = inner, look

    def recv(self, size):
        data = self.inner.recv(size)
        self.look(data)
        return data

    def __getattr__(self, name):
        return getattr(self.inner, name)

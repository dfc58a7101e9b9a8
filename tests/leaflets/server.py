"""A web server on this machine that speaks https, for what asks web addresses. Its key is known to everybody."""

import ssl
import threading
import time
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from leaflets.asking import Asker

KEY = Path(__file__).parent / "here.pem"


class Handler(BaseHTTPRequestHandler):
    """Answers as the path says: /404, /to?https://..., /slow (a letter at a time), /silent, /nonsense, else 200."""

    def do_GET(self):
        self.server.asked.append(
            (time.monotonic(), self.headers["Host"], self.path, self.headers["User-Agent"])
        )
        kind, _, rest = self.path[1:].partition("?")
        if kind == "to":
            self.send_response(302)
            self.send_header("Location", rest)
            self.end_headers()
        elif kind in ("slow", "silent", "nonsense"):
            self._badly(kind)
        else:
            self.send_response(int(kind) if kind.isdecimal() else 200)
            self.end_headers()

    def _badly(self, kind):
        if kind == "nonsense":
            self.wfile.write(b"no web server\r\n\r\n")
        for _ in range(200 if kind != "nonsense" else 0):
            if kind == "slow":
                self.wfile.write(b"H")
            if self.server.over.wait(0.05):
                return

    def log_message(self, *args):
        pass


class Server(ThreadingHTTPServer):
    def handle_error(self, request, client_address):
        pass  # Whoever asks hangs up when it has waited long enough.


@contextmanager
def serving():
    """Yield a server; `asked` lists (moment, host, path, user agent) of what it was asked for."""
    server = Server(("127.0.0.1", 0), Handler)
    server.asked, server.over = [], threading.Event()
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(KEY)
    server.socket = context.wrap_socket(server.socket, server_side=True)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield server
    finally:
        server.over.set()
        server.shutdown()
        thread.join()
        server.server_close()


def asker(seconds=5, **given):
    """Return an Asker for which every name is this machine's, and this machine may be asked."""
    here = {"resolve": lambda host, port: ["127.0.0.1"], "may_reach": lambda address: address == "127.0.0.1"}
    return Asker(seconds, **{**here, "context": ssl.create_default_context(cafile=KEY), **given})

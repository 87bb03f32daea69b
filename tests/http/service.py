# SPDX-License-Identifier: Apache-2.0
"""Loopback services that answer as asked by the path, well or badly, and remember every request.

usage: with Service() as service: service.url("/metrics") ... service.requests

Each request runs on a thread of its own, so that an endless answer stops nobody. Nothing here waits for a fixed time: an
endless answer ends when its reader has gone or the service is closed.
"""
import gzip
import http.server
import socket
import ssl
import threading
import zlib

TEXT = "text/plain; version=0.0.4; charset=utf-8"
OPENMETRICS = "application/openmetrics-text; version=1.0.0; charset=utf-8; escaping=allow-utf-8"
TWO_SERIES = b'# TYPE a_total counter\na_total{b="1"} 1\na_total{b="2"} 2\n'
# In OpenMetrics the counter is called `a`, and a line `# EOF` ends it: what is read as text would be another family.
TWO_SERIES_OPENMETRICS = b'# TYPE a counter\na_total{b="1"} 1\na_total{b="2"} 2\n# EOF\n'


def bomb(bytes_out):
    """A gzip stream of so many zeros, packed a thousandfold, as an iterator of pieces."""
    packer = zlib.compressobj(9, zlib.DEFLATED, 31)
    block = b"# " + b"x" * (1 << 20) + b"\n"
    for _ in range(bytes_out // len(block)):
        yield packer.compress(block)
    yield packer.flush()


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def log_message(self, *_):
        pass

    def do_GET(self):
        service = self.server.service
        with service.lock:
            service.requests.append((self.path, dict(self.headers.items())))
            number = service.count[self.path] = service.count.get(self.path, 0) + 1
        self.close_connection = True
        try:
            name = "answer_" + self.path.split("?")[0].strip("/").replace("/", "_").replace(".", "_").replace("-", "_")
            getattr(self, name, self.answer_missing)(number)
        except (BrokenPipeError, ConnectionResetError, ssl.SSLError):
            pass

    def send(self, body, content_type=TEXT, status=200, **headers):
        self.send_response(status)
        if content_type is not None:
            self.send_header("Content-Type", content_type)
        for name, value in headers.items():
            self.send_header(name.replace("_", "-"), value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def raw(self, text):
        self.wfile.write(text)
        self.wfile.flush()

    def until_gone(self, piece):
        """Sends `piece` again and again until the reader has gone."""
        while not self.server.service.closing.is_set():
            self.raw(piece)

    def stand_still(self):
        """Waits until the reader has gone or the service is closed."""
        self.connection.settimeout(0.2)
        while not self.server.service.closing.is_set():
            try:
                if self.connection.recv(1) == b"":
                    return
            except (socket.timeout, TimeoutError):
                continue

    def answer_missing(self, _):
        self.send(b"no such page", "text/plain", 404)

    def answer_metrics(self, _):
        if "application/openmetrics-text" in self.headers.get("Accept", ""):
            self.send(TWO_SERIES_OPENMETRICS, OPENMETRICS)
        else:
            self.send(TWO_SERIES)

    def answer_text(self, _):
        self.send(TWO_SERIES)

    def answer_(self, _):
        self.send(b"# TYPE root gauge\nroot 1\n")

    def answer_gzip(self, _):
        if "gzip" in self.headers.get("Accept-Encoding", ""):
            self.send(gzip.compress(TWO_SERIES), Content_Encoding="gzip")
        else:
            self.send(TWO_SERIES)

    def answer_gzip_cut(self, _):
        self.send(gzip.compress(TWO_SERIES)[:-9], Content_Encoding="gzip")

    def answer_gzip_not(self, _):
        self.send(TWO_SERIES, Content_Encoding="gzip")

    def answer_brotli(self, _):
        self.send(b"\x8b\x02\x80abc\x03", Content_Encoding="br")

    def answer_bomb(self, _):
        self.raw(b"HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Encoding: gzip\r\nConnection: close\r\n\r\n")
        for piece in bomb(96 << 20):
            self.raw(piece)

    def answer_transfer_bomb(self, _):
        """The bomb once more, in the coding that libcurl unpacks by itself."""
        self.raw(b"HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nTransfer-Encoding: gzip, chunked\r\n\r\n")
        for piece in bomb(96 << 20):
            if piece:
                self.raw(b"%x\r\n" % len(piece) + piece + b"\r\n")
        self.raw(b"0\r\n\r\n")

    def answer_endless_trailers(self, _):
        self.raw(b"HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nTransfer-Encoding: chunked\r\n\r\n4\r\na 1\n\r\n0\r\n")
        self.until_gone(b"X-More: " + b"y" * 4096 + b"\r\n")

    def answer_slow_headers(self, _):
        self.raw(b"HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\n")
        self.stand_still()

    def answer_silent(self, _):
        self.stand_still()

    def answer_slow_body(self, _):
        self.raw(b"HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: 1000\r\n\r\na 1\n")
        self.stand_still()

    def answer_endless(self, _):
        self.raw(b"HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nConnection: close\r\n\r\n")
        self.until_gone(b"a 1\n" * 4096)

    def answer_endless_headers(self, _):
        self.raw(b"HTTP/1.1 200 OK\r\n")
        self.until_gone(b"X-More: " + b"y" * 4096 + b"\r\n")

    def answer_endless_continue(self, _):
        self.until_gone(b"HTTP/1.1 100 Continue\r\nX-More: " + b"y" * 4096 + b"\r\n\r\n")

    def answer_cut_body(self, _):
        self.raw(b"HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: 1000\r\n\r\na 1\n")

    def answer_nothing(self, _):
        pass

    def answer_garbage(self, _):
        self.raw(b"220 mail.example ESMTP\r\n")

    def answer_html(self, _):
        self.send(b"<html><body>Sign in</body></html>", "text/html; charset=utf-8")

    def answer_json(self, _):
        self.send(b'{"status":"ok"}', "application/json")

    def answer_protobuf(self, _):
        self.send(b"\x0a\x0a\x01a", "application/vnd.google.protobuf; proto=io.prometheus.client.MetricFamily; "
                                    "encoding=delimited")

    def answer_untyped(self, _):
        self.send(TWO_SERIES, None)

    def answer_octets(self, _):
        self.send(TWO_SERIES, "application/octet-stream")

    def answer_empty(self, _):
        self.send(b"")

    def answer_error(self, _):
        self.send(b"a 1\n", "text/plain", 500)

    def answer_nasty_reason(self, _):
        self.raw(b"HTTP/1.1 500 \x1b[31mred\x1b[0m\x07\r\nContent-Length: 0\r\n\r\n")

    def answer_nasty_type(self, _):
        self.raw(b"HTTP/1.1 200 OK\r\nContent-Type: a/\x1b[2J\xe2\x80\xae\r\nContent-Length: 0\r\n\r\n")

    def answer_denied(self, _):
        self.send(b"", "text/plain", 401)

    def answer_bearer(self, _):
        right = self.headers.get("Authorization") == "Bearer s3cr3t-token"
        self.send(TWO_SERIES if right else b"", status=200 if right else 401)

    def answer_basic(self, _):
        right = self.headers.get("Authorization") == "Basic YWxpY2U6czNjcjN0OnBhc3M="  # alice:s3cr3t:pass
        self.send(TWO_SERIES if right else b"", status=200 if right else 403)

    def answer_starting(self, number):
        """Not ready for the first two requests."""
        self.send(TWO_SERIES if number > 2 else b"", status=200 if number > 2 else 503)

    def answer_never(self, _):
        self.send(b"", status=503)

    def answer_within(self, _):
        self.send(b"", status=302, Location="/text?from=within")

    def answer_relative(self, _):
        self.send(b"", status=308, Location="text")

    def answer_loop(self, _):
        self.send(b"", status=302, Location="/loop")

    def answer_elsewhere(self, _):
        other = self.server.service.other_url
        self.send(b"", status=302, Location=other.replace("//", "//user:s3cr3t@") + "?key=s3cr3t#s3cr3t")

    def answer_other_host(self, _):
        self.send(b"", status=302, Location=self.server.service.other_url)

    def answer_to_file(self, _):
        self.send(b"", status=302, Location="file:///etc/passwd")

    def answer_to_gopher(self, _):
        self.send(b"", status=301, Location="gopher://127.0.0.1:1/x")

    def answer_growing(self, number):
        """A service whose label grows by five values a request."""
        lines = ["# TYPE orders_total counter"]
        lines += ['orders_total{tenant="t%d"} %d' % (i, number) for i in range(5 * number)]
        lines += ["# TYPE up_seconds gauge", "up_seconds %d" % number]
        self.send(("\n".join(lines) + "\n").encode())

    def answer_churning(self, number):
        """Ten series at any time, all of them new at every request."""
        lines = ["# TYPE pods gauge"] + ['pods{pod="p%d"} 1' % (10 * number + i) for i in range(10)]
        self.send(("\n".join(lines) + "\n").encode())

    def answer_flaky(self, number):
        """Every second answer is no answer."""
        self.send(TWO_SERIES if number % 2 == 1 else b"", status=200 if number % 2 == 1 else 503)

    def answer_dying(self, number):
        self.send(TWO_SERIES if number == 1 else b"", status=200 if number == 1 else 500)


class Server(http.server.ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, *_):
        pass  # a client that does not trust us, or that has gone


class Service:
    """One server on a port of the kernel's choice. `certificate`: (certificate file, key file) for https."""

    def __init__(self, certificate=None, other_url="", port=0):
        self.requests, self.count = [], {}
        self.lock, self.closing = threading.Lock(), threading.Event()
        self.other_url = other_url
        self.server = Server(("127.0.0.1", port), Handler)
        self.server.service = self
        self.scheme = "https" if certificate else "http"
        if certificate:
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            context.load_cert_chain(*certificate)
            self.server.socket = context.wrap_socket(self.server.socket, server_side=True, do_handshake_on_connect=False)
        self.thread = threading.Thread(target=self.server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)

    def __enter__(self):
        self.thread.start()
        return self

    def __exit__(self, *_):
        self.closing.set()
        self.server.shutdown()
        self.server.server_close()

    @property
    def port(self):
        return self.server.server_address[1]

    def url(self, path="", host="127.0.0.1"):
        return "%s://%s:%d%s" % (self.scheme, host, self.port, path)


def closed_port():
    """A port that nobody listens on, and a socket that keeps it so."""
    keeper = socket.socket()
    keeper.bind(("127.0.0.1", 0))
    return keeper.getsockname()[1], keeper

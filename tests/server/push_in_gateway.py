#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Runs the example batch job against a real Pushgateway that a real Prometheus scrapes.

usage: push_in_gateway.py --job PROGRAM --policy FILE --pushgateway PROGRAM --prometheus PROGRAM

What a good run, a failing run, groups of odd values, a deletion, a push that the gateway refuses, one that breaks off, a
gateway that stands still, one that is gone and one that asks for a password must leave behind, in the gateway, in the server, and in
the job's exit status.

Exit status: 0 so it is, or skipped because a program is missing; 1 a difference; 2 trouble.
"""
import argparse
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
import urllib.request

import compare_with_server as harness

CONFIG = """\
global: {{scrape_interval: 1s, scrape_timeout: 1s}}
scrape_configs:
- job_name: pushgateway
  honor_labels: true
  static_configs:
  - {{targets: ["127.0.0.1:{port}"]}}
"""
# bcrypt of "geheim", the cheapest there is.
WEB_CONFIG = "basic_auth_users: {job: $2b$04$..LCm9ziFWckA6yWG6ogtuL1Hng1HkJI2fHLSvq71x4icoybqntxq}\n"
ODD_VALUES = ["", "a/b", "/", ".", "..", "\u00fc\u2603 x", "\n\x01", "100%", "+", "a b", "@base64", "=", "x" * 200]
SECONDS = 60


def wait_until(what, ask):
    """Returns the first answer of ask() that is true."""
    deadline = time.monotonic() + SECONDS
    while True:
        try:
            answer = ask()
        except OSError:
            answer = None
        if answer:
            return answer
        if time.monotonic() > deadline:
            raise AssertionError(f"not in {SECONDS} seconds: {what}")
        time.sleep(0.1)


class Gateway:
    """A Pushgateway of its own; `arguments` besides its address."""

    def __init__(self, program, folder, *arguments):
        self.port = harness.free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        with open(os.path.join(folder, f"gateway-{self.port}.log"), "wb") as log:
            self.process = subprocess.Popen([program, f"--web.listen-address=127.0.0.1:{self.port}", "--persistence.file=",
                                             *arguments], stdout=log, stderr=log, cwd=folder)
        wait_until("the gateway listens", self.listens)

    def listens(self):
        assert self.process.poll() is None, "the gateway has ended"
        with socket.create_connection(("127.0.0.1", self.port), timeout=5):
            return True

    def text(self):
        with urllib.request.urlopen(self.url + "/metrics", timeout=10) as reply:
            return reply.read().decode()

    def lines(self, name, job):
        return [line for line in self.text().splitlines() if line.startswith(name + "{") and f'job="{job}"' in line]

    def end(self):
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGCONT)
            self.process.terminate()
            try:
                self.process.wait(timeout=10)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()


class Job:
    def __init__(self, program, policy):
        self.command = [program, "--policy", policy]

    def run(self, gateway, *arguments, status=0, says="", **environment):
        """Runs the job; its exit status must be `status`, and its standard error hold `says` (empty: nothing at all)."""
        done = subprocess.run([*self.command, "--gateway", gateway, *arguments], stdout=subprocess.PIPE,
                              stderr=subprocess.PIPE, env={**os.environ, **environment}, check=False, timeout=120)
        told = done.stderr.decode()
        assert done.returncode == status, f"{arguments}: exit status {done.returncode}, not {status}: {told}"
        assert says in told if says else told == "", f"{arguments}: it says {told!r}, not {says!r}"
        assert "geheim" not in told, told


def value(base, query):
    rows = harness.ask(base, "/api/v1/query", query=query)["result"]
    return float(rows[0]["value"][1]) if rows else None


def check_runs(job, gateway, base):
    job.run(gateway.url)
    assert len(gateway.lines("orders_rows_total", "nightly_orders")) <= 12, gateway.text()
    assert '{customer="other",' in gateway.text() and '{customer="internal",' in gateway.text(), gateway.text()
    total = 'sum(orders_rows_total{job="nightly_orders"})'
    wait_until("the server has all rows", lambda: value(base, total) == 1000)
    wait_until("the server has the push time", lambda: value(base, 'push_time_seconds{job="nightly_orders"} > 0'))
    success = gateway.lines("orders_last_success_timestamp_seconds", "nightly_orders")
    assert len(success) == 1, gateway.text()
    # A run that fails says so by its own exit status, pushes what it did, and leaves the time of the last good one.
    job.run(gateway.url, "--fail", status=1, says="batch_job: order 17 cannot be read\n")
    wait_until("the server has the rows of the run that failed", lambda: value(base, total) == 500)
    assert gateway.lines("orders_last_success_timestamp_seconds", "nightly_orders") == success, gateway.text()


def check_groups(job, gateway, base):
    for odd in ODD_VALUES:
        job.run(gateway.url, "--job", "odd", "--rows", "1", "--group", f"v={odd}", "--group", "zone=b")
    job.run(gateway.url, "--job", "a/b c", "--rows", "1")

    def stored():
        rows = harness.ask(base, "/api/v1/query", query='push_time_seconds{job="odd",zone="b"}')["result"]
        return {row["metric"].get("v", "") for row in rows} == set(ODD_VALUES)
    wait_until("the server has every odd group", stored)
    wait_until("the server has the odd job", lambda: value(base, 'push_time_seconds{job="a/b c"} > 0'))
    job.run(gateway.url, "--job", "odd", "--group", b"v=\xff", status=2, says="is not UTF-8: \\xFF")
    # One group goes, the others stay; to delete what is not there is no error.
    for _ in range(2):
        job.run(gateway.url, "--job", "odd", "--group", "v=", "--group", "zone=b", "--delete")
    wait_until("the deletion is done", lambda: len(gateway.lines("push_time_seconds", "odd")) == len(ODD_VALUES) - 1)


def check_refusals(job, gateway):
    """On a gateway where another job has the metric already, as a gauge: 400 with its reason, and nothing is stored."""
    other = b"# TYPE orders_rows_total gauge\norders_rows_total 1\n"
    urllib.request.urlopen(urllib.request.Request(gateway.url + "/metrics/job/other", method="PUT", data=other),
                           timeout=10).close()
    job.run(gateway.url, says="INVALID_ARGUMENT: the gateway at " + gateway.url + " answered 400: pushed metrics are invalid")
    job.run(gateway.url, "--fail", status=1, says="INVALID_ARGUMENT")
    assert not [line for line in gateway.text().splitlines() if line.startswith(("orders_run", "seriesguard_"))], gateway.text()


def captured_push(job):
    """Returns the request that the job sends, as bytes."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        taken = []

        def serve():
            connection = listener.accept()[0]
            with connection:
                request = b""
                while b"\r\n\r\n" not in request:
                    request += connection.recv(65536)
                head, body = request.split(b"\r\n\r\n", 1)
                size = int(next(line for line in head.split(b"\r\n") if line.startswith(b"Content-Length:")).split()[1])
                while len(body) < size:
                    body += connection.recv(65536)
                taken.append(head + b"\r\n\r\n" + body)
                connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n")
        thread = threading.Thread(target=serve, daemon=True)
        thread.start()
        job.run(f"http://127.0.0.1:{listener.getsockname()[1]}", "--job", "half")
        thread.join(timeout=SECONDS)
    return taken[0]


def check_half_pushes(job, gateway):
    """The job's own request, broken off: whatever the place, the gateway keeps nothing of it, and what was there stays."""
    whole = captured_push(job)
    head = whole.index(b"\r\n\r\n") + 4
    ends, at = [], head  # behind each message, where a reader could take it for the end
    while at < len(whole):
        size, shift = 0, 0
        while True:
            byte = whole[at]
            size, shift, at = size | (byte & 127) << shift, shift + 7, at + 1
            if byte < 128:
                break
        at += size
        ends.append(at)
    assert ends.pop() == len(whole) and len(ends) > 3, ends

    def send(request):
        with socket.create_connection(("127.0.0.1", gateway.port), timeout=SECONDS) as connection:
            connection.sendall(request)
            connection.shutdown(socket.SHUT_WR)
            answer = connection.recv(4096)
            while connection.recv(4096):
                pass
        return answer
    for cut in [head, head + 1, len(whole) - 1, *ends, *range(head, len(whole), 23)]:
        answer = send(whole[:cut])
        assert not answer.startswith(b"HTTP/1.1 2"), f"cut at {cut} of {len(whole)}: {answer}"
        assert not gateway.lines("orders_rows_total", "half"), f"cut at {cut}: {gateway.text()}"
    assert send(whole).startswith(b"HTTP/1.1 200"), "the whole one is taken"
    kept = gateway.lines("orders_rows_total", "half")
    assert kept, gateway.text()
    for cut in (head, ends[0]):
        send(whole[:cut].replace(b"POST ", b"PUT ", 1))
        assert gateway.lines("orders_rows_total", "half") == kept, f"a PUT cut at {cut} took something away"


def check_silence(job, gateway):
    """A gateway that stands still, and one that is gone: the job's exit status is its own."""
    gateway.process.send_signal(signal.SIGSTOP)
    job.run(gateway.url, "--timeout-ms", "300", says="UNAVAILABLE: no answer from the gateway")
    job.run(gateway.url, "--timeout-ms", "300", "--fail", status=1, says="timed out")
    gateway.end()
    job.run(gateway.url, says="UNAVAILABLE: no answer from the gateway")
    job.run(gateway.url, "--fail", status=1, says="UNAVAILABLE")


def check_password(job, options, folder):
    config = os.path.join(folder, "web.yml")
    with open(config, "w", encoding="utf-8") as out:
        out.write(WEB_CONFIG)
    gateway = Gateway(options.pushgateway, folder, f"--web.config.file={config}")
    try:
        job.run(gateway.url, says="UNAUTHENTICATED")
        job.run(gateway.url, says="UNAUTHENTICATED", GATEWAY_USER="job", GATEWAY_PASSWORD="geheimer")
        job.run(gateway.url, GATEWAY_USER="job", GATEWAY_PASSWORD="geheim")
    finally:
        gateway.end()


def check(options, folder, started):
    job = Job(options.job, options.policy)
    gateway = Gateway(options.pushgateway, folder)
    started.append(gateway)
    config = os.path.join(folder, "prometheus.yml")
    with open(config, "w", encoding="utf-8") as out:
        out.write(CONFIG.format(port=gateway.port))
    server_port = harness.free_port()
    base = f"http://127.0.0.1:{server_port}"
    with open(os.path.join(folder, "prometheus.log"), "wb") as log:
        server = subprocess.Popen([options.prometheus, f"--config.file={config}", "--log.level=error",
                                   f"--storage.tsdb.path={os.path.join(folder, 'data')}",
                                   f"--web.listen-address=127.0.0.1:{server_port}"], stdout=log, stderr=log)
    started.append(server)
    wait_until("the server is up", lambda: value(base, "up") == 1)
    check_runs(job, gateway, base)
    check_groups(job, gateway, base)
    second = Gateway(options.pushgateway, folder)
    started.append(second)
    check_refusals(job, second)
    check_half_pushes(job, gateway)
    check_silence(job, second)
    check_password(job, options, folder)


def end(server):
    if server.poll() is None:
        server.terminate()
        try:
            server.wait(timeout=10)
        except subprocess.TimeoutExpired:
            server.kill()
            server.wait()


def main():
    parser = argparse.ArgumentParser()
    for name in ("--job", "--policy", "--pushgateway", "--prometheus"):
        parser.add_argument(name, required=True)
    options = parser.parse_args()
    for program in (options.pushgateway, options.prometheus):
        if not os.access(program, os.X_OK):
            print(f"SKIPPED: no {program}")
            return 0
    folder = tempfile.mkdtemp(prefix="seriesguard-push-")
    started = []
    try:
        check(options, folder, started)
        print("every push is in the gateway and in the server; no exit status was hidden")
        return 0
    except AssertionError as error:
        print(f"DIFFERENT {error}")
        return 1
    finally:
        for one in started:
            one.end() if isinstance(one, Gateway) else end(one)
        shutil.rmtree(folder, ignore_errors=True)


if __name__ == "__main__":
    sys.exit(main())

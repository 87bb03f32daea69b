#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Runs the pre-fork example for real and holds it to what a service of many processes is promised.

usage: prefork_server_test.py SERVER POLICY SERIESGUARD

Clients on raw sockets send good requests, junk paths and junk tenants while workers are killed with SIGKILL, kill
themselves and are replaced; somebody scrapes all the time. Every answer that a client got is in the sums, and no more
than the requests that got none are in there besides. No counter ever falls, no metric ever exceeds its limit. A
graceful restart with another policy loses no request. In the end every worker shows the same series with the same
numbers, in both formats; promtool finds nothing; no process is left, neither after SIGTERM nor after the master was
killed; and a new run begins at 0.
"""
import collections
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time

WORKERS = 4
LIMITS = {"prefork_http_requests_total": 400, "prefork_tenant_requests_total": 60,
          "prefork_http_request_duration_seconds": 200, "prefork_workers_ended_total": 20, "prefork_workers_busy": 100}
BUDGET, TENANTS = 2000, 20
CLIENTS, KILLS = 4, 12
OPENMETRICS = "application/openmetrics-text;version=1.0.0"


def ask(port, request, seconds=30):
    """Sends the bytes on a connection of their own. Returns (status, headers, body); status None: no whole answer."""
    text = b""
    try:
        with socket.create_connection(("127.0.0.1", port), timeout=seconds) as connection:
            connection.sendall(request)
            while True:
                got = connection.recv(65536)
                if not got:
                    break
                text += got
    except ConnectionError:
        return None, {}, b""
    head, _, body = text.partition(b"\r\n\r\n")
    lines = head.decode("latin-1").split("\r\n")
    found = re.fullmatch(r"HTTP/1\.1 (\d{3}) .*", lines[0])
    headers = dict(line.lower().split(": ", 1) for line in lines[1:])
    if not found or len(body) != int(headers["content-length"]):
        return None, {}, b""
    return int(found.group(1)), headers, body


def get(port, path, *headers, method="GET"):
    return ask(port, "\r\n".join([f"{method} {path} HTTP/1.1", "Host: localhost", *headers, "", ""]).encode())


def scrape(port, accept="text/plain;version=0.0.4"):
    """Returns (text, {series: value}); of an answer that a kill broke off None."""
    status, headers, body = get(port, "/metrics", f"Accept: {accept}")
    if status is None:
        return None
    assert status == 200, status
    assert headers["content-type"].startswith(accept.split(";")[0]), headers
    text = body.decode()
    return text, {line.rsplit(" ", 1)[0]: float(line.rsplit(" ", 1)[1])
                  for line in text.splitlines() if not line.startswith("#")}


def family_of(series):
    return re.sub(r"_(bucket|sum|count)$", "", series.split("{")[0])


def sum_of(series, name, pattern=""):
    return sum(value for key, value in series.items()
               if key.split("{")[0] == name and re.search(pattern, key))


def label_values(series, name, label):
    return {match.group(1) for key in series if key.split("{")[0] == name
            for match in [re.search(label + r'="([^"]*)"', key)] if match}


def check_limits(series, tenants=TENANTS):
    counts = collections.Counter(family_of(name) for name in series)
    for family, limit in LIMITS.items():
        # What a server stores of a counter or histogram besides, it has from OpenMetrics: one _created a label set.
        assert counts[family] <= limit, f"{family}: {counts[family]} series, limit {limit}"
        used = series.get(f'seriesguard_series{{metric="{family}"}}', 0)
        assert counts[family] <= used <= limit, f"{family}: {counts[family]} series, the guard says {used}"
    assert len(series) <= BUDGET, f"{len(series)} series in all"
    named = label_values(series, "prefork_tenant_requests_total", "tenant") - {"other"}
    assert len(named) <= tenants, f"tenants {sorted(named)}"
    routes = label_values(series, "prefork_http_requests_total", "route")
    assert routes <= {"/", "/orders/{id}", "/slow", "/crash", "other"}, f"routes {sorted(routes)}"


def check_not_fallen(before, after):
    for name, value in before.items():
        if re.match(r"prefork_(http|tenant|workers_ended)", name) or name.startswith("seriesguard_folded_total"):
            assert after.get(name, 0) >= value, f"{name} fell from {value} to {after.get(name)}"


def children_of(pid):
    """The pids of a process' children that have not ended."""
    children = set()
    for entry in os.listdir("/proc"):
        if not entry.isdigit():
            continue
        try:
            with open(f"/proc/{entry}/stat", encoding="latin-1") as stat:
                fields = stat.read().rpartition(")")[2].split()
        except (FileNotFoundError, ProcessLookupError):
            continue
        if int(fields[1]) == pid and fields[0] != "Z":
            children.add(int(entry))
    return children


def wait_until(condition, what, seconds=60):
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if condition():
            return
        time.sleep(0.02)
    raise AssertionError(f"{what}: not within {seconds} s")


class Server:
    """A running prefork_server; knows every process that it ever had."""

    def __init__(self, program, policy, folder):
        self.process = subprocess.Popen([program, "--policy", policy, "--folder", folder, "--workers", str(WORKERS)],
                                        stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
        first = self.process.stdout.readline()
        found = re.match(r"serving http://127\.0\.0\.1:(\d+)/metrics, pid (\d+)$", first)
        assert found, f"it says {first!r}"
        self.folder = folder
        self.port, self.pid = int(found.group(1)), int(found.group(2))
        assert self.pid == self.process.pid
        self.lines, self.seen = [], {self.pid}
        self.reader = threading.Thread(target=lambda: self.lines.extend(self.process.stdout), daemon=True)
        self.reader.start()

    def workers(self):
        children = children_of(self.pid)
        self.seen |= children
        return children

    def runs(self, pid):
        try:
            with open(f"/proc/{pid}/cmdline", encoding="latin-1") as command:
                return self.folder in command.read()
        except (FileNotFoundError, ProcessLookupError):
            return False

    def listens(self):
        with socket.socket() as connection:
            return connection.connect_ex(("127.0.0.1", self.port)) == 0

    def wait_for_line(self, pattern):
        wait_until(lambda: any(re.search(pattern, line) for line in list(self.lines)), f"a line with {pattern!r}")

    def wait_for_end(self):
        """Every process has gone, and nobody listens."""
        self.process.wait(timeout=60)
        wait_until(lambda: not any(self.runs(pid) for pid in self.seen), f"the end of {self.seen}")
        wait_until(lambda: not self.listens(), "that nobody listens")

    def stop(self):
        for pid in self.workers() | {self.pid}:
            if self.process.poll() is None or pid != self.pid:
                try:
                    os.kill(pid, signal.SIGKILL)
                except ProcessLookupError:
                    pass
        self.process.wait()


class Clients:
    """Threads that send requests until they are told to stop, and count what becomes of them."""

    def __init__(self, port):
        self.port = port
        self.lock = threading.Lock()
        self.statuses = collections.Counter()  # None: no answer
        self.stop_asked = threading.Event()
        self.errors = []
        self.threads = [threading.Thread(target=self.run, args=(i,)) for i in range(CLIENTS)]
        for thread in self.threads:
            thread.start()

    def run(self, client):
        try:
            number = 0
            while not self.stop_asked.is_set():
                number += 1
                path = ["/", f"/orders/{number}", f"/wp-login.php/{client}/{number}", "/orders/1?from=mail"][number % 4]
                if number % 40 == 0:
                    path = "/slow"
                tenant = f"tenant-{number % 7}" if number % 3 else f"junk-{client}-{number}"
                self.send(path, tenant)
        except Exception as error:  # pylint: disable=broad-except
            self.errors.append(error)

    def send(self, path, tenant):
        status = get(self.port, path, f"X-Tenant: {tenant}")[0]
        assert status == (404 if "login" in path else 200) or status is None, f"{path}: {status}"
        with self.lock:
            self.statuses[status] += 1

    def answered(self):
        with self.lock:
            return sum(count for status, count in self.statuses.items() if status is not None)

    def stop(self):
        self.stop_asked.set()
        for thread in self.threads:
            thread.join(timeout=60)
        if self.errors:
            raise self.errors[0]
        return self.statuses


def kill_some(server, clients):
    """Kills workers, most from outside and some by their own request, scraping in between. Returns the last series."""
    before = {}
    for kill in range(KILLS):
        goal = clients.answered() + 40
        wait_until(lambda: clients.answered() >= goal or clients.errors, "answers")
        wait_until(lambda: len(server.workers()) == WORKERS, "replaced workers")
        if kill % 3 == 2:
            clients.send("/crash", "tenant-0")
        else:
            os.kill(sorted(server.workers())[kill % WORKERS], signal.SIGKILL)
        for _ in range(3):
            scraped = scrape(server.port)
            if scraped is not None:  # the worker that answered was the one that died
                check_limits(scraped[1])
                check_not_fallen(before, scraped[1])
                before = scraped[1]
    return before


def check_sums(series, statuses):
    """Holds the sums against what the clients got. Returns how many were answered, and how many more were counted."""
    answered, lost = statuses[200] + statuses[404], statuses[None]
    more = sum_of(series, "prefork_http_requests_total") - answered
    assert 0 <= more <= lost, f"{answered} answered and {lost} without answer, {more} more counted"
    # A call that met another process deciding was counted under other labels, the status among them.
    busy = sum_of(series, "prefork_http_requests_total", 'status="other"')
    for status, count in {"2xx": statuses[200], "4xx": statuses[404]}.items():
        counted = sum_of(series, "prefork_http_requests_total", f'status="{status}"')
        assert count - busy <= counted <= count + more, f"{status}: {counted} counted, {count} answered, {busy} busy"
    folded = 'seriesguard_folded_total{label="status",metric="prefork_http_requests_total",reason="busy"}'
    assert busy == series.get(folded, 0), f"{busy} under other, {series.get(folded, 0)} busy"
    # The three are counted one after the other, so that a kill comes between them once a request that was lost at most.
    for name in ("prefork_tenant_requests_total", "prefork_http_request_duration_seconds_count"):
        counted = sum_of(series, name)
        assert answered <= counted <= answered + more, f"{name}: {counted}, answered {answered}, {more} more"
    return answered, int(more)


def check_graceful_restart(server, policy, text):
    """All workers are replaced under load, none of the requests is lost, and the new policy is in force in all."""
    clients = Clients(server.port)
    old = server.workers()
    wait_until(lambda: clients.answered() > 40, "answers")
    with open(policy, "w", encoding="utf-8") as out:
        out.write(text.replace("value_limit: 20}       #", "value_limit: 12}       #"))
    os.kill(server.pid, signal.SIGHUP)
    server.wait_for_line(r"^reload: OK")
    wait_until(lambda: not old & server.workers() and len(server.workers()) == WORKERS, "new workers")
    goal = clients.answered() + 40
    wait_until(lambda: clients.answered() > goal or clients.errors, "answers")
    statuses = clients.stop()
    assert statuses[None] == 0, f"a graceful restart has lost {statuses[None]} requests"
    limit = 'seriesguard_label_values_limit{label="tenant",metric="prefork_tenant_requests_total"}'
    assert scrape(server.port)[1][limit] == 12
    return statuses


def scrape_one(server, others):
    """Scrapes in both formats while the other workers are stopped, which nobody must mind."""
    for pid in others:
        os.kill(pid, signal.SIGSTOP)
    try:
        return scrape(server.port), scrape(server.port, OPENMETRICS)
    finally:
        for pid in others:
            os.kill(pid, signal.SIGCONT)


def check_every_worker(server, before):
    """Whoever answers says the same: each worker in turn."""
    workers, first = server.workers(), None
    for answering in sorted(workers):
        deadline = time.monotonic() + 60
        while True:
            (text, series), openmetrics = scrape_one(server, workers - {answering})
            # Who answers, and none that is gone; but who answered just before was perhaps stopped in its last step.
            if series["prefork_workers_busy"] == 1:
                break
            assert time.monotonic() < deadline, f"{series['prefork_workers_busy']} workers are busy"
        assert server.workers() == workers, "a worker has ended"
        check_limits(series)
        check_not_fallen(before, series)
        # Demand is an estimate, and each process joins it from the others only every fifteen seconds.
        said = {name: value for name, value in series.items() if not name.startswith("seriesguard_label_demand")}
        first = first or (said, set(series))
        assert said == first[0], f"two workers differ in {set(said.items()) ^ set(first[0].items())}"
        assert set(series) == first[1], f"two workers differ in {set(series) ^ first[1]}"
        assert openmetrics[0].endswith("# EOF\n"), openmetrics[0][-100:]
        assert all(openmetrics[1][name] == value for name, value in said.items() if "_bucket" not in name)
    return text


def check_with_promtool(text):
    promtool = shutil.which("promtool")
    if promtool is None:
        return "no promtool here"
    done = subprocess.run([promtool, "check", "metrics"], input=text.encode(), stdout=subprocess.PIPE,
                          stderr=subprocess.STDOUT, check=False)
    assert done.returncode == 0, done.stdout.decode()
    return "promtool finds nothing"


def check_odd_requests(port):
    """What is no request costs its connection only, and never more memory or time than a bound."""
    assert get(port, "/", method="PUT")[0] == 405
    assert get(port, "/", method="HEAD") == (None, {}, b""), "a HEAD has no body, so it is not whole for ask()"
    assert ask(port, b"nonsense\r\n\r\n")[0] == 400
    assert ask(port, b"GET / HTTP/1.1\r\nno header\r\n\r\n")[0] == 400
    assert ask(port, b"GET / HTTP/2.0\r\n\r\n")[0] == 505
    assert get(port, "/", "X-Long: " + "x" * 20000)[0] == 431
    assert ask(port, b"POST / HTTP/1.1\r\nContent-Length: 50000\r\n\r\n" + b"x" * 50000)[0] == 405
    with socket.create_connection(("127.0.0.1", port)) as silent:  # and one that never says anything
        assert get(port, "/")[0] == 200
        silent.shutdown(socket.SHUT_RDWR)
    status, headers, body = get(port, "/metrics", "Accept-Encoding: gzip")
    assert (status, headers["content-encoding"], body[:2]) == (200, "gzip", b"\x1f\x8b")


def check_policy(seriesguard, policy):
    done = subprocess.run([seriesguard, "policy", "check", policy], stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                          check=False)
    assert done.returncode == 0 and b"warning" not in done.stdout, done.stdout.decode()


def run(program, policy, seriesguard, scratch):
    check_policy(seriesguard, policy)
    folder, own_policy = os.path.join(scratch, "metrics"), os.path.join(scratch, "prefork.yaml")
    with open(policy, encoding="utf-8") as source:
        text = source.read()
    with open(own_policy, "w", encoding="utf-8") as out:
        out.write(text)
    server = Server(program, own_policy, folder)
    try:
        clients = Clients(server.port)
        try:
            before = kill_some(server, clients)
        finally:
            statuses = clients.stop()
        wait_until(lambda: len(server.workers()) == WORKERS, "replaced workers")
        series = scrape(server.port)[1]
        check_not_fallen(before, series)
        check_sums(series, statuses)
        assert sum_of(series, "prefork_workers_ended_total", 'how="killed"') == KILLS
        assert label_values(series, "prefork_tenant_requests_total", "tenant") >= {"other"}, "no junk was folded"
        statuses += check_graceful_restart(server, own_policy, text)
        series = scrape(server.port)[1]
        total, more = check_sums(series, statuses)
        assert sum_of(series, "prefork_workers_ended_total", 'how="finished"') == WORKERS
        last = check_every_worker(server, series)
        said = check_with_promtool(last)
        check_odd_requests(server.port)
        server.workers()
        server.process.send_signal(signal.SIGTERM)
        server.wait_for_end()
        assert server.process.returncode == 0, f"exit status {server.process.returncode}\n{''.join(server.lines)}"
        print(f"{total} requests answered, {more} more counted that a kill left without an answer, {KILLS} kills, "
              f"{len(server.seen)} processes, {said}")
    finally:
        server.stop()

    # A master that is killed takes its workers along; the next run finds what is left, puts it away, and begins at 0.
    server = Server(program, own_policy, folder)
    try:
        assert get(server.port, "/", "X-Tenant: tenant-1")[0] == 200
        wait_until(lambda: len(server.workers()) == WORKERS, "workers")
        os.kill(server.pid, signal.SIGKILL)
        server.wait_for_end()
        assert any(name.startswith("worker-") for name in os.listdir(folder)), "nothing was left to put away"
    finally:
        server.stop()
    server = Server(program, own_policy, folder)
    try:
        assert sum_of(scrape(server.port)[1], "prefork_http_requests_total") == 0
        server.workers()
        server.process.send_signal(signal.SIGINT)
        server.wait_for_end()
        assert server.process.returncode == 0
    finally:
        server.stop()


if __name__ == "__main__":
    with tempfile.TemporaryDirectory(prefix="prefork-server-", dir=os.environ.get("TEST_TMPDIR")) as scratch_folder:
        run(*sys.argv[1:4], scratch_folder)

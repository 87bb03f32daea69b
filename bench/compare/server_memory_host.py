# SPDX-License-Identifier: Apache-2.0
"""One Prometheus on loopback, the targets it scrapes, and what it says of its own memory.

Everything here is measured from outside: /metrics of the server itself, after garbage collections that were asked for
through /debug/pprof/heap?gc=1, in the quiet that a reload of the configuration with a long scrape interval makes: a
scrape under way would hold buffers of any age.
"""
import http.server
import json
import os
import re
import shutil
import signal
import socket
import subprocess
import tempfile
import threading
import time
import urllib.request

CEILING = 1536 << 20  # resident bytes at which a run is given up
MARK = b"@@"          # in a body: two digits that are others in every scrape
# Of each target, before anything is read: the log's buffer for the first scrape's new series is as large as all their
# labels, and is given up some scrapes later.
COMPLETE_SCRAPES = 6
PATIENCE = 150        # seconds for one run
QUIET_INTERVAL = "1h"


class Targets:
    """Serves /0, /1, ...: each the body of its number, with counters that rise from scrape to scrape."""

    def __init__(self, bodies):
        self.bodies = bodies
        self.asked = 0
        targets = self

        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_GET(self):
                targets.asked += 1
                scrape = targets.asked // len(targets.bodies)
                body = targets.bodies[int(self.path[1:])].replace(MARK, b"%02d" % (10 + scrape % 90))
                self.send_response(200)
                self.send_header("Content-Type", "text/plain; version=0.0.4; charset=utf-8")
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_):
                pass

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def port(self):
        return self.server.server_address[1]

    def close(self):
        self.server.shutdown()
        self.server.server_close()


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def version_of(program):
    said = subprocess.run([program, "--version"], check=True, capture_output=True, text=True)
    return re.search(r"version (\S+)", said.stdout + said.stderr).group(1)


class Server:
    """A fresh Prometheus with an empty folder; use as a context, which ends it."""

    def __init__(self, program, targets, interval):
        self.folder = tempfile.mkdtemp(prefix="server_memory.")
        self.port = free_port()
        self.config = os.path.join(self.folder, "prometheus.yml")
        self.configure(targets, f"{interval}s")
        self.log = open(os.path.join(self.folder, "log"), "wb")
        self.process = subprocess.Popen(
            [program, f"--config.file={self.config}", f"--storage.tsdb.path={self.folder}/data",
             f"--web.listen-address=127.0.0.1:{self.port}", "--log.level=warn"],
            stdout=self.log, stderr=self.log)

    def configure(self, targets, interval):
        with open(self.config, "w", encoding="utf-8") as out:
            out.write(f"global: {{scrape_interval: {interval}, scrape_timeout: {interval}}}\nscrape_configs:\n")
            out.write("- job_name: bill\n  static_configs:\n")
            for number in range(len(targets.bodies)):
                out.write(f"  - targets: ['127.0.0.1:{targets.port()}']\n    labels: {{__metrics_path__: /{number}")
                # As many bytes as host:port, so that a replica costs what a target of its own does.
                out.write(f", instance: 'replica-{number:07d}'}}\n" if len(targets.bodies) > 1 else "}\n")

    def reload(self):
        before = self.metrics()["prometheus_config_last_reload_success_timestamp_seconds"]
        self.process.send_signal(signal.SIGHUP)
        end = time.monotonic() + 60
        while self.metrics()["prometheus_config_last_reload_success_timestamp_seconds"] == before:
            if time.monotonic() > end:
                raise RuntimeError("the server did not take its new configuration")
            time.sleep(0.2)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.process.terminate()
        try:
            self.process.wait(20)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        self.log.close()
        shutil.rmtree(self.folder, ignore_errors=True)

    def get(self, path):
        with urllib.request.urlopen(f"http://127.0.0.1:{self.port}{path}", timeout=60) as answer:
            return answer.read()

    def metrics(self):
        values = {}
        for line in self.get("/metrics").decode().splitlines():
            name, _, value = line.rpartition(" ")
            if not line.startswith("#"):
                values[name] = float(value)
        if values["process_resident_memory_bytes"] > CEILING:
            raise RuntimeError("the server is larger than this script allows")
        return values

    def wait_ready(self):
        end = time.monotonic() + 60
        while time.monotonic() < end:
            if self.process.poll() is not None:
                raise RuntimeError("the server ended: " + open(self.log.name, encoding="utf-8").read()[-500:])
            try:
                self.get("/-/ready")
                return
            except OSError:
                time.sleep(0.2)
        raise RuntimeError("the server was not ready within 60 seconds")


def appended_by(values):
    return sum(v for k, v in values.items() if k.startswith("prometheus_tsdb_head_samples_appended_total"))


def wait_until_still(server, targets, samples):
    """Returns once so many samples are in and nothing more comes for half a second."""
    end = time.monotonic() + PATIENCE
    last, still = None, 0
    while time.monotonic() < end:
        time.sleep(0.25)
        now = targets.asked, appended_by(server.metrics())
        still = still + 1 if now == last else 0
        last = now
        if still >= 2 and now[1] >= samples:
            return
    raise RuntimeError("too few scrapes: the interval is too short for this machine")


def good_scrapes(server):
    answer = json.loads(server.get("/api/v1/query?query=sum(sum_over_time(up%5B10m%5D))"))
    return sum(int(row["value"][1]) for row in answer["data"]["result"])


def measure(program, bodies, series, interval):
    """Starts a server, has every body scraped COMPLETE_SCRAPES times, returns what it then needs.

    series: what the head must hold at least, or the run is no measurement.
    """
    targets = Targets(bodies)
    try:
        with Server(program, targets, interval) as server:
            server.wait_ready()
            wait_until_still(server, targets, COMPLETE_SCRAPES * series)
            rss = server.metrics()["process_resident_memory_bytes"]
            server.configure(targets, QUIET_INTERVAL)
            server.reload()
            wait_until_still(server, targets, COMPLETE_SCRAPES * series)
            # A scrape that failed or that the reload cut off leaves another server behind.
            if good_scrapes(server) != targets.asked:
                raise RuntimeError(f"of {targets.asked} scrapes {good_scrapes(server)} were whole")
            server.get("/debug/pprof/heap?gc=1")  # the second one empties what pools kept through the first
            server.get("/debug/pprof/heap?gc=1")
            values = server.metrics()
            head = int(values["prometheus_tsdb_head_series"])
            if head < series:
                raise RuntimeError(f"the head holds {head} of {series} series")
            return {
                "head_series": head,
                "live": int(values["go_memstats_heap_alloc_bytes"]),
                "inuse": int(values["go_memstats_heap_inuse_bytes"]),
                "rss": int(rss),
                "block_symbols": int(values.get("prometheus_tsdb_symbol_table_size_bytes", 0)),
            }
    finally:
        targets.close()

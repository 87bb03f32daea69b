# SPDX-License-Identifier: Apache-2.0
"""Addresses as inputs, against services that answer well and badly: see service.py.

usage: urls_test.py SERIESGUARD
"""
import json
import os
import shutil
import subprocess
import sys
import tempfile

import program
from service import Service, TWO_SERIES, closed_port

PROMETHEUS_3 = ("application/openmetrics-text;version=1.0.0;escaping=allow-utf-8;q=0.6,"
                "application/openmetrics-text;version=0.0.1;q=0.5,text/plain;version=1.0.0;escaping=allow-utf-8;q=0.4,"
                "text/plain;version=0.0.4;q=0.3,*/*;q=0.2")
PROMETHEUS_2 = ("application/openmetrics-text;version=1.0.0,application/openmetrics-text;version=0.0.1;q=0.75,"
                "text/plain;version=0.0.4;q=0.5,*/*;q=0.1")


def report(done):
    return json.loads(done.out) if done.returncode == 0 else {"inputs": [], "metrics": []}


def names(document):
    return [metric["name"] for metric in document["metrics"]]


def inputs(document):
    return [(one["path"], one["format"]) for one in document["inputs"]]


def test_what_is_asked_and_read(p, s):
    done = p.run("top", "--format", "json", s.url())
    p.expect("an address without a path", done, 0)
    p.check("it is /metrics, read as OpenMetrics", inputs(report(done)) == [(s.url("/metrics"), "openmetrics-1.0")], done.out)
    path, headers = s.requests[-1]
    p.check("what is asked", path == "/metrics" and headers.get("Accept") == PROMETHEUS_3 and
            headers.get("Accept-Encoding") == "gzip" and headers.get("X-Prometheus-Scrape-Timeout-Seconds") == "10" and
            headers.get("User-Agent", "").startswith("seriesguard/") and "Authorization" not in headers, headers)
    p.run("top", "--server", "prometheus2", "--timeout", "2500ms", s.url())
    headers = s.requests[-1][1]
    p.check("what prometheus2 asks", headers.get("Accept") == PROMETHEUS_2, headers)
    p.check("the time-out is told", headers.get("X-Prometheus-Scrape-Timeout-Seconds") == "2.5", headers)
    done = p.run("top", "--format", "json", s.url("/"))
    p.check("a path / stays", names(report(done)) == ["root"], done.out + done.err)
    done = p.run("top", "--format", "json", s.url("/text?match=s3cr3t#s3cr3t"))
    p.check("a query is sent, a fragment is not, neither is shown",
            s.requests[-1][0] == "/text?match=s3cr3t" and inputs(report(done)) == [(s.url("/text"), "text-0.0.4")], done.out)
    done = p.run("top", "--format", "json", s.url("/text?a=1"), s.url("/text?a=2"), s.url("/text?a=2"))
    p.check("addresses that look the same are told apart",
            [i[0] for i in inputs(report(done))] == [s.url("/text") + x for x in ("", "#2", "#3")], done.out)
    p.check("the same address twice is said", "named again; it is counted again" in done.err, done.err)
    done = p.run("top", "--format", "json", s.url("/gzip"))
    p.check("gzip is unpacked", report(done)["total"]["series"] == 2 if done.returncode == 0 else False, done.err)
    for path in ("/within", "/relative"):
        done = p.run("top", "--format", "json", s.url(path))
        p.check("a redirect within the host is followed", inputs(report(done)) == [(s.url(path), "text-0.0.4")], done.err)
    done = p.run("top", "--format", "json", "--input-format", "text", s.url("/octets"))
    p.check("--input-format says what an unknown type is", names(report(done)) == ["a_total"], done.err)
    done = p.run("top", "--format", "json", "--server", "prometheus2", s.url("/untyped"))
    p.check("prometheus2 reads what has no type as text", inputs(report(done)) == [(s.url("/untyped"), "text-0.0.4")], done.err)


def test_every_command(p, s, folder):
    dump = os.path.join(folder, "before.prom")
    with open(dump, "wb") as file:
        file.write(TWO_SERIES.splitlines(keepends=True)[0] + b'a_total{b="1"} 1\n')
    policy = os.path.join(folder, "policy.yaml")
    with open(policy, "w", encoding="utf-8") as file:
        file.write("version: 1\nmetrics:\n- {name: a_total, series_limit: 1, labels: {b: {value_limit: 50}}}\n")
    done = p.run("check", "--policy", policy, s.url("/text"))
    p.expect("check", done, 1, "a_total", s.url("/text"))
    p.expect("explain", p.run("explain", "a_total", s.url("/text")), 0, "a_total")
    done = p.run("diff", "--format", "json", dump, s.url("/text"))
    p.expect("diff", done, 0, '"added"')
    done = p.run("diff", s.url("/text"), s.url("/text"))
    p.expect("diff of an address with itself", done, 0)
    p.expect("suggest", p.run("suggest", s.url("/text")), 0, "a_total")
    p.expect("simulate", p.run("simulate", "--policy", policy, s.url("/text")), 0, "a_total")
    p.expect("forecast", p.run("forecast", s.url("/text")), 0)
    p.expect("forecast of snapshots", p.run("forecast", "--snapshots", s.url("/growing"), s.url("/growing?again")), 0)


def test_bad_answers(p, s):
    cases = [
        ("/missing", "HTTP status 404 Not Found"),
        ("/error", "HTTP status 500"),
        ("/never", "--wait-for 200"),
        ("/denied", "it wants credentials"),
        ("/html", "a page for people came (HTML)"),
        ("/json", "JSON came"),
        ("/protobuf", "protobuf came"),
        ("/untyped", "without a Content-Type"),
        ("/octets", "--input-format text or openmetrics"),
        ("/empty", "no sample in this input"),
        ("/nothing", "closed without an answer"),
        ("/garbage", "does not speak http"),
        ("/cut-body", "the answer ends early, after 4 bytes"),
        ("/gzip-cut", "the gzip data ends early"),
        ("/gzip-not", "gzip: incorrect header check"),
        ("/brotli", "packed as br"),
        ("/bomb", "raise --max-compression-ratio"),
        ("/endless-headers", "bytes of headers"),
        ("/endless-continue", "bytes of headers"),
        ("/loop", "more than 5 redirects"),
        ("/to-file", "redirects to file:///etc/passwd"),
        ("/to-gopher", "redirects to gopher://"),
        ("/nasty-reason", "HTTP status 500"),
        ("/nasty-type", "the Content-Type is"),
    ]
    for path, text in cases:
        done = p.run("top", "--format", "json", s.url(path))
        p.expect(path, done, 2, s.url(path), text)
        p.check(path + ": nothing on the standard output", done.out == "", done.out)
    done = p.run("top", "--max-uncompressed-bytes", "1M", "--max-compression-ratio", "0", s.url("/bomb"))
    p.expect("a bomb and the other cap", done, 2, "raise --max-uncompressed-bytes")
    done = p.run("top", "--max-body-bytes", "1M", s.url("/endless"))
    p.expect("an endless body", done, 2, "the body has more than 1048576 bytes; raise --max-body-bytes")
    done = p.run("top", "--max-body-bytes", "1M", s.url("/transfer-bomb"))
    p.expect("a bomb in the transfer coding", done, 2, "the body has more than 1048576 bytes; raise --max-body-bytes")
    p.expect("endless trailers", p.run("top", "--max-body-bytes", "1M", s.url("/endless-trailers")), 2)
    done = p.run("top", "--max-body-bytes", "60", s.url("/text"))
    p.expect("a body at the cap", done, 0 if len(TWO_SERIES) <= 60 else 2)
    done = p.run("top", "--max-body-bytes", str(len(TWO_SERIES)), s.url("/text"))
    p.expect("a body of exactly the cap", done, 0)
    done = p.run("top", "--max-body-bytes", str(len(TWO_SERIES) - 1), s.url("/text"))
    p.expect("a body above the cap", done, 2, "--max-body-bytes")
    for path, text in [("/silent", "no answer within 0.5s"), ("/slow-headers", "no answer within 0.5s"),
                       ("/slow-body", "no end of the answer within 0.5s, after 4 bytes"),
                       ("/endless", "no end of the answer within 0.5s")]:
        done = p.run("top", "--timeout", "500ms", "--max-body-bytes", "0", s.url(path))
        p.expect("too slow: " + path, done, 2, text)
    port, keeper = closed_port()
    done = p.run("top", "http://127.0.0.1:%d" % port)
    p.expect("down", done, 2, "http://127.0.0.1:%d/metrics: no connection: Connection refused" % port)
    done = p.run("top", s.url("/text"), "http://127.0.0.1:%d" % port, s.url("/html"))
    p.expect("every bad address is named", done, 2, "Connection refused", s.url("/html"))
    keeper.close()
    done = p.run("top", "http://no-such-host.invalid/metrics")
    p.expect("unknown host", done, 2, "http://no-such-host.invalid/metrics: the host is not known")


def test_nothing_half_written(p, s, folder):
    path = os.path.join(folder, "report.json")
    for bad in ("/html", "/bomb", "/cut-body", "/error"):
        done = p.run("top", "--output", "json=" + path, s.url(bad))
        p.expect("with --output: " + bad, done, 2)
        p.check("no report is left behind", os.listdir(folder).count("report.json") == 0, os.listdir(folder))
    temporary = os.path.join(folder, "tmp")
    os.mkdir(temporary)
    p.expect("TMPDIR", p.run("top", s.url("/text"), env={"TMPDIR": temporary}), 0)
    p.check("nothing stays in TMPDIR", os.listdir(temporary) == [], os.listdir(temporary))
    p.expect("a TMPDIR that is none", p.run("top", s.url("/text"), env={"TMPDIR": "/no/such/folder"}), 0)


def test_refused_addresses(p, s):
    user = s.url("/text").replace("//", "//alice:s3cr3t@")
    cases = [
        (user, "--basic-auth-file"),
        ("http://alice:s3cr3t@", "--basic-auth-file"),
        ("http://alice:s3cr3t/x@host.example/", "--basic-auth-file"),
        ("ftp://alice:s3cr3t@host/x", "only http:// and https://"),
        ("file:///etc/passwd", "only http:// and https://"),
        ("gopher://127.0.0.1:1/", "only http:// and https://"),
        ("http://", "expected a host"),
        ("http:///metrics?s3cr3t", "expected a host"),
        ("http://host:0/", "expected a port"),
        ("http://host:65536/", "expected a port"),
        ("http://host:1x/", "expected a port"),
        ("http://[::1/", "expected a host"),
        ("http://ho%73t/?s3cr3t", "expected a host"),
        ("http://host\\evil/", "no place in an address"),
        ("http://host/a b?s3cr3t", "no place in an address"),
        ("http://host/\r\nX-Evil: 1", "no place in an address"),
        ("http://h\u00f6st/", "no place in an address"),
        ("http://" + "a" * 9000, "more than 8192 bytes"),
    ]
    before = len(s.requests)
    for address, text in cases:
        p.expect("refused: " + repr(address[:40]), p.run("top", address), 2, text)
    p.expect("as one argument too many", p.run("diff", user, user, user), 2, "unexpected argument")
    p.expect("as a command", p.run(user), 2)
    p.check("nothing was asked for", len(s.requests) == before, s.requests[before:])


def test_credentials(p, s, folder):
    def written(name, text):
        path = os.path.join(folder, name)
        with open(path, "wb") as file:
            file.write(text)
        return path

    token, basic = written("token", b"s3cr3t-token\n"), written("basic", b"alice:s3cr3t:pass\r\n")
    p.expect("a bearer token", p.run("top", "--bearer-token-file", token, s.url("/bearer")), 0)
    p.expect("and by the environment", p.run("top", s.url("/bearer"), env={"SERIESGUARD_BEARER_TOKEN": "s3cr3t-token"}), 0)
    p.expect("basic auth", p.run("top", "--basic-auth-file", basic, s.url("/basic")), 0)
    p.expect("and by the environment", p.run("top", s.url("/basic"), env={"SERIESGUARD_BASIC_AUTH": "alice:s3cr3t:pass"}), 0)
    p.expect("a file beats the environment",
             p.run("top", "--bearer-token-file", token, s.url("/bearer"), env={"SERIESGUARD_BASIC_AUTH": "a:s3cr3t"}), 0)
    p.expect("without", p.run("top", s.url("/bearer")), 2, "HTTP status 401", "it wants credentials")
    p.expect("with a wrong one", p.run("top", "--bearer-token-file", token, s.url("/basic")), 2, "HTTP status 403",
             "the credentials that were given are not enough")
    for name, text, says in [("injected", b"s3cr3t\r\nX-Evil: 1", "control character"), ("nul", b"s3cr3t\0x", "control"),
                             ("empty", b"\n", "holds no secret"), ("large", b"s3cr3t" * 20000, "more than 65536 bytes")]:
        p.expect("a token that is " + name, p.run("top", "--bearer-token-file", written(name, text), s.url("/bearer")), 2,
                 says)
    p.expect("a missing file", p.run("top", "--bearer-token-file", folder + "/none", s.url("/bearer")), 2, "No such file")
    p.expect("no colon", p.run("top", "--basic-auth-file", token, s.url("/basic")), 2, "expected user:password")
    p.expect("both", p.run("top", "--bearer-token-file", token, "--basic-auth-file", basic, s.url("/basic")), 2, "both given")
    p.check("no header was injected", not any("X-Evil" in headers for _, headers in s.requests), "")
    with Service() as other:
        s.other_url = other.url("/text")
        for path in ("/elsewhere", "/other-host"):
            done = p.run("top", "--bearer-token-file", token, s.url(path))
            p.expect("a redirect to another port", done, 2, "HTTP status 302 Found: redirects to " + other.url("/text"),
                     "another scheme, host or port")
        p.check("the other server was not asked", other.requests == [], other.requests)
        before = len(s.requests)
        done = p.run("top", "--bearer-token-file", token, s.url("/bearer"), other.url("/bearer"))
        p.expect("credentials for two servers", done, 2, "the addresses are of 2 servers")
        p.check("neither was asked", other.requests == [] and len(s.requests) == before, other.requests)
        s.other_url = s.url("/text", host="localhost")
        p.expect("a redirect to another name of the same machine", p.run("top", s.url("/other-host")), 2, "redirects to")
        proxied = p.run("top", "--bearer-token-file", token, s.url("/bearer"),
                        env={"http_proxy": other.url(), "HTTP_PROXY": other.url(), "all_proxy": other.url()})
        p.expect("a proxy of the environment is not used", proxied, 0)
        p.check("and not asked", other.requests == [], other.requests)


def test_several(p, s, folder):
    paths = ["/text?%d" % i for i in range(12)]
    once = p.run("top", "--format", "json", "--parallel", "1", *[s.url(path) for path in paths])
    p.expect("twelve, one by one", once, 0)
    for parallel in ("3", "64"):
        again = p.run("top", "--format", "json", "--parallel", parallel, *[s.url(path) for path in paths])
        p.check("the same bytes with --parallel " + parallel, again.out == once.out, again.out[:300])
    dump = os.path.join(folder, "same.prom")
    with open(dump, "wb") as file:
        file.write(TWO_SERIES)
    mixed = report(p.run("top", "--format", "json", s.url("/text"), dump, s.url("/metrics")))
    p.check("files and addresses keep their order",
            inputs(mixed) == [(s.url("/text"), "text-0.0.4"), (dump, "text-0.0.4"), (s.url("/metrics"), "openmetrics-1.0")], mixed)
    by_file = json.loads(p.run("top", "--format", "json", dump).out)
    by_url = json.loads(p.run("top", "--format", "json", s.url("/text")).out)
    rules = [[finding["rule"] for finding in document.pop("findings")] for document in (by_file, by_url)]
    p.check("what negotiation may bring is a note on a file only", rules == [["created_negotiable"], []], rules)
    for document in (by_file, by_url):
        del document["inputs"]
    p.check("a file and an address with the same bytes give the same report", by_file == by_url, by_url)


def test_wait_for(p, s):
    s.count.clear()
    p.expect("a service that is starting", p.run("top", "--wait-for", "200", s.url("/starting")), 0, "a_total")
    p.check("it was asked three times", s.count["/starting"] == 3, s.count)
    done = p.run("top", "--wait-for", "200", "--wait-timeout", "1s", s.url("/never"))
    p.expect("one that never starts", done, 2, "not 200 within 1s (--wait-timeout); at last: HTTP status 503")
    p.check("it was asked again", s.count["/never"] >= 2, s.count)
    port, keeper = closed_port()
    done = p.run("top", "--wait-for", "200", "--wait-timeout", "600ms", "http://127.0.0.1:%d/metrics" % port)
    p.expect("one that is down", done, 2, "not 200 within 0.6s", "Connection refused")
    keeper.close()
    s.count.clear()
    done = p.run("top", "--wait-for", "200", "--wait-timeout", "20s", s.url("/denied"))
    p.expect("waiting helps no wrong password", done, 2, "HTTP status 401")
    p.check("it was asked once", s.count["/denied"] == 1, s.count)
    done = p.run("top", "--wait-for", "200", "--wait-timeout", "1s", "--timeout", "300ms", s.url("/silent"))
    p.expect("one that is silent", done, 2, "not 200 within 1s", "no answer within 0.")
    p.expect("another status", p.run("top", "--wait-for", "503", s.url("/never")), 2, "HTTP status 503")
    # The port is taken only after the program has begun to wait for it: its first try has been refused by then, or it
    # connects at once; either way it must end well.
    port, keeper = closed_port()
    environment = {"PATH": os.environ["PATH"]}
    waiting = subprocess.Popen([p.path, "top", "--wait-for", "200", "http://127.0.0.1:%d/text" % port],
                               stdout=subprocess.PIPE, stderr=subprocess.STDOUT, env=environment)
    keeper.close()
    late = Service(port=port)
    with late:
        out = waiting.communicate(timeout=120)[0].decode()
    p.check("a port that opens late", waiting.returncode == 0 and "a_total" in out, out)


def test_without_libcurl(p, s, folder):
    """The loader finds a library of that name which is none, and takes no other."""
    with open(os.path.join(folder, "libcurl.so.4"), "wb"):
        pass
    with open(os.path.join(folder, "a.prom"), "wb") as file:
        file.write(TWO_SERIES)
    env = {"LD_LIBRARY_PATH": folder}
    done = p.run("top", s.url("/text"), s.url("/metrics"), env=env)
    p.expect("without libcurl", done, 2, "apt install libcurl4")
    p.check("that is said once", done.err.count("libcurl4") == 1, done.err)
    p.expect("files need no libcurl", p.run("top", os.path.join(folder, "a.prom"), env=env), 0, "a_total")


def test_tls(p, folder):
    if shutil.which("openssl") is None:
        print("SKIPPED certificates: openssl is not installed")
        return
    certificate, key = os.path.join(folder, "cert.pem"), os.path.join(folder, "key.pem")
    subprocess.run(["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-keyout", key, "-out", certificate,
                    "-days", "2", "-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost"], check=True,
                   capture_output=True)
    with Service(certificate=(certificate, key)) as s:
        done = p.run("top", s.url("/text", host="localhost"))
        p.expect("a certificate that nobody signed", done, 2, "no trust in the connection", "self-signed", "--ca-file")
        p.check("nothing was asked", s.requests == [], s.requests)
        p.expect("--ca-file", p.run("top", "--ca-file", certificate, s.url("/text", host="localhost")), 0)
        done = p.run("top", "--ca-file", certificate, s.url("/text"))
        p.expect("the certificate of another host", done, 2, "no trust in the connection", "127.0.0.1")
        done = p.run("top", "--ca-file", key, s.url("/text", host="localhost"))
        p.expect("a --ca-file that is none", done, 2, "no trust in the connection")
        done = p.run("top", "--ca-file", folder + "/none", s.url("/text", host="localhost"))
        p.expect("a --ca-file that is not there", done, 2)
        p.expect("http to a port of https", p.run("top", s.url("/text").replace("https", "http")), 2)
        with Service() as plain:
            p.expect("https to a port of http", p.run("top", plain.url("/text").replace("http", "https")), 2,
                     "no trust in the connection")
            s.other_url = plain.url("/text", host="localhost")
            done = p.run("top", "--ca-file", certificate, s.url("/other-host", host="localhost"))
            p.expect("a redirect from https to http", done, 2, "another scheme")
            p.check("the plain server saw no request of ours", plain.requests == [], plain.requests)


def main():
    p = program.Program(os.path.abspath(sys.argv[1]))
    with tempfile.TemporaryDirectory() as folder, Service() as s:
        def fresh(name):
            path = os.path.join(folder, name)
            os.mkdir(path)
            return path

        test_what_is_asked_and_read(p, s)
        test_every_command(p, s, fresh("commands"))
        test_bad_answers(p, s)
        test_nothing_half_written(p, s, fresh("output"))
        test_refused_addresses(p, s)
        test_credentials(p, s, fresh("credentials"))
        test_several(p, s, fresh("several"))
        test_wait_for(p, s)
        test_without_libcurl(p, s, fresh("libcurl"))
        test_tls(p, fresh("tls"))
    print("%d of %d checks hold" % (p.checks - p.failures, p.checks))
    sys.exit(1 if p.failures else 0)


if __name__ == "__main__":
    main()

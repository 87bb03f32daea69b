# SPDX-License-Identifier: Apache-2.0
"""Made-up dumps for the browser: a shop with a growing one beside it, one full of hostile labels, and one of 1.4 million series."""
import random

HOSTILE = ["<script>document.title='x'</script>", "</script><script>document.title='x'</script>", "<!--<script>",
           "<img src=x onerror=\"document.title='x'\">", "\"><svg/onload=document.title='x'>", "' onfocus='document.title=1",
           "javascript:document.title='x'", "</td></table><h1>x</h1>", "</title><title>x</title>", "</style><style>*{}</style>",
           "a\u2028b\u2029c", "\x1b]0;t\x07\x1b[2J", "%0A::error::p", "|a|b|", "=cmd|' /C calc'!A0", "\u202eabc\u2066d\u2069",
           "&lt;b&gt;&amp;&#60;", "{{1+1}}${1+1}", "\\u003cscript\\u003e", "http://127.0.0.1:9/x.png", "]]>", "\ufffe\uffff",
           "<base href=http://127.0.0.1:9/>", "<meta http-equiv=refresh content=0>", "<link rel=stylesheet href=//127.0.0.1:9/a>"]
BROKEN = [b"\xff\xfe\x80<b>", b"a\xc3", b"\xed\xa0\x80<i>", b"\xf4\x90\x80\x80\"'"]


def _label(text):
    return text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")


def hostile():
    """Hostile texts as label values, as label names and as metric names (UTF-8 names stand in quotes)."""
    lines = []
    for text in HOSTILE:
        lines += ['hostile_total{v="%s",n="%d"} 1' % (_label(text), i) for i in range(3)]
        lines += ['{"m %s","%s"="%d"} 1' % (_label(text), _label(text), i) for i in range(4)]
        lines.append('help_total{w="%s"} 1' % _label(text))
    return "\n".join(["# TYPE hostile_total counter"] + lines).encode() + b"\n"


def broken():
    """Label values that are not UTF-8."""
    return b"".join(b'broken_total{v="%s",i="%d"} 1\n' % (text.replace(b'"', b'\\"'), i) for text in BROKEN for i in range(3))


POLICY = """version: 1
budget: {series_limit: 3000}
metrics:
- {name: http_requests_total, series_limit: 500, owner: team-edge}
- {name: cart_items, series_limit: 900, owner: "<b>team-cart</b>"}
- {name: queue_depth, series_limit: 1000}
"""


def shop(tenants=40, gone=()):
    """Some 3,000 series; `tenants` and `gone` make a second one to compare with."""
    lines = ["# TYPE http_requests_total counter"]
    for tenant in range(tenants):
        for path in ("/", "/cart", "/pay", "/search"):
            for method in ("GET", "POST"):
                for code in ("200", "404", "500"):
                    lines.append('http_requests_total{code="%s",method="%s",path="%s",tenant="acme-%d"} 1'
                                 % (code, method, path, tenant))
    lines.append("# TYPE http_request_seconds histogram")
    for path in ("/", "/cart", "/pay", "/search"):
        for method in ("GET", "POST"):
            name = '{method="%s",path="%s"' % (method, path)
            lines += ['http_request_seconds_bucket%s,le="%s"} 1' % (name, le)
                      for le in ("0.01", "0.05", "0.1", "0.5", "1", "5", "+Inf")]
            lines += ["http_request_seconds_sum%s} 1" % name, "http_request_seconds_count%s} 1" % name]
    for metric, count in (("cart_items", 800), ("queue_depth", 300), ("db_connections", 120), ("cache_entries", 60)):
        lines.append("# TYPE %s gauge" % metric)
        if metric not in gone:
            lines += ['%s{shard="%d",zone="%s"} 1' % (metric, i, "abc"[i % 3]) for i in range(count)]
    for i in range(40):
        lines += ['small_%d_total{kind="a"} 1' % i, 'small_%d_total{kind="b"} 2' % i]
    return ("\n".join(lines) + "\n").encode()


def large(write):
    """Writes some 1.4 million series in 800 metrics; returns how many."""
    choose = random.Random(7)
    sizes = [300_000 / (i + 1) ** 0.85 + 3 for i in range(800)]
    total = 0
    for i, size in enumerate(sizes):
        kind = ("counter", "gauge", "histogram")[i % 3]
        name = "%s_%s_%d%s" % (choose.choice(["cart", "pay", "search", "mail", "stock", "auth", "ship", "media"]),
                               choose.choice(["requests", "bytes", "errors", "jobs", "rows", "queue", "cache", "locks"]), i,
                               "_total" if kind == "counter" else "")
        sets = max(1, int(size * 1_430_000 / sum(sizes)) // (12 if kind == "histogram" else 1))
        tenants = max(1, int(sets ** 0.5))
        lines = ["# HELP %s made up" % name, "# TYPE %s %s" % (name, kind)]
        for j in range(sets):
            labels = 'instance="10.0.%d.%d:9100",method="%s",path="/api/v%d/item/%d",tenant="tenant-%05d"' % (
                j % 4, j % 7, ("GET", "POST", "PUT")[j % 3], j % 2, j % tenants, j // tenants)
            if kind != "histogram":
                lines.append("%s{%s} %d" % (name, labels, j))
                continue
            lines += ['%s_bucket{%s,le="%s"} %d' % (name, labels, le, j)
                      for le in ("0.005", "0.01", "0.05", "0.1", "0.5", "1", "2.5", "5", "10", "+Inf")]
            lines += ["%s_sum{%s} %d" % (name, labels, j), "%s_count{%s} %d" % (name, labels, j)]
        total += sets * (12 if kind == "histogram" else 1)
        write("\n".join(lines) + "\n")
    return total

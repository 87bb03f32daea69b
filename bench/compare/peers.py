# SPDX-License-Identifier: Apache-2.0
"""The other programs that read a dump, each with what it prints, and why it is missing where it is."""
import dataclasses
import importlib.util
import os
import shlex
import shutil
import subprocess

HERE = os.path.dirname(os.path.abspath(__file__))
SLICE_BYTES = 20_000_000  # what a peer reads that would need minutes for all of it

PYTHON_CLIENT = """
import sys
from prometheus_client.parser import text_fd_to_metric_families
seen = set()
for family in text_fd_to_metric_families(open(sys.argv[1], encoding="utf-8")):
    for sample in family.samples:
        seen.add((sample.name, tuple(sorted(sample.labels.items()))))
print(len(seen))
"""


@dataclasses.dataclass
class Peer:
    name: str
    prints: str           # what its user learns
    command: object       # of the dump's path: an argument list, or a line for the shell
    missing: str = ""     # why it cannot be run here
    slice_only: bool = False
    counts_series: bool = False  # the first number that it prints is the number of distinct series


def build_go(work):
    """Builds go_textparse; returns the program, or why there is none."""
    if not shutil.which("go"):
        return None, "no Go tool chain"
    program = os.path.join(work, "go_textparse")
    done = subprocess.run(["go", "build", "-tags", "stringlabels", "-o", program, "."],
                          cwd=os.path.join(HERE, "go_textparse"), capture_output=True, text=True, check=False)
    return (program, "") if done.returncode == 0 else (None, "go build: " + done.stderr.strip().splitlines()[-1])


def all_peers(work):
    go_program, go_missing = build_go(work)
    promtool = shutil.which("promtool")
    has_client = subprocess.run(["/usr/bin/python3", "-c", "import prometheus_client"], capture_output=True,
                                check=False).returncode == 0 if os.path.exists("/usr/bin/python3") else \
        importlib.util.find_spec("prometheus_client") is not None
    quote = shlex.quote
    return [
        Peer("sort -u | wc -l", "distinct lines, values and comments included",
             lambda path: f"sort -u --parallel=1 {quote(path)} | wc -l"),
        Peer("cut | sort | uniq -c", "lines per metric",
             lambda path: f"grep -v '^#' {quote(path)} | cut -d'{{' -f1 | sort --parallel=1 | uniq -c"),
        Peer("promtool check metrics --extended", "series per metric, as if all histograms had the first one's buckets",
             lambda path: f"{quote(promtool)} check metrics --extended <{quote(path)}",
             "" if promtool else "no promtool (tools/setup gates)", slice_only=True),
        Peer("Go: the server's textparse, counting as top does", "series and label values",
             lambda path: [go_program, path], go_missing, counts_series=True),
        Peer("Go: VictoriaMetrics' parser", "series and label values", None,
             "its module could not be fetched when this was written"),
        Peer("Python: prometheus_client, a set of series", "series",
             lambda path: ["/usr/bin/python3", "-c", PYTHON_CLIENT, path],
             "" if has_client else "no prometheus_client (tools/setup gates)", slice_only=True, counts_series=True),
    ]

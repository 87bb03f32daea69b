#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Exports generated policies by the program and asks promtool about every file.

usage: promtool_accepts.py PROGRAM [COUNT [SEED]]

COUNT policies (200) from SEED (1), full of quotes, braces, templates, control characters and other scripts in owners,
reasons, metric names, labels, values and patterns. Of each: alerts and recording rules pass `promtool check rules`, their
generated tests pass `promtool test rules` with every alert in them (it does not fire, then it fires), the relabelling
passes `promtool check config` inside a scrape configuration, and the allow-list is read back as a policy.
PROMTOOL names promtool. Exit status: 0 all accepted, or SKIPPED without promtool; 1 otherwise.
"""
import concurrent.futures
import os
import random
import re
import shutil
import subprocess
import sys
import tempfile

PROMTOOL = os.environ.get("PROMTOOL", "promtool")
HOSTILE = ['"', "'", "\\", "{{", "}}", "{", "{{ .Value }}", "$1", "${x}", "`", "#", ": ", "- ", "\n", "\t", "\x01", "\x7f", "\u0085",
           "\u2028", "\u202e", "\ufeff", "é", "日本", "🦀", "%", "&", "<b>", "|", ",", ";", " ", "~", "null", "*a", "!t"]
LIMITS = ("value_limit: 5", "value_limit: 20, admit: busiest", "value_limit: 3, pin: [a, b]")


def quoted(text):
    """A text as YAML between double quotes."""
    out = '"'
    for char in text:
        if char in '"\\':
            out += "\\" + char
        elif char.isprintable():
            out += char
        else:
            out += f"\\U{ord(char):08X}"
    return out + '"'


def text(rng, plain):
    return "".join(rng.choice((plain, plain, rng.choice(HOSTILE), rng.choice("abcXYZ019_"))) for _ in range(rng.randint(1, 5)))


def label_rule(rng):
    values = sorted({text(rng, "v") for _ in range(rng.randint(0, 4))})
    allowed = "[" + ", ".join(map(quoted, values)) + "]"
    before, after = (re.sub(r"\$", "", text(rng, "p")) for _ in range(2))
    return "{" + rng.choice((
        "drop: true", "normalize: status_class", "normalize: http_method", 'route: ["/a/{id}", "/b/**"]',
        f"allow: {allowed}, otherwise: {quoted(text(rng, 'rest'))}", f"allow: {allowed}", *LIMITS,
        f'replace: [{{match: "(.*)", with: {quoted(before + "${1}" + after)}}}]',
        f'replace: [{{match: "(.+)", with: {quoted(before + "$1")}}}], value_limit: 4',
        'replace: [{match: "([a-z]+)-.*", with: "$1"}], value_limit: 4')) + "}"


def metric_rule(rng, number):
    kind = rng.randint(0, 3)
    if kind == 0:
        lines = ["- name: " + quoted(text(rng, "odd") + str(number))]
    elif kind == 1:
        pattern = rng.choice((f"app{number}_(a|b)_.*", f"app_{number}[0-9]+", f"x{{2,3}}{number}.*", f'q"{number}\\\\.[^"]+',
                              f"(?i)case{number}_.+", f"a[pq]p{number}?_(seconds|日本)", f"odd\\{{{number}.*"))
        lines = ["- match: " + quoted(pattern)]
    else:
        lines = [f"- name: app{number % 4}_{rng.choice(('a', 'b', 'c'))}_{number}_total"]
    if rng.random() < 0.7:
        lines.append("  owner: " + quoted(text(rng, rng.choice(("team-a", "team-b")))))
    if rng.random() < 0.3:
        lines.append("  reason: " + quoted(text(rng, "because")))
    if rng.random() < 0.5:
        lines.append(f"  series_limit: {rng.choice((100000, 2000000))}")
    labels = {rng.choice(("code", "path", "tenant", "q")) if rng.random() < 0.8 else text(rng, "label")
              for _ in range(rng.randint(0, 3))}
    if labels:
        lines.append("  labels:")
        lines += [f"    {quoted(label)}: {label_rule(rng)}" for label in sorted(labels)]
    return lines


def policy(rng):
    lines = ["version: 1", f"mode: {rng.choice(('enforce', 'shadow'))}",
             f"scrape_interval: {rng.choice(('15s', '60s', '5m', '20m', '1h', '500ms'))}"]
    if rng.random() < 0.7:
        lines.append(f"budget: {{series_limit: {rng.choice((1, 7, 20000000, 9007199254740991))}}}")
    if rng.random() < 0.5:
        lines.append("defaults: {series_limit: 50000, value_limit: 100}")
    if rng.random() < 0.3:
        lines += ["labels:", f"  code: {label_rule(rng)}"]
    rules = [metric_rule(rng, number) for number in range(rng.randint(0, 5))]
    lines.append("metrics:" if rules else "metrics: []")
    return "\n".join(lines + [line for rule in rules for line in rule]) + "\n"


def run(*command, statuses=(0,), cwd=None):
    done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, check=False, cwd=cwd)
    said = done.stdout.decode("utf-8", "backslashreplace")
    if done.returncode not in statuses:
        raise AssertionError(f"{' '.join(command)}: status {done.returncode}\n{said}")
    return said


def sound_policy(program, rng, path):
    """Writes a policy that the program takes; not every combination of the above is one."""
    for _ in range(200):
        with open(path, "w", encoding="utf-8") as out:
            out.write(policy(rng))
        if subprocess.run([program, "policy", "check", path], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
                          check=False).returncode == 0:
            return
    raise AssertionError("no sound policy in 200 tries")


def check_one(program, folder, seed):
    """Returns how many alerts and relabel rules there were."""
    rng = random.Random(seed)
    os.mkdir(folder)
    source = os.path.join(folder, "seriesguard.yaml")
    sound_policy(program, rng, source)
    export = (program, "policy", "export", "--policy", source)
    flags = [] if rng.random() < 0.5 else ["--job", text(rng, "job")]
    hold = [] if rng.random() < 0.7 else ["--for", rng.choice(("0s", "1s", "90m", "3h30m"))]
    for target in ("alerts", "recording"):
        rules, tests = os.path.join(folder, target + ".yml"), os.path.join(folder, target + ".test.yml")
        run(*export, "--to", target, "--output", rules, "--tests", tests, *flags, *(hold if target == "alerts" else []))
        said = run(PROMTOOL, "check", "rules", rules)
        assert "duplicate" not in said, said
        run(PROMTOOL, "test", "rules", tests)
    with open(os.path.join(folder, "alerts.test.yml"), encoding="utf-8") as text_of_tests:
        tests = text_of_tests.read()
    assert "Not tested" not in tests, tests
    with open(os.path.join(folder, "alerts.yml"), encoding="utf-8") as rules:
        names = re.findall(r"^  - alert: (\w+)$", rules.read(), re.MULTILINE)
    fires = tests.count("    - exp_labels:")
    assert fires >= len(names) > 0 and tests.count("exp_alerts: []") == len(set(names)), f"{len(names)} alerts, {fires} fire"

    fragment = run(*export, "--to", "relabel", "--output", os.path.join(folder, "relabel.yml"), statuses=(0, 2))
    with open(os.path.join(folder, "relabel.yml"), encoding="utf-8") as out:
        fragment = out.read()
    config = os.path.join(folder, "prometheus.yml")
    with open(config, "w", encoding="utf-8") as out:
        out.write("scrape_configs:\n- job_name: any\n  static_configs: [{targets: ['127.0.0.1:1']}]\n"
                  + "".join(f"  {line}\n" for line in fragment.split("\n")))
    run(PROMTOOL, "check", "config", config)

    lists = os.path.join(folder, "allow-list.yaml")
    run(*export, "--to", "k8s-allow-list", "--output", lists, statuses=(0, 2))
    with open(lists, encoding="utf-8") as out:
        entries = [line for line in out.read().split("\n") if line and not line.startswith("#")]
    if entries:
        again = os.path.join(folder, "imported.yaml")
        with open(again, "wb") as out:
            out.write(subprocess.run([program, "policy", "import", lists], stdout=subprocess.PIPE,
                                     stderr=subprocess.DEVNULL, check=True).stdout)
        run(program, "policy", "check", again)
    return len(names), fragment.count("action: replace"), len(entries)


def main():
    program = os.path.abspath(sys.argv[1])
    count = int(sys.argv[2]) if len(sys.argv) > 2 else 200
    seed = int(sys.argv[3]) if len(sys.argv) > 3 else 1
    if shutil.which(PROMTOOL) is None:
        print(f"SKIPPED: no {PROMTOOL} (Debian package prometheus)")
        return 0
    with tempfile.TemporaryDirectory(prefix="promtool-") as scratch, concurrent.futures.ThreadPoolExecutor(2) as pool:
        running = [(one, pool.submit(check_one, program, os.path.join(scratch, str(one)), one))
                   for one in range(seed, seed + count)]
        sums, failed = [0, 0, 0], 0
        for one, future in running:
            try:
                sums = [a + b for a, b in zip(sums, future.result())]
            except AssertionError as error:
                failed += 1
                print(f"seed {one}: {error}")
    print(f"{count} policies: {sums[0]} alerts, {sums[1]} relabel rules, {sums[2]} allow-lists, {failed} policies failed")
    assert failed or all(sums), "an export was never more than empty"
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())

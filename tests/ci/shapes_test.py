#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""The files that other programs read have the shape that those want, and put no text from outside into a shell.

usage: shapes_test.py ACTION HOOKS GITLAB PAGE
"""
import re
import sys

try:
    import yaml
except ImportError:
    print("SKIPPED: python3-yaml is not installed (tools/setup test installs it)")
    sys.exit(0)


def load(path):
    with open(path, encoding="utf-8") as file:
        return yaml.safe_load(file)


def check_action(action):
    assert {"name", "description", "inputs", "outputs", "runs"} <= action.keys(), action.keys()
    assert action["runs"]["using"] == "composite"
    identifiers = {step.get("id") for step in action["runs"]["steps"]}
    used = set()
    for step in action["runs"]["steps"]:
        assert step.keys() <= {"id", "if", "shell", "env", "run"}, step.keys()
        assert step["shell"] == "bash", step
        assert "${{" not in step["run"], f"an expression inside a script: {step['run']}"
        for value in step.get("env", {}).values():
            used |= set(re.findall(r"inputs\.([a-z-]+)", value))
            for reference in re.findall(r"steps\.([a-z]+)\.", value):
                assert reference in identifiers, reference
        for name in re.findall(r"\$\{?(SERIESGUARD_[A-Z_]+)", step["run"]):
            assert name in step.get("env", {}), f"{name} is not set for {step['run']}"
        used |= set(re.findall(r"inputs\.([a-z-]+)", step.get("if", "")))
    assert used == set(action["inputs"]), f"inputs that nothing uses, or that are not declared: {used ^ set(action['inputs'])}"
    for name, declared in action["inputs"].items():
        assert declared["description"], name
        assert declared.get("required") or "default" in declared, name
    for name, output in action["outputs"].items():
        assert output["description"] and "steps.check" in output["value"], name
    assert action["runs"]["steps"][-1]["run"].startswith("exit "), "the verdict comes last"


def check_hooks(hooks):
    assert len({hook["id"] for hook in hooks}) == len(hooks) == 3
    for hook in hooks:
        assert {"id", "name", "entry", "language", "files"} <= hook.keys(), hook
        assert hook["language"] in ("system", "script"), hook
        re.compile(hook["files"])
        if hook["language"] == "script":
            assert hook["entry"].startswith("tools/"), hook
    policy = re.compile(hooks[0]["files"])
    for path, matches in [("seriesguard.yaml", True), ("services/shop/seriesguard.yml", True),
                          ("my-seriesguard.yaml", False), ("seriesguard.yaml.bak", False)]:
        assert bool(policy.search(path)) == matches, path
    dumps = re.compile(hooks[1]["files"])
    for path, matches in [("a.prom", True), ("x/a.prom.gz", True), ("a.openmetrics.zst", True), ("a.prometheus", False)]:
        assert bool(dumps.search(path)) == matches, path


def check_gitlab(jobs):
    job = jobs[".seriesguard"]
    assert job["artifacts"]["reports"].keys() == {"codequality", "junit"}
    assert job["artifacts"]["when"] == "always"
    for report in job["artifacts"]["reports"].values():
        assert report.split("/")[-1] in " ".join(job["script"]), report


def check_page(text):
    blocks = re.findall(r"^```yaml\n(.*?)^```$", text, re.M | re.S)
    assert len(blocks) >= 3, "the page shows a workflow, a hook and a GitLab job"
    for block in blocks:
        parsed = yaml.safe_load(block)
        assert parsed, block
        for run in re.findall(r"run: (.*)", block):
            assert "${{" not in run, run


def main():
    action, hooks, gitlab, page = sys.argv[1:]
    check_action(load(action))
    check_hooks(load(hooks))
    check_gitlab(load(gitlab))
    with open(page, encoding="utf-8") as file:
        check_page(file.read())
    print("the action, the hooks, the GitLab job and the blocks of the page have their shapes")


main()

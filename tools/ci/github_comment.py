#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Keeps one comment of a pull request up to date: what `seriesguard check --output markdown=FILE` wrote.

usage: github_comment.py FILE

  GITHUB_TOKEN              may write comments (permission pull-requests: write)
  GITHUB_API_URL            default https://api.github.com
  GITHUB_REPOSITORY         owner/name
  SERIESGUARD_PULL_REQUEST  its number
  SERIESGUARD_STATUS        that of the check; with 0 a first comment is not made
  SERIESGUARD_AUTHOR        whose comments are ours, default github-actions[bot]

The own comment is the first one of that author whose first line is the hidden marker. It is made when there is a
finding, updated when its text changed, and left alone when nothing did. A token that may not write (a pull request from
a fork) is no failure: a notice says so, and the summary of the step has the same text.
Exit status: always 0 but for a mistake of use: a comment is an extra and never decides.
"""
import json
import os
import sys
import urllib.error
import urllib.request

MARKER = "<!-- seriesguard -->"
MOST_CHARACTERS = 65_536
MOST_PAGES = 30


def notice(text):
    """Says it in the log; what came from outside has no line break that could begin another command."""
    print("::notice::seriesguard: " + text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A"))


def call(method, path, body=None):
    """Returns the answer to one request. Raises urllib.error.URLError (an HTTPError has a code), ValueError."""
    request = urllib.request.Request(
        os.environ.get("GITHUB_API_URL", "https://api.github.com") + path, method=method,
        data=None if body is None else json.dumps({"body": body}).encode(),
        headers={"Accept": "application/vnd.github+json", "Content-Type": "application/json",
                 "User-Agent": "seriesguard", "X-GitHub-Api-Version": "2022-11-28"})
    # Not part of the headers that would follow a redirect to another host.
    request.add_unredirected_header("Authorization", "Bearer " + os.environ.get("GITHUB_TOKEN", ""))
    with urllib.request.urlopen(request, timeout=30) as reply:
        return json.load(reply)


def own_comment(issue):
    author = os.environ.get("SERIESGUARD_AUTHOR") or "github-actions[bot]"
    for page in range(1, MOST_PAGES + 1):
        comments = call("GET", f"{issue}/comments?per_page=100&page={page}")
        for comment in comments:
            is_ours = (comment.get("user") or {}).get("login") == author
            if is_ours and (comment.get("body") or "").lstrip("\ufeff").startswith(MARKER):
                return comment
        if len(comments) < 100:
            return None
    return None


def same(text, other):
    """The service changes line ends and cuts blanks at the end."""
    return [line.rstrip() for line in text.strip().splitlines()] == [line.rstrip() for line in other.strip().splitlines()]


def main():
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    repository = os.environ.get("GITHUB_REPOSITORY", "")
    number = os.environ.get("SERIESGUARD_PULL_REQUEST", "")
    if not number.isascii() or not number.isdigit():
        notice("this is no pull request, so there is no comment")
        return
    try:
        with open(sys.argv[1], encoding="utf-8") as file:
            text = file.read()
    except OSError as error:
        notice(f"there is no text for the comment ({error.strerror})")
        return
    if not text.startswith(MARKER) or len(text) > MOST_CHARACTERS:
        notice("the text is not one of seriesguard check --output markdown=FILE; no comment")
        return
    try:
        issue = f"/repos/{repository}/issues/{number}"
        comment = own_comment(issue)
        if comment is None and os.environ.get("SERIESGUARD_STATUS") == "0":
            print("within budget, and no comment to update")
        elif comment is None:
            call("POST", f"{issue}/comments", text)
            print("comment made")
        elif same(comment["body"], text):
            print("nothing changed")
        else:
            call("PATCH", f"/repos/{repository}/issues/comments/{int(comment['id'])}", text)
            print("comment updated")
    except urllib.error.HTTPError as error:
        why = "the token may not write comments, as for pull requests from forks" if error.code in (401, 403) \
            else f"the service answered {error.code}"
        notice(f"no comment ({why}); the summary of this step has the same text")
    except (urllib.error.URLError, OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        notice(f"no comment (the service gave no answer that can be read: {type(error).__name__}); "
               "the summary of this step has the same text")


if __name__ == "__main__":
    main()

# SPDX-License-Identifier: Apache-2.0
"""A stand-in for the part of GitHub's API that github_comment.py uses: comments of one issue, on loopback."""
import http.server
import json
import threading


class FakeGithub:
    """Use as a context; `url` is its address. `refuse` is the status that every writing request gets, 0 = none."""

    def __init__(self, comments=(), refuse=0, broken=False):
        self.comments = [dict(comment) for comment in comments]
        self.refuse = refuse
        self.broken = broken
        self.requests = []  # (method, path)
        self.tokens = set()

    def __enter__(self):
        fake = self

        class Handler(http.server.BaseHTTPRequestHandler):
            def log_message(self, *arguments):
                pass

            def answer(self, status, body):
                data = b"<html>" if fake.broken else json.dumps(body).encode()
                self.send_response(status)
                self.send_header("Content-Length", str(len(data)))
                self.end_headers()
                self.wfile.write(data)

            def body(self):
                return json.loads(self.rfile.read(int(self.headers.get("Content-Length", 0))))["body"]

            def begin(self):
                fake.requests.append((self.command, self.path))
                fake.tokens.add(self.headers.get("Authorization"))
                if self.command != "GET" and fake.refuse:
                    self.rfile.read(int(self.headers.get("Content-Length", 0)))
                    self.answer(fake.refuse, {"message": "Resource not accessible by integration"})
                    return False
                return True

            def do_GET(self):
                if self.begin():
                    page = int(self.path.split("&page=")[1])
                    self.answer(200, fake.comments[(page - 1) * 100:page * 100])

            def do_POST(self):
                if self.begin():
                    comment = {"id": 1000 + len(fake.comments), "user": {"login": "github-actions[bot]"},
                               "body": self.body()}
                    fake.comments.append(comment)
                    self.answer(201, comment)

            def do_PATCH(self):
                if self.begin():
                    number = int(self.path.rsplit("/", 1)[1])
                    comment = next(c for c in fake.comments if c["id"] == number)
                    comment["body"] = self.body()
                    self.answer(200, comment)

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_address[1]}"
        self.thread = threading.Thread(target=self.server.serve_forever, daemon=True)
        self.thread.start()
        return self

    def __exit__(self, *error):
        self.server.shutdown()
        self.server.server_close()
        self.thread.join()

    def writes(self):
        return [request for request in self.requests if request[0] != "GET"]

# SPDX-License-Identifier: Apache-2.0
"""A headless Chromium, driven over its debugging pipe with nothing but Python's own library.

Use:      with Browser() as browser: page = browser.open(path); page.value("document.title")
Network:  the browser gets a proxy that nobody serves, so that nothing could leave the machine; each request that a page
          tries is recorded all the same (Page.requests).
Errors:   BrowserError for a crash, an exception in an expression, or an answer that does not come within ANSWER_SECONDS.
"""
import base64
import json
import os
import pathlib
import select
import shutil
import subprocess
import tempfile
import time

ANSWER_SECONDS = 60

# Runs in every page before its own scripts: records what its policy blocked.
WATCH = """
window.violations = [];
document.addEventListener("securitypolicyviolation", (event) => window.violations.push(
  event.violatedDirective + " " + event.blockedURI + " " + (event.sample || "")));
"""

KEYS = {"Enter": (13, "\r"), "Escape": (27, ""), "Tab": (9, ""), "ArrowLeft": (37, ""), "ArrowUp": (38, ""),
        "ArrowRight": (39, ""), "ArrowDown": (40, ""), "Home": (36, ""), "End": (35, ""), "Backspace": (8, "")}


class BrowserError(Exception):
    pass


def find_chromium():
    return shutil.which("chromium") or shutil.which("chromium-browser")


class Browser:
    def __init__(self):
        self._profile = tempfile.mkdtemp(prefix="seriesguard-chromium-")
        to_read, self._write = os.pipe()
        self._read, to_write = os.pipe()
        arguments = [find_chromium(), "--headless=new", "--remote-debugging-pipe", "--user-data-dir=" + self._profile,
                     "--no-first-run", "--disable-gpu", "--disable-dev-shm-usage", "--disable-background-networking",
                     "--disable-component-update", "--disable-sync", "--proxy-server=127.0.0.1:9", "--hide-scrollbars",
                     "--force-color-profile=srgb", "--font-render-hinting=none", "--allow-file-access-from-files"]
        if os.geteuid() == 0:
            arguments.append("--no-sandbox")  # it refuses to be root otherwise

        # The browser reads at 3 and writes at 4. Both ends are moved away first: either may lie on those numbers.
        def place():
            high_read, high_write = os.dup(to_read), os.dup(to_write)
            while high_read < 5:
                high_read = os.dup(high_read)
            while high_write < 5:
                high_write = os.dup(high_write)
            os.dup2(high_read, 3)
            os.dup2(high_write, 4)

        self._process = subprocess.Popen(arguments, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
                                         stderr=subprocess.DEVNULL, close_fds=False, preexec_fn=place)
        os.close(to_read)
        os.close(to_write)
        self._next = 0
        self._buffer = b""
        self.events = []

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self._process.kill()
        self._process.wait()
        os.close(self._read)
        os.close(self._write)
        shutil.rmtree(self._profile, ignore_errors=True)

    def _message(self, until):
        while b"\0" not in self._buffer:
            ready, _, _ = select.select([self._read], [], [], max(0, until - time.monotonic()))
            if not ready:
                raise BrowserError("no answer within %d s" % ANSWER_SECONDS)
            piece = os.read(self._read, 1 << 20)
            if not piece:
                raise BrowserError("the browser is gone, status %s" % self._process.poll())
            self._buffer += piece
        line, self._buffer = self._buffer.split(b"\0", 1)
        return json.loads(line)

    def call(self, method, session=None, **parameters):
        self._next += 1
        request = {"id": self._next, "method": method, "params": parameters}
        if session:
            request["sessionId"] = session
        os.write(self._write, json.dumps(request).encode() + b"\0")
        until = time.monotonic() + ANSWER_SECONDS
        while True:
            message = self._message(until)
            if message.get("id") == self._next:
                if "error" in message:
                    raise BrowserError("%s: %s" % (method, message["error"]))
                return message["result"]
            self.events.append(message)

    def wait_for(self, method, session):
        until = time.monotonic() + ANSWER_SECONDS
        while True:
            for i, event in enumerate(self.events):
                if event.get("method") == method and event.get("sessionId") == session:
                    return self.events.pop(i)
            self.events.append(self._message(until))

    def open(self, path, **options):
        return Page(self, pathlib.Path(path).resolve().as_uri(), **options)


class Page:
    """One file in one window. `scripts=False` is a reader without JavaScript."""

    def __init__(self, browser, url, width=1280, height=900, dark=False, scripts=True):
        self._browser = browser
        self.url = url
        target = browser.call("Target.createTarget", url="about:blank")["targetId"]
        self._target = target
        self._session = browser.call("Target.attachToTarget", targetId=target, flatten=True)["sessionId"]
        for domain in ("Page", "Runtime", "Network", "Log"):
            self._call(domain + ".enable")
        self._call("Page.addScriptToEvaluateOnNewDocument", source=WATCH)
        self._call("Emulation.setDeviceMetricsOverride", width=width, height=height, deviceScaleFactor=1, mobile=False)
        self._call("Emulation.setEmulatedMedia", features=[{"name": "prefers-color-scheme", "value": "dark" if dark else "light"}])
        if not scripts:
            self._call("Emulation.setScriptExecutionDisabled", value=True)
        self._call("Page.navigate", url=url)
        browser.wait_for("Page.loadEventFired", self._session)
        self._scripts = scripts

    def _call(self, method, **parameters):
        return self._browser.call(method, session=self._session, **parameters)

    def value(self, expression):
        """What a JavaScript expression gives, as plain data; promises are awaited."""
        result = self._call("Runtime.evaluate", expression=expression, returnByValue=True, awaitPromise=True)
        if "exceptionDetails" in result:
            raise BrowserError(expression[:200] + ": " + json.dumps(result["exceptionDetails"])[:500])
        return result["result"].get("value")

    def until(self, expression):
        """Waits until an expression is true, and returns what it gives."""
        end = time.monotonic() + ANSWER_SECONDS
        while time.monotonic() < end:
            found = self.value(expression)
            if found:
                return found
            time.sleep(0.02)
        raise BrowserError("never true: " + expression)

    def press(self, key):
        code, text = KEYS.get(key, (ord(key.upper()[0]), key))
        common = {"key": key, "windowsVirtualKeyCode": code}
        self._call("Input.dispatchKeyEvent", type="keyDown" if text else "rawKeyDown", text=text, **common)
        self._call("Input.dispatchKeyEvent", type="keyUp", **common)

    def type(self, text):
        self._call("Input.insertText", text=text)

    def click(self, selector):
        """Clicks in the middle of the first element of that selector, as a hand does."""
        box = self.value("""(() => { const e = document.querySelector(%s); e.scrollIntoView({block: "center"});
            const r = e.getBoundingClientRect(); return [r.x + r.width / 2, r.y + r.height / 2]; })()""" % json.dumps(selector))
        for kind in ("mousePressed", "mouseReleased"):
            self._call("Input.dispatchMouseEvent", type=kind, x=box[0], y=box[1], button="left", clickCount=1)

    def screenshot(self, selector=None):
        """PNG bytes of what is seen, or of one element."""
        self._call("Page.bringToFront")  # a window behind another one is not painted
        if selector is None:
            shot = self._call("Page.captureScreenshot", format="png")
        else:
            box = self.value("""(() => { const r = document.querySelector(%s).getBoundingClientRect();
                return {x: r.x + scrollX, y: r.y + scrollY, width: r.width, height: r.height, scale: 1}; })()"""
                             % json.dumps(selector))
            shot = self._call("Page.captureScreenshot", format="png", clip=box, captureBeyondViewport=True)
        return base64.b64decode(shot["data"])

    def tree(self):
        """The accessibility tree: a list of (role, name)."""
        nodes = self._call("Accessibility.getFullAXTree")["nodes"]
        return [(node.get("role", {}).get("value"), node.get("name", {}).get("value")) for node in nodes
                if not node.get("ignored")]

    def requests(self):
        """What the page asked for besides itself."""
        return [event["params"]["request"]["url"] for event in self._browser.events
                if event.get("method") == "Network.requestWillBeSent" and event.get("sessionId") == self._session
                and event["params"]["request"]["url"] != self.url]

    def complaints(self):
        """Exceptions and errors that the console shows."""
        found = []
        for event in self._browser.events:
            if event.get("sessionId") != self._session:
                continue
            if event.get("method") == "Runtime.exceptionThrown":
                found.append(json.dumps(event["params"]["exceptionDetails"])[:600])
            elif event.get("method") == "Log.entryAdded" and event["params"]["entry"]["level"] == "error":
                found.append(event["params"]["entry"]["text"])
        return found

    def violations(self):
        return self.value("window.violations")

    def close(self):
        self._browser.call("Target.closeTarget", targetId=self._target)

"""A headless Chromium that a test uses as a person does: it finds what it clicks by role and name, as a
screen reader says them, and types with the keyboard.

It speaks the Chrome DevTools Protocol over a pipe, so it needs no package.
Source: chromedevtools.github.io/devtools-protocol.
"""

import base64
import fcntl
import itertools
import json
import os
import queue
import re
import signal
import subprocess
import tempfile
import threading
import time

import browser

LOWEST_NUMBER_OF_A_PIPE = 10
KEYS = {"Enter": 13, "Escape": 27, "Tab": 9, "ArrowRight": 39, "ArrowLeft": 37, "ArrowDown": 40,
        "ArrowUp": 38, "Home": 36, "End": 35, " ": 32}


class Browser:
    """A browser with a profile of its own. Use it in a `with` statement."""

    def __init__(self):
        self._numbers = itertools.count(1)
        self._answers = {}
        self._pages = {}
        self._folder = tempfile.TemporaryDirectory(prefix="tailrace-browser-", ignore_cleanup_errors=True)

    def __enter__(self):
        to_browser, self._to = _pipe()
        self._from, from_browser = _pipe()
        redirect = f'exec "$0" "$@" 3<&{to_browser} 4>&{from_browser}'
        # The log of a failure is of more use than a terminal full of the browser's warnings.
        with open(f"{self._folder.name}/log", "wb") as log:
            self._process = subprocess.Popen(
                ["bash", "-c", redirect, browser.CHROMIUM, *browser.OPTIONS, "--remote-debugging-pipe",
                 "--enable-precise-memory-info", "--force-color-profile=srgb", "--hide-scrollbars",
                 f"--user-data-dir={self._folder.name}/profile"],
                stdout=log, stderr=log, pass_fds=(to_browser, from_browser), start_new_session=True)
        os.close(to_browser)
        os.close(from_browser)
        threading.Thread(target=self._read, daemon=True).start()
        return self

    def __exit__(self, *failure):
        self._process.send_signal(signal.SIGTERM)
        try:
            self._process.wait(timeout=browser.PATIENCE_SECONDS)
        finally:
            if self._process.poll() is None:
                self._process.kill()
            os.close(self._to)
            self._folder.cleanup()

    def _read(self):
        with os.fdopen(self._from, "rb") as pipe:
            rest = b""
            while True:
                read = os.read(pipe.fileno(), 1 << 20)
                if not read:
                    return
                *messages, rest = (rest + read).split(b"\0")
                for message in messages:
                    self._take(json.loads(message))

    def _take(self, message):
        if "id" in message:
            self._answers[message["id"]].put(message)
        elif message.get("sessionId") in self._pages:
            self._pages[message["sessionId"]].take_event(message["method"], message["params"])

    def call(self, method, session=None, **parameters):
        number = next(self._numbers)
        answer = self._answers[number] = queue.Queue()
        message = {"id": number, "method": method, "params": parameters}
        if session:
            message["sessionId"] = session
        text = json.dumps(message).encode() + b"\0"
        while text:
            text = text[os.write(self._to, text):]
        try:
            answered = answer.get(timeout=browser.PATIENCE_SECONDS)
        except queue.Empty:
            raise AssertionError(f"the browser does not answer {method}") from None
        finally:
            del self._answers[number]
        if "error" in answered:
            raise ProtocolError(f"{method}: {answered['error']['message']}")
        return answered["result"]

    def page(self, width=1280, height=800, theme="light"):
        """Opens an empty page of this size, in pixels."""
        target = self.call("Target.createTarget", url="about:blank")["targetId"]
        session = self.call("Target.attachToTarget", targetId=target, flatten=True)["sessionId"]
        page = Page(self, session, target)
        self._pages[session] = page
        page.start(width, height, theme)
        return page


class ProtocolError(Exception):
    """The browser refused a call, for example because an element is gone."""


class Page:
    def __init__(self, owner, session, target):
        self._owner = owner
        self._session = session
        self._target = target
        self._answered = {}
        # What the page has received: the URL, and the number of bytes of each answer as they were sent.
        self.received = []
        # What the page wrote to its console, and the exceptions that nothing caught.
        self.complaints = []

    def call(self, method, **parameters):
        return self._owner.call(method, self._session, **parameters)

    def start(self, width, height, theme):
        for domain in ("Page", "Runtime", "DOM", "Accessibility", "Network", "Log"):
            self.call(f"{domain}.enable")
        self.call("Emulation.setFocusEmulationEnabled", enabled=True)
        self.resize(width, height)
        self.use_theme(theme)

    def resize(self, width, height):
        self.call("Emulation.setDeviceMetricsOverride", width=width, height=height, deviceScaleFactor=1,
                  mobile=False)

    def use_theme(self, theme):
        features = [{"name": "prefers-color-scheme", "value": theme},
                    {"name": "prefers-reduced-motion", "value": "reduce"}]
        self.call("Emulation.setEmulatedMedia", features=features)

    def take_event(self, method, parameters):
        if method == "Network.responseReceived":
            self._answered[parameters["requestId"]] = parameters["response"]["url"]
        elif method == "Network.loadingFinished":
            url = self._answered.get(parameters["requestId"], "")
            self.received.append((url, int(parameters["encodedDataLength"])))
        elif method == "Runtime.exceptionThrown":
            details = parameters["exceptionDetails"]
            self.complaints.append(details.get("exception", {}).get("description", details["text"]))
        elif method == "Log.entryAdded" and parameters["entry"]["source"] in ("security", "violation"):
            self.complaints.append(parameters["entry"]["text"])

    def close(self):
        self._owner.call("Target.closeTarget", targetId=self._target)

    def open(self, url):
        self.call("Page.navigate", url=url)

    def evaluate(self, expression):
        """Returns the value of a JavaScript expression; a promise is awaited."""
        result = self.call("Runtime.evaluate", expression=expression, awaitPromise=True, returnByValue=True)
        if "exceptionDetails" in result:
            details = result["exceptionDetails"]
            raise AssertionError(details.get("exception", {}).get("description", details["text"]))
        return result["result"].get("value")

    def until(self, function, failure="it did not happen"):
        """Calls the function, once in each frame, until it returns something true, and returns that."""
        end = time.monotonic() + browser.PATIENCE_SECONDS / 3
        while True:
            try:
                found = function()
                if found:
                    return found
            except ProtocolError:
                found = None  # What it looked at has been replaced meanwhile.
            if time.monotonic() > end:
                told = failure() if callable(failure) else failure
                raise AssertionError(f"{told}; the page says:\n{self.text()}\n{self.complaints}")
            self.evaluate("new Promise((next) => requestAnimationFrame(() => next(true)))")

    # --- What a person sees ---

    def text(self):
        return self.evaluate("document.body?.innerText ?? ''")

    def wait_for(self, text):
        """Waits until the page shows the text."""
        self.until(lambda: text in self.text(), f"the page does not show {text!r}")

    def wait_until_gone(self, text):
        self.until(lambda: text not in self.text(), f"the page still shows {text!r}")

    def all(self, role, name=None, inside=None):
        """Returns the nodes with that role. `name` is the accessible name, or a compiled pattern for it, and
        `inside` the role and the name of a node around them."""
        if inside:
            query = {"backendNodeId": self.find(*inside), "role": role}
        else:
            document = self.call("Runtime.evaluate", expression="document")["result"]["objectId"]
            query = {"objectId": document, "role": role}
        if isinstance(name, str):
            query["accessibleName"] = name
        nodes = self.call("Accessibility.queryAXTree", **query)["nodes"]
        return [node for node in nodes if not node.get("ignored") and _matches(node, name)]

    def names(self, role):
        return [node["name"]["value"] for node in self.all(role)]

    def find(self, role, name=None, last=False, inside=None):
        """Waits for a node with that role and name, and returns its number: that of the first one, or of the
        last."""
        seen = lambda: f"there is no {role} {name!r}, only {self.names(role)}"
        return self.until(lambda: self.all(role, name, inside), seen)[-1 if last else 0]["backendDOMNodeId"]

    def has(self, role, name=None):
        return bool(self.all(role, name))

    def state(self, role, name, state):
        """Returns a state such as "checked", or None if the node does not have it."""
        self.find(role, name)
        states = {each["name"]: each["value"].get("value") for each in self.all(role, name)[0]["properties"]}
        return states.get(state)

    def on_node(self, node, function):
        """Calls a JavaScript function with the node as `this`."""
        resolved = self.call("DOM.resolveNode", backendNodeId=node)["object"]["objectId"]
        result = self.call("Runtime.callFunctionOn", objectId=resolved, functionDeclaration=function,
                           returnByValue=True)
        return result["result"].get("value")

    def text_of(self, role, name=None):
        shown = "function() { return this.innerText ?? this.textContent; }"
        return self.on_node(self.find(role, name), shown)

    def value_of(self, role, name):
        return self.on_node(self.find(role, name), "function() { return this.value; }")

    # --- What a person does ---

    def click(self, role, name=None, **which):
        def clicked():
            node = self.find(role, name, **which)
            # In the middle, where nothing that sticks to an edge covers it.
            self.on_node(node, "function() { this.scrollIntoView({ block: 'center', inline: 'center' }); }")
            quads = self.call("DOM.getContentQuads", backendNodeId=node)["quads"]
            if not quads:
                return False  # It is not shown, or no longer.
            quad = quads[0]
            x, y = (quad[0] + quad[4]) / 2, (quad[1] + quad[5]) / 2
            for kind in ("mouseMoved", "mousePressed", "mouseReleased"):
                self.call("Input.dispatchMouseEvent", type=kind, x=x, y=y, button="left", clickCount=1)
            return True
        self.until(clicked)

    def write(self, role, name, text, **which):
        """Replaces the text of a field."""
        node = self.find(role, name, **which)
        self.call("DOM.focus", backendNodeId=node)
        self.on_node(node, "function() { this.select(); }")
        if text:
            self.call("Input.insertText", text=text)
        else:
            self.press("Delete", 46)

    def choose(self, name, label, last=False):
        """Chooses the option with this label."""
        node = self.find("combobox", name, last)
        quoted = json.dumps(label)
        chosen = self.on_node(node, f"""function() {{
            const option = [...this.options].find((each) => each.label === {quoted});
            if (!option) return [...this.options].map((each) => each.label).join(", ");
            this.value = option.value;
            this.dispatchEvent(new Event("input", {{ bubbles: true }}));
            this.dispatchEvent(new Event("change", {{ bubbles: true }}));
            return true;
        }}""")
        if chosen is not True:
            raise AssertionError(f"{name} has no option {label!r}, only {chosen}")

    def give_file(self, role, name, path):
        self.call("DOM.setFileInputFiles", files=[str(path)], backendNodeId=self.find(role, name))

    def allow_downloads(self, folder):
        self._owner.call("Browser.setDownloadBehavior", behavior="allow", downloadPath=str(folder))

    def press(self, key, code=None, modifiers=0):
        number = code or KEYS.get(key) or ord(key.upper())
        text = "\r" if key == "Enter" else key if len(key) == 1 else ""
        common = {"key": key, "windowsVirtualKeyCode": number, "modifiers": modifiers}
        self.call("Input.dispatchKeyEvent", type="keyDown", text=text, **common)
        self.call("Input.dispatchKeyEvent", type="keyUp", **common)

    def screenshot(self, path):
        picture = self.call("Page.captureScreenshot", format="png")["data"]
        with open(path, "wb") as file:
            file.write(base64.b64decode(picture))

    def heap_bytes(self):
        """The memory of the page's JavaScript objects, after the garbage is collected."""
        self.call("HeapProfiler.collectGarbage")
        return self.call("Runtime.getHeapUsage")["usedSize"]


def _pipe():
    """A pipe whose numbers are not those that the browser expects its own at."""
    ends = []
    for end in os.pipe():
        ends.append(fcntl.fcntl(end, fcntl.F_DUPFD_CLOEXEC, LOWEST_NUMBER_OF_A_PIPE))
        os.close(end)
    return ends


def _matches(node, name):
    if isinstance(name, re.Pattern):
        return name.search(node.get("name", {}).get("value", "")) is not None
    return True

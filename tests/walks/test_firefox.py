"""The site in a second engine: Firefox, asked through Marionette, which it speaks by itself."""

import json
import shutil
import socket
import subprocess
import time

import pytest
from course import ENTRIES, SITE

FIREFOX = shutil.which("firefox-esr") or shutil.which("firefox")
pytestmark = pytest.mark.skipif(
    FIREFOX is None, reason="no Firefox is installed: the site was seen in one engine only"
)
PAGES = [
    "book/index.html", "notebooks/03-glutamate.html", "notebooks/04-prefrontal-hippocampal.html",
    "book/ledger.html", *(page.relative_to(SITE).as_posix() for page in ENTRIES[:1]),
    "book/glossary.html", "book/downloads.html", "genindex.html", "search.html?q=dose",
    "slides/03-glutamate.html", "handouts/03-glutamate.html",
    "_viewers/notebooks-04-prefrontal-hippocampal-1.html",
]  # fmt: skip
# What a console would say of errors in scripts, of this page alone.
ERRORS = """
const { Services } = Cu.getGlobalForObject(Components.manager);
const found = Services.console.getMessageArray()
  .filter((one) => one instanceof Ci.nsIScriptError && !(one.flags & Ci.nsIScriptError.warningFlag))
  .filter((one) => one.sourceName.startsWith("file:"))
  .map((one) => `${one.errorMessage} (${one.sourceName.split("/").at(-1)}:${one.lineNumber})`);
Services.console.reset();
return found;
"""


class Marionette:
    """One Firefox with one window: `length:[0, number, command, parameters]` goes there."""

    def __init__(self, port):
        self.number = 0
        for _ in range(300):
            try:
                self.wire = socket.create_connection(("127.0.0.1", port), timeout=30)
                break
            except ConnectionRefusedError:
                time.sleep(0.1)
        self._receive()
        self.ask("WebDriver:NewSession", capabilities={"alwaysMatch": {}})

    def _receive(self):
        length = b""
        while (byte := self.wire.recv(1)) != b":":
            length += byte
        text = b""
        while len(text) < int(length):
            text += self.wire.recv(int(length) - len(text))
        return json.loads(text)

    def ask(self, command, **parameters):
        self.number += 1
        message = json.dumps([0, self.number, command, parameters]).encode()
        self.wire.sendall(b"%d:%s" % (len(message), message))
        _, _, error, value = self._receive()
        assert error is None, f"{command}: {error['message']}"
        return value

    def run(self, script, *arguments):
        return self.ask("WebDriver:ExecuteScript", script=script, args=arguments)["value"]

    def run_as_browser(self, script, *arguments):
        self.ask("Marionette:SetContext", value="chrome")
        found = self.run(script, *arguments)
        self.ask("Marionette:SetContext", value="content")
        return found

    def wait(self, script):
        end = time.monotonic() + 20
        while not self.run(f"return {script}"):
            assert time.monotonic() < end, f"never true in Firefox: {script}"
            time.sleep(0.05)


@pytest.fixture(scope="module")
def firefox(tmp_path_factory):
    profile = tmp_path_factory.mktemp("profile")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    # A proxy that is not there: no page needs a network.
    settings = {"marionette.port": port, "network.proxy.type": 1}
    settings |= {f"network.proxy.{one}": "127.0.0.1" for one in ("http", "ssl")}
    settings |= {f"network.proxy.{one}_port": 9 for one in ("http", "ssl")}
    lines = [
        f"user_pref({json.dumps(name)}, {json.dumps(value)});" for name, value in settings.items()
    ]
    (profile / "user.js").write_text("\n".join(lines))
    command = [FIREFOX, "--headless", "--marionette", "--remote-allow-system-access", "--no-remote"]
    command += ["--profile", str(profile)]
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as started:
        yield Marionette(port)
        started.terminate()


def test_every_kind_of_page_in_firefox(firefox):
    found = {}
    # No window of Firefox is narrower than 500 pixels: zoom makes it 320.
    firefox.ask("WebDriver:SetWindowRect", width=500, height=800)
    for place in PAGES:
        firefox.ask("WebDriver:Navigate", url=f"{SITE.as_uri()}/{place}")
        firefox.run_as_browser("window.gBrowser.selectedBrowser.fullZoom = arguments[0]", 500 / 320)
        firefox.wait("innerWidth < 330")
        firefox.run("for (const one of document.querySelectorAll('details')) one.open = true")
        wide = "document.documentElement, ...document.querySelectorAll('.content')"
        wide = firefox.run(f"return Math.max(...[{wide}].map((one) => one.scrollWidth)) - 320")
        found[place] = [f"{wide} pixels too wide"] * (wide > 0) + firefox.run_as_browser(ERRORS)
    assert {place: said for place, said in found.items() if said} == {}


def test_a_cell_runs_and_a_quiz_answers_in_firefox(firefox):
    firefox.ask("WebDriver:Navigate", url=f"{SITE.as_uri()}/{PAGES[1]}")
    firefox.run("document.querySelector('.tag_live .live-opener button').click()")
    firefox.wait("document.querySelector('.live-panel textarea')")
    for _ in range(2):  # the first press asks for a guess
        firefox.run("document.querySelector('.live-tools button').click()")
    firefox.wait("document.querySelector('.live-says').textContent.startsWith('It ran.')")
    firefox.wait("document.querySelector('.live-text').textContent.trim()")
    firefox.wait("document.querySelector('svg.live-plot polyline')")
    firefox.run("document.querySelector('.quiz input').click()")
    firefox.wait(
        "/^A is (right|wrong)/.test(document.querySelector('.quiz .feedback').textContent)"
    )
    assert firefox.run_as_browser(ERRORS) == []

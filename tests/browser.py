"""The built site in Chromium, with the network cut.

A page is opened from the disk (``file:``) on a desktop and under an address, as a host would
serve it, on a phone: the answers come from the folder, so no server and no network is needed.
"""

import asyncio
import functools
import mimetypes
from dataclasses import dataclass, field
from importlib.util import find_spec
from pathlib import Path
from urllib.parse import unquote, urlsplit

from course import ENTRIES, PAGES, SITE
from playwright.async_api import async_playwright
from products import handouts

CHROMIUM = handouts.browser()
SWITCHES = [
    "--no-sandbox",  # a container has no user namespaces
    "--disable-gpu",
    "--disable-quic",
    "--disable-background-networking",
    "--host-resolver-rules=MAP * ~NOTFOUND",
]
SERVED = "http://book.test/ketamine/"
WIDTHS = {"desktop": 1280, "phone": 375}
OWN = [SITE.as_uri(), SERVED, "data:", "blob:", "about:"]  # addresses that are the site's
AT_ONCE = 2
DOOR = SITE / "index.html"  # only leads on to the first page
# Of the small pages, which have one frame, those that hold most and least.
BY_SIZE = sorted(ENTRIES, key=lambda page: page.stat().st_size)
LOOKED_AT = sorted({*PAGES} - {DOOR, *ENTRIES}) + BY_SIZE[:2] + BY_SIZE[-4:]

# Sums what jumps while the page is loaded and read through, as Lighthouse does.
WATCH_SHIFTS = """
window.shifted = 0;
new PerformanceObserver((list) => {
  for (const entry of list.getEntries()) if (!entry.hadRecentInput) window.shifted += entry.value;
}).observe({ type: "layout-shift", buffered: true });
"""
READ_THROUGH = """async () => {
  for (let y = 0; y < document.documentElement.scrollHeight; y += innerHeight) {
    scrollTo(0, y);
    await new Promise((done) => requestAnimationFrame(() => setTimeout(done, 10)));
  }
  scrollTo(0, 0);
  await new Promise((done) => setTimeout(done, 100));
}"""
DARK = "matchMedia('(prefers-color-scheme: dark)').matches"
UNFOLD = "document.querySelectorAll('details').forEach((one) => { one.open = true; })"

COLOURS = ["color-contrast", "link-in-text-block"]
# Colours are slow to judge, and a page has thousands of words in few of them: one word of each
# look, on each ground, will do. What has the same tag, class, ink, type and ground, and a parent
# with the same, is one look.
RUN_AXE = """async (onlyColours) => {
  const looks = new Map();
  const grounds = new Map([[null, ""]]);
  const groundOf = (one) => {
    if (!grounds.has(one)) {
      const { backgroundColor, backgroundImage, opacity, filter, position } = getComputedStyle(one);
      const own = [backgroundColor, backgroundImage, opacity, filter, position].join();
      const none = own === "rgba(0, 0, 0, 0),none,1,none,static";
      grounds.set(one, groundOf(one.parentElement) + (none ? "" : `/${own}`));
    }
    return grounds.get(one);
  };
  const inkOf = (one) => {
    const { color, fontSize, fontWeight, textDecorationLine: line } = getComputedStyle(one);
    return [one.localName, one.getAttribute("class"), color, fontSize, fontWeight, line].join();
  };
  for (const one of document.body.querySelectorAll("*")) {
    const says = [...one.childNodes].some((node) => node.nodeType === 3 && node.data.trim());
    if (!(says || one.matches("input, select, textarea")) || !one.checkVisibility()) continue;
    const look = inkOf(one) + inkOf(one.parentElement) + groundOf(one);
    if (!looks.has(look)) looks.set(look, one);
  }
  const colours = ["color-contrast", "link-in-text-block"];
  const options = { resultTypes: ["violations"], preload: false };
  const words = { include: [...looks.values()] };
  const results = [await axe.run(words, { ...options, runOnly: colours })];
  if (!onlyColours)
    results.push(await axe.run(document, { ...options, rules: {
      "color-contrast": { enabled: false },
      "link-in-text-block": { enabled: false },
      "label-content-name-mismatch": { enabled: true },
      "target-size": { enabled: true },
    }}));
  return results.flatMap((result) => result.violations).map((one) =>
    `${one.id} (${one.impact}), ${one.nodes.length} times: ` + one.nodes.slice(0, 3).map((node) =>
      node.html.slice(0, 120) + " " + (node.any[0] ? node.any[0].message : "")).join(" | "));
}"""


@functools.cache
def axe():
    """Return the script of axe-core, from an installed package."""
    package = Path(next(iter(find_spec("axe_playwright_python").submodule_search_locations)))
    return (package / "axe.min.js").read_text("utf-8")


@dataclass
class Sighting:
    """What was seen on one page.

    Attributes
    ----------
    outside, wrong : list of str
        Requests that left the site's folder; console errors and files that are missing.
    violations : dict of str to list of str
        What axe found, by view: "desktop light" and so on.
    overflow, shift, headings : dict of str to float
        Pixels that the page is too wide, layout shift, and first headings, by width.
    """

    outside: list = field(default_factory=list)
    wrong: list = field(default_factory=list)
    violations: dict = field(default_factory=dict)
    overflow: dict = field(default_factory=dict)
    shift: dict = field(default_factory=dict)
    headings: dict = field(default_factory=dict)


def listen(page, sighting):
    """Write down what a page asks for and complains of."""

    def note_request(request):
        if not request.url.startswith(tuple(OWN)):
            sighting.outside.append(request.url)

    def note_message(message):
        if message.type == "error":
            sighting.wrong.append(message.text)

    def note_failure(request):
        if request.failure != "net::ERR_ABORTED":  # the next page was asked for meanwhile
            sighting.wrong.append(f"not there: {request.url}")

    page.on("request", note_request)
    page.on("console", note_message)
    page.on("pageerror", lambda error: sighting.wrong.append(str(error)))
    page.on("requestfailed", note_failure)


def answer(url):
    """What a host of static files would send: status, type and bytes."""
    path = SITE / unquote(urlsplit(url).path.removeprefix("/ketamine").lstrip("/"))
    path = path / "index.html" if path.is_dir() else path
    status = 200 if path.exists() else 404
    path = path if path.exists() else SITE / "404.html"
    kind = mimetypes.guess_type(path.name)[0] or "application/octet-stream"
    return {"status": status, "content_type": kind, "body": path.read_bytes()}


async def _look(browser, path):
    sighting = Sighting()
    context = await browser.new_context(reduced_motion="reduce")
    await context.add_init_script(WATCH_SHIFTS)
    await context.route(SERVED + "**", lambda route: route.fulfill(**answer(route.request.url)))
    page = await context.new_page()
    listen(page, sighting)
    served = SERVED + path.relative_to(SITE).as_posix()
    for name, place in {"desktop": path.as_uri(), "phone": served}.items():
        await page.set_viewport_size({"width": WIDTHS[name], "height": 800})
        await page.emulate_media(color_scheme="light")
        await page.goto(place)
        await page.evaluate(READ_THROUGH)
        sighting.shift[name] = await page.evaluate("window.shifted")
        sighting.headings[name] = await page.evaluate("document.querySelectorAll('h1').length")
        await page.evaluate(UNFOLD)
        sighting.overflow[name] = await page.evaluate(
            "document.documentElement.scrollWidth - innerWidth"
        )
        await page.evaluate(axe())
        sighting.violations[f"{name} light"] = await page.evaluate(RUN_AXE, False)
        await page.emulate_media(color_scheme="dark")
        assert await page.evaluate(DARK)
        sighting.violations[f"{name} dark"] = await page.evaluate(RUN_AXE, True)
    await context.close()
    return sighting


async def _look_at_all(paths):
    turn = asyncio.Semaphore(AT_ONCE)
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=CHROMIUM, args=SWITCHES)

        async def one(path):
            async with turn:
                return await _look(browser, path)

        seen = await asyncio.gather(*(one(path) for path in paths))
        await browser.close()
    return dict(zip(paths, seen, strict=True))


def survey():
    """Look at every page, two at a time.

    Returns
    -------
    dict of pathlib.Path to Sighting
    """
    viewers = sorted((SITE / "_viewers").glob("*.html"))
    # The heaviest first, so that none is left to the end alone.
    paths = sorted([*LOOKED_AT, *viewers], key=lambda path: -path.stat().st_size)
    return asyncio.run(_look_at_all(paths))

"""Takes the pictures of the documentation: a served demonstration on phone and desktop, both languages.

Run: scripts/pictures (needs Chromium and the Urdu fonts: see CONTRIBUTING.md).
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from pathlib import Path

from playwright.sync_api import Browser, sync_playwright

from tests.browser.conftest import ARGUMENTS, CHROMIUM
from tests.processes.serving import CLAUSE, SEND, SLUG, VERSION, Served, serving

FOLDER = Path(__file__).parent / "pictures"
WIDTHS = {"phone": (360, 780), "desktop": (1280, 900)}
SUBMISSION = {
    "submitter": "individual",
    "comments": [
        {
            "clause": CLAUSE,
            "position": "mixed",
            "body": "Name the court in the clause, and put an end date on every order.",
        }
    ],
}


def pages(served: Served) -> Iterator[tuple[str, str]]:
    """(name, path below the language) of each page."""
    receipt = served.client.post(SEND, json=SUBMISSION).json()["receipt"]
    yield "contents", f"{SLUG}/"
    yield "clause", f"{SLUG}/{VERSION}/{CLAUSE}"
    yield "receipt", f"receipts/{receipt}"
    yield "search", f"{SLUG}/search?q=court"


def take(browser: Browser, served: Served) -> None:
    """One picture a page, language and width, as high as the window."""
    for name, path in pages(served):
        for language in ("en", "ur"):
            for device, (width, height) in WIDTHS.items():
                page = browser.new_page(
                    viewport={"width": width, "height": height}, java_script_enabled=False
                )
                page.goto(f"{served.address}/{language}/{path}")
                page.screenshot(path=FOLDER / f"{name}-{language}-{device}.png")
                page.close()


def main() -> None:
    """Serve, take, end."""
    FOLDER.mkdir(exist_ok=True)
    with (
        tempfile.TemporaryDirectory() as folder,
        serving(Path(folder) / "data", "--demo") as served,
        sync_playwright() as playwright,
    ):
        browser = playwright.chromium.launch(executable_path=str(CHROMIUM), args=ARGUMENTS)
        take(browser, served)
        browser.close()


if __name__ == "__main__":
    main()

"""Going through a page as those do who read it large, or have no mouse: what stands in their way."""

from pathlib import Path

from playwright.sync_api import Page

SCRIPT = Path(__file__).with_name("walking.js").read_text("utf-8")
LARGE = 2
"""How many times as large as usual people may read (WCAG 2.2, 1.4.4)."""

MORE_STEPS = 12
"""What scrolls can be stepped on as well, and parts of a date; then the walk begins anew."""


def enters(page: Page) -> None:
    """Bring along what looks."""
    page.evaluate(SCRIPT)


def large_text(page: Page) -> list[str]:
    """What is cut off, lies on something else or stands beside the window, with text twice as large."""
    found: list[str] = page.evaluate("(times) => walking.large(times)", LARGE)
    return found


def by_keyboard(page: Page) -> list[str]:
    """What Tab does not reach in its place, what does not show that it has the focus, or is covered then."""
    steps: int = page.evaluate("walking.begin()")
    for _ in range(steps + MORE_STEPS):
        page.keyboard.press("Tab")
    found: list[str] = page.evaluate("walking.end()")
    return found

"""Draws the icons with which the client is installed, of its logo, into the client's folder.

python -m infra.icons
"""

from pathlib import Path

from playwright.sync_api import Page, sync_playwright

STATIC = Path(__file__).resolve().parent.parent / "chalicelib" / "web" / "static"
LOGO = STATIC / "logo.svg"
GROUND = "#6b2a58"
"""The logo's own."""

ICONS = {
    "icon-192.png": (192, 0.0),
    "icon-512.png": (512, 0.0),
    "icon-maskable.png": (512, 0.1),
    "icon-apple.png": (180, 0.08),
}
"""How many pixels wide, and which part of that is ground around the logo.

A system may cut a maskable icon to a circle of 80 %: https://www.w3.org/TR/appmanifest/#icon-masks
"""

CHROMIUM = "/usr/bin/chromium"


def draw(folder: Path = STATIC) -> None:
    """Draw all of them."""
    with (
        sync_playwright() as driver,
        driver.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"]) as browser,
        browser.new_page() as page,
    ):
        for name, (size, margin) in ICONS.items():
            (folder / name).write_bytes(_drawn(page, size, margin))


def _drawn(page: Page, size: int, margin: float) -> bytes:
    style = f"body {{ margin: {size * margin}px; background: {GROUND if margin else 'none'}; }}"
    page.set_viewport_size({"width": size, "height": size})
    page.set_content(f"<style>{style} svg {{ display: block; }}</style>{LOGO.read_text('utf-8')}")
    return page.screenshot(omit_background=not margin)


if __name__ == "__main__":
    draw()

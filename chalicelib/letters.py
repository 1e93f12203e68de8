"""Mails as text and as HTML, from a feature's own templates and the frame that all of them share; and pages.

HTML for mail programs: tables and inline styles, no image, no script, readable with all of it ignored.
"""

from functools import cache
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined, select_autoescape

FRAME = Path(__file__).with_name("templates")


def write(folder: Path, name: str, **words: Any) -> tuple[str, str]:
    """The text and the HTML of a mail: a folder's ``name.txt`` and ``name.html`` with these words in them."""
    templates = _templates(folder)
    text = templates.get_template(f"{name}.txt").render(words)
    return text.strip() + "\n", templates.get_template(f"{name}.html").render(words)


def page(folder: Path, name: str, **words: Any) -> str:
    """A folder's page ``name.html`` with these words in it."""
    return _templates(folder).get_template(f"{name}.html").render(words)


@cache
def _templates(folder: Path) -> Environment:
    return Environment(
        loader=FileSystemLoader([folder, FRAME]),
        autoescape=select_autoescape(["html"]),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )

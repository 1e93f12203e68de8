"""The few pages of this machine itself: signing in, the mailbox, and what was posted."""

import secrets
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader

TEMPLATES = Path(__file__).with_name("templates")
_environment = Environment(loader=FileSystemLoader(TEMPLATES), autoescape=True)


def render(template: str, **values: Any) -> tuple[list[tuple[str, str]], bytes]:
    """Headers and body of a page."""
    nonce = secrets.token_urlsafe(16)
    body = _environment.get_template(template).render(**values, nonce=nonce).encode()
    return [*headers(nonce).items(), ("Content-Type", "text/html; charset=utf-8")], body


def headers(nonce: str) -> dict[str, str]:
    """What a page may load: its own style sheet, which carries this nonce."""
    return {
        "Content-Security-Policy": (
            f"default-src 'none'; style-src 'nonce-{nonce}'; frame-src 'self'; form-action 'self'; "
            "base-uri 'none'; frame-ancestors 'none'"
        ),
        "Cache-Control": "no-store",
        "Referrer-Policy": "no-referrer",
        "X-Content-Type-Options": "nosniff",
    }

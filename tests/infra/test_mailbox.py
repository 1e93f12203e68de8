"""The mailbox, read as a browser reads it."""

from email.message import EmailMessage

import pytest
from werkzeug.test import Client

from infra.mailbox import Mailbox


def mail(subject: str, html: str | None = "<p>Hello</p>", to: str = "ben@acme.example") -> bytes:
    message = EmailMessage()
    message["From"], message["To"], message["Subject"] = "Earshot <earshot@example.com>", to, subject
    message["Date"] = "Sun, 01 Nov 2026 09:00:00 +0000"
    message.set_content("Hello in text <&>")
    if html is not None:
        message.add_alternative(html, subtype="html")
    return message.as_bytes()


@pytest.fixture
def sent() -> list[bytes]:
    return []


@pytest.fixture
def browser(sent: list[bytes]) -> Client:
    return Client(Mailbox(lambda: sent))


def test_the_list_names_every_mail_newest_first(browser: Client, sent: list[bytes]) -> None:
    assert "No mail has been sent yet" in browser.get("/mailbox").text
    sent += [mail("The first"), mail("Čau <b>second</b>", to="Zoë <zoe@acme.example>")]
    page = browser.get("/mailbox/").text
    assert page.index("Čau &lt;b&gt;second&lt;/b&gt;") < page.index("The first")
    assert "Zoë &lt;zoe@acme.example&gt;" in page
    assert "Sun, 01 Nov 2026 09:00:00 +0000" in page
    assert 'href="/mailbox/2"' in page


def test_a_mail_shows_its_html_in_a_sandbox_and_its_text_escaped(browser: Client, sent: list[bytes]) -> None:
    sent.append(mail("Join", "<html><head lang='en'><title>x</title></head><a href='http://a.test'>Go</a>"))
    page = browser.get("/mailbox/1")
    assert "Hello in text &lt;&amp;&gt;" in page.text
    assert '<iframe title="The mail" src="/mailbox/1/html"' in page.text
    assert "allow-scripts" not in page.text
    assert "allow-same-origin" not in page.text
    assert page.headers["Content-Security-Policy"].startswith("default-src 'none'; style-src 'nonce-")
    inside = browser.get("/mailbox/1/html")
    assert inside.text.startswith("<html><head lang='en'><base target=\"_top\"><title>")
    policy = inside.headers["Content-Security-Policy"]
    assert policy.startswith("sandbox allow-popups")
    assert "default-src 'none'" in policy
    assert "allow-scripts" not in policy
    assert "frame-ancestors 'self'" in policy


def test_a_mail_without_html_shows_its_text_alone(browser: Client, sent: list[bytes]) -> None:
    sent.append(mail("Plain", html=None))
    assert "<iframe" not in browser.get("/mailbox/1").text
    assert browser.get("/mailbox/1/html").status_code == 404


@pytest.mark.parametrize("path", ["/mailbox/0", "/mailbox/2", "/mailbox/x", "/mailbox/1/2", "/mailbox/-1"])
def test_what_is_not_there_is_a_404(browser: Client, sent: list[bytes], path: str) -> None:
    sent.append(mail("One"))
    assert browser.get(path).status_code == 404


def test_nothing_is_changed_here(browser: Client) -> None:
    assert browser.post("/mailbox").status_code == 405
    assert browser.head("/mailbox").data == b""

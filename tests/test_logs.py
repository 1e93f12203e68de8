"""Logs: one JSON object a line, whatever stands in it."""

import json
import logging
import sys

from chalicelib.logs import JsonLines


def line(message: str, **extra: object) -> str:
    record = logging.makeLogRecord({"name": "chalicelib.x", "levelname": "INFO", "msg": message} | extra)
    return JsonLines().format(record)


def test_a_line_carries_what_was_passed_beside_the_message() -> None:
    assert json.loads(line("reacting", kind="member_joined", tries=2)) == {
        "level": "INFO",
        "logger": "chalicelib.x",
        "message": "reacting",
        "kind": "member_joined",
        "tries": 2,
    }


def test_nothing_in_it_begins_another_line() -> None:
    text = line("a\nb\r\u2028{", title='"\n{"level": "ERROR"}', odd=object())
    assert "\n" not in text
    assert "\r" not in text
    assert json.loads(text)["title"] == '"\n{"level": "ERROR"}'


def test_an_exception_stands_in_its_line() -> None:
    try:
        raise ValueError("broken")
    except ValueError:
        text = line("failed", exc_info=sys.exc_info())
    assert "ValueError: broken" in json.loads(text)["exception"]
    assert "\n" not in text

"""A digest as a mail: the same words as text and as HTML, for whoever is to get it."""

from functools import lru_cache
from pathlib import Path
from typing import Final

from chalicelib import letters, settings
from chalicelib.digests import composing, periods, unsubscribing
from chalicelib.digests.bulk import Letter, Mail
from chalicelib.digests.composing import Digest
from chalicelib.digests.periods import Every
from chalicelib.digests.readers import Subscriber

TEMPLATES: Final = Path(__file__).with_name("templates")

PLACE: Final = "https://unsubscribe.invalid/"
"""Stands in a mail that many get where each of them finds their own address."""

HOW_OFTEN: Final = {
    "daily": "every working day",
    "weekly": "every Tuesday",
    "monthly": "on the first Tuesday of the month",
}


def mail_of(to: Subscriber, digest: Digest, workspace_id: str, workspace_name: str) -> Mail:
    """The mail to somebody."""
    falls_back = to.every != "monthly" and to.unvisited + 1 >= periods.MOST_UNVISITED
    address = unsubscribing.url(workspace_id, to.member_id, "digest")
    return Mail(
        to=to.email,
        letter=_written(digest, workspace_id, workspace_name, to.in_force, falls_back),
        address=address,
        headers=unsubscribing.headers(address),
        tags={"workspace": workspace_id, "member": to.member_id},
    )


@lru_cache(maxsize=128)
def _written(
    digest: Digest, workspace_id: str, workspace_name: str, every: Every, falls_back: bool
) -> Letter:
    """What a mail says; to most of a workspace it is the same."""
    subject = composing.subject(digest, workspace_name)
    text, html = letters.write(
        TEMPLATES,
        "digest",
        subject=subject,
        digest=digest,
        workspace=workspace_name,
        place=f"{settings.BASE_URL}#/w/{workspace_id}",
        how_often=HOW_OFTEN[every],
        falls_back=falls_back,
        unsubscribe=PLACE,
    )
    return Letter(subject, _around(text), _around(html))


def _around(text: str) -> tuple[str, str]:
    before, _, after = text.partition(PLACE)
    return before, after

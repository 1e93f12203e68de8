"""Composing the digests of a workspace: what happened is read once, and told to whom it is for."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cached_property
from typing import Final

from chalicelib.digests import composing, news
from chalicelib.digests.composing import Digest, Happened, Reader
from chalicelib.digests.readers import Subscriber
from chalicelib.workspaces.models import Workspace

LOOKS_BACK: Final = timedelta(days=35)
"""What is older is not told, however long somebody got nothing: a little more than a month."""

LATELY: Final = timedelta(days=7)
"""What a digest tells of that somebody asks for."""


@dataclass(frozen=True)
class Told:
    """A digest for somebody."""

    to: Subscriber
    digest: Digest


class Newsroom:
    """What happened in a workspace, read once for everybody to whom it is told now."""

    def __init__(self, workspace_id: str, now: datetime) -> None:
        self._workspace_id, self._now, self._oldest = workspace_id, now, now - LOOKS_BACK
        self._of_strangers: dict[datetime, Digest | None] = {}

    @cached_property
    def workspace_name(self) -> str:
        return str(Workspace.get(self._workspace_id).name)

    @cached_property
    def _for_all(self) -> list[Happened]:
        return news.of_workspace(self._workspace_id, self._oldest)

    @cached_property
    def _concerned(self) -> frozenset[str]:
        return composing.concerned(self._for_all)

    @cached_property
    def _for_few(self) -> frozenset[str]:
        """The narrower audiences of what happened for everybody, and was narrowed since."""
        keys = frozenset(key for one in self._for_all for key in one.audience_keys)
        return keys - {f"w#{self._workspace_id}"}

    def letters(self, subscribers: Sequence[Subscriber]) -> list[Told]:
        """What there is to tell to whom."""
        with_own = [each for each in subscribers if each.has_news_of_their_own]
        own_keys = {key for each in with_own for key in each.audience_keys if not key.startswith("w#")}
        of_some = news.of_some(self._workspace_id, own_keys, self._oldest) if own_keys else []
        composed = ((each, self._composed(each, of_some)) for each in subscribers)
        return [Told(each, digest) for each, digest in composed if digest is not None]

    def lately(self, to: Subscriber) -> Digest:
        """What happened in the last week, however little."""
        own_keys = to.audience_keys - {f"w#{self._workspace_id}"}
        happened = [*self._for_all, *news.of_some(self._workspace_id, own_keys, self._oldest)]
        reader = Reader(to.member_id, to.audience_keys, self._now - LATELY)
        digest = composing.compose(reader, happened, now=self._now, enough=0)
        assert digest is not None, "nothing at all is enough"
        return digest

    def _composed(self, to: Subscriber, of_some: Sequence[Happened]) -> Digest | None:
        told_until = max(to.knows_until, self._oldest)
        reader = Reader(to.member_id, to.audience_keys, told_until)
        is_stranger = to.member_id not in self._concerned and not to.audience_keys & self._for_few
        if to.has_news_of_their_own or not is_stranger:
            return composing.compose(reader, [*self._for_all, *of_some], now=self._now)
        # To all others the same is new who know of the same, and may open the same of it.
        if told_until not in self._of_strangers:
            self._of_strangers[told_until] = composing.compose(reader, self._for_all, now=self._now)
        return self._of_strangers[told_until]

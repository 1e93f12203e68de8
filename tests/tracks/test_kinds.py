"""Files of every kind: the good ones are kept, their sound bit by bit, the others are told why not."""

from functools import cache

import pytest

from chalicelib.tracks.rejections import Rejected
from tests.tracks.kinds import KEPT, REFUSED
from tests.tracks.through import Passed, decoded, duration_ms, read, through

NAMES = [(container, kind) for container, kinds in KEPT.items() for kind in kinds]


@cache
def passed(container: str, kind: str) -> tuple[bytes, Passed]:
    """A file of this kind, and what came of it."""
    content = KEPT[container][kind]()
    return content, through(content)


@pytest.mark.parametrize(("container", "kind"), NAMES)
def test_a_good_file_is_kept_and_is_as_long_as_it_was(container: str, kind: str) -> None:
    _, kept = passed(container, kind)
    assert kept.found.container == container
    again = read(kept.clean)
    assert again.container == container
    assert (again.codec, again.channels, again.sample_rate) == kept.found[2:3] + kept.found[5:3:-1]
    assert again.title == "How I open a call"
    assert abs(again.duration_ms - kept.found.duration_ms) <= 1
    length_ms = duration_ms(kept.clean)
    assert abs(length_ms - kept.found.duration_ms) < 60, (length_ms, kept.found)


@pytest.mark.parametrize("container", KEPT)
def test_the_sound_is_the_same_bit_by_bit(container: str) -> None:
    both = [passed(container, kind) for kind in KEPT[container]]
    before = decoded(*(content for content, _ in both))
    after = decoded(*(kept.clean for _, kept in both))
    assert dict(zip(KEPT[container], after, strict=True)) == dict(zip(KEPT[container], before, strict=True))


@pytest.mark.parametrize("kind", REFUSED)
def test_another_kind_is_refused_and_named(kind: str) -> None:
    code, named, make = REFUSED[kind]
    with pytest.raises(Rejected) as refused:
        read(make())
    assert refused.value.code == code
    assert named in refused.value.sentence

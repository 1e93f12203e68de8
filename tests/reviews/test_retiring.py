"""Retiring tracks through the API: what they leave, what stays, and where they lead."""

from datetime import timedelta
from itertools import pairwise
from typing import Any

import pytest

from chalicelib import times
from chalicelib.digests import news
from chalicelib.reviews.forwarding import MOST_STEPS
from chalicelib.tracks.models import Track
from tests import wire
from tests.progress.player import Player, track_of
from tests.reviews.saying import anew, brings_back, led, retires
from tests.tracks.audio import mp3
from tests.world import Person, World, upload


def spoken(who: Person, title: str, chosen: str = "workspace") -> str:
    """The id of a ready track of this title, whose audio nobody here listens to."""
    track_id = track_of(who, 1000, chosen=chosen)
    Track(who.workspace_id, track_id).update(
        actions=[
            Track.title.set(title),
            Track.changed_at.set(times.now()),
            Track.container.set("mp3"),
            Track.size_bytes.set(8000),
        ]
    )
    return track_id


@pytest.fixture
def old(ann: Person) -> str:
    return spoken(ann, "How we sold")


@pytest.fixture
def new(ann: Person) -> str:
    return spoken(ann, "How we sell")


def listed(who: Person, path: str = "tracks") -> list[str]:
    return [track["title"] for track in who.get(f"{who.place}/{path}").expect(200)["items"]]


def found(who: Person) -> list[str]:
    return [track["title"] for track in who.get(f"{who.place}/search?q=how").expect(200)["tracks"]]


def test_a_retired_track_leaves_every_list_but_its_speakers_own(
    ann: Person, ben: Person, old: str, new: str
) -> None:
    assert sorted(found(ben)) == ["How we sell", "How we sold"]
    retired = retires(ann, old, new).expect(200)
    assert retired["status"] == "ready"
    for who in (ann, ben):
        assert listed(who) == ["How we sell"]
        assert found(who) == ["How we sell"]
    assert listed(ben, f"tracks?speaker={ann.member_id}") == ["How we sell"]
    assert listed(ann, "tracks?speaker=me") == ["How we sell", "How we sold"]


def test_nothing_more_is_told_of_it(ann: Person, ben: Person) -> None:
    track_id = ann.records(mp3(1), title="How we sold")

    def told(who: Person) -> list[str]:
        return [each["title"] for each in who.get(f"{who.place}/activity").expect(200)["items"]]

    since = times.now() - timedelta(days=1)
    assert "How we sold" in told(ben)
    assert [each.kind for each in news.of_workspace(ann.workspace_id, since)] == ["track_published"]
    retires(ann, track_id).expect(200)
    assert "How we sold" not in told(ben) + told(ann)
    assert news.of_workspace(ann.workspace_id, since) == []


def test_its_page_says_so_and_leads_to_its_successor(ann: Person, ben: Person, old: str, new: str) -> None:
    retires(ann, old, new).expect(200)
    seen = ben.track(old)
    assert seen["title"] == "How we sold"
    assert seen["retired_at"]
    assert led(ben, old) == {
        "track_id": new,
        "title": "How we sell",
        "speaker": {"member_id": ann.member_id, "name": "Somebody"},
        "duration_ms": ben.track(new)["duration_ms"],
    }
    ben.get(f"{ben.place}/tracks/{new}/retirement").expect(404)


def test_only_its_speaker_plays_it(ann: Person, ben: Person, old: str) -> None:
    retires(ann, old).expect(200)
    assert led(ben, old) is None
    for what in ("audio", "transcript", "revisions", "revisions/1/audio"):
        refused = ben.get(f"{ben.place}/tracks/{old}/{what}").expect(409)
        assert refused["Code"] == "TrackRetired"
    ann.get(f"{ann.place}/tracks/{old}/audio").expect(200)
    ben.post(f"{ben.place}/tracks/{old}/questions", text="Why?").expect(409)
    ben.get(f"{ben.place}/tracks/{old}/questions").expect(200)


def test_what_was_heard_of_it_stays_and_what_arrives_late_counts(ann: Person, ben: Person, old: str) -> None:
    player = Player(ben, old)
    assert player.listens(0, 400)["taken"] == 1
    before = ben.get(f"{ben.place}/progress/{old}").expect(200)
    retires(ann, old).expect(200)
    assert player.listens(0, 400)["taken"] == 1, "it was heard before, without a network"
    after = ben.get(f"{ben.place}/progress/{old}").expect(200)
    assert (after["heard"], after["coverage"]) == (before["heard"], before["coverage"])
    assert ben.get(f"{ben.place}/recent").expect(200)["left_off"] is None


def test_its_speaker_brings_it_back(ann: Person, ben: Person, old: str, new: str) -> None:
    published = ann.track(old)["published_at"]
    retires(ann, old, new).expect(200)
    brings_back(ben, old).expect(404)
    brings_back(ann, old).expect(204)
    brings_back(ann, old).expect(204)
    track = ben.track(old)
    assert (track["retired_at"], track["published_at"]) == (None, published)
    assert ann.track(old)["review_on"]
    assert sorted(listed(ben)) == sorted(found(ben)) == ["How we sell", "How we sold"]
    ben.get(f"{ben.place}/tracks/{old}/audio").expect(200)
    retires(ann, new, old).expect(200)
    assert led(ben, new) is not None
    assert ben.track(old)["retired_at"] is None


def test_a_playlist_keeps_a_line_that_leads_on(ann: Person, ben: Person, old: str, new: str) -> None:
    playlist_id = ben.makes("Selling")
    ben.adds(playlist_id, old, note="Hear this first")
    ben.adds(playlist_id, new)
    retires(ann, old, new).expect(200)
    page = ben.opens(playlist_id)
    line, live = page["entries"]
    assert [line["state"], live["state"]] == ["retired", "live"]
    assert (line["title"], line["note"]) == ("How we sold", "Hear this first")
    assert line["successor"] == {"track_id": new, "title": "How we sell"}
    assert "duration_ms" not in line
    assert page["resume"]["entry_id"] == live["entry_id"], "there is nothing to play in it"
    assert ann.opens(playlist_id)["entries"][0]["state"] == "retired", "for its speaker neither"
    refused = ann.post(f"{ann.place}/playlists/{ann.makes('Mine')}/entries", track_id=old).expect(409)
    assert refused["Code"] == "TrackRetired"
    brings_back(ann, old).expect(204)
    back = ben.opens(playlist_id)["entries"][0]
    assert back["state"] == "live"
    assert "successor" not in back


def test_the_page_of_a_playlist_asks_once_more_where_something_was_retired(
    ann: Person, ben: Person, old: str, new: str
) -> None:
    playlist_id = ben.makes("Selling")
    ben.adds(playlist_id, old)
    with wire.counted() as calls:
        ben.opens(playlist_id)
    assert len(calls) == 2
    retires(ann, old, new).expect(200)
    with wire.counted() as calls:
        ben.opens(playlist_id)
    assert [call for call in calls if call.endswith(" tracks")] == ["BatchGetItem tracks"]


def test_a_line_of_successors_leads_to_its_end(ann: Person, ben: Person) -> None:
    line = [spoken(ann, f"The {number}") for number in range(3)]
    for one, other in pairwise(line):
        retires(ann, one, other).expect(200)
    ends = [led(ben, each) for each in line[:-1]]
    assert [end and end["track_id"] for end in ends] == [line[-1]] * 2
    retires(ann, line[-1]).expect(200)
    assert led(ben, line[0]) is None, "its last one leads nowhere"


def test_a_longer_line_than_may_be_leads_nowhere(ann: Person) -> None:
    old = spoken(ann, "The first")
    track = Track.get(ann.workspace_id, old)
    for number in range(MOST_STEPS + 2):
        track.track_id, track.successor_id = f"step-{number}", f"step-{number + 1}"
        track.retired_at, track.meant_for = track.published_at, ann_key(ann)
        track.audience_key = None
        track.save()
    track.track_id, track.successor_id, track.audience_key = f"step-{MOST_STEPS + 2}", None, ann_key(ann)
    track.retired_at = track.meant_for = None
    track.save()
    assert led(ann, "step-0") is None
    last = led(ann, "step-1")
    assert last is not None
    assert last["track_id"] == f"step-{MOST_STEPS + 2}"


def ann_key(ann: Person) -> str:
    return f"w#{ann.workspace_id}"


def test_no_circle_can_be_made(world: World, ann: Person, old: str, new: str) -> None:
    assert retires(ann, old, old).expect(409)["Code"] == "NoSuccessor"
    retires(ann, old, new).expect(200)
    assert retires(ann, new, old).expect(409)["Code"] == "NoSuccessor"
    brings_back(ann, old).expect(204)
    answers = world.at_once(lambda: retires(ann, old, new), lambda: retires(ann, new, old))
    assert sorted(each.status for each in answers) == [200, 409]


def test_a_successor_is_for_everybody_whom_the_track_was_for(ann: Person, ben: Person, old: str) -> None:
    narrow = spoken(ann, "Mine", "me")
    assert retires(ann, old, narrow).expect(409)["Code"] == "NoSuccessor"
    coming = ann.announces()["track"]["track_id"]
    assert retires(ann, old, coming).expect(409)["Code"] == "NoSuccessor"
    private = spoken(ben, "His", "me")
    retires(ann, old, private).expect(404)
    retires(ann, old, "unknown").expect(404)
    retires(ann, narrow, spoken(ben, "Ben's")).expect(200)


def test_a_successor_that_is_narrowed_or_taken_back_tells_nobody_of_itself(
    ann: Person, ben: Person, old: str, new: str
) -> None:
    playlist_id = ben.makes("Selling")
    ben.adds(playlist_id, old)
    retires(ann, old, new).expect(200)
    ann.patch(f"{ann.place}/tracks/{new}", consent={"audience": "me"}).expect(200)
    assert led(ben, old) is None
    assert "How we sell" not in str(ben.opens(playlist_id))
    assert led(ann, old) is not None
    ann.delete(f"{ann.place}/tracks/{new}").expect(204)
    assert led(ann, old) is None
    assert retires(ann, old, spoken(ann, "Better")).expect(200)["retired_at"]
    assert led(ben, old) == {**(led(ben, old) or {}), "title": "Better"}, "another one can be named"


def test_a_retired_track_can_be_narrowed_and_comes_back_so(ann: Person, ben: Person, old: str) -> None:
    retires(ann, old).expect(200)
    ann.patch(f"{ann.place}/tracks/{old}", consent={"audience": "me"}, title="Mine alone").expect(200)
    ben.get(f"{ben.place}/tracks/{old}").expect(404)
    assert listed(ann) == []
    brings_back(ann, old).expect(204)
    ben.get(f"{ben.place}/tracks/{old}").expect(404)
    ann.patch(f"{ann.place}/tracks/{old}", consent={"audience": "workspace"}).expect(200)
    assert listed(ben) == ["Mine alone"]


def test_what_is_retired_is_recorded_anew_once_it_was_brought_back(
    world: World, ann: Person, ben: Person, old: str
) -> None:
    audio = mp3(2)
    file = {"content_type": "audio/mpeg", "size_bytes": len(audio)}
    ann.post(f"{ann.place}/tracks/{old}/uploads", **file).expect(201)
    retires(ann, old).expect(200)
    refused = ann.post(f"{ann.place}/tracks/{old}/uploads", **file).expect(409)
    assert refused["Code"] == "TrackRetired"
    brings_back(ann, old).expect(204)
    anew(ann, old)
    assert ben.track(old)["revision"] == 2


def test_a_recording_that_was_on_its_way_does_not_undo_it(
    world: World, ann: Person, ben: Person, old: str
) -> None:
    audio = mp3(2)
    path = f"{ann.place}/tracks/{old}/uploads"
    form = ann.post(path, content_type="audio/mpeg", size_bytes=len(audio)).expect(201)["upload"]
    upload(form, audio)
    retires(ann, old).expect(200)
    world.settle()
    seen: dict[str, Any] = ben.track(old)
    assert seen["revision"] == 2
    assert seen["retired_at"]
    assert listed(ben) == []
    brings_back(ann, old).expect(204)
    assert ben.hears(old)


def shares(who: Person, track_id: str, **more: Any) -> str:
    made = who.post(f"{who.place}/tracks/{track_id}/shares", **more).expect(201)
    return str(made["url"]).rpartition("/s/")[2]


def test_a_public_link_goes_on_to_a_successor_of_the_same_speaker_alone(
    world: World, ann: Person, ben: Person
) -> None:
    open_ = {"audience": "workspace", "public_link": True}
    old, new, bens = spoken(ann, "Old"), spoken(ann, "New"), spoken(ben, "Ben's")
    for who, track_id in ((ann, old), (ann, new), (ben, bens)):
        who.patch(f"{who.place}/tracks/{track_id}", consent=open_).expect(200)
    token = shares(ann, old, start_ms=900)

    def content() -> Any:
        return world.call("GET", f"/s/{token}/content")

    retires(ann, old, new).expect(200)
    shown = content().expect(200)
    assert (shown["title"], shown["start_ms"]) == ("New", 0)
    assert world.call("GET", f"/s/{token}/tracks/{new}/audio").status == 200
    assert world.call("GET", f"/s/{token}/tracks/{old}/audio").status == 404
    ann.patch(f"{ann.place}/tracks/{new}", consent={"audience": "workspace"}).expect(200)
    assert content().status == 404, "its speaker has not agreed to a link to this one"
    retires(ann, old, bens).expect(200)
    assert content().status == 404, "another speaker would not know of this link"
    retires(ann, old).expect(200)
    assert content().status == 404
    brings_back(ann, old).expect(204)
    assert content().expect(200)["title"] == "Old"


def test_a_shared_playlist_and_feeds_leave_it_out(world: World, ann: Person, old: str, new: str) -> None:
    open_ = {"audience": "workspace", "public_link": True}
    for track_id in (old, new):
        ann.patch(f"{ann.place}/tracks/{track_id}", consent=open_).expect(200)
    playlist_id = ann.makes("Selling")
    for track_id in (old, new):
        ann.adds(playlist_id, track_id)
    made = ann.post(f"{ann.place}/playlists/{playlist_id}/shares").expect(201)
    token = str(made["url"]).rpartition("/s/")[2]
    retires(ann, old, new).expect(200)
    content = world.call("GET", f"/s/{token}/content").expect(200)
    assert [track["title"] for track in content["tracks"]] == ["How we sell"]
    assert b"How we sold" not in world.call("GET", f"/feeds/{token}").expect(200)

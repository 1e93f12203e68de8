"""A track's revisions through the API: who hears what was said before, and how it is deleted."""

import pytest

from chalicelib import settings, times
from chalicelib.tracks import retagging
from chalicelib.tracks.models import MOST_FORMER, Revision, Track, former_id
from tests.progress.player import Player
from tests.reviews.saying import anew, revisions
from tests.tracks.audio import mp3
from tests.world import Person, World


@pytest.fixture
def track_id(ann: Person) -> str:
    """A track in its second revision, of two seconds; its first has one."""
    track_id = ann.records(mp3(1))
    anew(ann, track_id)
    return track_id


def audio(who: Person, track_id: str, revision: int | str) -> int:
    return who.get(f"{who.place}/tracks/{track_id}/revisions/{revision}/audio").status


def deletes(who: Person, track_id: str, revision: int | str) -> int:
    return who.delete(f"{who.place}/tracks/{track_id}/revisions/{revision}").status


def test_who_may_hear_a_track_sees_and_hears_its_earlier_revisions(
    ann: Person, ben: Person, eve: Person, track_id: str
) -> None:
    present, former = revisions(ben, track_id)
    assert [present["revision"], former["revision"]] == [2, 1]
    assert [present["present"], former["present"]] == [True, False]
    assert present["published_at"] == ben.track(track_id)["revised_at"] > former["published_at"]
    assert present["duration_ms"] > former["duration_ms"]
    assert [present["playable"], former["playable"]] == [True, True]
    assert [audio(ben, track_id, each) for each in (1, 2, 3, 0)] == [200, 200, 404, 404]
    assert [audio(ben, track_id, each) for each in ("x", "-1", "1.0", "9" * 60, "0" * 5000, "²")] == [404] * 6
    assert audio(eve, track_id, 1) == 404


def test_listening_to_an_earlier_revision_counts_for_it_alone(
    ann: Person, ben: Person, track_id: str
) -> None:
    assert Player(ben, track_id, 1).listens(0, 900)["taken"] == 1
    progress = ben.get(f"{ben.place}/progress/{track_id}").expect(200)
    assert (progress["revision"], progress["position_ms"], progress["heard"]) == (2, 0, [])
    [earlier] = progress["earlier"]
    assert (earlier["revision"], earlier["position_ms"]) == (1, 900)
    assert earlier["coverage"] > 0


def test_a_speaker_deletes_the_audio_of_an_earlier_revision_for_good(
    world: World, ann: Person, ben: Person, track_id: str
) -> None:
    [former] = Track.get(ann.workspace_id, track_id).former
    assert former.media_key in world.objects("media/")
    assert deletes(ben, track_id, 1) == 404
    assert deletes(ann, track_id, 2) == 404, "the present one is taken back with its track"
    assert [deletes(ann, track_id, 1), deletes(ann, track_id, 1)] == [204, 204]
    world.settle()
    assert former.media_key not in world.objects("media/")
    for who in (ann, ben):
        gone = revisions(who, track_id)[1]
        assert (gone["playable"], gone["kept"], gone["revision"]) == (False, False, 1)
        assert audio(who, track_id, 1) == 404
    assert Player(ben, track_id, 1).listens(0, 900)["taken"] == 1, "it was heard before"
    assert ben.hears(track_id)
    anew(ann, track_id)
    assert [each["kept"] for each in revisions(ann, track_id)] == [True, True, False]
    ann.delete(f"{ann.place}/tracks/{track_id}").expect(204)
    world.settle()
    assert world.objects("media/") == []


def test_two_devices_delete_two_revisions_at_once(world: World, ann: Person, track_id: str) -> None:
    anew(ann, track_id)
    assert world.at_once(*(lambda number=number: deletes(ann, track_id, number) for number in (1, 2))) == [
        204,
        204,
    ]
    assert [each["kept"] for each in revisions(ann, track_id)] == [True, False, False]


def test_who_may_hear_a_track_only_since_it_was_opened_does_not_hear_what_was_said_before(
    ann: Person, ben: Person
) -> None:
    track_id = ann.records(mp3(1), consent={"audience": "me"})
    anew(ann, track_id)
    ann.patch(f"{ann.place}/tracks/{track_id}", consent={"audience": "workspace"}).expect(200)
    assert [each["playable"] for each in revisions(ben, track_id)] == [True, False]
    assert revisions(ben, track_id)[1]["kept"]
    assert [audio(ben, track_id, 1), audio(ann, track_id, 1)] == [404, 200]
    anew(ann, track_id)
    assert [each["playable"] for each in revisions(ben, track_id)] == [True, True, False]


def test_a_revision_from_before_its_audience_was_kept_is_for_its_speaker(ann: Person, ben: Person) -> None:
    track_id = ann.records(mp3(1))
    track = Track.get(ann.workspace_id, track_id)
    old = Revision(revision=1, media_key=track.media_key, duration_ms=1000, published_at=track.published_at)
    track.update(actions=[Track.former.set([old]), Track.revision.set(2)])
    assert [audio(ben, track_id, 1), audio(ann, track_id, 1)] == [404, 200]


def test_a_file_from_before_names_nobody_who_is_not_to_be_named_any_more(world: World, ann: Person) -> None:
    named = {"audience": "workspace", "public_link": True, "named_publicly": True}
    track_id = ann.records(mp3(1), consent=named)
    anew(ann, track_id)

    def former() -> Revision:
        [found] = Track.get(ann.workspace_id, track_id).former
        return found

    before = str(former().media_key)
    assert former().names_speaker
    assert b"Ann" in world.stored(before)
    ann.patch(f"{ann.place}/tracks/{track_id}", consent=named | {"named_publicly": False}).expect(200)
    world.settle()
    after = str(former().media_key)
    assert (after != before, former().names_speaker, b"Ann" in world.stored(after)) == (True, False, False)
    tags = world.s3.get_object_tagging(Bucket=settings.MEDIA_BUCKET, Key=before)["TagSet"]
    assert tags == [{"Key": "superseded", "Value": "yes"}]
    assert audio(ann, track_id, 1) == 200
    track = Track.get(ann.workspace_id, track_id)  # as of code that did not note whom its file names
    track.former[0].names_speaker = None
    nobody = Track.speaker_id.set(former_id(track.speaker_id))
    track.update(actions=[Track.former.set(track.former), nobody])
    retagging.retag(ann.workspace_id, track_id, now=times.now())
    assert former().media_key != after
    assert former().names_speaker is False


def test_twenty_earlier_revisions_are_remembered(ann: Person, ben: Person) -> None:
    track_id = ann.records(mp3(1))
    track = Track.get(ann.workspace_id, track_id)
    before = [
        Revision(revision=each, media_key=f"media/{each}", duration_ms=1, published_at=track.published_at)
        for each in range(1, MOST_FORMER + 1)
    ]
    before[0].media_key = None
    track.update(actions=[Track.former.set(before), Track.revision.set(MOST_FORMER + 1)])
    anew(ann, track_id)
    shown = revisions(ben, track_id)
    assert [each["revision"] for each in shown] == list(range(MOST_FORMER + 2, 1, -1))

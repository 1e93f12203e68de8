"""The addresses of podcast feeds: whose they are, and when they lead nowhere."""

from typing import Any
from urllib.parse import urlsplit

import pytest

from chalicelib import times
from chalicelib.sharing import addresses
from chalicelib.sharing.feed_models import Feed
from chalicelib.sharing.models import Share
from tests.sharing.podcasts import audio_of, feed, feed_of, fetched, is_nothing, own
from tests.sharing.test_shares import CLOSED, link, lists, speaks
from tests.world import Person, World


def test_an_address_is_told_once_and_kept_nowhere(world: World, ann: Person) -> None:
    assert own(ann) == {"made_at": None, "holds": "library"}
    token = feed(ann).rpartition("/")[2]
    assert len(token) == 43
    assert own(ann)["made_at"] is not None
    assert token not in str(ann.get(f"{ann.place}/feed").body)
    [kept] = Feed.scan()
    assert token not in str(kept.attribute_values)


def test_a_new_address_takes_the_place_of_the_old_one_for_the_same_podcast(world: World, ann: Person) -> None:
    speaks(ann)
    before = feed(ann, holds="library")
    guid, [entry] = fetched(world, before).feed.podcast_guid, fetched(world, before).entries
    after = feed(ann, holds="library")
    assert is_nothing(world, before, audio_of(entry))
    parsed = fetched(world, after)
    assert parsed.feed.podcast_guid == guid
    assert [each.id for each in parsed.entries] == [entry.id]
    ann.delete(f"{ann.place}/feed").expect(204)
    assert is_nothing(world, after, audio_of(parsed.entries[0]))
    assert own(ann)["made_at"] is None
    ann.delete(f"{ann.place}/feed").expect(204)
    ann.patch(f"{ann.place}/feed", holds="following").expect(404)
    assert fetched(world, feed(ann)).feed.podcast_guid != guid


def test_of_addresses_made_at_once_one_works(world: World, ann: Person) -> None:
    paths = world.at_once(*[lambda: feed(ann)] * 4)
    assert sorted(world.call("GET", path).status for path in paths) == [200, 404, 404, 404]


def test_who_has_left_or_ended_their_sessions_hears_nothing_more(
    world: World, ann: Person, ben: Person
) -> None:
    file = f"{speaks(ann)}/1.mp3"
    place, path = f"{ann.place}/members/{ben.member_id}", feed(ben)
    assert not is_nothing(world, path, f"{path}/{file}")
    ann.delete(f"{place}/sessions").expect(204)
    assert is_nothing(world, path, f"{path}/{file}")
    again = world.person(ben.email, iat=int(times.now().timestamp()) + 1)
    again.workspace_id = ben.workspace_id
    assert own(again)["made_at"] is None
    again.patch(f"{again.place}/feed", holds="following").expect(404)
    path = feed(again)
    assert not is_nothing(world, path, f"{path}/{file}")
    ann.patch(place, status="deactivated").expect(200)
    assert is_nothing(world, path, f"{path}/{file}")
    ann.patch(place, status="active").expect(200)
    assert is_nothing(world, path, f"{path}/{file}")


def test_a_link_to_one_track_has_no_feed(world: World, ann: Person) -> None:
    track_id = speaks(ann)
    made = ann.post(f"{ann.place}/tracks/{track_id}/shares").expect(201)
    assert made["feed_url"] is None
    path = feed_of(urlsplit(made["url"]).path)
    assert is_nothing(world, path, f"{path}/{track_id}/1.mp3")
    assert "Link" not in world.call("GET", urlsplit(made["url"]).path).headers


@pytest.mark.parametrize("end", ["revoked", "over", "forbidden", "deleted", "without consent"])
def test_a_feed_ends_with_its_link(
    world: World, ann: Person, end: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    track_id = speaks(ann)
    thing = lists(ann, track_id)
    path = feed_of(link(ann, thing))
    [entry] = fetched(world, path).entries
    share = Share.get(addresses.hash_of(path.rpartition("/")[2]))
    if end == "revoked":
        ann.delete(f"{thing}/shares/{share.token_hash}").expect(204)
    elif end == "over":
        monkeypatch.setattr(times, "now", lambda: share.ends_at)
    elif end == "forbidden":
        ann.patch(ann.place, public_links=False).expect(200)
    elif end == "deleted":
        ann.delete(thing).expect(204)
    else:
        ann.patch(f"{ann.place}/tracks/{track_id}", consent=CLOSED).expect(200)
    assert is_nothing(world, path, audio_of(entry))


@pytest.mark.parametrize(
    "file", ["2.mp3", "0.mp3", "1.m4a", "1", "1.mp3.mp3", "..", "%2e%2e", "a%2Fb", "%00", "x" * 500]
)
def test_an_episode_has_one_address(world: World, ann: Person, file: str) -> None:
    track_id = speaks(ann)
    path = feed(ann)
    assert world.call("GET", f"{path}/{track_id}/{file}").status == 404
    assert world.call("GET", f"{path}/{file}/1.mp3").status == 404


def test_one_member_has_one_feed_and_others_have_theirs(world: World, ann: Person, ben: Person) -> None:
    mine, theirs = feed(ann), feed(ben)
    ben.delete(f"{ben.place}/feed").expect(204)
    assert (world.call("GET", mine).status, world.call("GET", theirs).status) == (200, 404)


@pytest.mark.parametrize("body", [{"holds": "everything"}, {"holds": None}, {"token": "mine"}, {"url": "x"}])
def test_what_is_wanted_of_a_feed_is_one_of_two_things(ann: Person, body: dict[str, Any]) -> None:
    assert ann.post(f"{ann.place}/feed", **body).expect(400)["Code"] == "InvalidRequest"

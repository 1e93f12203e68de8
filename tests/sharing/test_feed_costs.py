"""Podcast apps that come again and again: what that costs, and how little it takes."""

from chalicelib.sharing.feed_models import MOST_EPISODES, MOST_PLAYLISTS
from tests import wire
from tests.sharing.podcasts import audio_of, feed, feed_of, fetched, plays
from tests.sharing.test_shares import link, lists, speaks, visits
from tests.world import Person, World


def test_what_an_app_has_it_does_not_get_again(world: World, ann: Person) -> None:
    track_id = speaks(ann)
    path = feed(ann)
    first = world.call("GET", path)
    assert first.headers["Cache-Control"] == "private, no-cache"
    known = {"If-None-Match": f'W/"x", {first.headers["ETag"]}'}
    again = world.call("GET", path, headers=known)
    assert (again.status, again.body, again.headers["ETag"]) == (304, b"", first.headers["ETag"])
    ann.patch(f"{ann.place}/tracks/{track_id}", title="Another").expect(200)
    assert world.call("GET", path, headers=known).status == 200


def test_fetching_a_feed_and_its_episodes_writes_nothing(world: World, ann: Person) -> None:
    thing = lists(ann, speaks(ann))
    page = link(ann, thing)
    for path in (feed_of(page), feed(ann)):
        with wire.made() as calls:
            [entry] = fetched(world, path).entries
            plays(world, audio_of(entry))
            world.call("HEAD", audio_of(entry))
        assert all(call.is_read for call in calls)
    visits(world, page).expect(204)
    assert ann.get(f"{thing}/shares").expect(200)["items"][0]["visits"] == 1


def test_a_feed_costs_as_many_reads_however_many_episodes_it_has(world: World, ann: Person) -> None:
    whose = ["Query feeds", "GetItem feeds", "GetItem members"]
    library = [*whose, "GetItem workspaces", "Query tracks"]
    followed = [*whose, "GetItem workspaces", "Query loops", "Query playlists"]
    followed += ["BatchGetItem playlists", "BatchGetItem tracks"]
    shared = [
        "Query feeds",
        "GetItem shares",
        "GetItem workspaces",
        "GetItem playlists",
        "BatchGetItem tracks",
    ]
    thing = lists(ann, speaks(ann))
    path, link_path = feed(ann), feed_of(link(ann, thing))
    for _ in range(2):
        for holds, expected in (("library", library), ("following", followed)):
            ann.patch(f"{ann.place}/feed", holds=holds).expect(200)
            assert reads(world, path) == expected
        assert reads(world, link_path) == shared
        ann.post(f"{thing}/entries", track_id=speaks(ann)).expect(201)
    entry, *_ = fetched(world, path).entries
    assert reads(world, audio_of(entry), status=302) == [*whose, "GetItem tracks"]
    entry, *_ = fetched(world, link_path).entries
    assert reads(world, audio_of(entry), status=302) == shared
    assert MOST_EPISODES <= 100
    assert MOST_PLAYLISTS <= 100


def reads(world: World, path: str, *, status: int = 200) -> list[str]:
    """What DynamoDB is asked for this, while S3 is asked for nothing."""
    with wire.counted() as calls, wire.counted("s3") as of_s3:
        world.call("GET", path).expect(status)
    assert of_s3 == []
    return calls


def test_while_dynamodb_is_throttled_an_app_is_told_to_come_again(world: World, ann: Person) -> None:
    path = feed(ann)
    with wire.refusing("ThrottlingException", times=1):
        answer = world.call("GET", path)
    assert (answer.status, answer.headers["Retry-After"]) == (503, "2")

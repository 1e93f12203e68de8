"""How often Earshot asks DynamoDB for what people do most: exactly so often."""

from chalicelib.auth import membership
from tests import wire
from tests.tracks.audio import mp3
from tests.world import Person, World, upload


def known(*people: Person) -> None:
    """Let this process know who these people are, as it does after their first request."""
    for person in people:
        person.get(person.place).expect(200)


def test_who_is_calling_is_read_once_a_minute(ann: Person, ben: Person) -> None:
    membership._members.clear()
    with wire.made() as calls:
        ben.get(ben.place).expect(200)
    assert [str(call) for call in calls] == ["GetItem members", "GetItem workspaces"]
    assert calls[0].request["ConsistentRead"]
    with wire.counted() as counted:
        ben.get(ben.place).expect(200)
        ben.get(ben.place).expect(200)
    assert counted == ["GetItem workspaces"] * 2


def test_what_only_admins_may_do_reads_who_is_calling_anew(ann: Person) -> None:
    with wire.counted() as calls:
        ann.get(f"{ann.place}/invitations").expect(200)
    assert calls == ["GetItem members", "Query invitations"]


def test_a_stranger_costs_one_read(ann: Person, eve: Person) -> None:
    with wire.counted() as calls:
        eve.get(f"{ann.place}/tracks").expect(404)
    assert calls == ["GetItem members"]


def test_where_to_hear_a_track_is_two_reads_at_most(ann: Person, ben: Person) -> None:
    track_id = ann.records(mp3(1))
    membership._members.clear()
    with wire.counted() as calls, wire.counted("s3") as of_s3:
        ben.get(f"{ben.place}/tracks/{track_id}/audio").expect(200)
    assert calls == ["GetItem members", "GetItem tracks"]
    assert of_s3 == []
    with wire.counted() as calls:
        ben.get(f"{ben.place}/tracks/{track_id}/audio").expect(200)
    assert calls == ["GetItem tracks"]


def test_announcing_a_track_is_one_transaction(ann: Person) -> None:
    known(ann)
    with wire.counted() as calls, wire.counted("s3") as of_s3:
        ann.announces()
    assert calls == ["TransactWriteItems tracks quotas"]
    assert of_s3 == []


def test_processing_a_track_is_one_claim_and_one_transaction(world: World, ann: Person) -> None:
    created = ann.announces()
    upload(created["upload"], mp3(1))
    with wire.made() as calls:
        world.carry_uploads()
    claim, *reads, publishing = calls
    assert str(claim) == "UpdateItem tracks"
    assert [str(call) for call in reads] == ["GetItem workspaces"]  # the album; remembered
    assert publishing.operation == "TransactWriteItems"
    assert sorted(publishing.tables) == ["activity", "tracks"]


def test_a_list_is_one_query_and_carries_no_urls(ann: Person, ben: Person) -> None:
    for title in ("One", "Two", "Three"):
        ann.records(mp3(1), title=title)
    known(ann, ben)
    for path in ("tracks", f"tracks?speaker={ann.member_id}", "tracks?speaker=me", "members"):
        with wire.counted() as calls, wire.counted("s3") as of_s3:
            listed = ben.get(f"{ben.place}/{path}").expect(200)
        assert [call.split()[0] for call in calls] == ["Query"], path
        assert of_s3 == []
        assert "http" not in str(listed)


def test_the_log_is_two_queries_and_one_batch_of_each_kind(ann: Person, ben: Person) -> None:
    for title in ("One", "Two", "Three"):
        ann.records(mp3(1), title=title)
    known(ann, ben)
    with wire.counted() as calls:
        ben.get(f"{ben.place}/activity").expect(200)
    assert sorted(calls) == [
        "BatchGetItem members",
        "BatchGetItem tracks",
        "Query activity",
        "Query activity",
        "UpdateItem members",  # that Ben was here, once in ten minutes
    ]
    with wire.counted() as calls:
        ben.get(f"{ben.place}/activity").expect(200)
    assert "UpdateItem members" not in calls


def test_where_one_belongs_is_three_reads_however_many_workspaces(ann: Person, eve: Person) -> None:
    eve.post(f"{eve.place}/invitations", emails=[ann.email]).expect(201)
    with wire.counted() as calls:
        ann.get("/v1/me").expect(200)
    assert calls == ["Query members", "Query invitations", "BatchGetItem workspaces"]

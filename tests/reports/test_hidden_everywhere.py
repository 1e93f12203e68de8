"""Nothing that can be read tells of a hidden track, but to its speaker and to who decides about it."""

from tests.conversations.questioning import about, answered, asks
from tests.conversations.stories import answered_with
from tests.groups.company import calls, id_of
from tests.reports.test_reports import decides, reported
from tests.search.test_quoting import says
from tests.world import Person

SECRETS = {f"zebra {each}" for each in ("title", "line", "chapter", "topic", "words", "question", "answer")}


def test_what_is_hidden_shows_on_no_route(ann: Person, ben: Person) -> None:
    cleo, dan = calls(ann, "cleo"), calls(ann, "dan")
    track_id = says(
        cleo,
        "WEBVTT\n\n00:00.000 --> 00:01.000\nzebra line\n",
        title="zebra title",
        description="zebra words",
        topics=["zebra topic"],
        consent={"audience": "workspace", "public_link": True, "named_publicly": True},
    )
    place = f"{cleo.place}/tracks/{track_id}"
    cleo.call("PUT", f"{place}/chapters", {"chapters": [{"at_ms": 0, "title": "zebra chapter"}]}).expect(200)
    playlist_id = ben.makes("Listen", mode="collaborative")
    ben.adds(playlist_id, track_id)
    ben.hears(track_id)
    ben.call("PUT", f"{ben.place}/playlists/{playlist_id}/following").expect(200)
    question_id = asks(ben, about(ben, track_id), "zebra question")
    answered(dan, question_id, "zebra answer")
    ben.post(f"{ben.place}/playlists/{playlist_id}/assignments", member_ids=[id_of(dan)]).expect(204)
    report_id = reported(ben, track_id)
    ann.world.settle()
    ids = {
        "workspace_id": ann.workspace_id,
        "track_id": track_id,
        "playlist_id": playlist_id,
        "question_id": question_id,
        "member_id": id_of(cleo),
        "report_id": report_id,
        "revision": "1",
    }

    queries = (
        "search?q=zebra",
        "search/transcripts?q=zebra",
        "library?topic=zebra%20topic",
        f"library?speaker={id_of(cleo)}",
        f"tracks?speaker={id_of(cleo)}",
    )

    def told(person: Person) -> dict[str, str]:
        """What a person reads of it, by where."""
        found = dict(answered_with(person, ids))
        found |= {each: str(person.get(f"{person.place}/{each}").body) for each in queries}
        return {path: said for path, said in found.items() if any(each in said for each in SECRETS)}

    assert len(told(ben)) > 12, "it is everywhere"
    decides(ann, report_id, "hide").expect(200)
    assert set(told(ben)) == {f"{ben.place}/questions"}, "what Ben has asked himself"
    assert told(dan) == {}
    assert set(told(ann)) == {f"{ann.place}/reports/{report_id}"}

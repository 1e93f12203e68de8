"""Each call of AWS in a story goes wrong once, in every way; what comes of it is what would have come anyway.

What failed is delivered again, as Lambda does it, or asked for again, as the client does.
"""

import itertools
import uuid
from collections import Counter
from collections.abc import Callable

import pytest

from chalicelib import aws, batches, times
from chalicelib.tracks import processing
from tests.faults.proxy import Fault, Kind, Proxy
from tests.faults.world import Dies, EmulatedWorld, death
from tests.tracks.audio import mp3
from tests.world import Answer, upload

MOST_TRIES = 6
EVERY_ATTEMPT = aws.ATTEMPTS
"""How often a client of AWS tries before it tells Earshot."""

SECOND = "0190f6a0-0000-7000-8000-00000000000"
REFUSED: tuple[Kind, int] = "refused", EVERY_ATTEMPT
UNANSWERED: tuple[Kind, int] = "unanswered", EVERY_ATTEMPT
WAYS: list[tuple[Kind, int]] = [
    REFUSED,
    UNANSWERED,
    ("unanswered", 1),  # the client of AWS asks again by itself, and meets what it did
    ("late", 1),
]
Step = Callable[[int], bool]
"""Something to be done, told how often it was tried before; it says whether it is done now."""

numbers = itertools.count(1)


class Story:
    """Something that is begun undisturbed, and then goes on step by step."""

    asked_again: tuple[str, ...] = ()
    """What there may be more of than in the undisturbed story, where somebody had to ask twice."""

    counted: tuple[str, ...] = ()
    """What counts how often somebody asked."""

    ways = WAYS
    """How each of its writes goes wrong, beside a death after it."""

    def __init__(self, world: EmulatedWorld) -> None:
        self.world, self.number = world, next(numbers)
        self.ann = world.founder(f"ann-{self.number}@acme.example", workspace="Acme")
        self.begin()
        while not world.react():
            pass

    def begin(self) -> None:
        """What has happened before."""

    def steps(self) -> list[Step]:
        raise NotImplementedError

    def reacted(self, _tried: int) -> bool:
        return self.world.react()

    def tried(self, answer: Answer, *done: int) -> bool:
        """Whether the client was told that it is done; or it was told to try again."""
        if answer.status in done:
            return True
        assert answer.expect(503)["Code"] == "Unavailable"
        return False


class WorkspaceCreated(Story):
    def begin(self) -> None:
        self.key = str(uuid.uuid4())

    def steps(self) -> list[Step]:
        return [self.create, self.reacted]

    def create(self, _tried: int) -> bool:
        answer = self.ann.call("POST", "/v1/workspaces", {"name": "Second"}, Idempotency_Key=self.key)
        return self.tried(answer, 201)


class InvitationSentAndAccepted(Story):
    # Inviting an address again renews its invitation and sends the mail again; each mail may come twice.
    asked_again = ("member_invited", "To: ben")
    counted = ("earshot-test-quotas",)

    def begin(self) -> None:
        self.ben = self.world.person(f"ben-{self.number}@acme.example")

    def steps(self) -> list[Step]:
        return [self.invite, self.reacted, self.accept, self.reacted]

    def invite(self, _tried: int) -> bool:
        return self.tried(self.ann.post(f"{self.ann.place}/invitations", emails=[self.ben.email]), 201)

    def accept(self, _tried: int) -> bool:
        return self.tried(self.ben.post(f"{self.ann.place}/invitations/accept"), 201)


class TrackAnnounced(Story):
    def begin(self) -> None:
        self.key = str(uuid.uuid4())

    def steps(self) -> list[Step]:
        return [self.announce, self.reacted]

    def announce(self, _tried: int) -> bool:
        body = {"title": "A pitch", "content_type": "audio/mpeg", "size_bytes": 1000}
        answer = self.ann.call("POST", f"{self.ann.place}/tracks", body, Idempotency_Key=self.key)
        return self.tried(answer, 201)


class UploadProcessed(Story):
    def begin(self) -> None:
        audio = mp3(2)
        self.created = self.ann.announces(size_bytes=len(audio))
        upload(self.created["upload"], audio)
        [self.message] = self.world.messages()

    def steps(self) -> list[Step]:
        return [self.process, self.reacted]

    def process(self, tried: int) -> bool:
        now = times.now() + tried * (processing.LEASE + processing.LEASE / 10)
        event = {"Records": [self.message]}
        return not batches.each(event, processing.process_message, now=lambda: now)["batchItemFailures"]


class UploadRejected(UploadProcessed):
    def begin(self) -> None:
        self.created = self.ann.announces(size_bytes=100)
        upload(self.created["upload"], b"not audio at all")
        [self.message] = self.world.messages()


class TrackRenamed(UploadProcessed):
    ways = [UNANSWERED]  # it takes an upload each time, which goes wrong in every way above

    def begin(self) -> None:
        super().begin()
        assert self.process(0)
        self.path = f"{self.ann.place}/tracks/{self.created['track']['track_id']}"

    def steps(self) -> list[Step]:
        return [self.rename, self.reacted]

    def rename(self, _tried: int) -> bool:
        return self.tried(self.ann.patch(self.path, title="A better pitch"), 200)


class TrackTakenBack(TrackRenamed):
    def steps(self) -> list[Step]:
        return [self.take_back, self.reacted]

    def take_back(self, tried: int) -> bool:
        # Who asks again because no answer came may hear that it is gone.
        return self.tried(self.ann.delete(self.path), 204, *([404] if tried else []))


class MemberLeft(Story):
    ways = [UNANSWERED]  # its many writes go through the one function that the others try in every way

    def begin(self) -> None:
        self.ben = self.ann.invites(f"ben-{self.number}@acme.example")
        for wish in ("keep_without_name", "delete"):
            self.ben.announces(consent={"on_leaving": wish})
        self.path = f"{self.ann.place}/members/{self.ben.member_id}"

    def steps(self) -> list[Step]:
        return [self.deactivate, self.reacted]

    def deactivate(self, _tried: int) -> bool:
        return self.tried(self.ann.patch(self.path, status="deactivated"), 200)


def told(story: Story, proxy: Proxy, *faults: Fault, dies_at: int | None = None) -> Counter[str]:
    """What comes of the story while this goes wrong."""
    death.await_call(dies_at)
    try:
        with proxy.awaiting(*faults):
            for step in story.steps():
                for tried in range(MOST_TRIES):
                    try:
                        if step(tried):
                            break
                    except Dies:
                        continue
                else:
                    raise AssertionError(f"{step.__name__} is never done")
    finally:
        death.await_call(None)
    while not story.world.react():
        pass
    return story.world.news()


def differences(story: Story, found: Counter[str], expected: Counter[str]) -> list[str]:
    """What there is too much or too little of."""

    def is_none_of(each: str, words: tuple[str, ...]) -> bool:
        return not any(word in each for word in words)

    more, less = found - expected, expected - found
    return [
        *(f"too much: {each}" for each in more if is_none_of(each, story.asked_again + story.counted)),
        *(f"missing: {each}" for each in less if is_none_of(each, story.counted)),
    ]


STORIES = [
    WorkspaceCreated,
    InvitationSentAndAccepted,
    TrackAnnounced,
    UploadProcessed,
    UploadRejected,
    TrackRenamed,
    TrackTakenBack,
    MemberLeft,
]
READS = frozenset({"GetItem", "BatchGetItem", "Query", "GET", "HEAD"})


@pytest.mark.parametrize("kind", STORIES)
def test_whatever_goes_wrong_the_end_is_the_same(
    world: EmulatedWorld, proxy: Proxy, kind: type[Story]
) -> None:
    world.news()
    expected = told(kind(world), proxy)
    calls = list(enumerate(proxy.calls, 1))
    assert calls, "a story asks something of AWS"
    wrong = []
    for number, operation in calls:
        for way, attempts in [REFUSED] if operation in READS else kind.ways:
            fault = Fault(way, number, times=attempts)
            story = kind(world)
            found = told(story, proxy, fault)
            assert fault.happened == attempts, f"{way} happened to call {number} {fault.happened}x"
            at = f"{operation} (call {number}) {way} {attempts}x"
            wrong += [f"{at}: {each}" for each in differences(story, found, expected)]
        if operation not in READS:
            story = kind(world)
            found = told(story, proxy, dies_at=number)
            wrong += [
                f"{operation} (call {number}), then death: {each}"
                for each in differences(story, found, expected)
            ]
    assert not wrong, "\n" + "\n".join(wrong)

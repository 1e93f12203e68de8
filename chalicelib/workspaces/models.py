"""Workspaces, their members and the invitations to them.

Access patterns:

- who is calling: `Member` by workspace and member, one consistent read
- my workspaces: `Member.of_identity`
- the people of a workspace: `Member.of_workspace`
- the invitations of a workspace: `Invitation.of_workspace`; mine: `Invitation.of_email`
- what a member did today: `Quota` by member and day
"""

from datetime import date, datetime, timedelta
from typing import Any

from pynamodb.attributes import (
    BooleanAttribute,
    JSONAttribute,
    ListAttribute,
    MapAttribute,
    NumberAttribute,
    UnicodeAttribute,
    UnicodeSetAttribute,
    UTCDateTimeAttribute,
)
from pynamodb.indexes import AllProjection, GlobalSecondaryIndex
from pynamodb.models import Model
from pynamodb.pagination import ResultIterator

from chalicelib import settings
from chalicelib.auth import keys
from chalicelib.aws import TableMeta

NEW_HIRE = timedelta(days=90)
MOST_OPEN = 100
"""Invitations to one address that are shown: anybody can invite it as often as they create workspaces."""

LOWEST_COMPLETION_PERCENT = 75
HIGHEST_COMPLETION_PERCENT = 100


class Workspace(Model):
    """One company's closed space; ``welcoming`` are who asks every new hire to hear what, by playlist.

    ``closes_at`` is when everything of it is to be removed, where that was asked; ``closed_at`` since when it
    is: from then on nobody can take it back, and it is there for nobody.
    """

    class Meta(TableMeta):
        table_name = settings.table("workspaces")

    workspace_id = UnicodeAttribute(hash_key=True)
    name = UnicodeAttribute()
    admin_ids = UnicodeSetAttribute()
    completion_percent = NumberAttribute(default=90)
    public_links = BooleanAttribute(null=True)
    welcoming: JSONAttribute = JSONAttribute(null=True)
    created_at = UTCDateTimeAttribute()
    version = NumberAttribute(default=1)
    closes_at = UTCDateTimeAttribute(null=True)
    closed_at = UTCDateTimeAttribute(null=True)

    @property
    def allows_public_links(self) -> bool:
        """Whether anything may be shared with people outside; so it is until an admin forbids it."""
        return self.public_links is not False and self.closed_at is None


class WorkingHours(MapAttribute[str, Any]):
    """Local times of a working day, ``HH:MM``."""

    begin = UnicodeAttribute(default="09:00")
    end = UnicodeAttribute(default="17:00")


class Mentorship(MapAttribute[str, Any]):
    """Whose new hire somebody is or was, in which group, since and until when."""

    member_id = UnicodeAttribute()
    group_id = UnicodeAttribute()
    since = UTCDateTimeAttribute()
    until = UTCDateTimeAttribute(null=True)


class IdentityIndex(GlobalSecondaryIndex["Member"]):
    """The memberships of one person."""

    class Meta:
        index_name = "identity"
        projection = AllProjection()

    identity_key = UnicodeAttribute(hash_key=True)


class Member(Model):
    """A person in a workspace.

    ``visited_at`` is when they last looked at what is new, to ten minutes; ``left_at`` when they were
    deactivated, while they are; ``erasing_at`` when it was asked that they be erased: from then on nothing
    brings them back. ``topics`` are what they know or want to know. ``group_ids`` and ``invited_to`` are the
    groups they belong to and are asked into; ``mentees`` counts their new hires, who share one
    ``mentoring_group_id``. How they like to listen (``playback_rate`` and what follows it) is nobody else's
    business; nothing there is the usual way.
    """

    class Meta(TableMeta):
        table_name = settings.table("members")

    workspace_id = UnicodeAttribute(hash_key=True)
    member_id = UnicodeAttribute(range_key=True)
    identity_key = UnicodeAttribute()
    name = UnicodeAttribute()
    email = UnicodeAttribute()
    department = UnicodeAttribute(null=True)
    title = UnicodeAttribute(null=True)
    time_zone = UnicodeAttribute(default="UTC")
    working_hours = WorkingHours(default=WorkingHours)
    role = UnicodeAttribute()
    status = UnicodeAttribute(default="active")
    started_on = UnicodeAttribute(null=True)
    joined_at = UTCDateTimeAttribute()
    left_at = UTCDateTimeAttribute(null=True)
    erasing_at = UTCDateTimeAttribute(null=True)
    sessions_valid_from = UTCDateTimeAttribute()
    visited_at = UTCDateTimeAttribute(null=True)
    version = NumberAttribute(default=1)
    topics: ListAttribute[Any] = ListAttribute(of=UnicodeAttribute, default=list)
    group_ids: UnicodeSetAttribute = UnicodeSetAttribute(null=True)
    invited_to: UnicodeSetAttribute = UnicodeSetAttribute(null=True)
    mentor_capacity = NumberAttribute(default=3)
    mentees = NumberAttribute(default=0)
    mentoring_group_id = UnicodeAttribute(null=True)
    mentor = Mentorship(null=True)
    former_mentors: ListAttribute[Mentorship] = ListAttribute(of=Mentorship, default=list)
    playback_rate = NumberAttribute(null=True)
    evens_loudness = BooleanAttribute(null=True)
    goes_on = BooleanAttribute(null=True)
    uses_single_keys = BooleanAttribute(null=True)

    identity = IdentityIndex()

    @staticmethod
    def id_of(workspace_id: str, issuer: str, subject: str) -> str:
        """The id a person has in this workspace and nowhere else, so that two accepts make one member."""
        return keys.keyed_hash("member", workspace_id, issuer, subject)

    @staticmethod
    def identity_of(issuer: str, subject: str) -> str:
        """What the memberships of one person have in common."""
        return keys.keyed_hash("identity", issuer, subject)

    @classmethod
    def of_identity(cls, issuer: str, subject: str) -> list["Member"]:
        """The memberships of one person in all workspaces."""
        return list(cls.identity.query(cls.identity_of(issuer, subject)))

    @classmethod
    def of_workspace(
        cls, workspace_id: str, *, limit: int | None = None, after: dict[str, Any] | None = None
    ) -> ResultIterator["Member"]:
        """The people of a workspace, deactivated ones included."""
        return cls.query(workspace_id, limit=limit, last_evaluated_key=after)

    @property
    def is_admin(self) -> bool:
        return self.role == "admin"

    @property
    def is_active(self) -> bool:
        return self.status == "active"

    @property
    def own_key(self) -> str:
        """Audience of what only this member may see."""
        return f"m#{self.member_id}"

    @property
    def workspace_key(self) -> str:
        """Audience of what everybody in the workspace may see."""
        return f"w#{self.workspace_id}"

    @property
    def group_keys(self) -> list[str]:
        """Audiences of what is said in the groups that this member belongs to."""
        return [f"g#{group_id}" for group_id in sorted(self.group_ids or ())]

    def is_new_hire(self, today: date) -> bool:
        """Whether the member started within the last 90 days."""
        if self.started_on is None:
            return False
        started = date.fromisoformat(self.started_on)
        return started <= today < started + NEW_HIRE


class EmailIndex(GlobalSecondaryIndex["Invitation"]):
    """The invitations to one address."""

    class Meta:
        index_name = "email"
        projection = AllProjection()

    email = UnicodeAttribute(hash_key=True)
    workspace_id = UnicodeAttribute(range_key=True)


class Invitation(Model):
    """An invitation of one address to one workspace."""

    class Meta(TableMeta):
        table_name = settings.table("invitations")

    workspace_id = UnicodeAttribute(hash_key=True)
    invitation_id = UnicodeAttribute(range_key=True)
    email = UnicodeAttribute()
    department = UnicodeAttribute(null=True)
    invited_by = UnicodeAttribute()
    created_at = UTCDateTimeAttribute()
    expires_at = NumberAttribute()

    by_email = EmailIndex()

    @staticmethod
    def id_of(workspace_id: str, email: str) -> str:
        """One invitation for one address: inviting again renews it."""
        return keys.keyed_hash("invitation", workspace_id, email)

    @classmethod
    def of_workspace(
        cls, workspace_id: str, *, limit: int, after: dict[str, Any] | None, now: datetime
    ) -> ResultIterator["Invitation"]:
        """The invitations that stand; DynamoDB takes expired ones away only within days."""
        return cls.query(
            workspace_id,
            filter_condition=cls.expires_at > now.timestamp(),
            limit=limit,
            last_evaluated_key=after,
        )

    @classmethod
    def of_email(cls, email: str, *, now: datetime) -> list["Invitation"]:
        """The invitations to this address that stand; of more than `MOST_OPEN` those of older workspaces."""
        stands = cls.expires_at > now.timestamp()
        return list(cls.by_email.query(email, filter_condition=stands, limit=MOST_OPEN))

    def stands(self, now: datetime) -> bool:
        return bool(self.expires_at > now.timestamp())


class Quota(Model):
    """How much a member has done on one day (UTC)."""

    class Meta(TableMeta):
        table_name = settings.table("quotas")

    member_id = UnicodeAttribute(hash_key=True)
    day = UnicodeAttribute(range_key=True)
    uploads = NumberAttribute(null=True)
    upload_bytes = NumberAttribute(null=True)
    invitations = NumberAttribute(null=True)
    questions = NumberAttribute(null=True)
    answers = NumberAttribute(null=True)
    feedback = NumberAttribute(null=True)
    digests = NumberAttribute(null=True)
    exports = NumberAttribute(null=True)
    assignments = NumberAttribute(null=True)
    reports = NumberAttribute(null=True)
    expires_at = NumberAttribute()

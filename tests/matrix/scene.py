"""A workspace with everybody of the matrix in it, and a thing of each kind."""

import json
import uuid
from dataclasses import dataclass
from datetime import timedelta

from chalicelib import times
from chalicelib.auth.caller import Caller
from chalicelib.workspaces import members
from chalicelib.workspaces.models import Invitation, Workspace
from tests.environment import provider
from tests.matrix.table import BODIES, FEATURES, FORMS, QUERIES, Row
from tests.world import Answer, Person, World


@dataclass
class Scene:
    """A workspace with everybody of the table in it, and a thing of each kind."""

    world: World
    people: dict[str, Person | None]
    ids: dict[str, str]

    def calls(self, row: Row, caller: str, **ids: str) -> Answer:
        """What a caller gets at a route, with these ids in place of those that are there."""
        person = self.people[caller]
        token = {"Authorization": f"Bearer {person.token}"} if person else {}
        return self.asks(row, token | {"Sec-Fetch-Site": "same-origin"}, **ids)

    def asks(self, row: Row, headers: dict[str, str], **ids: str) -> Answer:
        """What is answered at a route to these headers."""
        form = FORMS.get(row.route)
        body = form or (json.dumps(BODIES[row.route]) if row.route in BODIES else "")
        content_type = "application/x-www-form-urlencoded" if form else "application/json"
        for name, value in self.ids.items():
            body = body.replace(f'"{{{name}}}"', f'"{value}"')
        return self.world.call(
            row.method,
            row.path.format_map(self.ids | ids) + QUERIES.get(row.route, "").format_map(self.ids),
            headers={"Content-Type": content_type} | headers,
            body=body.encode(),
        )

    def parameters(self, row: Row) -> list[str]:
        """The ids in a row's path."""
        return [name for name in self.ids if f"{{{name}}}" in row.path]


def made(world: World) -> Scene:
    """A new scene in this world, written without the API: there are many, and only their rows are tested."""
    company, workspace_id = f"{uuid.uuid4().hex}.example", str(uuid.uuid4())
    admin, admin_id = joined(world, workspace_id, f"admin@{company}", role="admin")
    member, _ = joined(world, workspace_id, f"member@{company}")
    owner, owner_id = joined(world, workspace_id, f"owner@{company}")
    fellow, fellow_id = joined(world, workspace_id, f"fellow@{company}")
    _, free_id = joined(world, workspace_id, f"free@{company}")
    gone, _ = joined(world, workspace_id, f"gone@{company}", status="deactivated")
    founded(workspace_id, admin_id)
    elsewhere = str(uuid.uuid4())
    stranger, stranger_id = joined(world, elsewhere, f"stranger@not-{company}", role="admin")
    founded(elsewhere, stranger_id)
    people = {
        "nobody": None,
        "stranger": stranger,
        "invited": invited(world, workspace_id, f"invited@{company}"),
        "gone": gone,
        "member": member,
        "fellow": fellow,
        "owner": owner,
        "admin": admin,
    }
    ids = {
        "workspace_id": workspace_id,
        "member_id": owner_id,
        "fellow_id": fellow_id,
        "free_id": free_id,
        "invitation_id": Invitation.id_of(workspace_id, f"invited@{company}"),
    }
    for feature in FEATURES:
        ids |= feature.things(ids)
    return Scene(world, people, ids)


def founded(workspace_id: str, admin_id: str) -> None:
    """A workspace with this admin."""
    Workspace(workspace_id, name="Acme", admin_ids={admin_id}, created_at=times.now()).save()


def joined(
    world: World, workspace_id: str, email: str, *, role: str = "member", status: str = "active"
) -> tuple[Person, str]:
    """A person who is a member of this workspace, and their id there."""
    now = times.now()
    who = Caller(provider.issuer, email, email, "Somebody", now)
    member = members.joining(who, workspace_id, role=role, department=None, time_zone="UTC", now=now)
    member.status = status
    member.save()
    return world.person(email), member.member_id


def invited(world: World, workspace_id: str, email: str) -> Person:
    """A person whose invitation to this workspace stands."""
    Invitation(
        workspace_id,
        Invitation.id_of(workspace_id, email),
        email=email,
        invited_by="Admin",
        created_at=times.now(),
        expires_at=times.epoch(times.now() + timedelta(days=1)),
    ).save()
    return world.person(email)

"""What somebody finds should not be there, and what becomes of it."""

from chalicelib import times
from chalicelib.reports.models import Case
from tests.matrix.feature import Bodies, Feature, Ids
from tests.matrix.tracks import ready_track

TABLE = """
method path                                            nobody stranger invited gone member fellow owner admin
POST   /v1/workspaces/{workspace_id}/reports              401      404     404  404    201    201   409   201
GET    /v1/workspaces/{workspace_id}/reports              401      404     404  404    404    404   404   200
GET    /v1/workspaces/{workspace_id}/sent-reports         401      404     404  404    200    200   200   200
GET    /v1/workspaces/{workspace_id}/reports/{report_id}
                                                          401      404     404  404    404    404   404   200
GET    /v1/workspaces/{workspace_id}/reports/{groups_report_id}
                                                          401      404     404  404    404    404   200   404
GET    /v1/workspaces/{workspace_id}/reports/{report_id}/audio
                                                          401      404     404  404    404    404   404   200
PUT    /v1/workspaces/{workspace_id}/reports/{report_id}/decision
                                                          401      404     404  404    404    404   404   200
PUT    /v1/workspaces/{workspace_id}/reports/{groups_report_id}/decision
                                                          401      404     404  404    404    404   200   404
"""

BODIES: Bodies = {
    ("POST", "/v1/workspaces/{workspace_id}/reports"): {
        "kind": "track",
        "track_id": "{track_id}",
        "reason": "hurtful",
    },
    ("PUT", "/v1/workspaces/{workspace_id}/reports/{report_id}/decision"): {"decision": "leave"},
}

SAME_ROUTE = {
    "{groups_report_id}": "{report_id}",
}


def things(ids: Ids) -> dict[str, str]:
    """A report that admins decide about, and one that a group's owner does."""
    workspace_id, owner_id, fellow_id = ids["workspace_id"], ids["member_id"], ids["fellow_id"]
    everybodys, groups = f"w#{workspace_id}", f"g#{ids['group_id']}"
    fellows_track_id = ready_track(workspace_id, fellow_id, "workspace")
    return {
        "report_id": reported(workspace_id, everybodys, owner_id, track_id=ids["track_id"], by=fellow_id),
        "groups_report_id": reported(workspace_id, groups, fellow_id, track_id=fellows_track_id, by=owner_id),
    }


def reported(workspace_id: str, place: str, author_id: str, *, track_id: str, by: str) -> str:
    """The id of a report of a track of this author's."""
    case = Case(
        workspace_id,
        Case.id_of("track", track_id),
        place=place,
        kind="track",
        author_id=author_id,
        track_id=track_id,
        reports={by: {"reason": "hurtful", "text": None, "at": times.epoch_ms(times.now())}},
        reported_at=times.now(),
    )
    case.save()
    return str(case.report_id)


FEATURE = Feature(TABLE, bodies=BODIES, same_route=SAME_ROUTE, things=things)

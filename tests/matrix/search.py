"""Searching, and the library with its filters."""

from tests.matrix.feature import Feature

TABLE = """
method path                                            nobody stranger invited gone member fellow owner admin
GET    /v1/workspaces/{workspace_id}/search               401      404     404  404    200    200   200   200
GET    /v1/workspaces/{workspace_id}/search/transcripts   401      404     404  404    200    200   200   200
GET    /v1/workspaces/{workspace_id}/library              401      404     404  404    200    200   200   200
GET    /v1/workspaces/{workspace_id}/library/choices      401      404     404  404    200    200   200   200
"""

QUERIES = {
    ("GET", "/v1/workspaces/{workspace_id}/search"): "?q=how",
    ("GET", "/v1/workspaces/{workspace_id}/search/transcripts"): "?q=how",
}

FEATURE = Feature(TABLE, queries=QUERIES)

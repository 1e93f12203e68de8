"""The client, its description, and signing in and out."""

from tests.matrix.feature import Feature, Ids

TABLE = """
method path                                            nobody stranger invited gone member fellow owner admin
GET    /                                                  200      200     200  200    200    200   200   200
GET    /openapi.json                                      200      200     200  200    200    200   200   200
GET    /settings.json                                     200      200     200  200    200    200   200   200
GET    /signin                                            303      303     303  303    303    303   303   303
GET    /signin/callback                                   400      400     400  400    400    400   400   400
POST   /signout                                           204      204     204  204    204    204   204   204
GET    /static/{name}                                     200      200     200  200    200    200   200   200
GET    /sw.js                                             200      200     200  200    200    200   200   200
"""


def things(ids: Ids) -> dict[str, str]:
    """The name of a file of the client."""
    return {"name": "app.js"}


FEATURE = Feature(TABLE, things=things)

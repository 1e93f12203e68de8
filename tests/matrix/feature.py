"""What a feature has in the matrix: its routes and who gets what, what they take, what their ids name."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

Route = tuple[str, str]
"""A method, and a path with the names of its parameters in braces."""

Bodies = dict[Route, dict[str, Any]]
Ids = Mapping[str, str]
"""What there is by name: ``workspace_id``, ``member_id`` (the owner's), and what was made before."""


def _nothing(_: Ids) -> dict[str, str]:
    return {}


@dataclass(frozen=True)
class Feature:
    """The rows of a feature, and what it takes to call their routes.

    Bodies, forms and queries may name ids in braces. ``same_route`` says what a path has in place of a
    parameter; by ``my_`` goes what only its owner may open. ``things`` are made in every workspace of the
    matrix, after those of the features before.
    """

    table: str
    bodies: Bodies = field(default_factory=dict)
    forms: Mapping[Route, str] = field(default_factory=dict)
    queries: Mapping[Route, str] = field(default_factory=dict)
    same_route: Mapping[str, str] = field(default_factory=dict)
    things: Callable[[Ids], dict[str, str]] = _nothing

"""Which part of Earshot may know which other, what a cold start may cost, and where settings stand."""

import ast
import json
import re
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from graphlib import TopologicalSorter
from pathlib import Path

import pytest

from infra import local
from tests import environment

ROOT = Path(__file__).resolve().parent.parent
FILES = sorted((ROOT / "chalicelib").rglob("*.py"))

ORDER = (
    # what everything stands on
    ("folding", "letters", "settings", "times"),
    ("answers", "aws", "batches", "errors", "logs", "mail", "requests"),
    # who is calling, where they belong and what happened know one another, and none of what follows
    ("auth", "workspaces", "activity.log", "activity.models", "activity.inbox_models"),
    ("due",),
    ("announcements",),
    ("tracks",),
    ("reviews",),
    ("progress",),
    ("reach",),
    ("playlists",),
    ("search",),
    ("groups",),
    ("conversations",),
    ("reports",),
    ("digests",),
    ("exports",),
    ("sharing.models", "sharing.feed_models", "sharing.forgetting"),
    ("erasing",),
    ("closing",),
    # what is made of all of them
    ("activity", "duties", "reactions", "web"),
    # what people outside are shown of it
    ("sharing",),
)
"""Features depend one way: a line knows itself and the lines above it."""

KNOW_CHALICE = {"errors", "requests", "auth.caller"}
"""Beside the routes: errors are Chalice's, bodies and the caller come from its requests."""

COSTLY = ("cryptography", "jinja2", "jwt", "mutagen")
"""What no request needs before somebody brings a token, and what only processing and mails need."""

NAMELESS = {
    "base",
    "common",
    "core",
    "helper",
    "helpers",
    "manager",
    "misc",
    "service",
    "services",
    "util",
    "utils",
}


@dataclass(frozen=True)
class Import:
    """One module naming another."""

    by: str
    of: str
    is_at_start: bool

    def __str__(self) -> str:
        return f"{self.by} → {self.of}"


def name_of(file: Path) -> str:
    """A module's name below chalicelib: ``tracks.models``; a folder's own for its ``__init__``."""
    parts = file.relative_to(ROOT / "chalicelib").with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


MODULES = {name_of(file) for file in FILES} - {""}


def imports_of(file: Path, name: str) -> Iterator[Import]:
    tree = ast.parse(file.read_text())
    at_start = {id(node) for node in ast.walk(tree) if isinstance(node, ast.Import | ast.ImportFrom)}
    for function in ast.walk(tree):
        if isinstance(function, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda):
            at_start -= {id(node) for node in ast.walk(function)}
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            named = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{name} imports relatively"
            inside = [f"{node.module}.{alias.name}" for alias in node.names]
            modules = {f"chalicelib.{module}" for module in MODULES}
            named = [each if each in modules else str(node.module) for each in inside]
        else:
            continue
        for each in dict.fromkeys(named):
            yield Import(name, each.removeprefix("chalicelib."), id(node) in at_start)


IMPORTS = [each for file in FILES for each in imports_of(file, name_of(file))]
OURS = [each for each in IMPORTS if each.of in MODULES]
APP = list(imports_of(ROOT / "app.py", "app"))


def line_of(module: str) -> int:
    """Where a module stands in `ORDER`: the longest of the names that it is in."""
    names = {name: line for line, names in enumerate(ORDER) for name in names}
    known = [name for name in names if module == name or module.startswith(f"{name}.")]
    assert known, f"{module} has no place in ORDER yet"
    return names[max(known, key=len)]


def test_features_depend_one_way() -> None:
    against = [str(each) for each in OURS if line_of(each.by) < line_of(each.of)]
    # A token is verified, and a session signed, by what the ground keeps for everybody.
    assert [each for each in against if each != "requests → auth.keys"] == []


def test_no_module_needs_itself() -> None:
    graph: dict[str, set[str]] = {module: set() for module in MODULES}
    for each in OURS:
        if each.is_at_start:
            graph[each.by].add(each.of)
    assert set(TopologicalSorter(graph).static_order()) == MODULES


def test_only_the_app_knows_routes() -> None:
    assert [str(each) for each in OURS if each.of.endswith("routes")] == []
    routes = {module for module in MODULES if module.endswith("routes")}
    assert {each.of for each in APP if each.of.endswith("routes")} == routes


def test_only_routes_know_chalice() -> None:
    know = {each.by for each in IMPORTS if each.of.partition(".")[0] == "chalice"}
    assert {module for module in know if not module.endswith("routes")} == KNOW_CHALICE


def test_aws_is_spoken_to_through_one_module() -> None:
    assert {each.by for each in IMPORTS if each.of.partition(".")[0] == "boto3"} == {"aws"}
    assert {each.by for each in IMPORTS if each.of == "pynamodb.connection"} == {"aws"}


def test_what_earshot_runs_on_knows_nothing_of_tests_and_infra() -> None:
    assert [
        str(each) for each in IMPORTS + APP if each.of.partition(".")[0] in ("tests", "infra", "moto")
    ] == []


def test_a_cold_start_imports_only_what_a_request_needs() -> None:
    code = "import app, json, sys; print(json.dumps(sorted(sys.modules)))"
    done = subprocess.run(
        [sys.executable, "-c", code],
        cwd=ROOT,
        env=environment.VARIABLES,
        capture_output=True,
        text=True,
        check=True,
    )
    imported = set(json.loads(done.stdout))
    assert not imported & set(COSTLY)
    assert not imported & {
        "chalicelib.reactions",
        "chalicelib.duties",
        "chalicelib.tracks.processing",
        "chalicelib.tracks.retagging",
        "chalicelib.exports.writing",
    }


def test_one_file_of_the_client_speaks_to_the_server_and_none_writes_html() -> None:
    scripts = {path.name: path.read_text() for path in (ROOT / "chalicelib/web/static").glob("*.js")}
    assert {name for name, script in scripts.items() if re.search(r"\bfetch\(", script)} == {
        "api.js",
        "shared.js",  # what people outside load knows nothing of the API
        "sw.js",  # the client's own files alone
    }
    odd = r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|dangerouslySet|\beval\(|new Function\("
    assert [name for name, script in scripts.items() if re.search(odd, script)] == []


@pytest.mark.parametrize("folder", ["chalicelib", "infra", "tests"])
def test_every_file_is_named_for_its_job(folder: str) -> None:
    vague = [
        str(file.relative_to(ROOT))
        for file in (ROOT / folder).rglob("*.py")
        if {file.stem, file.parent.name} & NAMELESS
    ]
    assert vague == []


def variables_in(file: Path) -> dict[str, bool]:
    """The environment variables that a file reads, and whether it cannot do without."""
    found: dict[str, bool] = {}
    for node in ast.walk(ast.parse(file.read_text())):
        if isinstance(node, ast.Subscript) and ast.unparse(node.value).endswith("environ"):
            found[ast.literal_eval(node.slice)] = True
        elif isinstance(node, ast.Call) and ast.unparse(node.func).endswith("environ.get"):
            found.setdefault(ast.literal_eval(node.args[0]), False)
        elif isinstance(node, ast.Compare) and ast.unparse(node.comparators[0]).endswith("environ"):
            found.setdefault(ast.literal_eval(node.left), False)
    return found


def test_the_environment_is_read_in_one_place_and_secrets_in_another() -> None:
    read = {
        name_of(file): ours
        for file in FILES
        if (ours := {name for name in variables_in(file) if name.startswith(("AWS_", "EARSHOT_"))})
    }
    assert set(read) == {"settings", "auth.keys"}
    assert read["auth.keys"] == {
        "AWS_CHALICE_CLI_MODE",
        "EARSHOT_SESSION_SECRET",
        "EARSHOT_MEMBER_KEY",
        "EARSHOT_CLIENT_SECRET",
    }


@pytest.mark.parametrize("stage", ["dev", "prod", "local", "test"])
def test_every_stage_sets_every_variable(stage: str) -> None:
    config = json.loads((ROOT / ".chalice" / "config.json").read_text())
    given = config["environment_variables"] | config["stages"][stage]["environment_variables"]
    variables = variables_in(ROOT / "chalicelib" / "settings.py")
    needed = {name for name, is_needed in variables.items() if is_needed and name.startswith("EARSHOT_")}
    if stage in ("dev", "prod"):
        needed.add("EARSHOT_SECRETS_PARAMETER")
    assert given.keys() == needed
    assert given["EARSHOT_STAGE"] == stage


def test_a_laptop_sets_every_variable() -> None:
    made_up = {"session_secret": "x", "member_key": "y", "client_secret": "z"}
    given = local._environment("http://127.0.0.1:1", made_up)
    needed = variables_in(ROOT / "chalicelib" / "settings.py") | variables_in(
        ROOT / "chalicelib" / "auth" / "keys.py"
    )
    needed.pop("EARSHOT_SECRETS_PARAMETER")
    assert {name for name in given if name.startswith("EARSHOT_")} == {
        name for name in needed if name.startswith("EARSHOT_")
    }

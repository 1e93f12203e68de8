"""The zip that the functions run from: small, whole, and compiled already."""

import os
import struct
import zipfile
from pathlib import Path

import pytest

from infra import deploy, vendor
from tests.infra import packaged

MOST_BYTES = 10_000_000
LEFT_TO_OTHER_FUNCTIONS = (
    *("mutagen", "jinja2", "jwt", "cryptography", "chalicelib.tracks.processing"),
    *(
        "chalicelib.announcements.delivery",
        "chalicelib.announcements.posting",
        "chalicelib.announcements.slack",
    ),
    *("chalicelib.announcements.outbound", "chalicelib.announcements.teams", "chalicelib.activity.announced"),
)
"""What costs a cold start of the API and is not needed for it."""


@pytest.fixture(scope="module")
def archive(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = packaged.unshrunk(tmp_path_factory.mktemp("package"))
    deploy.shrink(made)
    return made


@pytest.fixture(scope="module")
def names(archive: Path) -> set[str]:
    with zipfile.ZipFile(archive) as opened:
        return set(opened.namelist())


@pytest.fixture(scope="module")
def task(archive: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder that a function runs from."""
    return packaged.unpacked(archive, tmp_path_factory.mktemp("task"))


def test_it_is_small(archive: Path) -> None:
    assert archive.stat().st_size <= MOST_BYTES


def test_it_holds_the_page_with_the_parts_of_others_and_their_licences(names: set[str]) -> None:
    static = deploy.ROOT / "chalicelib" / "web" / "static"
    assert {f"chalicelib/web/static/{path.name}" for path in static.iterdir() if path.is_file()} <= names
    assert {f"chalicelib/web/vendor/{path.name}" for path in vendor.VENDOR.iterdir()} <= names


def test_it_holds_nothing_that_no_function_needs(names: set[str]) -> None:
    for prefix in (
        "node_modules/",
        "infra/",
        "tests/",
        "moto/",
        "pip/",
        "setuptools/",
        ".chalice/",
        "boto3/data/",
    ):
        assert not [name for name in names if name.startswith(prefix)], prefix
    services = {
        name.split("/")[2] for name in names if name.startswith("botocore/data/") and name.count("/") > 2
    }
    assert services == set(deploy.SERVICES)


def test_every_module_has_bytecode_that_asks_for_no_source(archive: Path, names: set[str]) -> None:
    sources = {name for name in names if name.endswith(".py")}
    assert {name.split("/")[0] for name in sources} == {"app.py", "chalicelib"}
    for name in sources:
        folder, _, module = name.rpartition("/")
        assert f"{folder}/__pycache__/{module[:-3]}.cpython-311.pyc".lstrip("/") in names
    assert {"botocore/client.pyc", "mutagen/__init__.pyc"} <= names
    with zipfile.ZipFile(archive) as opened:
        for name in names:
            if name.endswith(".pyc"):
                # PEP 552: found by the hash of its source, and not checked against it.
                assert struct.unpack_from("<I", opened.read(name), 4) == (0b01,), name


def test_a_cold_start_compiles_nothing_and_leaves_to_others_what_is_theirs(task: Path) -> None:
    said = packaged.inside(
        task,
        """
import json
compiled = []
sys.addaudithook(lambda event, given: compiled.append(str(given[1])) if event == "compile" else None)
from app import app
from chalicelib import aws
aws.client("dynamodb")
of_files = [name for name in compiled if name.endswith(".py")]
print(json.dumps({"compiled": of_files, "loaded": list(sys.modules)}))
""",
    )
    assert said["compiled"] == []
    assert not {*LEFT_TO_OTHER_FUNCTIONS} & {*said["loaded"]}


def test_every_module_of_ours_can_be_loaded(task: Path) -> None:
    said = packaged.inside(
        task,
        """
import importlib, json, pkgutil
import chalicelib
loaded = [importlib.import_module(found.name).__name__
          for found in pkgutil.walk_packages(chalicelib.__path__, "chalicelib.")]
print(json.dumps(loaded))
""",
    )
    modules = [path.relative_to(task).with_suffix("") for path in (task / "chalicelib").rglob("*.py")]
    assert set(said) == {
        ".".join(module.parts).removesuffix(".__init__") for module in modules if len(module.parts) > 1
    } - {"chalicelib"}


def test_it_answers_verifies_a_signature_knows_the_time_zones_and_makes_every_client(task: Path) -> None:
    said = packaged.inside(
        task,
        """
import json, os, zoneinfo
import jwt
from cryptography.hazmat.primitives.asymmetric import rsa
from app import app
from chalicelib import aws
key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
token = jwt.encode({"sub": "ann"}, key, algorithm="RS256")
event = {
    "resource": "/settings.json", "path": "/settings.json", "httpMethod": "GET", "body": None,
    "headers": {"accept": "*/*"}, "multiValueHeaders": {"accept": ["*/*"]}, "isBase64Encoded": False,
    "queryStringParameters": None, "multiValueQueryStringParameters": None, "pathParameters": None,
    "stageVariables": None,
    "requestContext": {"resourcePath": "/settings.json", "httpMethod": "GET", "path": "/settings.json",
                       "identity": {"sourceIp": "127.0.0.1"}},
}
zoneinfo.reset_tzpath(())
services = [found.name for found in os.scandir("botocore/data") if found.is_dir()]
url = aws.client("s3").generate_presigned_url("get_object", Params={"Bucket": "b", "Key": "k"})
print(json.dumps({
    "status": app(event, None)["statusCode"],
    "subject": jwt.decode(token, key.public_key(), algorithms=["RS256"])["sub"],
    "zone": str(zoneinfo.ZoneInfo("Europe/Berlin")),
    "zones": len(zoneinfo.available_timezones()),
    "clients": [aws.client(service).meta.service_model.service_name for service in services],
    "signed": "X-Amz-Signature" in url,
}))
""",
    )
    assert (said["status"], said["subject"], said["signed"]) == (200, "ann", True)
    assert said["zone"] == "Europe/Berlin"
    assert said["zones"] > 400
    assert sorted(said["clients"]) == sorted(deploy.SERVICES)


def test_equal_content_makes_an_equal_zip(tmp_path: Path) -> None:
    folder = tmp_path / "folder"
    (folder / "one").mkdir(parents=True)
    (folder / "one" / "a.py").write_text("a = 1\n")
    (folder / "b.sh").write_text("true\n")
    (folder / "b.sh").chmod(0o700)
    archives = []
    for at in (1_000_000_000, 1_100_000_000):
        for path in (folder / "one" / "a.py", folder / "b.sh"):
            os.utime(path, (at, at))
        archives.append(tmp_path / f"{at}.zip")
        deploy.write_zip(folder, archives[-1])
    first, second = (path.read_bytes() for path in archives)
    assert first == second
    with zipfile.ZipFile(archives[0]) as opened:
        modes = {entry.filename: oct(entry.external_attr >> 16) for entry in opened.infolist()}
    assert modes == {"b.sh": "0o755", "one/a.py": "0o644"}


def test_what_is_no_library_of_this_kind_is_left_alone() -> None:
    for content in (b"", b"\x7fELF\x01\x01" + bytes(60), b"not a library at all"):
        assert deploy.without_symbols(content) == content


def test_a_module_that_cannot_be_compiled_stops_it(tmp_path: Path) -> None:
    archive = tmp_path / "deployment.zip"
    with zipfile.ZipFile(archive, "w") as opened:
        opened.writestr("app.py", "def (:")
        opened.writestr("botocore/data/endpoints.json", '{"partitions": []}')
    with pytest.raises(deploy.DeploymentError, match="cannot be compiled"):
        deploy.shrink(archive)

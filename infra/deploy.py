"""Packages Earshot and deploys it as one CloudFormation stack.

    python -m infra.deploy --stage dev --bucket BUCKET

BUCKET takes the package and the template; it is not the media bucket.
"""

import argparse
import compileall
import gzip
import hashlib
import json
import os
import py_compile
import shutil
import struct
import subprocess
import sys
import tempfile
import zipfile
from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import boto3
import yaml  # type: ignore[import-untyped]
from boto3.exceptions import Boto3Error
from botocore.exceptions import BotoCoreError, ClientError, WaiterError

from infra import vendor
from infra.resources import TEMPLATE

ROOT = Path(__file__).resolve().parent.parent
RUNTIME = (3, 11)
PARTITIONS = ("aws", "aws-cn", "aws-us-gov")
APPLICATION = ("app.py", "chalicelib", "requirements.txt", ".chalice/config.json", ".chalice/policy-*.json")
"""What a package is made of."""

PLACEHOLDERS = ("example.com", "127.0.0.1")
"""What stands in the settings of a stage that nobody has made their own."""

SERVICES = ("dynamodb", "s3", "sesv2", "sqs", "ssm")
"""The services the functions call; botocore describes some four hundred."""

UNUSED = (
    "boto3/data",
    "boto3/examples",
    "bin",
    # What only Chalice's commands and what only building from source need.
    *("pip", "setuptools", "wheel", "pkg_resources", "_distutils_hack", "distutils-precedence.pth"),
    *("click", "inquirer", "blessed", "jinxed", "readchar", "editor", "runs", "xmod", "wcwidth"),
    *("packaging", "pycparser", "cffi", "yaml", "_yaml"),
    *("mutagen/_tools", "urllib3/contrib/emscripten", "dateutil/zoneinfo/dateutil-zoneinfo.tar.gz"),
    *("dateutil/rrule.py", "dateutil/easter.py", "s3transfer/crt.py", "botocore/crt/auth.py", "boto3/crt.py"),
    *("tzdata/zoneinfo/*.tab", "tzdata/zoneinfo/tzdata.zi", "botocore/data/dynamodb/2011-12-05"),
    *("botocore/data/*/*/examples-1.json*", "*.data", "*.dist-info/RECORD", "*.dist-info/sboms", "**/*.pyi"),
)
"""Globs of what no function reads."""

OURS = ("app.py", "chalicelib")


class DeploymentError(Exception):
    """Something stands in the way of deploying: its message says what."""


def package(stage: str, region: str, folder: Path, root: Path = ROOT) -> tuple[Path, Path]:
    """Have Chalice write the stage's template, merged with ours, and its zip into a folder.

    Chalice packages a copy of the checkout: it takes whatever lies in chalicelib, and keeps every zip.
    """
    if sys.version_info[:2] != RUNTIME:
        raise DeploymentError("Package with Python 3.11: the functions run its bytecode.")
    if missing := vendor.missing(root / "chalicelib" / "web" / "vendor"):
        raise DeploymentError(f"The client's {', '.join(missing)} is missing. Run infra/setup run.")
    environment = {name: value for name, value in os.environ.items() if not name.startswith("EARSHOT_")}
    with tempfile.TemporaryDirectory() as name:
        copy(root, Path(name))
        done = subprocess.run(
            [
                *(sys.executable, "-c", "import sys; from chalice.cli import main; sys.exit(main())"),
                *("--project-dir", name, "package", "--stage", stage),
                *("--merge-template", str(TEMPLATE), str(folder.absolute())),
            ],
            env={**environment, "AWS_DEFAULT_REGION": region, "PYTHONDONTWRITEBYTECODE": "1"},
            stdin=subprocess.DEVNULL,
        )
    if done.returncode != 0:
        raise DeploymentError("Chalice cannot package this checkout; what it said stands above.")
    return folder / "sam.yaml", folder / "deployment.zip"


def copy(root: Path, to: Path) -> None:
    """Copy what a package is made of, and nothing that Python left beside it."""
    for pattern in APPLICATION:
        for path in root.glob(pattern):
            copied = to / path.relative_to(root)
            copied.parent.mkdir(parents=True, exist_ok=True)
            if path.is_dir():
                shutil.copytree(path, copied, ignore=shutil.ignore_patterns("__pycache__", ".*"))
            else:
                shutil.copyfile(path, copied)


def shrink(archive: Path) -> None:
    """Take out of the zip what the functions never read, and put their bytecode in.

    A cold start otherwise compiles every module: the folder it runs from is read-only. Of other people's
    modules the bytecode stands for the source; our own stays, for the lines that a traceback shows.
    """
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        with zipfile.ZipFile(archive) as old:
            old.extractall(folder)
        _prune(folder)
        for library in folder.rglob("*.so"):
            library.write_bytes(without_symbols(library.read_bytes()))
        for path in folder.iterdir():
            _compile(path, folder, with_source=path.name in OURS)
        write_zip(folder, archive)


def upload(s3: Any, bucket: str, file: Path) -> str:
    """Put a file into the deployment bucket under a name that tells its content; returns its key."""
    digest = hashlib.sha256(file.read_bytes()).hexdigest()
    key = f"earshot/{digest[:32]}{file.suffix}"
    s3.upload_file(str(file), bucket, key)
    return key


def locate_code(template: Path, bucket: str, key: str) -> None:
    """Let every function of the template take its code from the deployment bucket."""
    document = yaml.safe_load(template.read_text("utf-8"))
    for resource in document["Resources"].values():
        if resource["Type"] == "AWS::Serverless::Function":
            resource["Properties"]["CodeUri"] = f"s3://{bucket}/{key}"
    template.write_text(yaml.safe_dump(document, allow_unicode=True), "utf-8")


def settings(stage: str, root: Path = ROOT) -> dict[str, str]:
    """A stage's variables in .chalice/config.json, once they are somebody's own."""
    stages = json.loads((root / ".chalice" / "config.json").read_text("utf-8"))["stages"]
    if stage not in stages:
        raise DeploymentError(f"There is no stage {stage} in .chalice/config.json.")
    found: dict[str, str] = stages[stage]["environment_variables"]
    unset = sorted(name for name, value in found.items() if any(mark in value for mark in PLACEHOLDERS))
    if unset:
        names = ", ".join(unset)
        raise DeploymentError(f"{names} in .chalice/config.json is not your own yet; see infra/README.md.")
    return found


def parameters(variables: dict[str, str]) -> list[dict[str, str]]:
    """The template's parameters, from a stage's variables."""
    base = urlsplit(variables["EARSHOT_BASE_URL"])
    values = {"Stage": variables["EARSHOT_STAGE"], "PageOrigin": f"{base.scheme}://{base.netloc}"}
    return [{"ParameterKey": name, "ParameterValue": value} for name, value in values.items()]


def deploy(
    cloudformation: Any, stack: str, template_url: str, values: list[dict[str, str]], now: datetime
) -> bool:
    """Create or update the stack; False when there was nothing to change."""
    status = _status(cloudformation, stack)
    if (
        status == "ROLLBACK_COMPLETE"
    ):  # its creation failed: nothing is in it, and all one can do is delete it
        cloudformation.delete_stack(StackName=stack)
        cloudformation.get_waiter("stack_delete_complete").wait(StackName=stack)
        status = None
    creates = status in (None, "REVIEW_IN_PROGRESS")
    which = {"StackName": stack, "ChangeSetName": f"earshot-{now:%Y%m%d%H%M%S}"}
    cloudformation.create_change_set(
        **which,
        ChangeSetType="CREATE" if creates else "UPDATE",
        TemplateURL=template_url,
        Parameters=values,
        Capabilities=["CAPABILITY_IAM", "CAPABILITY_AUTO_EXPAND"],
    )
    try:
        cloudformation.get_waiter("change_set_create_complete").wait(**which)
    except WaiterError as error:
        reason = str(cloudformation.describe_change_set(**which).get("StatusReason", ""))
        cloudformation.delete_change_set(**which)
        if "didn't contain changes" in reason or "No updates" in reason:
            return False
        raise DeploymentError(f"CloudFormation refuses the template: {reason}") from error
    # What is kept when the stack is deleted is not kept of a creation that failed: it would stand in the
    # way of the next one.
    cloudformation.execute_change_set(**which, RetainExceptOnCreate=True)
    try:
        done = "stack_create_complete" if creates else "stack_update_complete"
        cloudformation.get_waiter(done).wait(StackName=stack)
    except WaiterError as error:
        raise DeploymentError(f"{stack} was rolled back: {_reasons(cloudformation, stack)}") from error
    return True


def address(cloudformation: Any, stack: str) -> str:
    """Where API Gateway serves the stack."""
    [described] = cloudformation.describe_stacks(StackName=stack)["Stacks"]
    outputs = {output["OutputKey"]: output["OutputValue"] for output in described["Outputs"]}
    return str(outputs["EndpointURL"])


def main(arguments: list[str] | None = None) -> None:
    """Package, shrink, upload and deploy one stage."""
    parser = argparse.ArgumentParser(
        prog="python -m infra.deploy",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--stage", required=True)
    parser.add_argument("--bucket", required=True, help="takes the package and the template")
    parser.add_argument("--region", help="otherwise the one AWS is configured with")
    chosen = parser.parse_args(arguments)
    session = boto3.Session(region_name=chosen.region)
    if session.region_name is None:
        raise DeploymentError("No region: give one with --region, or configure AWS with one.")
    variables = settings(chosen.stage)
    s3 = session.client("s3")
    with tempfile.TemporaryDirectory() as name:
        template, archive = package(chosen.stage, session.region_name, Path(name))
        shrink(archive)
        locate_code(template, chosen.bucket, upload(s3, chosen.bucket, archive))
        key = upload(s3, chosen.bucket, template)
    url = f"https://{chosen.bucket}.s3.{session.region_name}.{_domain(session)}/{key}"
    stack = f"earshot-{chosen.stage}"
    cloudformation = session.client("cloudformation")
    changed = deploy(cloudformation, stack, url, parameters(variables), datetime.now(UTC))
    where = address(cloudformation, stack)
    print(f"{stack} is deployed at {where}" if changed else f"{stack} was up to date at {where}")


def _prune(folder: Path) -> None:
    for pattern in UNUSED:
        for path in [*folder.glob(pattern), *folder.glob(f"{pattern}-*.dist-info")]:
            _remove(path)
    data = folder / "botocore" / "data"
    for path in data.iterdir():
        if path.is_dir() and path.name not in SERVICES:
            _remove(path)
    for path in data.glob("*/*/service-2.json*"):
        _rewrite(path, _without_documentation)
    _rewrite(next(data.glob("endpoints.json*")), _endpoints_used)


def _compile(path: Path, folder: Path, *, with_source: bool) -> None:
    """Give the modules at this path their bytecode, beside their source or instead of it."""
    how: dict[str, Any] = {
        "quiet": 1,
        "stripdir": str(folder),
        "prependdir": "/var/task",
        "invalidation_mode": py_compile.PycInvalidationMode.UNCHECKED_HASH,
        "legacy": not with_source,  # where Python looks for bytecode that has no source
    }
    modules = [*path.rglob("*.py")] if path.is_dir() else [path] if path.suffix == ".py" else []
    if not all(compileall.compile_file(module, **how) for module in modules):
        raise DeploymentError("Some module of the package cannot be compiled; see above.")
    if not with_source:
        for module in modules:
            module.unlink()


def _remove(path: Path) -> None:
    if path.is_dir():
        shutil.rmtree(path)
    else:
        path.unlink()


def _rewrite(path: Path, change: Callable[[Any], Any]) -> None:
    """Change what a JSON file says, which may be gzipped."""
    packed = path.suffix == ".gz"
    raw = path.read_bytes()
    content = change(json.loads(gzip.decompress(raw) if packed else raw))
    small = json.dumps(content, separators=(",", ":")).encode()
    path.write_bytes(gzip.compress(small, mtime=0) if packed else small)


def _without_documentation(model: Any) -> Any:
    """A service's model without its texts, three quarters of what a cold start would parse."""
    match model:
        case dict():
            return {
                name: ""
                if name == "documentation" and isinstance(value, str)
                else _without_documentation(value)
                for name, value in model.items()
            }
        case list():
            return [_without_documentation(value) for value in model]
    return model


def _endpoints_used(endpoints: Any) -> Any:
    partitions = [
        {
            **partition,
            "services": {
                name: service
                for name, service in partition["services"].items()
                if name in SERVICES or name == "email"
            },
        }
        for partition in endpoints["partitions"]
        if partition["partition"] in PARTITIONS
    ]
    return {**endpoints, "partitions": partitions}


def without_symbols(library: bytes) -> bytes:
    """A shared library without what stands behind its last segment: symbols, for debuggers and linkers.

    The loader reads segments only (System V gABI, "Program Header"); the header then names no sections.
    """
    if library[:6] != b"\x7fELF\x02\x01":  # 64 bits, little-endian
        return library
    first, size, count = *struct.unpack_from("<Q", library, 32), *struct.unpack_from("<HH", library, 54)
    segments = (struct.unpack_from("<IIQQQQ", library, first + size * number) for number in range(count))
    header = bytearray(library[:64])
    struct.pack_into("<Q", header, 40, 0)
    struct.pack_into("<HH", header, 60, 0, 0)
    end = max(offset + length for _, _, offset, _, _, length in segments)
    return bytes(header) + library[64:end]


def write_zip(folder: Path, archive: Path) -> None:
    """Zip a folder so that equal content makes an equal zip."""
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as new:
        for path in _files(folder):
            info = zipfile.ZipInfo(path.relative_to(folder).as_posix(), (1980, 1, 1, 0, 0, 0))
            info.external_attr = (0o755 if os.access(path, os.X_OK) else 0o644) << 16
            info.compress_type = zipfile.ZIP_DEFLATED
            new.writestr(info, path.read_bytes(), compresslevel=9)


def _files(folder: Path) -> Iterable[Path]:
    return sorted(path for path in folder.rglob("*") if path.is_file())


def _status(cloudformation: Any, stack: str) -> str | None:
    """What CloudFormation says of the stack; None where there is none."""
    try:
        [described] = cloudformation.describe_stacks(StackName=stack)["Stacks"]
    except ClientError as error:
        if "does not exist" not in error.response["Error"]["Message"]:
            raise
        return None
    return str(described["StackStatus"])


def _reasons(cloudformation: Any, stack: str) -> str:
    """Why the last operation failed, the first cause first."""
    reasons: list[str] = []
    for event in cloudformation.describe_stack_events(StackName=stack)["StackEvents"]:  # newest first
        resource, status = event["LogicalResourceId"], event["ResourceStatus"]
        if status.endswith("_FAILED"):
            reasons.insert(0, f"{resource}: {event.get('ResourceStatusReason', '')}")
        if resource == stack and status in ("CREATE_IN_PROGRESS", "UPDATE_IN_PROGRESS"):
            break  # here it began
    return "; ".join(reasons[:5])


def _domain(session: Any) -> str:
    partition = session.get_partition_for_region(session.region_name)
    return "amazonaws.com.cn" if partition == "aws-cn" else "amazonaws.com"


if __name__ == "__main__":
    try:
        main()
    except (DeploymentError, BotoCoreError, ClientError, Boto3Error) as problem:
        sys.exit(str(problem))

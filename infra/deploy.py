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
import subprocess
import sys
import tempfile
import zipfile
from collections.abc import Iterable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import boto3
import yaml  # type: ignore[import-untyped]
from botocore.exceptions import WaiterError

from infra.resources import TEMPLATE

ROOT = Path(__file__).resolve().parent.parent
RUNTIME = (3, 11)
PARTITIONS = ("aws", "aws-cn", "aws-us-gov")
SERVICES = ("dynamodb", "s3", "sesv2", "ssm")
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
    *("*.data", "*.dist-info/RECORD", "*.dist-info/sboms", "botocore/data/*/*/examples-1.json*"),
)
"""Globs of what no function reads."""


class DeploymentError(Exception):
    """Something stands in the way of deploying: its message says what."""


def package(stage: str, region: str, folder: Path, root: Path = ROOT) -> tuple[Path, Path]:
    """Have Chalice write the stage's template, merged with ours, and its zip into a folder."""
    if sys.version_info[:2] != RUNTIME:
        raise DeploymentError("Package with Python 3.11: the functions run its bytecode.")
    environment = {name: value for name, value in os.environ.items() if not name.startswith("EARSHOT_")}
    subprocess.run(
        [
            sys.executable,
            "-m",
            "chalice.cli",
            "--project-dir",
            str(root),
            "package",
            "--stage",
            stage,
            "--merge-template",
            str(TEMPLATE),
            str(folder),
        ],
        check=True,
        env={**environment, "AWS_DEFAULT_REGION": region},
    )
    return folder / "sam.yaml", folder / "deployment.zip"


def shrink(archive: Path) -> None:
    """Take out of the zip what the functions never read, and put their bytecode in.

    A cold start otherwise compiles every module: the folder it runs from is read-only.
    """
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        with zipfile.ZipFile(archive) as old:
            old.extractall(folder)
        _prune(folder)
        compiled = compileall.compile_dir(
            folder,
            quiet=1,
            stripdir=str(folder),
            prependdir="/var/task",
            maxlevels=50,
            invalidation_mode=py_compile.PycInvalidationMode.UNCHECKED_HASH,
        )
        if not compiled:
            raise DeploymentError("Some module of the package cannot be compiled; see above.")
        _zip(folder, archive)


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


def parameters(stage: str, root: Path = ROOT) -> list[dict[str, str]]:
    """The template's parameters, from the stage's settings in .chalice/config.json."""
    stages = json.loads((root / ".chalice" / "config.json").read_text("utf-8"))["stages"]
    if stage not in stages:
        raise DeploymentError(f"There is no stage {stage} in .chalice/config.json.")
    base = urlsplit(stages[stage]["environment_variables"]["EARSHOT_BASE_URL"])
    values = {"Stage": stage, "PageOrigin": f"{base.scheme}://{base.netloc}"}
    return [{"ParameterKey": name, "ParameterValue": value} for name, value in values.items()]


def deploy(
    cloudformation: Any, stack: str, template_url: str, values: list[dict[str, str]], now: datetime
) -> bool:
    """Create or update the stack; False when there was nothing to change."""
    name = f"earshot-{now:%Y%m%d%H%M%S}"
    cloudformation.create_change_set(
        StackName=stack,
        ChangeSetName=name,
        ChangeSetType="UPDATE" if _exists(cloudformation, stack) else "CREATE",
        TemplateURL=template_url,
        Parameters=values,
        Capabilities=["CAPABILITY_IAM", "CAPABILITY_AUTO_EXPAND"],
    )
    which = {"StackName": stack, "ChangeSetName": name}
    try:
        cloudformation.get_waiter("change_set_create_complete").wait(**which)
    except WaiterError as error:
        reason = str(cloudformation.describe_change_set(**which).get("StatusReason", ""))
        cloudformation.delete_change_set(**which)
        if "didn't contain changes" in reason or "No updates" in reason:
            return False
        raise DeploymentError(f"CloudFormation refuses the template: {reason}") from error
    created = _was_created(cloudformation, stack)
    cloudformation.execute_change_set(**which)
    done = "stack_create_complete" if created else "stack_update_complete"
    try:
        cloudformation.get_waiter(done).wait(StackName=stack)
    except WaiterError as error:
        raise DeploymentError(f"{stack} was rolled back: {_reasons(cloudformation, stack)}") from error
    return True


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
    values = parameters(chosen.stage)
    s3 = session.client("s3")
    with tempfile.TemporaryDirectory() as name:
        template, archive = package(chosen.stage, session.region_name, Path(name))
        shrink(archive)
        locate_code(template, chosen.bucket, upload(s3, chosen.bucket, archive))
        key = upload(s3, chosen.bucket, template)
    url = f"https://{chosen.bucket}.s3.{session.region_name}.{_domain(session)}/{key}"
    stack = f"earshot-{chosen.stage}"
    changed = deploy(session.client("cloudformation"), stack, url, values, datetime.now(UTC))
    print(f"{stack} is deployed." if changed else f"{stack} was up to date.")


def _prune(folder: Path) -> None:
    for pattern in UNUSED:
        metadata = f"{pattern.replace('-', '_')}-*.dist-info"
        for path in [*folder.glob(pattern), *folder.glob(metadata)]:
            _remove(path)
    data = folder / "botocore" / "data"
    for path in data.iterdir():
        if path.is_dir() and path.name not in SERVICES:
            _remove(path)
    _prune_endpoints(data)


def _remove(path: Path) -> None:
    if path.is_dir():
        shutil.rmtree(path)
    else:
        path.unlink()


def _prune_endpoints(data: Path) -> None:
    path = next(data.glob("endpoints.json*"))
    packed = path.suffix == ".gz"
    raw = path.read_bytes()
    endpoints = json.loads(gzip.decompress(raw) if packed else raw)
    endpoints["partitions"] = [
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
    small = json.dumps(endpoints, separators=(",", ":")).encode()
    path.write_bytes(gzip.compress(small, mtime=0) if packed else small)


def _zip(folder: Path, archive: Path) -> None:
    """Zip a folder so that equal content makes an equal zip."""
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as new:
        for path in _files(folder):
            info = zipfile.ZipInfo(path.relative_to(folder).as_posix(), (1980, 1, 1, 0, 0, 0))
            info.external_attr = (0o755 if os.access(path, os.X_OK) else 0o644) << 16
            info.compress_type = zipfile.ZIP_DEFLATED
            new.writestr(info, path.read_bytes(), compresslevel=9)


def _files(folder: Path) -> Iterable[Path]:
    return sorted(path for path in folder.rglob("*") if path.is_file())


def _exists(cloudformation: Any, stack: str) -> bool:
    """Whether the stack is there; one whose first change set was never executed is not."""
    for page in cloudformation.get_paginator("list_stacks").paginate():
        for summary in page["StackSummaries"]:
            if summary["StackName"] == stack and summary["StackStatus"] not in (
                "DELETE_COMPLETE",
                "REVIEW_IN_PROGRESS",
            ):
                return True
    return False


def _was_created(cloudformation: Any, stack: str) -> bool:
    [described] = cloudformation.describe_stacks(StackName=stack)["Stacks"]
    return bool(described["StackStatus"] == "REVIEW_IN_PROGRESS")


def _reasons(cloudformation: Any, stack: str) -> str:
    events = cloudformation.describe_stack_events(StackName=stack)["StackEvents"]
    failed = [event for event in events if event["ResourceStatus"].endswith("_FAILED")]
    return "; ".join(
        f"{event['LogicalResourceId']}: {event.get('ResourceStatusReason', '')}"
        for event in reversed(failed[-5:])
    )


def _domain(session: Any) -> str:
    partition = session.get_partition_for_region(session.region_name)
    return "amazonaws.com.cn" if partition == "aws-cn" else "amazonaws.com"


if __name__ == "__main__":
    try:
        main()
    except DeploymentError as problem:
        sys.exit(str(problem))

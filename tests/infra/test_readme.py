"""infra/README.md leaves out no file, no alarm and no setting that is to be made one's own."""

import json
import re
from fnmatch import fnmatchcase

from infra import deploy, resources

README = (deploy.ROOT / "infra" / "README.md").read_text("utf-8")
QUOTED = re.findall(r"`([^`\n]+)`", README)


def test_every_file_is_explained() -> None:
    named = [name.removeprefix("infra/").rstrip("/") for name in QUOTED]
    for path in (deploy.ROOT / "infra").iterdir():
        if path.name not in ("README.md", "__init__.py", "__pycache__"):
            assert any(fnmatchcase(path.name, name) for name in named), path.name


def test_every_alarm_says_what_to_do() -> None:
    alarms = [
        resource["Properties"]
        for resource in resources.read(resources.TEMPLATE)["Resources"].values()
        if resource.get("Type") == "AWS::CloudWatch::Alarm"
    ]
    for alarm in alarms:
        name = alarm["AlarmName"]["Fn::Sub"].removeprefix("earshot-${Stage}-")
        assert f"| `{name}` |" in README or name.endswith("-errors"), name
        for section in re.findall(r"see infra/README\.md, ([^.]+)\.", alarm["AlarmDescription"]):
            assert f"### {section}\n" in README


def test_every_setting_that_is_to_be_ones_own_is_explained() -> None:
    config = json.loads((deploy.ROOT / ".chalice" / "config.json").read_text("utf-8"))
    for name, value in config["stages"]["dev"]["environment_variables"].items():
        if any(mark in value for mark in deploy.PLACEHOLDERS):
            assert f"`{name}`" in README, name


def test_its_commands_are_the_ones_there_are() -> None:
    commands = re.findall(r"python -m infra\.(\w+)", README)
    assert set(commands) == {"deploy", "redrive"}
    for name in commands:
        assert f'prog="python -m infra.{name}"' in (deploy.ROOT / "infra" / f"{name}.py").read_text("utf-8")

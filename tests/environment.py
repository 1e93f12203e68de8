"""The environment in which tests import Earshot: names, secrets, and what is really there."""

import os

from tests.listener import Listener
from tests.provider import Provider

provider = Provider()
listener = Listener()

VARIABLES = {
    "AWS_ACCESS_KEY_ID": "testing",
    "AWS_SECRET_ACCESS_KEY": "testing",
    "AWS_REGION": "eu-central-1",
    "AWS_DEFAULT_REGION": "eu-central-1",
    "EARSHOT_STAGE": "test",
    "EARSHOT_BASE_URL": "http://127.0.0.1:8000/",
    "EARSHOT_MEDIA_BUCKET": "earshot-test-media-123456789012",
    "EARSHOT_UPLOADS_QUEUE": "earshot-test-uploads",
    "EARSHOT_UPLOADS_DEAD_QUEUE": "earshot-test-uploads-dead",
    "EARSHOT_DELIVERIES_QUEUE": "earshot-test-deliveries",
    "EARSHOT_DIGESTS_QUEUE": "earshot-test-digests",
    "EARSHOT_MAIL_EVENTS_QUEUE": "earshot-test-mail-events",
    "EARSHOT_EXPORTS_QUEUE": "earshot-test-exports",
    "EARSHOT_LISTENER": listener.url,
    "EARSHOT_ACTIVITY_STREAM": (
        "arn:aws:dynamodb:eu-central-1:123456789012:table/earshot-test-activity/stream/placeholder"
    ),
    "EARSHOT_PROGRESS_STREAM": (
        "arn:aws:dynamodb:eu-central-1:123456789012:table/earshot-test-progress/stream/placeholder"
    ),
    "EARSHOT_ISSUER": provider.issuer,
    "EARSHOT_CLIENT_ID": "earshot-test",
    "EARSHOT_EMAIL_CLAIM": "verified",
    "EARSHOT_WORKSPACE_CREATORS": "*",
    "EARSHOT_MAIL_FROM": "Earshot <earshot@example.com>",
    "EARSHOT_S3_ADDRESSING": "path",
    "EARSHOT_SESSION_SECRET": "u8kPq2Zt5LwXc1Rv7NbY4MhJ6DgF3SaE0TiO",
    "EARSHOT_MEMBER_KEY": "Jx3vW9nB6qK1zT8rL5yC2mH7dG4fP0sAeUoI",
    "EARSHOT_CLIENT_SECRET": "",
}


def prepare() -> None:
    """Set the variables; before anything of Earshot is imported."""
    for name in list(os.environ):
        if name.startswith(("EARSHOT_", "AWS_")):
            del os.environ[name]
    os.environ.update(VARIABLES)

"""Every environment variable, each read once and named once.

Secrets are not here but in ``auth/keys.py``: they are read from SSM when the first of them is needed.
"""

from os import environ

STAGE = environ["EARSHOT_STAGE"]
"""``dev``, ``prod``, ``local`` or ``test``; part of every name."""

BASE_URL = environ["EARSHOT_BASE_URL"]
"""Where the client is served, with a slash at the end."""

MEDIA_BUCKET = environ["EARSHOT_MEDIA_BUCKET"]
UPLOADS_QUEUE = environ["EARSHOT_UPLOADS_QUEUE"]
UPLOADS_DEAD_QUEUE = environ["EARSHOT_UPLOADS_DEAD_QUEUE"]
DELIVERIES_QUEUE = environ["EARSHOT_DELIVERIES_QUEUE"]
EXPORTS_QUEUE = environ["EARSHOT_EXPORTS_QUEUE"]
DIGESTS_QUEUE = environ["EARSHOT_DIGESTS_QUEUE"]
MAIL_EVENTS_QUEUE = environ["EARSHOT_MAIL_EVENTS_QUEUE"]
ACTIVITY_STREAM = environ["EARSHOT_ACTIVITY_STREAM"]
PROGRESS_STREAM = environ["EARSHOT_PROGRESS_STREAM"]

ISSUER = environ["EARSHOT_ISSUER"]
"""The OpenID provider, compared by equality with ``iss``."""

CLIENT_ID = environ["EARSHOT_CLIENT_ID"]

EMAIL_CLAIM = environ["EARSHOT_EMAIL_CLAIM"]
"""What the provider's ``email`` is worth: ``verified`` (only beside ``email_verified``) or ``trusted``."""

WORKSPACE_CREATORS = environ["EARSHOT_WORKSPACE_CREATORS"]
"""Who may create a workspace: ``*``, or domains and addresses with commas between them."""

MAIL_FROM = environ["EARSHOT_MAIL_FROM"]

S3_ADDRESSING = environ["EARSHOT_S3_ADDRESSING"]
"""``virtual`` on AWS, ``path`` on a laptop."""

REGION = environ.get("AWS_REGION") or environ["AWS_DEFAULT_REGION"]
"""Set by Lambda itself; on a laptop by ``infra/local.py``."""

SECRETS_PARAMETER = environ.get("EARSHOT_SECRETS_PARAMETER")
"""Name of the SSM parameter with the secrets; on a laptop they stand in the environment."""

LISTENER = environ.get("EARSHOT_LISTENER") if STAGE in ("local", "test") else None
"""How the addresses on this very machine begin that may be posted to; never on AWS."""


def name(of: str) -> str:
    """Name of one of this stage's resources."""
    return f"earshot-{STAGE}-{of}"


def table(of: str) -> str:
    """Name of one of this stage's tables."""
    return name(of)

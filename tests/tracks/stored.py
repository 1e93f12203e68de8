"""The files of tracks that lie in the bucket."""

from chalicelib import settings
from tests.world import World


def superseded(world: World) -> list[str]:
    """Keys of files that are left to the bucket's lifecycle."""
    found = []
    for key in world.objects("media/"):
        tags = world.s3.get_object_tagging(Bucket=settings.MEDIA_BUCKET, Key=key)["TagSet"]
        if tags == [{"Key": "superseded", "Value": "yes"}]:
            found.append(key)
    return found


def kept(world: World) -> list[str]:
    """Keys of files that stay."""
    return [key for key in world.objects("media/") if key not in superseded(world)]

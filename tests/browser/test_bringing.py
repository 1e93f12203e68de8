"""What is done with a file that is brought: what the server takes goes up as it is, the rest is converted."""

import base64

from playwright.sync_api import Page

from chalicelib.tracks.containers import CONTENT_TYPES
from tests.tracks.kinds import KEPT, REFUSED

RECOGNISED = """async (files) => {
  const {recognise} = await import('/static/containers.js');
  const found = {};
  for (const [name, text] of Object.entries(files)) {
    found[name] = await recognise(new Blob([Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0))]));
  }
  return found;
}"""


def test_what_goes_up_as_it_is_is_what_the_server_takes(page: Page) -> None:
    taken = {
        f"{container}: {kind}": (make(), CONTENT_TYPES[container])
        for container, kinds in KEPT.items()
        for kind, make in kinds.items()
    }
    refused = {kind: (make(), None) for kind, (_, _, make) in REFUSED.items()}
    files = taken | refused
    found = page.evaluate(
        RECOGNISED, {name: base64.b64encode(content).decode() for name, (content, _) in files.items()}
    )
    assert found == {name: content_type for name, (_, content_type) in files.items()}

"""The README of a zip: what is in it and what is not, for whoever opens it in some years."""

from typing import Final

from chalicelib.exports.packing import Packing, Whose
from chalicelib.workspaces import founding

TITLES: Final[dict[Whose, str]] = {
    "workspace": "What is open to everybody in {workspace}",
    "group": "What is open to one group in {workspace}",
    "member": "Your own data in {workspace}",
}

WITHIN: Final[dict[Whose, tuple[str, ...]]] = {
    "workspace": (
        "tracks/         the audio of each track that everybody may hear, as Earshot keeps it",
        "transcripts/    what is said in them, as WebVTT or text, where their speakers have written it",
        "playlists/      each playlist as RSS, which podcast apps read, and as JSON",
        "tracks.json     title, description, topics, speaker, length, chapters and file of each track",
        "questions.json  what was asked about these tracks, with its answers; anonymously is anonymously",
        "feedback.json   feedback that its receivers have published to everybody",
        "members.json    who is in the workspace: name, title, department and topics",
        "workspace.json  the workspace",
    ),
    "group": (
        "tracks/         the audio of each track of the group, as Earshot keeps it",
        "transcripts/    what is said in them, as WebVTT or text, where their speakers have written it",
        "playlists/      each playlist as RSS, which podcast apps read, and as JSON",
        "tracks.json     title, description, topics, speaker, length, chapters and file of each track",
        "rounds.json     the rounds, with what was contributed to them",
        "questions.json  what was asked in the group, with its answers; anonymously is anonymously",
        "feedback.json   feedback that its receivers have published to the group",
        "group.json      the group: purpose, people, topics and check-ins",
    ),
    "member": (
        "tracks/         the audio of each of your tracks, whoever may hear it, as Earshot keeps it",
        "transcripts/    what is said in them, as WebVTT or text, where you have written it",
        "spoken/         what was said to you: feedback, and listeners in their own words",
        "playlists/      your playlists as RSS, which podcast apps read, and as JSON",
        "profile.json    what you and the admins said of you, and who was your mentor",
        "tracks.json     your tracks, with what you said of them, what you agreed to and the file of each",
        "groups.json     the groups you belong to, and what you contributed to their rounds",
        "listening.json  what you have heard",
        "loops.json      your ways through playlists, with what you wrote",
        "assigned.json   playlists that you were asked to hear",
        "inbox.json      what you have read of your inbox",
        "questions.json  what you asked, also anonymously: nobody else gets this file",
        "answers.json    what you answered",
        "feedback-received.json, feedback-given.json, thanks.json",
        "reports.json    what you have reported, and what became of it",
    ),
}

WITHOUT: Final[dict[Whose, str]] = {
    "workspace": "What belongs to groups and to members is not in here: they export it themselves.",
    "group": "What its members keep to themselves is not in here: they export it themselves.",
    "member": "The recordings of others in your playlists are not in here, only what is said of them.",
}


def written(packing: Packing) -> str:
    """The README, once everything else is there."""
    export, state = packing.export, packing.state
    title = TITLES[packing.whose].format(workspace=founding.get(packing.workspace_id).name)
    lines = [title, "", f"Exported from Earshot on {export.started_at:%Y-%m-%d %H:%M} UTC.", ""]
    lines += WITHIN[packing.whose]
    lines += ["", f"Tracks with audio: {len(state.files)}"]
    if left_out := state.left_out:
        lines += [
            f"Left out: {left_out}, taken back or kept from these readers while this was written",
        ]
    lines += [
        "",
        WITHOUT[packing.whose],
        "A speaker may take a track back in Earshot at any time. Whoever has this file then still has the",
        "recording: please respect it, and delete it here too.",
        "",
        "Times are in UTC, lengths in milliseconds. The oldest track has the lowest number.",
    ]
    return "".join(f"{line}\r\n" for line in lines)

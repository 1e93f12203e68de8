"""What people are asked beside the recorder, and what rounds are about until a group says it itself."""

from collections.abc import Mapping
from typing import Final

FIRST: Final = (
    "What would you tell yourself about your field in five minutes, so that a colleague could begin with it?",
    "What did you do at your last place that you miss here?",
    "What surprised you in your first days?",
)
"""What a new hire is invited to teach first."""

SOLUTION: Final = ("What did we try?", "What happened?", "What would I do now?")
"""What a contribution to a problem answers."""

PROMPTS: Final[Mapping[str, tuple[str, ...]]] = {
    "mentoring": (
        "What went better than you thought?",
        "Where did you get stuck?",
        "What would you like to be shown?",
    ),
    "cross_functional": SOLUTION,
    "circle": ("What did you learn?", "How did you come to it?", "Who could use it?"),
}
"""What is shown beside the recorder, by kind of group."""

TOPICS: Final[Mapping[str, tuple[str, ...]]] = {
    "mentoring": (
        "What surprised you this week?",
        "What did you try, and what happened?",
        "What would you like to be shown next?",
    ),
    "cross_functional": (
        "What have we tried since last time, and what happened?",
        "What stands in the way in your department?",
        "What would you do now?",
    ),
    "circle": (
        "What did you learn that the others could use?",
        "What did you change your mind about?",
        "What would you like to try next?",
    ),
}
"""What rounds are about until the members add topics of their own, by kind of group."""

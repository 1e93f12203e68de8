"""What is done when it is due, by kind; each may be done twice."""

from collections.abc import Mapping

from chalicelib.due.running import Duty
from chalicelib.groups import checkins

BY_KIND: Mapping[str, Duty] = {
    checkins.TURN: checkins.take_turn,
    checkins.REMINDER: checkins.remind,
    checkins.CLOSING: checkins.close,
}

"""What is done when it is due, by kind; each may be done twice."""

from collections.abc import Mapping

from chalicelib.closing import asking, removing
from chalicelib.conversations import feedback_delivery, loop_nudges, question_publishing
from chalicelib.digests import mornings
from chalicelib.due.running import Duty
from chalicelib.erasing import going
from chalicelib.exports import orders
from chalicelib.groups import turns
from chalicelib.reach import publishing
from chalicelib.reviews import reviewing
from chalicelib.tracks import leaving

BY_KIND: Mapping[str, Duty] = {
    turns.TURN: turns.take_turn,
    turns.REMINDER: turns.remind,
    turns.CLOSING: turns.close,
    feedback_delivery.DELIVERY: feedback_delivery.deliver,
    loop_nudges.NUDGE: loop_nudges.ask,
    mornings.MORNING: mornings.come,
    mornings.POSTPONED: mornings.come_again,
    reviewing.KIND: reviewing.ask,
    publishing.KIND: publishing.count,
    leaving.KIND: leaving.follow_again,
    orders.WATCH: orders.look,
    going.KIND: going.go_on,
    asking.KIND: removing.go_on,
    question_publishing.KIND: question_publishing.publish,
}

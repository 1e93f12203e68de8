"""What is done when it is due, by kind; each may be done twice."""

from collections.abc import Mapping

from chalicelib.due.running import Duty

BY_KIND: Mapping[str, Duty] = {}

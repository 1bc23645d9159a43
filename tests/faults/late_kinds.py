"""The kinds of lateness: what is late, and in which run that is seen."""

from __future__ import annotations

from enum import Enum

from fault_kinds import Kind


class Late(Enum):
    """What AWS may show for some seconds after a call that took effect."""

    UNKNOWN = "unknown"  # whatever names the thing is answered with NotFound
    BEHIND = "a write behind"  # reads answer as before the call
    UNLISTED = "not listed"  # listings leave the thing out
    UNTAGGED = "without tags"  # the thing is shown with no tags


class Bad(Enum):
    """What a reading call may be answered with, under status 200."""

    EMPTY_PAGE = "empty page"  # no entries, and a token that says there are more
    EMPTY_OBJECT = "{}"
    CUT = "cut body"
    HTML = "HTML"


class Moment(Enum):
    """How the call that is late ends, and so which run meets the lateness."""

    SAME = ""
    LOST = ", answer lost"  # the run looks for what it may have made
    NEXT = ", next run"  # the run is killed as soon as the call took effect

    @property
    def fault(self) -> Kind | None:
        """What happens to the call itself."""
        return {Moment.LOST: Kind.CUT_AFTER, Moment.NEXT: Kind.KILLED_AFTER}.get(self)


class LateKind(Enum):
    """One column of the bench's table; its value is shown, and typed after --kind."""

    UNKNOWN = Late.UNKNOWN, Moment.SAME
    UNKNOWN_LOST = Late.UNKNOWN, Moment.LOST
    UNKNOWN_NEXT = Late.UNKNOWN, Moment.NEXT
    BEHIND = Late.BEHIND, Moment.SAME
    BEHIND_LOST = Late.BEHIND, Moment.LOST
    BEHIND_NEXT = Late.BEHIND, Moment.NEXT
    UNLISTED = Late.UNLISTED, Moment.SAME
    UNLISTED_LOST = Late.UNLISTED, Moment.LOST
    UNLISTED_NEXT = Late.UNLISTED, Moment.NEXT
    UNTAGGED = Late.UNTAGGED, Moment.SAME
    UNTAGGED_LOST = Late.UNTAGGED, Moment.LOST
    UNTAGGED_NEXT = Late.UNTAGGED, Moment.NEXT
    EMPTY_PAGE = Bad.EMPTY_PAGE, Moment.SAME
    EMPTY_OBJECT = Bad.EMPTY_OBJECT, Moment.SAME
    CUT = Bad.CUT, Moment.SAME
    HTML = Bad.HTML, Moment.SAME
    RELEASE_BEHIND = "a release behind", Moment.SAME

    def __new__(cls, what: Late | Bad | str, moment: Moment) -> LateKind:  # noqa: PYI034 - Self is new in 3.11
        """A member whose value is the text that tells it."""
        member = object.__new__(cls)
        member._value_ = (what if isinstance(what, str) else what.value) + moment.value
        member.what = what
        member.moment = moment
        return member

    what: Late | Bad | str
    moment: Moment

    @property
    def every_attempt(self) -> bool:
        """Whether what is asked for is badly answered whenever it is; an answer is lost once.

        Lost for longer than things are late, it would be the fault bench's case.
        """
        return isinstance(self.what, Bad)


def kinds_of(*whats: Late | Bad, moments: tuple[Moment, ...] = tuple(Moment)) -> list[LateKind]:
    return [kind for kind in LateKind if kind.what in whats and kind.moment in moments]

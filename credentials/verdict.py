"""The only place that says what an answer to "may X do Y?" looks like."""

from dataclasses import dataclass


class Refused(Exception):
    """Somebody tried what the rules do not allow. The text is shown to the reader."""


class Stale(Refused):
    """The thing changed while the reader was looking at an older picture of it."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """Whether something is allowed, and the reason when it is not (one translated sentence)."""

    allowed: bool
    reason: str = ""

    def __bool__(self) -> bool:
        return self.allowed

    def require(self) -> None:
        """Raise `Refused` with the reason unless allowed."""
        if not self.allowed:
            raise Refused(self.reason)


ALLOWED = Verdict(True)


def no(reason: object) -> Verdict:
    """Return a refusal with its reason."""
    return Verdict(False, str(reason))

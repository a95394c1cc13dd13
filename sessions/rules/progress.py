"""How far someone has come: counted against the whole programme, never against the sessions held so far."""

from collections.abc import Set as AbstractSet
from dataclasses import dataclass

from sessions.choices import ProgressState


@dataclass(frozen=True)
class Progress:
    """Modules `earned` of `total`, of which the programme requires `required`.

    `missing` are the numbers of the modules neither earned nor still ahead in her own cohort; of these, `recoverable`
    can be made up in another cohort.
    """

    earned: int
    total: int
    required: int
    state: ProgressState
    missing: tuple[int, ...] = ()
    recoverable: tuple[int, ...] = ()

    @property
    def to_earn(self) -> int:
        """How many more modules the certificate takes."""
        return max(self.required - self.earned, 0)

    @property
    def qualifies(self) -> bool:
        """Whether the programme's rule for a certificate holds."""
        return self.state == ProgressState.COMPLETE


def measure(
    *,
    modules: AbstractSet[int],
    required: int,
    earned: AbstractSet[int],
    ahead: AbstractSet[int],
    elsewhere: AbstractSet[int],
) -> Progress:
    """Return the progress of someone who has `earned` some of `modules`, all known by their numbers.

    `ahead` are modules whose session in her own cohort is still to come, or held but not marked yet; `elsewhere` are
    those with a coming session in another cohort. She is on track while her own cohort suffices, at risk while only
    make-up sessions help, and can no longer complete when not even they do.
    """
    missing = modules - earned - ahead
    recoverable = missing & elsewhere
    if len(earned) >= required:
        state = ProgressState.COMPLETE
    elif len(earned | ahead) >= required:
        state = ProgressState.ON_TRACK
    elif len(earned | ahead | recoverable) >= required:
        state = ProgressState.AT_RISK
    else:
        state = ProgressState.CANNOT_COMPLETE
    return Progress(
        earned=len(earned),
        total=len(modules),
        required=required,
        state=state,
        missing=tuple(sorted(missing)),
        recoverable=tuple(sorted(recoverable)),
    )

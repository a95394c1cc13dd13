from common.exceptions import Refused


class ProgrammeRefused(Refused):
    """A programme or one of its versions can't be changed that way."""


class TitleTaken(ProgrammeRefused):
    """Another programme of the region has the title."""


class ChangedMeanwhile(ProgrammeRefused):
    """Someone else has changed the record since it was read."""

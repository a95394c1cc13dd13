"""What the portal tells about enrolments: a file for each thing that can happen to them, with its kinds of message."""

from participants.messages import changes, enrolments, managers, offers

KINDS = (*enrolments.KINDS, *changes.KINDS, *managers.KINDS, *offers.KINDS)

"""Whatever people do to enrolments, in whatever order: what must always hold, holds after every step.

Hypothesis makes up the stories, on the real database, and shortens the first that goes wrong. Time is the machine's
own: it passes only by the rules that say so.
"""

from __future__ import annotations

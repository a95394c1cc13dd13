"""Importing a list of new hires: upload, confirm, forget."""

from datetime import datetime, timedelta

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from audit.actions import record
from cohorts.models import Cohort
from common.locking import lock
from messaging.actions import queue
from participants import messages
from participants.actions.enrol import place
from participants.actions.history import transaction_on_people
from participants.actions.seats import lock_seats
from participants.assessment import check_cohort, municipalities_for
from participants.exceptions import EnrolmentRefused
from participants.importing import headings, reading
from participants.importing.child import ROWS
from participants.importing.plan import plan_of
from participants.models import Import
from regions.models import Municipality

KEPT = timedelta(days=1)


def start_import(
    *, cohort: Cohort, municipality: Municipality | None, filename: str, content: bytes, by: User, now: datetime
) -> Import:
    """Read a list and keep it for its preview; nobody is enrolled yet. Without `municipality` each row names its own.

    Only the columns that are needed are kept. Raises EnrolmentRefused if `by` may not enrol there now, and if the file
    can't be read or lacks columns (UnreadableFile).
    """
    check_cohort(cohort, by=by, now=now)
    if municipality and municipality.pk not in municipalities_for(by, cohort):
        raise EnrolmentRefused(_("You can't enrol people for %(municipality)s.") % {"municipality": municipality})
    lines = reading.read(content, filename)
    place_of_headings, columns = headings.find(lines)
    if missing := headings.missing(columns, with_municipality=municipality is None):
        raise reading.UnreadableFile(
            _("The list lacks columns: %(columns)s. Use our template, or put these headings above the columns.")
            % {"columns": ", ".join(str(label) for label in missing)}
        )
    lines_below = lines[place_of_headings + 1 :]
    if not lines_below:
        raise reading.UnreadableFile(_("There is nobody in the list, only headings."))
    if len(lines_below) > ROWS:
        raise reading.UnreadableFile(reading.too_many_rows())
    rows = [
        {"number": number, "values": {column: _cell(cells, position) for column, position in columns.items()}}
        for number, cells in lines_below
    ]
    return Import.objects.create(
        cohort=cohort, municipality=municipality, uploaded_by=by, filename=filename[:200], rows=rows
    )


def confirm_import(*, upload: Import, seen: str, by: User, now: datetime) -> Import:
    """Enrol everyone whom the preview promised to enrol: all of them or none.

    `seen` is the fingerprint of the plan that was shown. Raises EnrolmentRefused if the same list would now have
    another result, so that nobody gets what was not confirmed. Confirming twice does nothing the second time.
    """
    with transaction_on_people():
        seats = lock_seats(upload.cohort, now=now)
        cohort = seats.cohort
        upload = lock(upload)
        if upload.confirmed:
            return upload
        upload.cohort = cohort
        plan = plan_of(upload, by=by, now=now)
        if plan.fingerprint != seen:
            raise EnrolmentRefused(
                _(
                    "Something has changed since you opened the preview, such as the number of seats. "
                    "Look through it again."
                )
            )
        # A microsecond apart, so that the waiting list keeps the order of the list.
        in_turn = [
            (row.assessment, now + timedelta(microseconds=order))
            for order, row in enumerate(plan.to_enrol)
            if row.assessment
        ]
        # Stored in the order of their addresses, so that two lists of the same people can't wait for each other.
        for assessment, applied in sorted(in_turn, key=lambda turn: turn[0].person.address):
            enrolment = place(assessment, seats=seats, applied=applied, by=by)
            if enrolment.manager is None:  # a coordinator's list: the employer hears of it now
                queue(messages.about_status(enrolment, now=now))
        upload.confirmed = now
        upload.result = {**plan.counts, "enrolled": plan.with_seat, "waiting": plan.waiting}
        upload.save(update_fields=["confirmed", "result"])
        record("import.confirmed", upload, by=by, now=now, scope=cohort.region.pk, after=upload.result)
        queue([messages.about_import(upload, now=now)])
        return upload


@transaction.atomic
def purge_imports(*, now: datetime) -> None:
    """Forget what was uploaded more than a day ago: unconfirmed lists, and the rows of confirmed ones."""
    old = Import.objects.older_than(now - KEPT)
    old.filter(confirmed=None).delete()
    old.exclude(rows=[]).update(rows=[])


def _cell(cells: list[str], position: int) -> str:
    return cells[position] if position < len(cells) else ""

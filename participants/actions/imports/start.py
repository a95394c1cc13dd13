"""Reading a list, and finding its columns."""

from datetime import datetime

from django.utils.translation import gettext as _

from accounts.models import User
from cohorts.models import Cohort
from participants.assessment import check_cohort, municipalities_for
from participants.exceptions import EnrolmentRefused
from participants.importing import headings, reading
from participants.importing.child import ROWS
from participants.importing.sheets import Sheet
from participants.models import Import
from regions.models import Municipality


def start_import(
    *, cohort: Cohort, municipality: Municipality | None, filename: str, content: bytes, by: User, now: datetime
) -> Import:
    """Read a list and keep it for its preview; nobody is enrolled yet. Without `municipality` each row names its own.

    Without a `filename` it is text that was pasted. The import has rows if its columns were found beyond doubt;
    otherwise its owner chooses them (choose_columns). Raises EnrolmentRefused if `by` may not enrol there now, and if
    the list can't be read (UnreadableFile).
    """
    check_cohort(cohort, by=by, now=now)
    municipalities = municipalities_for(by, cohort)
    if municipality and municipality.pk not in municipalities:
        raise EnrolmentRefused(_("You can't enrol people for %(municipality)s.") % {"municipality": municipality})
    lines = reading.read(content, filename)
    wanted = headings.columns_for(rule.fact for rule in cohort.programme.eligibility_rules.all())
    names = [place.name for place in municipalities.values()]
    layout = headings.lay_out(lines, wanted=wanted, municipalities=names)
    sheet = Sheet.of(lines, headings=layout.headings)
    if not sheet.people:
        raise reading.UnreadableFile(_("There is nobody in the list, only headings."))
    if len(sheet.people) > ROWS:
        raise reading.UnreadableFile(reading.too_many_rows())
    absent = headings.missing(layout.columns, wanted=wanted, with_municipality=municipality is None)
    return Import.objects.create(
        cohort=cohort,
        municipality=municipality,
        uploaded_by=by,
        filename=filename[:200],
        sheet=sheet.as_json(),
        columns=layout.columns,
        rows=[] if absent or layout.unsure else sheet.rows(layout.columns, {}),
    )

"""A list of new hires from its upload to its end: read, mended, confirmed, carried out by a worker, forgotten."""

from participants.actions.imports.carry_out import carry_out_import, claim_import
from participants.actions.imports.confirm import confirm_import
from participants.actions.imports.mend import choose_columns, mend_rows
from participants.actions.imports.purge import purge_imports
from participants.actions.imports.start import start_import

__all__ = [
    "carry_out_import",
    "choose_columns",
    "claim_import",
    "confirm_import",
    "mend_rows",
    "purge_imports",
    "start_import",
]

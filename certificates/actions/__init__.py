from certificates.actions.automatic import issue_what_is_due, set_automatic
from certificates.actions.export import export_cohort, log_list
from certificates.actions.issue import issue, issue_all, issue_automatically
from certificates.actions.render import fetch, render, render_batch
from certificates.actions.revoke import revoke
from certificates.actions.statements import issue_all_statements, issue_statement
from certificates.actions.uphold import uphold
from certificates.actions.versions import issue_new_version

__all__ = [
    "export_cohort",
    "fetch",
    "issue",
    "issue_all",
    "issue_all_statements",
    "issue_automatically",
    "issue_new_version",
    "issue_statement",
    "issue_what_is_due",
    "log_list",
    "render",
    "render_batch",
    "revoke",
    "set_automatic",
    "uphold",
]

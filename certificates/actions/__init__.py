from certificates.actions.issue import issue, issue_all, issue_by_itself
from certificates.actions.render import fetch, render, render_batch
from certificates.actions.revoke import revoke
from certificates.actions.statements import issue_all_statements, issue_statement
from certificates.actions.uphold import uphold
from certificates.actions.versions import issue_new_version

__all__ = [
    "fetch",
    "issue",
    "issue_all",
    "issue_all_statements",
    "issue_by_itself",
    "issue_new_version",
    "issue_statement",
    "render",
    "render_batch",
    "revoke",
    "uphold",
]

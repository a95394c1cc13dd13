from certificates.actions.issue import issue, issue_all
from certificates.actions.render import fetch, render
from certificates.actions.revoke import revoke

__all__ = ["fetch", "issue", "issue_all", "render", "revoke"]

from cohorts.actions.details import ProgrammeDetails, add_programme, change_programme
from cohorts.actions.eligibility import Eligibility, change_eligibility
from cohorts.actions.load_programmes import load_programmes
from cohorts.actions.modules import (
    ModuleDetails,
    add_module,
    change_module,
    move_module,
    remove_module,
    restore_module,
)
from cohorts.actions.rule import change_rule
from cohorts.actions.shelf import archive_programme, delete_programme, reopen_programme
from cohorts.actions.versions import begin_version, discard_version, fingerprint_of_draft, release_version

__all__ = [
    "Eligibility",
    "ModuleDetails",
    "ProgrammeDetails",
    "add_module",
    "add_programme",
    "archive_programme",
    "begin_version",
    "change_eligibility",
    "change_module",
    "change_programme",
    "change_rule",
    "delete_programme",
    "discard_version",
    "fingerprint_of_draft",
    "load_programmes",
    "move_module",
    "release_version",
    "remove_module",
    "reopen_programme",
    "restore_module",
]

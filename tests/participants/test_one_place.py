"""Seats are given and given back in one place, which locks the cohort: nothing else sets the status of an enrolment."""

import ast
from collections.abc import Iterator
from pathlib import Path

from django.conf import settings

from tests.test_conventions import python_files

SETTERS = {"change_status", "change_statuses"}  # of participants/actions/history.py
WRITERS = {"Enrolment", "create", "get_or_create", "update", "update_or_create"}
MAY_SET = {
    "participants/actions/history.py": "it is the one that writes the status",
    "participants/actions/seats.py": "it is the one that gives seats",
    "certificates/actions/issue.py": "who has completed keeps her seat",
    "certificates/actions/revoke.py": "who has not completed after all keeps her seat",
}


def setting_a_status(path: Path) -> Iterator[str]:
    """Where the code of `path` sets the status of an enrolment, or makes or closes an offer."""
    for node in ast.walk(ast.parse(path.read_text())):
        line = getattr(node, "lineno", 0)
        match node:
            case ast.Call(func=ast.Name(id=name)) if name in SETTERS:
                yield f"{line}: {name}()"
            case ast.Call(func=ast.Name(id=name) | ast.Attribute(attr=name), keywords=keywords) if name in WRITERS:
                if any(one.arg == "status" and _of_enrolments(one.value) for one in keywords):
                    yield f"{line}: {name}(status=…)"
            case ast.Assign(targets=targets, value=value) if _of_enrolments(value):
                if any(isinstance(target, ast.Attribute) and target.attr == "status" for target in targets):
                    yield f"{line}: .status = …"
            case ast.Attribute(value=ast.Attribute(value=ast.Name(id="Offer"), attr="objects"), attr="create"):
                yield f"{line}: Offer.objects.create()"


def _of_enrolments(value: ast.expr) -> bool:
    return any(isinstance(node, ast.Name) and node.id == "EnrolmentStatus" for node in ast.walk(value))


def test_no_other_code_sets_a_status_that_may_hold_a_seat() -> None:
    found = {
        (str(path.relative_to(settings.BASE_DIR)), where) for path in python_files() for where in setting_a_status(path)
    }
    assert {(path, where) for path, where in found if path not in MAY_SET} == set()
    assert {path for path, _where in found} == set(MAY_SET)


def test_the_search_sees_each_way_of_doing_it(tmp_path: Path) -> None:
    ways = [
        "enrolment.status = EnrolmentStatus.ENROLLED",
        "Enrolment(cohort=cohort, status=EnrolmentStatus.ENROLLED)",
        "Enrolment.objects.filter(pk=pk).update(status=EnrolmentStatus.OFFERED)",
        "change_status(enrolment, status, kind=kind, by=by, now=now)",
        "Offer.objects.create(enrolment=enrolment)",
    ]
    file = tmp_path / "sly.py"
    file.write_text("\n".join(ways))
    assert len(list(setting_a_status(file))) == len(ways)

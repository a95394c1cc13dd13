"""A PDF with an empty seal in it: everything is in its place but the signature, for which room is left."""

import hashlib
from dataclasses import dataclass
from datetime import UTC, datetime
from io import BytesIO

import pikepdf
from django.utils import translation
from django.utils.translation import gettext as _
from pikepdf import Array, Dictionary, Name, String

UNKNOWN = 9_999_999_999  # as wide as any number that takes its place
PRINT, LOCKED = 4, 128
SIGNATURES_EXIST, APPEND_ONLY = 1, 2
NO_CHANGES = 1


@dataclass(frozen=True)
class Blank:
    """A file with room for a signature; `digest` is the SHA-256 of all around that room."""

    before: bytes
    room: int
    after: bytes

    @property
    def digest(self) -> bytes:
        around = hashlib.sha256(self.before)
        around.update(self.after)
        return around.digest()

    def filled(self, signature: bytes) -> bytes:
        """The file with `signature`, which has exactly the size of the room."""
        if len(signature) != self.room:
            raise ValueError(f"a signature of {len(signature)} bytes in room for {self.room}")
        return b"".join((self.before, written(signature), self.after))


def written(signature: bytes) -> bytes:
    """Return `signature` as it stands in a file."""
    return b"<%b>" % signature.hex().encode()


def blank(pdf: bytes, *, at: datetime, room: int) -> Blank:
    """Return `pdf` with a field for a seal of `room` bytes that was made at `at`; the same bytes for the same input.

    The seal says that nothing may be changed (DocMDP). Its field is invisible: PDF/A wants one that is printed, without
    extent; PDF/UA one that is tagged, or lies outside the page.
    """
    with pikepdf.open(BytesIO(pdf)) as document:
        _add_field(document, at=at, room=room)
        file = BytesIO()
        document.save(file, deterministic_id=True, stream_decode_level=pikepdf.StreamDecodeLevel.none)
    return _with_byte_range(file.getvalue(), room)


def _add_field(document: pikepdf.Pdf, *, at: datetime, room: int) -> None:
    page = document.pages[0]
    signature = document.make_indirect(
        Dictionary(
            Type=Name.Sig,
            Filter=Name("/Adobe.PPKLite"),
            SubFilter=Name("/ETSI.CAdES.detached"),
            M=String(f"D:{at.astimezone(UTC):%Y%m%d%H%M%S}Z"),
            Contents=String(bytes(room)),
            ByteRange=Array([0, UNKNOWN, UNKNOWN, UNKNOWN]),
            Reference=Array(
                [
                    Dictionary(
                        Type=Name.SigRef,
                        TransformMethod=Name.DocMDP,
                        TransformParams=Dictionary(Type=Name.TransformParams, V=Name("/1.2"), P=NO_CHANGES),
                    )
                ]
            ),
        )
    )
    field = document.make_indirect(
        Dictionary(
            Type=Name.Annot,
            Subtype=Name.Widget,
            FT=Name.Sig,
            T=String("Seal"),
            TU=String(_label(document)),
            F=PRINT | LOCKED,
            Rect=Array([-1, -1, -1, -1]),
            P=page.obj,
            V=signature,
        )
    )
    page.obj.Annots = Array([*page.obj.get("/Annots", []), field])
    document.Root.AcroForm = Dictionary(Fields=Array([field]), SigFlags=SIGNATURES_EXIST | APPEND_ONLY)
    document.Root.Perms = Dictionary(DocMDP=signature)


def _label(document: pikepdf.Pdf) -> str:
    """What the field is called in the language of the document."""
    with translation.override(str(document.Root.get("/Lang", "sv"))):
        return _("Electronic seal")


def _with_byte_range(file: bytes, room: int) -> Blank:
    """Cut the room out of `file`, and say in its place what was cut."""
    start = file.index(written(bytes(room)))
    end = start + 2 * room + 2
    unknown = b"[ 0 %d %d %d ]" % (UNKNOWN, UNKNOWN, UNKNOWN)
    known = (b"[ 0 %d %d %d" % (start, end, len(file) - end)).ljust(len(unknown) - 1) + b"]"
    return Blank(file[:start].replace(unknown, known), room, file[end:].replace(unknown, known))

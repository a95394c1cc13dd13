"""Files that are looked at and forgotten: kept in memory, and never more of a request's than would be accepted."""

from typing import Any

from django.core.files.uploadedfile import InMemoryUploadedFile
from django.core.files.uploadhandler import MemoryFileUploadHandler
from django.http import HttpRequest


class FleetingUploadHandler(MemoryFileUploadHandler):
    """Django's own for small files writes larger ones to the disk; this one keeps the first `limit` bytes and counts
    the others, so that `size` is that of the file and a form can refuse it. They are the first of the whole request:
    a hundred files take no more room than one.

    To be set as the request's only handler before anything has read the request.
    """

    def __init__(self, request: HttpRequest, *, limit: int) -> None:
        super().__init__(request)
        self._left = limit

    def handle_raw_input(self, *arguments: Any, **options: Any) -> None:
        """Take on files of any size: what is kept of them is bounded."""
        self.activated = True

    def receive_data_chunk(self, raw_data: bytes, start: int) -> None:
        """Keep what fits."""
        kept = raw_data[: self._left]
        self._left -= len(kept)
        self.file.write(kept)

    def file_complete(self, file_size: int) -> InMemoryUploadedFile:
        """Hand on what was kept, with the size that the file had."""
        self.file.seek(0)
        return InMemoryUploadedFile(
            file=self.file,
            field_name=self.field_name,
            name=self.file_name,
            content_type=self.content_type,
            size=file_size,
            charset=self.charset,
            content_type_extra=self.content_type_extra,
        )

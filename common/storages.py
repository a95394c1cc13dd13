"""Where files lie: in a folder, or in an S3-compatible object store. A file is there whole, or not at all.

Callers choose names so that no two files have the same: a file replaces one of its name. Both raise OSError if they
can't take or give one: FileNotFoundError if there is none, StorageAway if the store doesn't answer.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any

from boto3.s3.transfer import TransferConfig
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError
from django.core.files import File
from django.core.files.storage import FileSystemStorage
from storages.backends.s3 import S3Storage

from common.exceptions import StorageAway
from common.files import write_chunks_whole


class FolderStorage(FileSystemStorage):
    """A folder that bears power cuts: Django's own neither syncs nor renames into place."""

    def __init__(self, **options: Any) -> None:
        super().__init__(allow_overwrite=True, **options)

    def _save(self, name: str, content: File) -> str:  # type: ignore[type-arg]
        write_chunks_whole(Path(self.path(name)), content.chunks())
        return name


class BucketStorage(S3Storage):  # type: ignore[misc]  # it has no types
    """A bucket whose store may be away, which is then said in one word, and soon.

    Without threads: files are small, and a web server has threads of its own.
    """

    def __init__(self, **options: Any) -> None:
        client = Config(connect_timeout=3, read_timeout=20, retries={"total_max_attempts": 2, "mode": "standard"})
        transfer = TransferConfig(use_threads=False)
        in_memory = 5_000_000  # bytes; what is larger waits in a temporary file
        super().__init__(client_config=client, transfer_config=transfer, max_memory_size=in_memory, **options)

    def _save(self, name: str, content: File) -> str:  # type: ignore[type-arg]
        with _answering():
            found: str = super()._save(name, content)
            return found

    def _open(self, name: str, mode: str = "rb") -> File:  # type: ignore[type-arg]
        with _answering():
            file: File = super()._open(name, mode)  # type: ignore[type-arg]
            file.file  # noqa: B018 -- fetched now, so that a store that is away is met here
            return file

    def delete(self, name: str) -> None:
        """Remove the file, if it is there."""
        with _answering():
            super().delete(name)

    def exists(self, name: str) -> bool:
        """Whether the file is there."""
        with _answering():
            found: bool = super().exists(name)
            return found

    def listdir(self, path: str) -> tuple[list[str], list[str]]:
        """The folders and the files in `path`."""
        with _answering():
            found: tuple[list[str], list[str]] = super().listdir(path)
            return found

    def get_modified_time(self, name: str) -> datetime:
        """When the file was stored."""
        with _answering():
            found: datetime = super().get_modified_time(name)
            return found


@contextmanager
def _answering() -> Iterator[None]:
    try:
        yield
    except (BotoCoreError, ClientError) as error:
        raise StorageAway(f"the object store doesn't answer as it should: {error}") from error

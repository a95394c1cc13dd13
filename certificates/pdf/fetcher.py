"""What WeasyPrint may open while it makes a certificate: fonts shipped with it, images in the page itself."""

from pathlib import Path

from weasyprint.urls import URLFetcher, URLFetcherResponse

ASSETS = Path(__file__).resolve().parent.parent / "assets"
IMAGES = ("data:image/png;base64,", "data:image/svg+xml;base64,")


class AssetFetcher(URLFetcher):  # type: ignore[misc]  # WeasyPrint has no types
    """Answers `asset:NAME` and images as `data:`; any other address, also `file:`, ends the rendering.

    To be handed to the HTML and to every CSS object: WeasyPrint's own, taken otherwise, reads anything.
    """

    def __init__(self) -> None:
        super().__init__(allowed_protocols=("data",), allow_redirects=False, fail_on_errors=True)

    def fetch(self, url: str, headers: dict[str, str] | None = None) -> URLFetcherResponse:
        """Return what is at `url`. Raises PermissionError if it isn't allowed, OSError if it is missing."""
        if url.startswith(IMAGES):
            return super().fetch(url, headers)
        return URLFetcherResponse(url, path_of(url).read_bytes())


def path_of(url: str) -> Path:
    """Return the file that `asset:NAME` names. Raises PermissionError for any other address."""
    scheme, _, name = url.partition(":")
    if scheme == "asset" and name == Path(name).name:
        return ASSETS / name
    raise PermissionError(f"A certificate may not open {url[:100]}")

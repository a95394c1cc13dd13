"""The certificate's page as WeasyPrint takes it, read in a fraction of the time: it is XML, and has few elements."""

from cssselect2 import ElementWrapper
from defusedxml.ElementTree import fromstring
from weasyprint import CSS, HTML

from certificates.pdf.fetcher import ASSETS, AssetFetcher

ELEMENTS = CSS(string=(ASSETS / "html.css").read_text(encoding="utf-8"), url_fetcher=AssetFetcher())


class Source(HTML):  # type: ignore[misc]  # WeasyPrint has no types
    """A page that is HTML and well-formed XML; of the elements, html.css knows what they are.

    A test holds it to what WeasyPrint makes of the same page by itself.
    """

    def __init__(self, page: str, fetcher: AssetFetcher) -> None:
        self.wrapper_element = ElementWrapper.from_html_root(fromstring(page))
        self.etree_element = self.wrapper_element.etree_element
        self.base_url = None
        self.url_fetcher = fetcher
        self.media_type = "print"

    def _ua_stylesheets(self, forms: bool = False) -> list[CSS]:
        return [ELEMENTS]

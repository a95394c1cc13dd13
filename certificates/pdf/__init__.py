"""The certificate as a PDF: for paper and screen readers, the same bytes for the same document, many at once."""

from certificates.pdf.press import CertificateUnprintable, render, render_all

__all__ = ["CertificateUnprintable", "render", "render_all"]

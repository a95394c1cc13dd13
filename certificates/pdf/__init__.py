"""The certificate as a PDF: for paper and screen readers, the same bytes for the same document."""

from certificates.pdf.press import CertificateUnprintable, render

__all__ = ["CertificateUnprintable", "render"]

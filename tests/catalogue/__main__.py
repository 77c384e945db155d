"""Brings the catalogue up to date: ``python -m tests.catalogue``, or ``make messages``."""

from __future__ import annotations

import sys

from .catalogue import (
    MO,
    PO,
    compiled,
    different_placeholders,
    read,
    translations,
    untranslated,
    updated,
    written,
)
from .chinese import faults
from .extraction import extracted


def main() -> int:
    """Extract, update, compile; 1 where a translation is missing, wrong, or not of its text."""
    texts = extracted()
    catalog = updated(read(), texts)
    PO.write_bytes(written(catalog))
    MO.write_bytes(compiled(read()))
    missing, different = untranslated(catalog, texts), different_placeholders(catalog)
    sys.stdout.write(f"{len(texts)} texts, {len(missing)} of them not translated\n")
    for text in different:
        sys.stdout.write(f"other placeholders than its text has: {text!r}\n")
    wrong = [found for text in translations(catalog) for found in faults(text)]
    for place, wanted in wrong:
        sys.stdout.write(f"not written as Chinese is: {place!r}: write {wanted}\n")
    return 1 if missing or different or wrong else 0


if __name__ == "__main__":
    sys.exit(main())

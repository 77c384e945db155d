"""The catalogue of translations: what is extracted into it, whether it fits, and its compiled form.

``python -m tests.catalogue`` brings it up to date (``make messages``); ``tests/test_catalogue.py``
checks it. Babel reads and writes the files, so that no machine needs GNU gettext.
"""

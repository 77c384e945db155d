"""The rules a package is checked against.

A check is a module in the folder of its family. ``contract`` says what it defines, ``registry``
lists all of them, ``runner`` runs them, and ``examples`` builds the small packages with
which each is tested. Checks never import checks.
"""

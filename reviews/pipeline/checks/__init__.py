"""The rules a package is checked against.

A check is a module in the folder of its family. ``contract`` says what it defines, ``registry``
lists all of them, ``runner`` is the one loop that runs them, ``examples`` builds the small packages
with which each proves itself. Checks never import checks.
"""

"""The child process that holds the Helm engine: confined first, then obedient.

It is started as a top-level package by a bare interpreter (``process.py``), so it imports
nothing of the project: only the standard library and the engine. It must be able to start
without ``dataclasses`` and other slow imports, for every analysis waits for it.
"""

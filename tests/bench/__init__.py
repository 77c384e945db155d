"""The bench: the whole workshop measured on real packages whose truth is known.

``python -m tests.bench --corpus DIR`` examines every chart of ``DIR/charts`` in a process of
its own and holds the result against ``DIR/truth/charts``. What the workshop claims is not
believed: archives are compared byte by byte and rendered again by an engine of the bench's
own, with no code of the workshop in between.
"""

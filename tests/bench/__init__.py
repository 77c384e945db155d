"""The benchmark: the whole pipeline measured on real packages whose truth is known.

``python -m tests.bench --corpus DIR`` examines every chart of ``DIR/charts`` in a process of
its own and compares the result with ``DIR/truth/charts``. What the pipeline claims is not
believed: archives are compared byte by byte and rendered again by an engine of the bench's
own, with no code of the pipeline in between.
"""

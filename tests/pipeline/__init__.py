"""The tests of the pipeline: no database, no network, packages of their own making."""

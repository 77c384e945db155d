"""The journeys of a package: an archive in, a report out; edits in, a release out."""

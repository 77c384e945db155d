"""Which findings of a review are known and accepted, as administrators have recorded it."""

from __future__ import annotations

from collections.abc import Mapping

from ..approval import path_in
from ..models import Acceptance
from ..visibility import Reader
from .review import Review, Unit


def accepted_units(review: Review, reader: Reader) -> Mapping[str, Acceptance]:
    """The valid acceptance of each unit whose dismissal it fills in, by the key of the unit.

    A unit with an edit has none: it is applied, or the original is kept. Each says whether the
    ``reader`` is shown who recorded it, where the policy allows. Two queries at most.
    """
    valid = Acceptance.valid_for(review.revision.submission.service_id)
    if not valid:
        return {}
    for each in valid:
        each.hides_author = reader.hides(each.recorded_by_id)
    found = ((unit.key, _of(unit, review, valid)) for unit in review.units if not unit.has_edit)
    return {key: acceptance for key, acceptance in found if acceptance is not None}


def _of(unit: Unit, review: Review, valid: list[Acceptance]) -> Acceptance | None:
    places = [(each.finding, path_in(review.report, each.finding)) for each in unit.members]
    return next((each for each in valid if all(each.fits(*place) for place in places)), None)

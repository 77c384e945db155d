"""Choose an option for each of several images so that no value must hold two different texts."""

from __future__ import annotations

from collections.abc import Hashable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Generic, TypeVar

from ...package.chart_values import ValueLeaf
from ..experiment.ways import Way

# A span of a leaf's printed text and what it must become, which may be what it is.
Substitution = tuple[int, int, str]
# What leaves must become.
Assignment = Mapping[ValueLeaf, tuple[Substitution, ...]]

# Choices made for one group of images, and those that can be taken back.
_MOST_CHOICES = 20_000
_MOST_TAKEN_BACK = 200

_Key = TypeVar("_Key", bound=Hashable)


@dataclass(frozen=True)
class Option:
    """One way to make an image its target, and what values must become for it."""

    way: Way
    assignment: Assignment


@dataclass
class Agreement(Generic[_Key]):
    """The option chosen for each image that could be agreed upon, and what values become."""

    chosen: dict[_Key, Option] = field(default_factory=dict)
    substitutions: dict[ValueLeaf, tuple[Substitution, ...]] = field(default_factory=dict)

    def takes(self, option: Option) -> bool:
        """Whether the option contradicts nothing that is chosen."""
        return not any(
            _contradict(self.substitutions.get(leaf, ()), wanted)
            for leaf, wanted in option.assignment.items()
        )

    def add(self, key: _Key, option: Option) -> list[tuple[ValueLeaf, Substitution]]:
        """Choose an option that it takes; what is new by it."""
        self.chosen[key] = option
        new = []
        for leaf, wanted in option.assignment.items():
            for each in wanted:
                known = self.substitutions.get(leaf, ())
                if each not in known:
                    self.substitutions[leaf] = (*known, each)
                    new.append((leaf, each))
        return new

    def copy(self) -> Agreement[_Key]:
        """An independent copy."""
        return Agreement(dict(self.chosen), dict(self.substitutions))


def most_that_agree(options: Mapping[_Key, Sequence[Option]]) -> Agreement[_Key]:
    """What all agree on; where they do not, one after the other is left out.

    The first options of each are preferred, and those that come first in ``options``.
    """
    budget = [_MOST_CHOICES]
    agreement = _Search({key: _fitting(each) for key, each in options.items()}, budget).run()
    if agreement is not None:
        return agreement
    agreement = Agreement()
    kept: dict[_Key, Sequence[Option]] = {}
    for key, each in options.items():
        more = {**kept, key: _fitting(each)}
        fits = next((option for option in more[key] if agreement.takes(option)), None)
        if fits is not None:
            agreement.add(key, fits)
            kept = more
        elif more[key] and (other := _Search(more, budget).run()) is not None:
            agreement, kept = other, more
    return agreement


def _fitting(options: Sequence[Option]) -> list[Option]:
    """The options that do not contradict themselves."""
    return [
        option
        for option in options
        if not any(
            _touches(one, other)
            for wanted in option.assignment.values()
            for number, one in enumerate(wanted)
            for other in wanted[:number]
            if one != other
        )
    ]


@dataclass
class _Branch(Generic[_Key]):
    """A choice that can be taken back: what was known before it, and what is left to choose."""

    agreement: Agreement[_Key]
    left: dict[_Key, Sequence[Option]]
    key: _Key
    options: Iterator[Option]


@dataclass
class _Search(Generic[_Key]):
    """Depth first; each choice at once rules out what contradicts it, so that few are wrong."""

    options: Mapping[_Key, Sequence[Option]]
    budget: list[int]

    def run(self) -> Agreement[_Key] | None:
        """An option for each, None where there is none or the search gets too long."""
        self._users: dict[ValueLeaf, dict[_Key, None]] = {}
        for key, each in self.options.items():
            for option in each:
                for leaf in option.assignment:
                    self._users.setdefault(leaf, {})[key] = None
        agreement: Agreement[_Key] = Agreement()
        left = dict(self.options)
        branches: list[_Branch[_Key]] = []
        is_open = all(left.values()) and self._settle(agreement, left, list(left))
        while True:
            if is_open and not left:
                return agreement
            if is_open:
                key = min(left, key=lambda each: len(left[each]))
                branches.append(_Branch(agreement, left, key, iter(left[key])))
                del branches[:-_MOST_TAKEN_BACK]
            taken = self._next(branches)
            if taken is None:
                return None
            agreement, left, is_open = taken

    def _next(
        self, branches: list[_Branch[_Key]]
    ) -> tuple[Agreement[_Key], dict[_Key, Sequence[Option]], bool] | None:
        """The next option of the last choice that has one; whether it leads on."""
        while branches:
            branch = branches[-1]
            option = next(branch.options, None)
            self.budget[0] -= 1
            if self.budget[0] < 0:
                return None
            if option is None:
                branches.pop()
                continue
            agreement, left = branch.agreement.copy(), dict(branch.left)
            left[branch.key] = [option]
            return agreement, left, self._settle(agreement, left, [branch.key])
        return None

    def _settle(
        self, agreement: Agreement[_Key], left: dict[_Key, Sequence[Option]], keys: list[_Key]
    ) -> bool:
        """Choose what has one option left, and rule out what contradicts it; whether all can be."""
        while keys:
            key = keys.pop()
            if key not in left or len(left[key]) != 1:
                continue
            (option,) = left.pop(key)
            if not agreement.takes(option):
                return False
            for leaf, new in agreement.add(key, option):
                for other in self._users[leaf]:
                    if other not in left:
                        continue
                    fitting = [o for o in left[other] if not _rules_out(o, leaf, new)]
                    if not fitting:
                        return False
                    if len(fitting) < len(left[other]):
                        left[other] = fitting
                        keys.append(other)
        return True


def _rules_out(option: Option, leaf: ValueLeaf, new: Substitution) -> bool:
    return _contradict((new,), option.assignment.get(leaf, ()))


def _contradict(known: Sequence[Substitution], wanted: Sequence[Substitution]) -> bool:
    return any(one != other and _touches(one, other) for one in wanted for other in known)


def _touches(left: Substitution, right: Substitution) -> bool:
    if left[:2] == right[:2]:
        return True
    return left[0] < right[1] and right[0] < left[1]

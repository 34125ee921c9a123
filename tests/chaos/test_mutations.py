"""What ``chaos.mutations`` takes out still stands where it looks for it."""

from __future__ import annotations

import pytest

from chaos.mutations import MUTATIONS, ROOT, Mutation, place_of


@pytest.mark.parametrize("mutation", MUTATIONS, ids=lambda one: one.name)
def test_each_protection_stands_where_it_is_taken_out(mutation: Mutation) -> None:
    for change in mutation.changes:
        assert place_of(ROOT, change).is_file()
        assert change.old != change.new

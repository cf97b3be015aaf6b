"""A patch makes the new document of the old one, and says no more than it must."""

from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as some

from monitor.board.patch import difference, without_nulls

values = some.recursive(
    some.integers() | some.text(max_size=3) | some.booleans() | some.lists(some.integers()),
    lambda inner: some.dictionaries(some.sampled_from("abc"), inner, max_size=3),
    max_leaves=8,
)
documents = some.dictionaries(some.sampled_from("abcd"), values, max_size=4)

# A busy machine is no mistake of the program.
patient = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])


def patched(target: Any, patch: Any) -> Any:
    """Apply a merge patch as RFC 7396 writes it."""
    if not isinstance(patch, dict):
        return patch
    result = dict(target) if isinstance(target, dict) else {}
    for name, value in patch.items():
        if value is None:
            result.pop(name, None)
        else:
            result[name] = patched(result.get(name), value)
    return result


@patient
@given(documents, documents)
def test_a_patch_makes_the_new_of_the_old(old: dict[str, Any], new: dict[str, Any]) -> None:
    """For any two documents without nulls."""
    assert patched(old, difference(old, new)) == new


@patient
@given(documents)
def test_of_equal_documents_there_is_no_patch(document: dict[str, Any]) -> None:
    """Nothing changed, nothing is said."""
    assert difference(document, document) == {}


def test_only_what_changed_is_named() -> None:
    """One count deep inside: its path alone."""
    old = {"rules": {"users": {"count": 1, "text": "same"}}, "gone": 1}
    new = {"rules": {"users": {"count": 2, "text": "same"}}}
    assert difference(old, new) == {"rules": {"users": {"count": 2}}, "gone": None}


def test_nulls_are_left_out_at_any_depth() -> None:
    """Within objects and within lists of objects."""
    assert without_nulls({"a": None, "b": [{"c": None, "d": 0}]}) == {"b": [{"d": 0}]}

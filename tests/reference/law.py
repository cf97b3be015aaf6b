"""The four policies, typed in as plain data a second time."""

from typing import Any

Rule = dict[str, Any]
Law = dict[str, list[Rule]]

HOUR_US = 3_600_000_000

EMERGENCY_KINDS = ["emergency_number_unreachable", "psap_unavailable", "psap_not_as_planned"]

RTR_HOURS = [None, 1, 2, 4, 6, 8, 16]
RTR_TABLE = {
    "fixed_telephony": [500_000, 350_000, 240_000, 120_000, 50_000, 20_000, 10_000],
    "mobile_telephony": [500_000, 500_000, 250_000, 150_000, 100_000, 50_000, 10_000],
    "fixed_internet": [500_000, 380_000, 250_000, 130_000, 50_000, 30_000, 10_000],
    "mobile_internet": [500_000, 500_000, 250_000, 150_000, 100_000, 50_000, 10_000],
}


def cell(hours: int | None, end_users: int) -> dict[str, Any]:
    """Give one cell of a table; without hours any duration will do."""
    return {
        "duration": None if hours is None else f"PT{hours}H",
        "duration_us": None if hours is None else hours * HOUR_US,
        "end_users": end_users,
    }


def table(
    rule_id: str, services: list[str], comparators: tuple[str, str], cells: list[dict[str, Any]]
) -> Rule:
    """Give a table rule; the comparators are those of the duration and of the count."""
    return {
        **owner(rule_id),
        "services": services,
        "duration_comparator": comparators[0],
        "count_comparator": comparators[1],
        "cells": cells,
    }


def effect(rule_id: str, kinds: list[str], addressees: str | None = None) -> Rule:
    """Give an effect rule."""
    named = owner(rule_id)
    return {**named, "kinds": kinds, "addressees": addressees or named["addressees"]}


def owner(rule_id: str) -> Rule:
    """Give what every rule has; set `valid_from_us` and `valid_to_us` to limit its life."""
    policy = rule_id.rpartition(".")[0]
    authority = policy.rpartition(".")[2].upper()
    return {
        "id": rule_id,
        "policy": policy,
        "authority": authority,
        "addressees": authority,
        "valid_from_us": None,
        "valid_to_us": None,
    }


LAW: Law = {
    "BE": [
        table("be.bipt.users", list(RTR_TABLE), (">=", ">="), [cell(1, 25_000)]),
        effect("be.bipt.emergency", EMERGENCY_KINDS),
        effect("be.bipt.interconnection", ["interconnection"]),
        effect("be.bipt.critical_component", ["critical_component"]),
        effect("be.dpa.breach", ["personal_data_breach"]),
        effect("be.nis.digital_infrastructure", ["digital_infrastructure"]),
    ],
    "AT": [
        *(
            table(
                f"at.rtr.{service}",
                [service],
                (">", ">"),
                [cell(hours, users) for hours, users in zip(RTR_HOURS, column, strict=True)],
            )
            for service, column in RTR_TABLE.items()
        ),
        effect("at.rtr.emergency_number", ["emergency_number_unreachable"], "RTR emergency"),
        effect("at.rtr.psap_unavailable", ["psap_unavailable"], "RTR emergency"),
        effect("at.rtr.psap_not_as_planned", ["psap_not_as_planned"], "RTR emergency"),
    ],
}

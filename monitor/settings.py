"""The settings: environment variables with the prefix MONITOR_, read once at start."""

from pathlib import Path
from typing import Annotated, Literal

from pydantic import BeforeValidator, Field
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

from monitor.durations import duration_us


def _duration(text: object) -> object:
    return duration_us(text) if isinstance(text, str) else text


def _paths(text: object) -> object:
    """Split a `:`-separated list of directories."""
    return [part for part in text.split(":") if part] if isinstance(text, str) else text


Duration = Annotated[int, BeforeValidator(_duration), Field(ge=0)]
_60M, _7D, _30S, _5M = map(duration_us, ("60m", "7d", "30s", "5m"))


class Settings(BaseSettings):
    """What can be set from outside; nothing else of the environment is looked at."""

    model_config = SettingsConfigDict(
        env_prefix="MONITOR_", env_ignore_empty=True, frozen=True, populate_by_name=True
    )

    #: bootstrap servers, `host:port,...`
    broker: str = "127.0.0.1:9092"
    #: consumer groups and internal topics begin with it
    app_id: Annotated[str, Field(pattern=r"^[a-zA-Z0-9._-]{1,100}$")] = "outage-monitor"
    #: topic names, partitions, retention; none: the packaged `topics.yaml`
    topics_file: Path | None = None
    #: further directories of policies, `:`-separated
    policy_dirs: Annotated[tuple[Path, ...], NoDecode, BeforeValidator(_paths)] = ()
    reading: Literal["cautious", "literal"] = "cautious"
    correlate: Literal["group", "incident"] = "group"
    merge_gap_us: Annotated[Duration, Field(alias="MONITOR_MERGE_GAP")] = _60M
    lateness_horizon_us: Annotated[Duration, Field(alias="MONITOR_LATENESS_HORIZON")] = _7D
    input_stall_us: Annotated[Duration, Field(alias="MONITOR_INPUT_STALL")] = _30S
    max_clock_skew_us: Annotated[Duration, Field(alias="MONITOR_MAX_CLOCK_SKEW")] = _5M
    log_format: Literal["auto", "json", "console"] = "auto"
    log_level: Literal["debug", "info", "warning", "error"] = "info"

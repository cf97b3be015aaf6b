"""What all parts of a pack have in common: no unknown key, no value of another kind."""

from pydantic import BaseModel, ConfigDict


class Strict(BaseModel):
    """A part of a pack."""

    model_config = ConfigDict(frozen=True, strict=True, extra="forbid", validate_by_name=False)

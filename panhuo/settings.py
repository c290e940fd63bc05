"""Settings: one frozen object read from environment variables named `PANHUO_…`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal

from pydantic import BeforeValidator, Field, SecretStr, field_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

from panhuo.contracts.model import PROJECT_ROOT
from panhuo.periods import Period


def _read_month(value: object) -> object:
    return Period.parse(value) if isinstance(value, str) else value


MonthText = Annotated[Period, NoDecode, BeforeValidator(_read_month)]


class Settings(BaseSettings):
    """Everything an installation may set; each field is documented in `docs/settings.md` from its description."""

    model_config = SettingsConfigDict(
        env_prefix="PANHUO_", frozen=True, extra="forbid", arbitrary_types_allowed=True, env_ignore_empty=True
    )

    data_dir: str = Field(
        default=str(PROJECT_ROOT / "data"),
        description="Root of all data: a folder, or an object-store address such as s3://bucket/panhuo.",
    )
    work_dir: Path | None = Field(
        default=None,
        description="Local folder for builds and returned workbooks; `data_dir` when that is a local folder.",
    )
    parse_cache: Path | None = Field(
        default=None,
        description="Folder that keeps the parsed dbt project for later builds of the same files; beside the builds "
        "when not set. Installations of the same files may share it.",
    )
    drops_dir: Path | None = Field(
        default=None,
        description="Folder of the drops that the DAG `new_grants` may land, one sub-folder each; `drops` beside the "
        "builds when not set.",
    )
    inspection_seeds_dir: Path | None = Field(
        default=None,
        description="Folder of the seeds of random inspections, outside the lake and its backups. Secret until drawn.",
    )
    first_period: MonthText = Field(
        default=Period(2024, 4), description="First month of the programme; nothing earlier is built or pulled."
    )
    pull_lookback_months: int = Field(
        default=12, ge=0, description="Months before the dispatched one that are pulled again for late submissions."
    )
    platform_url: str | None = Field(default=None, description="Base address of the province's platform.")
    platform_token: SecretStr | None = Field(default=None, description="Bearer token of the platform. Secret.")
    pseudonym_key: SecretStr | None = Field(
        default=None,
        description="Key (16 bytes or more) of the contacts' pseudonyms, kept outside the warehouse. Secret. "
        "Without it, files that carry contacts are refused.",
    )
    approval_mode: Literal["policy", "person"] = Field(
        default="person",
        description="Who approves a month with warnings: a person in Airflow, or the policy by itself.",
    )
    max_upload_bytes: int = Field(
        default=50_000_000, gt=0, description="Largest file accepted from a sender, and largest workbook."
    )
    max_rows: int = Field(default=1_000_000, gt=0, description="Most rows accepted in one file.")
    max_feed_bytes: int = Field(
        default=20_000_000_000, gt=0, description="Largest feed or bulk file of the platform itself, which is streamed."
    )
    max_feed_rows: int = Field(
        default=10_000_000, gt=0, description="Most rows in one feed or bulk file of the platform itself."
    )
    feed_batch_pages: int = Field(
        default=25,
        gt=0,
        description="Pages of a feed with cursors that are landed as one load; a pull that dies reads no more again.",
    )
    http_timeout_seconds: float = Field(default=30.0, gt=0, description="Time-out of one request to the platform.")
    http_retries: int = Field(default=5, ge=0, description="Attempts after a failed request before the pull fails.")
    landing_processes: int = Field(
        default=2, gt=0, description="Processes that land the submissions of institutions side by side."
    )
    threads: int = Field(default=2, gt=0, description="Threads of the warehouse build.")

    @field_validator("data_dir")
    @classmethod
    def _absolute(cls, value: str) -> str:
        return value if "://" in value else str(Path(value).expanduser().resolve())

    @property
    def local_dir(self) -> Path:
        """Local folder for builds and for workbooks on their way out.

        Raises ValueError when data live in an object store and no `work_dir` is given.
        """
        if self.work_dir is not None:
            return self.work_dir
        if "://" in self.data_dir:
            raise ValueError("data_dir is an object store: set PANHUO_WORK_DIR to a local folder for builds")
        return Path(self.data_dir)

    @property
    def parse_cache_folder(self) -> Path:
        """Folder that keeps the parsed dbt project."""
        return self.parse_cache or self.local_dir / "build" / "dbt_parse"

    @property
    def drops_folder(self) -> Path:
        """Local folder in which drops arrive."""
        return self.drops_dir or self.local_dir / "drops"


def get_settings() -> Settings:
    """Read the environment now; pydantic's ValidationError names the variable that is wrong."""
    return Settings()

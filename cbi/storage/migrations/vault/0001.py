"""The first step of a vault: its statements stand beside this file, one file per engine."""

from alembic import op

from cbi.storage.migrate import run_step

revision = "0001"
down_revision = None


def upgrade() -> None:
    """Build the first schema."""
    run_step(op.get_bind(), "vault", revision)

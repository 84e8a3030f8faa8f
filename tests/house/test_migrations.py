"""The migrations lead to today's tables, and back."""

from __future__ import annotations

from pathlib import Path

from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import inspect

from portal import migrations
from portal.models import Base
from portal.models.database import open_database
from tests import make
from tests.make import House


def test_the_newest_migration_equals_the_models(house: House) -> None:
    with house.database.engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": False})
        assert compare_metadata(context, Base.metadata) == []


def test_the_tables_go_up_and_down_again(tmp_path: Path) -> None:
    database = open_database(f"sqlite:///{tmp_path / 'empty.db'}")
    assert migrations.current(database.engine) is None
    migrations.upgrade(database.engine)
    assert migrations.current(database.engine) == migrations.head()
    migrations.downgrade(database.engine, "base")
    assert set(inspect(database.engine).get_table_names()) <= {"alembic_version", "sqlite_sequence"}
    migrations.upgrade(database.engine)
    database.close()


def test_tables_with_data_go_down(house: House) -> None:
    make.comment(house)
    migrations.downgrade(house.database.engine, "base")
    assert "comment" not in inspect(house.database.engine).get_table_names()


def test_a_second_upgrade_changes_nothing(house: House) -> None:
    make.comment(house)
    migrations.upgrade(house.database.engine)
    with house.database.engine.connect() as connection:
        assert connection.exec_driver_sql("SELECT count(*) FROM comment").scalar_one() == 1

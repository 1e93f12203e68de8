"""What must survive `kill -9` on a laptop, in one SQLite file (write-ahead log).

Each method that changes something has committed when it returns; its callers hold one lock.
"""

import json
import sqlite3
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

SCHEMA = """
CREATE TABLE IF NOT EXISTS items (
    table_name TEXT, key TEXT, item TEXT NOT NULL, PRIMARY KEY (table_name, key)
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS stream_records (
    id INTEGER PRIMARY KEY AUTOINCREMENT, table_name TEXT NOT NULL, record TEXT NOT NULL
);
CREATE TABLE IF NOT EXISTS objects (
    bucket TEXT, key TEXT, file TEXT NOT NULL, size INTEGER NOT NULL, etag TEXT NOT NULL,
    metadata TEXT NOT NULL, modified_at TEXT NOT NULL, PRIMARY KEY (bucket, key)
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS messages (id TEXT PRIMARY KEY, queue TEXT NOT NULL, body TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS mails (id INTEGER PRIMARY KEY AUTOINCREMENT, raw BLOB NOT NULL);
"""


class DataFolderError(Exception):
    """The data folder cannot be used: its message says which file and why."""


@dataclass(frozen=True)
class ItemChange:
    """One item as it is now, or None when it is gone, and the stream record that tells of it."""

    table_name: str
    key: str
    item: dict[str, Any] | None
    record: dict[str, Any] | None = None


@dataclass(frozen=True)
class StreamRecord:
    """One record of a table's stream that nobody has handled yet, as Lambda would receive it."""

    id: int
    table_name: str
    record: dict[str, Any]


@dataclass(frozen=True)
class StoredObject:
    """One current object of the bucket; its bytes lie in `file` beside the journal."""

    bucket: str
    key: str
    file: str
    size: int
    etag: str
    metadata: dict[str, str]
    modified_at: str


class Journal:
    """The data of one Earshot on one machine; a second process cannot open it meanwhile."""

    def __init__(self, folder: Path) -> None:
        path = folder / "journal.sqlite3"
        try:
            folder.mkdir(parents=True, exist_ok=True)
            self._database = sqlite3.connect(path, timeout=1, isolation_level=None, check_same_thread=False)
            # Exclusive: the file stays locked until this process ends, however it ends.
            self._database.execute("PRAGMA locking_mode = EXCLUSIVE")
            self._database.execute("PRAGMA journal_mode = WAL")
            self._database.execute("PRAGMA synchronous = NORMAL")
            self._database.executescript(SCHEMA)
        except sqlite3.OperationalError as error:
            if "locked" in str(error):
                raise DataFolderError(f"{path} is in use by another Earshot.") from error
            raise DataFolderError(f"{path} cannot be opened: {error}.") from error
        except (sqlite3.DatabaseError, OSError) as error:
            raise DataFolderError(f"{path} cannot be used: {error}.") from error

    def close(self) -> None:
        self._database.close()

    def save_items(self, changes: Iterable[ItemChange]) -> list[StreamRecord]:
        """Keep the changes of one request together; returns the stream records they make."""
        records = []
        with self._transaction() as database:
            for change in changes:
                if change.item is None:
                    database.execute(
                        "DELETE FROM items WHERE table_name = ? AND key = ?",
                        (change.table_name, change.key),
                    )
                else:
                    database.execute(
                        "INSERT OR REPLACE INTO items VALUES (?, ?, ?)",
                        (change.table_name, change.key, json.dumps(change.item)),
                    )
                if change.record is not None:
                    cursor = database.execute(
                        "INSERT INTO stream_records (table_name, record) VALUES (?, ?)",
                        (change.table_name, json.dumps(change.record)),
                    )
                    records.append(StreamRecord(cursor.lastrowid or 0, change.table_name, change.record))
        return records

    def items(self) -> Iterator[tuple[str, dict[str, Any]]]:
        """Every item with the name of its table."""
        for table_name, item in self._database.execute("SELECT table_name, item FROM items"):
            yield table_name, json.loads(item)

    def forget_table(self, table_name: str) -> None:
        self._database.execute("DELETE FROM items WHERE table_name = ?", (table_name,))

    def stream_records(self) -> list[StreamRecord]:
        """The stream records not yet handled, oldest first."""
        rows = self._database.execute("SELECT id, table_name, record FROM stream_records")
        return [StreamRecord(id_, table, json.loads(record)) for id_, table, record in rows]

    def forget_stream_record(self, id_: int) -> None:
        self._database.execute("DELETE FROM stream_records WHERE id = ?", (id_,))

    def save_object(self, stored: StoredObject) -> None:
        self._database.execute(
            "INSERT OR REPLACE INTO objects VALUES (?, ?, ?, ?, ?, ?, ?)",
            (
                stored.bucket,
                stored.key,
                stored.file,
                stored.size,
                stored.etag,
                json.dumps(stored.metadata),
                stored.modified_at,
            ),
        )

    def forget_object(self, bucket: str, key: str) -> None:
        self._database.execute("DELETE FROM objects WHERE bucket = ? AND key = ?", (bucket, key))

    def objects(self) -> list[StoredObject]:
        rows = self._database.execute("SELECT * FROM objects")
        return [
            StoredObject(bucket, key, file, size, etag, json.loads(metadata), modified_at)
            for bucket, key, file, size, etag, metadata, modified_at in rows
        ]

    def save_messages(self, queue: str, bodies: dict[str, str]) -> None:
        """Keep the messages sent to a queue, by message id."""
        with self._transaction() as database:
            for id_, body in bodies.items():
                database.execute("INSERT OR REPLACE INTO messages VALUES (?, ?, ?)", (id_, queue, body))

    def messages(self) -> list[tuple[str, str, str]]:
        """Id, queue and body of every message kept."""
        return self._database.execute("SELECT id, queue, body FROM messages").fetchall()

    def forget_messages(self, ids: Iterable[str]) -> None:
        with self._transaction() as database:
            database.executemany("DELETE FROM messages WHERE id = ?", [(id_,) for id_ in ids])

    def save_mail(self, raw: bytes) -> None:
        self._database.execute("INSERT INTO mails (raw) VALUES (?)", (raw,))

    def mails(self) -> list[bytes]:
        return [raw for (raw,) in self._database.execute("SELECT raw FROM mails ORDER BY id")]

    def _transaction(self) -> "Transaction":
        return Transaction(self._database)


class Transaction:
    """Begins at once, commits at the end, rolls back when anything was raised."""

    def __init__(self, database: sqlite3.Connection) -> None:
        self._database = database

    def __enter__(self) -> sqlite3.Connection:
        self._database.execute("BEGIN IMMEDIATE")
        return self._database

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        self._database.execute("COMMIT" if kind is None else "ROLLBACK")

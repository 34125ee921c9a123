"""A connection to PostgreSQL that is not waited for without end."""

from __future__ import annotations

import time
from typing import Any, TypeVar

import psycopg
from psycopg.abc import PQGen
from psycopg.pq import TransactionStatus

from store.patience import CONNECT_S, Patience

T = TypeVar("T")

_LOOK_S = 0.1  # between looks at the clock


class Connection(psycopg.Connection[Any]):
    """One that is closed when it has not answered in time."""

    patience: Patience
    at_leisure = False  # a long look, for which nobody waits in the chat

    def wait(self, gen: PQGen[T], interval: float = _LOOK_S, timeout: float | None = None) -> T:
        """As the library waits, with an end."""
        if self.pgconn.transaction_status == TransactionStatus.IDLE:  # what is begun may also be ended
            _heed(self.patience, self.at_leisure)
        most, began = timeout or self.patience.seconds(self.at_leisure), time.monotonic()
        try:
            return super().wait(gen, interval, most)
        except psycopg.OperationalError:
            if time.monotonic() - began >= most:
                self.pgconn.finish()
                self.patience.in_vain(self.at_leisure)
            raise


def connect(patience: Patience, *given: Any, **settings: Any) -> Connection:
    """Open one; a server that does not take a connection in time has not answered either."""
    _heed(patience, at_leisure=False)
    try:
        connection = Connection.connect(
            *given, **{"connect_timeout": CONNECT_S, **patience.options, **settings}
        )
    except psycopg.errors.ConnectionTimeout:
        patience.in_vain(at_leisure=False)
        raise
    connection.patience = patience
    return connection


def _heed(patience: Patience, at_leisure: bool) -> None:
    if patience.is_spent(at_leisure):
        raise psycopg.OperationalError("the database did not answer a moment ago")

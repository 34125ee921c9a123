from store.stores import Storage
from store.tables import Unit


def test_a_row_is_kept_and_found_again(storage: Storage) -> None:
    with storage.transaction("ningxia-2020") as stores:
        stores.session.add(Unit(campaign="ningxia-2020", name="青泉市安委会", created_at=storage.clock()))
    with storage.transaction("ningxia-2020") as stores:
        unit = stores.session.get(Unit, 1)
        assert unit is not None
        assert unit.created_at == storage.clock()

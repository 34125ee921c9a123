"""Who the reporters are: a database, migrations and a key of their own."""

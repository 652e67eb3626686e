"""The review desk. `config.apps` loads `everything` once Django knows its site."""

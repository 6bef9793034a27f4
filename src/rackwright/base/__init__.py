"""The ground floor: units, tables, horizon, digests, storage, guarded reading, graphs and problems."""

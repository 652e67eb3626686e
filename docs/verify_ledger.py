"""Verify a ledger: `python3 verify_ledger.py FILE [SEAL]`. SEAL, if you know it, is the one of the last edition."""

import hashlib
import json
import sys
from pathlib import Path

as_text = json.JSONEncoder(ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode
entries, seal, number, need = {}, "0" * 64, 0, lambda fits, words: fits or sys.exit(f"The ledger does not fit: {words}")

for number, line in enumerate(Path(sys.argv[1]).read_bytes().decode().removesuffix("\n").split("\n"), start=1):
    edition = json.loads(line)
    need(as_text(edition) == line and edition["number"] == number, f"line {number} is not edition {number} as exported")
    need(edition["previous_sha256"] == seal, f"edition {number} does not follow the one before")
    seal, changes = edition.pop("sha256"), edition.pop("changes")
    for kind, slug, document, sealed in changes:
        where, hashed = f"edition {number}: {kind}/{slug}", hashlib.sha256(as_text(document).encode()).hexdigest()
        if sealed is None:
            need(document is None and entries.pop((kind, slug), None), f"{where} was not there to be taken down")
            continue
        is_itself = [document["kind"], document["slug"], hashed] == [kind, slug, hashed] == sealed[:3]
        need(is_itself, f"{where} is not the document that was published")
        need(bool(sealed[6]) == (sealed[3] == "review"), f"{where} was approved by nobody")
        signed = [name for names in sealed[6:] for name in names]
        need(all(name["seen_sha256"] == hashed for name in signed), f"{where}: another document was approved")
        entries[kind, slug] = sealed
    everything = as_text({**edition, "entries": [entries[key] for key in sorted(entries)]})
    need(hashlib.sha256(everything.encode()).hexdigest() == seal, f"edition {number}: the seal is not of what it holds")
need(sys.argv[2:] in ([], [seal]), f"the last edition, {number}, has the seal {seal}")
print(f"{number} editions and {len(entries)} records fit, up to the seal {seal}")

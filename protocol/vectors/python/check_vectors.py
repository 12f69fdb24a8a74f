# Checks every vector with Python's standard library alone, from the specifications and not from our code.
# Usage: python3 -B check_vectors.py [folder of vectors]. Prints one line; exits 1 at the first vector that disagrees.
from check_audit_leaf import check_audit_leaf
from check_notes import check_checkpoints, check_notes
from check_text import check_api_keys, check_canonical_json, check_ids
from check_tree import check_merkle, check_tiles
from check_webhooks import check_webhooks
from common import counted

check_ids()
check_api_keys()
check_canonical_json()
check_merkle()
check_tiles()
check_notes()
check_checkpoints()
check_audit_leaf()
check_webhooks()
print(f"{counted['checks']} vectors agree")

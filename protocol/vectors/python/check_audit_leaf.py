# The audit leaf, its payload commitment and its chains, checked from docs/spec/audit-log.md.
import hmac, json, struct
from check_text import canonical, parse_json
from common import attempt, check, leaf_hash, load, uuid_number

LEAF = struct.Struct(">B16sQ32sQ32sIB32s")


def parse_leaf(leaf):
    version, event, time, stream, place, previous, class_uid, outcome, commit = LEAF.unpack(leaf)
    assert version == 1 and outcome in (1, 2, 3) and place > 0 and (place == 1) == (previous == bytes(32))
    return event, time, stream, place, previous, class_uid, outcome, commit


def walk(leaves, after):
    head = after
    for at, leaf in enumerate(leaves):
        fields = attempt(parse_leaf, leaf)
        if fields is None:
            return at, "malformed_leaf"
        _, _, stream, place, previous, *_ = fields
        if head and stream != head[0]:
            return at, "other_stream"
        if place != (head[1] if head else 0) + 1:
            return at, "sequence_broken"
        if head and previous != head[2]:
            return at, "previous_hash_mismatch"
        head = stream, place, leaf_hash(leaf)
    return head


def check_audit_leaf():
    vectors = load("audit-leaf")
    for vector in vectors["leaves"]:
        fields, leaf = vector["fields"], bytes.fromhex(vector["leafHex"])
        outcome = ["", "allowed", "denied", "failed"].index(fields["outcome"])
        hashes = [bytes.fromhex(fields[name + "Hex"]) for name in ("streamPseudonym", "previousHash", "payloadCommit")]
        event = uuid_number(fields["eventId"]).to_bytes(16, "big")
        wanted = (event, int(fields["timeUs"]), hashes[0], int(fields["streamSeq"]), hashes[1], fields["classUid"])
        check(parse_leaf(leaf) == (*wanted, outcome, hashes[2]), vector)
        check(leaf_hash(leaf).hex() == vector["recordHashHex"], vector)
    for vector in vectors["commits"]:
        text = canonical(parse_json(json.dumps(vector["payload"])))
        commit = hmac.digest(bytes.fromhex(vector["saltHex"]), text.encode("utf-8"), "sha256")
        check(text == vector["canonical"] and commit.hex() == vector["commitHex"], vector)
    for vector in vectors["refusedLeaves"]:
        check(attempt(parse_leaf, bytes.fromhex(vector["leafHex"])) is None, vector)
    for vector in vectors["chains"]:
        after = vector.get("after")
        head = after and (
            bytes.fromhex(after["streamPseudonymHex"]), int(after["streamSeq"]), bytes.fromhex(after["recordHashHex"]),
        )
        end = walk([bytes.fromhex(leaf) for leaf in vector["leavesHex"]], head)
        if not vector["ok"]:
            check(end == (vector["at"], vector["reason"]), vector)
        elif vector["leavesHex"]:
            check(end[1:] == (int(vector["headSeq"]), bytes.fromhex(vector["headHashHex"])), vector)
        else:
            check(end == head, vector)

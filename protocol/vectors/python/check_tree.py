# Merkle roots, proofs, frontiers and tiles, checked from RFC 6962 and C2SP tlog-tiles.
import re, struct
from common import attempt, check, leaf_hash, load, sha256


def node_hash(left, right):
    assert len(left) == len(right) == 32
    return sha256(b"\1" + left + right)


def split(size):
    return 1 << (size - 1).bit_length() - 1


def root_of(hashes):
    if len(hashes) < 2:
        return hashes[0] if hashes else sha256(b"")
    return node_hash(root_of(hashes[: split(len(hashes))]), root_of(hashes[split(len(hashes)) :]))


# Both proofs folded by the recursion that defines them, not by the loops of RFC 9162 that our code follows.
def root_by_inclusion(index, size, leaf, proof):
    assert 0 <= index < size
    if size == 1:
        assert not proof
        return leaf
    if index < split(size):
        return node_hash(root_by_inclusion(index, split(size), leaf, proof[:-1]), proof[-1])
    return node_hash(proof[-1], root_by_inclusion(index - split(size), size - split(size), leaf, proof[:-1]))


def roots_by_consistency(old_size, size, old_root, proof, whole=True):
    assert 0 < old_size <= size
    if old_size == size:
        assert len(proof) == (0 if whole else 1)
        return (old_root, old_root) if whole else (proof[0], proof[0])
    if old_size <= split(size):
        old, new = roots_by_consistency(old_size, split(size), old_root, proof[:-1], whole)
        return old, node_hash(new, proof[-1])
    old, new = roots_by_consistency(old_size - split(size), size - split(size), old_root, proof[:-1], False)
    return node_hash(proof[-1], old), node_hash(proof[-1], new)


def includes(vector):
    leaf, root, *proof = map(bytes.fromhex, [vector["leafHash"], vector["root"], *vector["proof"]])
    return attempt(root_by_inclusion, vector["index"], vector["size"], leaf, proof) == root


def extends(vector):
    old, new, *proof = map(bytes.fromhex, [vector["oldRoot"], vector["newRoot"], *vector["proof"]])
    return attempt(roots_by_consistency, vector["oldSize"], vector["newSize"], old, proof) == (old, new)


def check_merkle():
    vectors = load("merkle")
    hashes = [leaf_hash(bytes.fromhex(text)) for text in vectors["leafInputs"]]
    check([value.hex() for value in hashes] == vectors["leafHashes"], "leaf hashes")
    for size, root in enumerate(vectors["roots"]):
        check(root_of(hashes[:size]).hex() == root, f"root of {size}")
    for name, holds, wanted in [
        ("inclusion", includes, True),
        ("refusedInclusion", includes, False),
        ("consistency", extends, True),
        ("refusedConsistency", extends, False),
    ]:
        for vector in vectors[name]:
            check(holds(vector) is wanted, vector)
    counted = [leaf_hash(str(place).encode()) for place in range(1000)]
    for vector in vectors["countedRoots"]:
        check(root_of(counted[: vector["size"]]).hex() == vector["root"], vector)
    for vector in vectors["frontiers"]:
        encoded, start = struct.pack(">Q", vector["size"]), 0
        for bit in reversed(range(64)):
            if vector["size"] >> bit & 1:
                encoded += root_of(counted[start : start + (1 << bit)])
                start += 1 << bit
        check(encoded.hex() == vector["encoded"], vector)


def parse_tile_path(path):
    match = re.fullmatch(r"tile/(entries|0|[1-9][0-9]?)/((?:x[0-9]{3}/)*[0-9]{3})(?:\.p/([1-9][0-9]{0,2}))?", path)
    assert match and "\n" not in path
    level, groups, width = match[1], match[2], int(match[3] or 256)
    index = int(re.sub("[x/]", "", groups))
    assert level == "entries" or int(level) < 64
    assert index < 1 << 53 and (len(groups) == 3 or not groups.startswith("x000")) and (not match[3] or width < 256)
    return (level if level == "entries" else int(level)), index, width


def tiles_of(size):
    tiles, level = {}, 0
    while size:
        for index in range(-(-size // 256)):
            tiles[level, index] = min(256, size - 256 * index)
        size, level = size // 256, level + 1
    return tiles


def parse_bundle(encoded):
    entries = []
    while encoded:
        (length,) = struct.unpack(">H", encoded[:2])
        assert len(encoded) >= 2 + length and len(entries) < 256
        entries.append(encoded[2 : 2 + length].hex())
        encoded = encoded[2 + length :]
    return entries


def check_tiles():
    vectors = load("tiles")
    for vector in vectors["tiles"]:
        check(parse_tile_path(vector["path"]) == (vector["level"], vector["index"], vector["width"]), vector)
    for path in vectors["refusedPaths"]:
        check(attempt(parse_tile_path, path) is None, path)
    for vector in vectors["touched"]:
        old, new = tiles_of(vector["oldSize"]), tiles_of(vector["newSize"])
        changed = [(*key, width) for key, width in sorted(new.items()) if old.get(key) != width]
        if "paths" in vector:
            check([parse_tile_path(path) for path in vector["paths"]] == changed, vector)
        else:
            counts = [sum(1 for tile in changed if tile[0] == level) for level in range(3)]
            partial = [tile for tile in changed if tile[2] < 256]
            check(counts == vector["countByLevel"], vector)
            check([parse_tile_path(path) for path in vector["partial"]] == partial, vector)
    for vector in vectors["bundles"]:
        check(parse_bundle(bytes.fromhex(vector["encoded"])) == vector["entries"], vector)
    for encoded in vectors["refusedBundles"]:
        check(attempt(parse_bundle, bytes.fromhex(encoded)) is None, encoded)

# Shared by the vector checks: loading, comparing, hashing.
import hashlib, json, pathlib, struct, sys

FOLDER = pathlib.Path(sys.argv[1]) if len(sys.argv) > 1 else pathlib.Path(__file__).parent.parent
counted = {"checks": 0}


def check(condition, about):
    counted["checks"] += 1
    if not condition:
        sys.exit(f"vector disagrees: {about}")


def load(name):
    return json.loads((FOLDER / f"{name}.json").read_text("utf-8"))


def attempt(function, *arguments):
    try:
        return function(*arguments)
    except (ValueError, KeyError, IndexError, AssertionError, struct.error):
        return None


def uuid_number(uuid):
    return int(uuid.replace("-", ""), 16)


def sha256(data):
    return hashlib.sha256(data).digest()


def leaf_hash(leaf):
    return sha256(b"\0" + leaf)

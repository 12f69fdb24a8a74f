# Signed notes, verifier keys and checkpoints, checked from the C2SP specifications.
import base64, re
from common import attempt, check, load, sha256
from ed25519 import ed25519_holds, multiply, point_of, public_of


def decode_base64(text):
    decoded = base64.b64decode(text, validate=True)
    assert base64.b64encode(decoded).decode() == text
    return decoded


def is_name(name):
    return name != "" and "+" not in name and not re.search(r"[\x00-\x1f\s]", name)


def parse_vkey(vkey):
    name, key_id, material = (vkey.split("+", 2) + ["", ""])[:3]
    decoded = attempt(decode_base64, material)
    if not is_name(name) or not re.fullmatch("[0-9a-f]{8}", key_id) or not decoded:
        raise ValueError("malformed")
    if decoded[0] != 1:
        raise ValueError("unsupported_type")
    if len(decoded) != 33 or multiply(8, point_of(decoded[1:])) == (0, 1):
        raise ValueError("unusable_key")
    if sha256(name.encode() + b"\n" + decoded)[:4].hex() != key_id:
        raise ValueError("key_id_mismatch")
    return name, key_id, decoded[1:]


def open_note(note, vkeys):
    keys = {(name, key_id): public for name, key_id, public in map(parse_vkey, vkeys)}
    if len(keys) < len(vkeys):
        raise ValueError("ambiguous_verifiers")
    if "\n\n" not in note or not note.endswith("\n") or re.search(r"[\x00-\x09\x0b-\x1f]", note):
        raise ValueError("malformed")
    text, lines = note[: note.rindex("\n\n") + 1], note[note.rindex("\n\n") + 2 : -1].split("\n")
    signatures = []
    for line in lines:
        match = re.fullmatch("\u2014 ([^ ]+) ([^ ]+)", line)
        decoded = attempt(decode_base64, match[2]) if match else None
        if not match or not is_name(match[1]) or not decoded or len(decoded) < 5:
            raise ValueError("malformed")
        signatures.append((match[1], decoded[:4].hex(), decoded[4:]))
    signed_by = []
    for name, key_id, signature in signatures:
        if (name, key_id) in keys:
            if not attempt(ed25519_holds, keys[name, key_id], text.encode(), signature):
                raise ValueError("bad_signature")
            signed_by += [name] if name not in signed_by else []
    if not signed_by:
        raise ValueError("no_known_signature")
    return text, signed_by


def parse_checkpoint(text):
    lines = text.split("\n")
    if len(lines) < 4 or lines.pop() != "" or "" in lines or re.search(r"[\x00-\x09\x0b-\x1f]", text):
        raise ValueError("malformed")
    root = attempt(decode_base64, lines[2])
    if not re.fullmatch("0|[1-9][0-9]*", lines[1]) or root is None or len(root) != 32:
        raise ValueError("malformed")
    if len(lines) > 3:
        raise ValueError("extension_lines")
    if int(lines[1]) >= 1 << 53:
        raise ValueError("size_too_large")
    if lines[1] == "0" and root != sha256(b""):
        raise ValueError("wrong_empty_root")
    return lines[0], int(lines[1]), root.hex()


def open_checkpoint(note, origin, vkeys):
    text, signed_by = open_note(note, vkeys)
    if origin not in signed_by:
        raise ValueError("not_signed_by_log")
    said, size, root = parse_checkpoint(text)
    if said != origin:
        raise ValueError("wrong_origin")
    return size, root, signed_by


def reason_of(function, *arguments):
    try:
        function(*arguments)
    except ValueError as error:
        return str(error)


def check_notes():
    vectors = load("notes")
    for vector in vectors["signers"]:
        name, key_id, public = parse_vkey(vector["vkey"])
        wanted = (vector["name"], vector["keyIdHex"], bytes.fromhex(vector["publicKeyHex"]))
        check((name, key_id, public) == wanted and public_of(bytes.fromhex(vector["seedHex"])) == public, vector)
    for vector in vectors["notes"]:
        check(open_note(vector["note"], vector["vkeys"]) == (vector["text"], vector["signedBy"]), vector)
    for vector in vectors["refused"]:
        check(reason_of(open_note, vector["note"], vector["vkeys"]) == vector["reason"], vector)
    for vector in vectors["refusedVkeys"]:
        check(reason_of(parse_vkey, vector["vkey"]) == vector["reason"], vector)


def check_checkpoints():
    vectors = load("checkpoints")
    for vector in vectors["texts"]:
        check(parse_checkpoint(vector["text"]) == (vector["origin"], vector["size"], vector["root"]), vector)
    for vector in vectors["refusedTexts"]:
        check(reason_of(parse_checkpoint, vector["text"]) == vector["reason"], vector)
    for vector in vectors["opened"]:
        opened = open_checkpoint(vector["note"], vector["origin"], vector["vkeys"])
        check(opened == (vector["size"], vector["root"], vector["signedBy"]), vector)
    for vector in vectors["refusedNotes"]:
        reason = reason_of(open_checkpoint, vector["note"], vector["origin"], vector["vkeys"])
        check(reason == vector["reason"], vector)

# Ids, API keys and canonical JSON, checked from their definitions.
import json, re, struct, zlib
from common import attempt, check, load, uuid_number

BASE32 = "0123456789abcdefghjkmnpqrstvwxyz"
BASE62 = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"


def digits(number, alphabet, width):
    text = ""
    for _ in range(width):
        number, digit = divmod(number, len(alphabet))
        text = alphabet[digit] + text
    return text


def number(text, alphabet, width, bits):
    assert len(text) == width
    value = 0
    for character in text:
        value = value * len(alphabet) + alphabet.index(character)
    assert value < 1 << bits
    return value


def parse_id(prefix, text):
    assert text.startswith(prefix + "_")
    return number(text[len(prefix) + 1 :], BASE32, 26, 128)


def check_ids():
    vectors = load("ids")
    for vector in vectors["ids"]:
        written = vector["prefix"] + "_" + digits(uuid_number(vector["uuid"]), BASE32, 26)
        check(written == vector["text"] and parse_id(vector["prefix"], written) == uuid_number(vector["uuid"]), vector)
    for vector in vectors["refused"]:
        check(attempt(parse_id, vector["prefix"], vector["text"]) is None, vector)
    for vector in vectors["uuidV7"]:
        value = int(vector["randomHex"], 16) | vector["unixMs"] << 80
        value = value & ~(0xF << 76) & ~(0x3 << 62) | 0x7 << 76 | 0x2 << 62
        check(value == uuid_number(vector["uuid"]), vector)


def parse_key(text):
    prefix, rest = text[: -76], text[-76:]
    assert prefix in ("hf_live_", "hf_pub_") and rest[26] == "_"
    uuid, secret = number(rest[:26], BASE32, 26, 128), number(rest[27:70], BASE62, 43, 256)
    assert number(rest[70:], BASE62, 6, 32) == zlib.crc32(text[:-6].encode())
    return uuid, secret


def check_api_keys():
    vectors = load("api-keys")
    for vector in vectors["crc32"]:
        check(zlib.crc32(vector["text"].encode()) == int(vector["crc32Hex"], 16), vector)
    for vector in vectors["keys"]:
        check(attempt(parse_key, vector["text"]) == (uuid_number(vector["uuid"]), int(vector["secretHex"], 16)), vector)
        check(re.fullmatch(vectors["pattern"], vector["text"]), vector)
    for vector in vectors["publishable"]:
        check(attempt(parse_key, vector["text"]) == (uuid_number(vector["uuid"]), int(vector["secretHex"], 16)), vector)
        check(not re.search(vectors["pattern"], vector["text"]), vector)
    for vector in vectors["refused"]:
        check(attempt(parse_key, vector["text"]) is None, vector)


def write_number(value):
    assert abs(value) != float("inf") and value == value
    sign, mantissa, exponent = re.fullmatch(r"(-?)([0-9.]+)(?:e([+-][0-9]+))?", repr(value)).groups()
    whole, _, fraction = mantissa.partition(".")
    point = len(whole) + int(exponent or 0)
    significant = whole + fraction
    point -= len(significant) - len(significant.lstrip("0"))
    significant = significant.strip("0")
    count = len(significant)
    if not significant:
        return "0"
    if count <= point <= 21:
        return sign + significant + "0" * (point - count)
    if 0 < point <= 21:
        return sign + significant[:point] + "." + significant[point:]
    if -6 < point <= 0:
        return sign + "0." + "0" * -point + significant
    power = f"e{'+' if point > 0 else '-'}{abs(point - 1)}"
    return sign + significant[0] + ("." + significant[1:] if count > 1 else "") + power


def canonical(value, depth=0):
    if isinstance(value, float):
        return write_number(value)
    if isinstance(value, str):
        value.encode("utf-8")
        return json.dumps(value, ensure_ascii=False)
    if isinstance(value, (list, dict)):
        assert depth < 64
    if isinstance(value, list):
        return "[" + ",".join(canonical(element, depth + 1) for element in value) + "]"
    if isinstance(value, dict):
        names = sorted(value, key=lambda name: name.encode("utf-16-be"))
        return "{" + ",".join(canonical(name) + ":" + canonical(value[name], depth + 1) for name in names) + "}"
    return json.dumps(value)


def parse_json(text):
    return json.loads(text, parse_int=float)


def check_canonical_json():
    vectors = load("canonical-json")
    for vector in vectors["values"]:
        check(canonical(parse_json(vector["source"])) == vector["canonical"], vector)
    for vector in vectors["numbers"]:
        value = struct.unpack(">d", bytes.fromhex(vector["ieee754Hex"]))[0]
        check(canonical(value) == vector["canonical"], vector)
    for bits in vectors["refusedNumbers"]:
        check(attempt(canonical, struct.unpack(">d", bytes.fromhex(bits))[0]) is None, bits)
    for vector in vectors["refusedSources"]:
        check(attempt(canonical, parse_json(vector["source"])) is None, vector)
    for vector in vectors["notCanonical"]:
        check(canonical(parse_json(vector["text"])) != vector["text"], vector)

# Ed25519 verification from RFC 8032 section 5.1.7: slow, and for public test data only.
import hashlib

P, Q = 2**255 - 19, 2**252 + 27742317777372353535851937790883648493
D = -121665 * pow(121666, -1, P) % P


def add(a, b):
    (x1, y1), (x2, y2) = a, b
    k = D * x1 * x2 * y1 * y2
    return (x1 * y2 + x2 * y1) * pow(1 + k, -1, P) % P, (y1 * y2 + x1 * x2) * pow(1 - k, -1, P) % P


def multiply(scalar, point):
    result = (0, 1)
    while scalar:
        if scalar & 1:
            result = add(result, point)
        point, scalar = add(point, point), scalar >> 1
    return result


def point_of(encoded):
    y, sign = int.from_bytes(encoded, "little") & (1 << 255) - 1, encoded[31] >> 7
    assert len(encoded) == 32 and y < P
    square = (y * y - 1) * pow(D * y * y + 1, -1, P) % P
    x = pow(square, (P + 3) // 8, P)
    if (x * x - square) % P:
        x = x * pow(2, (P - 1) // 4, P) % P
    assert (x * x - square) % P == 0 and (x or not sign)
    return (x if x & 1 == sign else P - x), y


def ed25519_holds(public, message, signature):
    assert len(signature) == 64
    scalar = int.from_bytes(signature[32:], "little")
    assert scalar < Q
    challenge = int.from_bytes(hashlib.sha512(signature[:32] + public + message).digest(), "little") % Q
    base = point_of(bytes.fromhex("58" + "66" * 31))
    return multiply(scalar, base) == add(point_of(signature[:32]), multiply(challenge, point_of(public)))


def public_of(seed):
    digest = bytearray(hashlib.sha512(seed).digest()[:32])
    digest[0], digest[31] = digest[0] & 248, digest[31] & 63 | 64
    x, y = multiply(int.from_bytes(digest, "little"), point_of(bytes.fromhex("58" + "66" * 31)))
    return (y | (x & 1) << 255).to_bytes(32, "little")

# Webhook signatures and secrets, checked from the Standard Webhooks specification.
import hmac
from check_notes import decode_base64
from common import attempt, check, load
from base64 import b64encode


def parse_secret(text):
    assert text.startswith("whsec_")
    secret = decode_base64(text[len("whsec_") :])
    assert 24 <= len(secret) <= 64
    return secret


def check_webhooks():
    vectors = load("webhooks")
    for vector in vectors["signatures"]:
        secret = attempt(parse_secret, vector["prefix"] + vector["base64"])
        check(secret is not None and secret.hex() == vector["secretHex"], vector)
        signed = f"{vector['id']}.{vector['timestampSeconds']}.{vector['body']}".encode()
        check("v1," + b64encode(hmac.digest(secret, signed, "sha256")).decode() == vector["signature"], vector)
    for vector in vectors["refused"]:
        check(attempt(parse_secret, vector["prefix"] + vector["base64"]) is None, vector)

"""Encrypts and decrypts with the library that the argument names: joserfc or
jwcrypto. Each line of the input is one task as JSON, and is answered with one
line: what came of it, as JSON, or the name of what went wrong.
"""

import json
import sys


def joserfc():
    from joserfc import jwe
    from joserfc.jwk import import_key

    def encrypt(task):
        header = {"alg": task["key"]["alg"], "enc": task["enc"], "cty": "JWT"}
        header["kid"] = task["key"]["kid"]
        key = import_key(task["key"])
        return jwe.encrypt_compact(header, task["text"], key, algorithms=[header["alg"], header["enc"]])

    def decrypt(task):
        key = import_key(task["key"])
        algorithms = [task["key"]["alg"], task["enc"]]
        return jwe.decrypt_compact(task["token"], key, algorithms=algorithms).plaintext.decode()

    return encrypt, decrypt


def jwcrypto():
    from jwcrypto import jwe, jwk

    def encrypt(task):
        header = {"alg": task["key"]["alg"], "enc": task["enc"], "cty": "JWT"}
        header["kid"] = task["key"]["kid"]
        token = jwe.JWE(task["text"].encode(), protected=json.dumps(header))
        token.add_recipient(jwk.JWK(**task["key"]))
        return token.serialize(compact=True)

    def decrypt(task):
        token = jwe.JWE(algs=[task["key"]["alg"], task["enc"]])
        token.deserialize(task["token"], key=jwk.JWK(**task["key"]))
        return token.payload.decode()

    return encrypt, decrypt


encrypt, decrypt = {"joserfc": joserfc, "jwcrypto": jwcrypto}[sys.argv[1]]()

for line in sys.stdin:
    task = json.loads(line)
    try:
        answer = {"done": (decrypt if "token" in task else encrypt)(task)}
    except Exception as error:
        answer = {"failed": f"{type(error).__name__}: {error}"}
    print(json.dumps(answer), flush=True)

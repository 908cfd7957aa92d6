"""Judges tokens with the library that the argument names: PyJWT, joserfc or
jwcrypto. The first line of the input says by what; each further line is one
token as JSON, and is answered with one line: the claims were accepted, or the
name of what refused them.
"""

import json
import sys
import warnings

# `EdDSA` is the older name of what RFC 9864 calls `Ed25519`; both are judged.
warnings.simplefilter("ignore")

rules = json.loads(sys.stdin.readline())


def pyjwt():
    import jwt

    keys = [jwt.PyJWK(key) for key in rules["keys"]["keys"]]

    def candidates(token):
        header = jwt.get_unverified_header(token)
        if "kid" in header:
            return [key for key in keys if key.key_id == header["kid"]]
        return [key for key in keys if key.algorithm_name == header["alg"]]

    def judge(token):
        failure = jwt.InvalidKeyError("no key")
        for key in candidates(token):
            try:
                return jwt.decode(
                    token,
                    key,
                    algorithms=rules["algorithms"],
                    audience=rules["audience"],
                    issuer=rules["issuer"],
                    leeway=rules["leeway"],
                    options={"require": rules["required"]},
                )
            except jwt.InvalidSignatureError as error:
                failure = error
        raise failure

    return judge


def joserfc():
    from joserfc import jwt
    from joserfc.jwk import KeySet
    from joserfc.jws import JWSRegistry

    keys = KeySet.import_key_set(rules["keys"])
    # RFC 7515 section 4: header members that are not understood are ignored.
    lenient = JWSRegistry(algorithms=rules["algorithms"], strict_check_header=False)

    def key_of(token):
        header = token.headers()
        if "kid" in header:
            return keys.get_by_kid(header["kid"])
        return next(key for key in keys.keys if key.alg == header["alg"])

    registry = jwt.JWTClaimsRegistry(
        now=rules["now"],
        leeway=rules["leeway"],
        iss={"essential": True, "value": rules["issuer"]},
        aud={"essential": True, "value": rules["audience"]},
        **{
            name: {"essential": True}
            for name in rules["required"]
            if name not in ("iss", "aud")
        },
    )

    def judge(token):
        registry.validate(
            jwt.decode(token, key_of, registry=lenient).claims
        )

    return judge


def jwcrypto():
    from jwcrypto import jwk, jwt

    keys = jwk.JWKSet.from_json(json.dumps(rules["keys"]))
    claims = {name: None for name in rules["required"]}
    claims.update(iss=rules["issuer"], aud=rules["audience"])

    def judge(token):
        candidate = jwt.JWT(
            algs=rules["algorithms"], check_claims=claims, expected_type="JWS"
        )
        candidate.leeway = rules["leeway"]
        candidate.deserialize(token, keys)

    return judge


judge = {"PyJWT": pyjwt, "joserfc": joserfc, "jwcrypto": jwcrypto}[sys.argv[1]]()
for line in sys.stdin:
    try:
        judge(json.loads(line))
        verdict = "accepted"
    except Exception as error:  # whatever it is, the token is not accepted
        verdict = f"refused {type(error).__name__}"
    sys.stdout.write(verdict + "\n")

"""The calls of article 002 as an ordinary client makes them: an API key in
X-API-Key, the client credentials exchange with the Bearer call, and PyJWT
decoding our token with the key set and an explicit list of algorithms.

Everything about the running demo comes from the environment, as the article
has it; nothing here knows Doorward.
"""

import os

import jwt
import requests

# An API key, as a header.
forecast = requests.get(
    os.environ["FORECAST_URL"],
    headers={"X-API-Key": os.environ["WEATHER_API_KEY"]},
    params={"city": "Austin"},
)
forecast.raise_for_status()
assert forecast.json()["city"] == "Austin", forecast.json()

# The same key in the query is refused: it would lie in logs.
in_query = requests.get(
    os.environ["FORECAST_URL"],
    params={"city": "Austin", "key": os.environ["WEATHER_API_KEY"]},
)
assert in_query.status_code in (400, 401), in_query.status_code
assert os.environ["WEATHER_API_KEY"] not in in_query.text

# Client credentials: a token, then the call.
token_response = requests.post(
    os.environ["TOKEN_URL"],
    data={"grant_type": "client_credentials", "scope": "read:reports"},
    auth=(os.environ["CLIENT_ID"], os.environ["CLIENT_SECRET"]),
)
token_response.raise_for_status()
access_token = token_response.json()["access_token"]

reports = requests.get(
    os.environ["REPORTS_URL"],
    headers={"Authorization": f"Bearer {access_token}"},
)
reports.raise_for_status()
assert reports.json()["reports"], reports.json()

# PyJWT, with the published keys and an explicit algorithm list.
signing_key = jwt.PyJWKClient(os.environ["JWKS_URL"]).get_signing_key_from_jwt(access_token)
claims = jwt.decode(
    access_token,
    signing_key.key,
    algorithms=["ES256"],
    audience=os.environ["REPORTS_AUDIENCE"],
    issuer=os.environ["ISSUER"],
    options={"require": ["iss", "sub", "aud", "exp", "nbf", "iat", "jti"]},
)
assert claims["sub"] == os.environ["CLIENT_ID"], claims
assert claims["scope"] == "read:reports", claims

for wrong in ({"algorithms": ["RS256"]}, {"audience": "https://evil.example"}):
    arguments = {
        "algorithms": ["ES256"],
        "audience": os.environ["REPORTS_AUDIENCE"],
        **wrong,
    }
    try:
        jwt.decode(access_token, signing_key.key, **arguments)
    except jwt.PyJWTError:
        continue
    raise AssertionError(f"PyJWT accepted the token with {wrong}")

print("article 002: every call behaved")

"""Exchanges an API key for a token with Authlib, by both ways of RFC 6749
section 2.3.1. The input says where and with what, as JSON; each answer is one
line.
"""

import json
import os
import sys

# Everything here is on this machine.
os.environ["AUTHLIB_INSECURE_TRANSPORT"] = "1"

from authlib.integrations.base_client import OAuthError  # noqa: E402
from authlib.integrations.requests_client import OAuth2Session  # noqa: E402

asked = json.load(sys.stdin)

for method in ["client_secret_basic", "client_secret_post"]:
    session = OAuth2Session(
        asked["client_id"],
        asked["client_secret"],
        token_endpoint_auth_method=method,
        scope=asked["scope"],
    )
    session.trust_env = False
    try:
        token = session.fetch_token(
            asked["token_endpoint"], grant_type="client_credentials"
        )
        names = ["access_token", "token_type", "expires_in", "scope"]
        told = {name: token[name] for name in names}
    except OAuthError as error:
        told = {"error": error.error}
    print(json.dumps({"library": "authlib", "method": method, **told}))

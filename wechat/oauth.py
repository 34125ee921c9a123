"""Who opened one of our pages: WeChat's web authorisation (section 12)."""

from __future__ import annotations

from urllib.parse import quote

#: Without asking the person; tells the openid and nothing else.
SCOPE = "snsapi_base"


def authorize_url(open_base: str, app_id: str, redirect_uri: str, state: str) -> str:
    """Where to send the browser; WeChat minds the order of the parameters."""
    return (
        f"{open_base}/connect/oauth2/authorize?appid={quote(app_id, safe='')}"
        f"&redirect_uri={quote(redirect_uri, safe='')}&response_type=code&scope={SCOPE}"
        f"&state={quote(state, safe='')}#wechat_redirect"
    )


def exchange(app_id: str, secret: str, code: str) -> dict[str, str]:
    """The query that turns a code into an openid; the platform takes the secret in no other place."""
    return {"appid": app_id, "secret": secret, "code": code, "grant_type": "authorization_code"}

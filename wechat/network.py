"""HTTP towards WeChat: always with a timeout, and no exception that holds a URL leaves it."""

from __future__ import annotations

import json
import logging
import ssl
import threading
from collections.abc import Callable, Mapping
from typing import Any, TypeVar
from urllib.parse import urlsplit

import requests
from requests import exceptions
from urllib3.exceptions import ConnectTimeoutError, MaxRetryError, NewConnectionError, SSLError
from wechatpy.exceptions import WeChatClientException

from wechat.errors import WeChatError, refused

T = TypeVar("T")
Timeout = tuple[float, float]

#: The connection was never made, so nothing was sent.
_UNCONNECTED = (NewConnectionError, ConnectTimeoutError)

NOT_YET, EXPIRED = "certificate not valid yet", "certificate expired"
OTHER_NAME, UNTRUSTED, NO_TLS = "certificate of another name", "certificate not trusted", "no TLS"
#: What OpenSSL refuses a certificate for; any other of its reasons is that nobody whom we trust has signed it.
_REASONS = {9: NOT_YET, 10: EXPIRED, 62: OTHER_NAME, 64: OTHER_NAME}


class _Mask(logging.Filter):
    """Takes the query, which holds tokens and the secret, out of urllib3's lines."""

    def filter(self, record: logging.LogRecord) -> bool:
        if isinstance(record.args, tuple):
            record.args = tuple(part.split("?")[0] if isinstance(part, str) else part for part in record.args)
        return True


_MASK = _Mask()


class Session(requests.Session):
    """A session with a timeout on every call and no redirects, which would carry the token elsewhere."""

    def __init__(self, timeout: Timeout) -> None:
        super().__init__()
        self._timeout = timeout
        self._surroundings: dict[tuple[str, Any], Any] = {}
        self.auth = _as_it_is  # else each call looks for a .netrc, and would send what stands there
        logging.getLogger("urllib3.connectionpool").addFilter(_MASK)

    def request(self, *args: Any, **kwargs: Any) -> requests.Response:
        """Send, under our timeout unless the caller names one."""
        kwargs["timeout"] = kwargs.get("timeout") or self._timeout
        kwargs["allow_redirects"] = False
        return super().request(*args, **kwargs)

    def merge_environment_settings(self, url: Any, proxies: Any, stream: Any, verify: Any, cert: Any) -> Any:
        """Proxies and certificates that the environment names: read once a host, not once a call."""
        key = urlsplit(url).netloc, stream
        if key not in self._surroundings:
            self._surroundings[key] = super().merge_environment_settings(url, proxies, stream, verify, cert)
        return dict(self._surroundings[key])


def _as_it_is(request: requests.PreparedRequest) -> requests.PreparedRequest:
    return request


class Sessions(threading.local):
    """One session a thread: requests doesn't promise that threads may share one."""

    def __init__(self, timeout: Timeout) -> None:
        self.own = Session(timeout)


def attempt(call: Callable[[], T]) -> T:
    """What the call returns; whatever goes wrong is a ``WeChatError`` that remembers nothing else."""
    try:
        return call()
    except WeChatClientException as problem:
        error = _answered(problem)
    except exceptions.RequestException as problem:
        error = _cut_off(problem)
    raise error  # outside of the handlers, so that the first exception, with its URL, is not kept as context


def tls_fault(problem: object) -> str:
    """Why TLS did not come about, in words that repeat nothing of the address."""
    if isinstance(problem, ssl.SSLCertVerificationError):
        return _REASONS.get(problem.verify_code, UNTRUSTED)
    return NO_TLS


def json_of(response: requests.Response) -> dict[str, Any]:
    """The JSON object of an answer that tells no error."""
    if response.status_code != 200:
        raise status_error(response.status_code)
    answer = read_json(response.content)
    if answer.get("errcode"):
        raise error_in(answer)
    return answer


def read_json(body: bytes) -> dict[str, Any]:
    """The JSON object in a body; WeChat has been seen to leave control characters in its strings."""
    try:
        answer = json.loads(body, strict=False)
    except ValueError:
        answer = None
    if not isinstance(answer, dict):
        raise WeChatError(0, "ambiguous", "answer not readable")
    return answer


def error_in(answer: Mapping[str, Any]) -> WeChatError:
    """The error that an answer tells."""
    code = str(answer.get("errcode", 0))
    number = int(code) if code.removeprefix("-").isdecimal() and len(code) < 10 else 0
    return refused(number, answer.get("errmsg", ""))


def status_error(status: int) -> WeChatError:
    """The error for an HTTP status other than 200."""
    if status >= 500:
        return WeChatError(0, "ambiguous", f"HTTP {status}")
    return WeChatError(0, "later" if status == 429 else "alarm", f"HTTP {status}")


def _answered(problem: WeChatClientException) -> WeChatError:
    """wechatpy raises for HTTP's own errors only, since we read the answers."""
    return status_error(problem.response.status_code)


def _cut_off(problem: exceptions.RequestException) -> WeChatError:
    cause = problem.args[0] if problem.args else None
    reason = cause.reason if isinstance(cause, MaxRetryError) else cause
    if isinstance(problem, exceptions.ConnectTimeout) or isinstance(reason, _UNCONNECTED):
        return WeChatError(0, "unsent", "no connection")
    if isinstance(reason, SSLError):
        return WeChatError(0, "unsent", tls_fault(reason.args[0] if reason.args else None))
    if isinstance(problem, exceptions.Timeout):
        return WeChatError(0, "ambiguous", "no answer in time")
    return WeChatError(0, "ambiguous", "connection cut")

"""What the doctor says where HTTPS does not come about: towards WeChat, and towards our own address."""

from __future__ import annotations

from datetime import datetime

from cli.checkups import Finding
from wechat.network import EXPIRED, NO_TLS, NOT_YET, OTHER_NAME, UNTRUSTED

_CLOCK = "先核对这台机器的时间，不对就校准：timedatectl set-ntp true。"
_RENEW = "时间对的话，续证书：certbot renew，再 systemctl reload nginx。"
_BETWEEN = "时间对的话，查中间有没有代理或防火墙换了证书。"
#: For each fault: what is told of an address and the time of this machine, what to do if it is WeChat's, if it is ours.
_TOLD = {
    NOT_YET: ("{0} 的证书还没有生效：这台机器的时间是 {1}。", _CLOCK + _BETWEEN, _CLOCK + _RENEW),
    EXPIRED: ("{0} 的证书已经过期：这台机器的时间是 {1}。", _CLOCK + _BETWEEN, _CLOCK + _RENEW),
    OTHER_NAME: (
        "{0} 拿出来的是别的域名的证书。",
        "查域名解析对不对，中间有没有代理或防火墙换了证书。",
        "BASE_URL 的域名要在证书里，见 deploy/README.md “四、域名和证书”。",
    ),
    UNTRUSTED: (
        "{0} 的证书不是这台机器信任的机构签发的。",
        "查中间有没有代理或防火墙换了证书，有就请网络管理员放行。",
        "不要用自己签发的证书；nginx 里 ssl_certificate 要写 fullchain.pem，见 deploy/README.md “四、域名和证书”。",
    ),
    NO_TLS: (
        "和 {0} 谈不成 HTTPS（TLS 握手没有成功）。",
        "核对 WECHAT_API_BASE 的地址和端口，查中间有没有代理或防火墙拦着。",
        "核对 BASE_URL 的端口，看 nginx 在那个端口上是不是 HTTPS。",
    ),
}


def tls_finding(fault: str, address: str, now: datetime, ours: bool) -> Finding | None:
    """What such a fault means and what to do; None where it is none of TLS."""
    if fault not in _TOLD:
        return None
    text, todo_there, todo_here = _TOLD[fault]
    local = now.astimezone()
    return Finding(
        False,
        text.format(address, f"{local:%Y-%m-%d %H:%M}（{local:%Z}）"),
        todo_here if ours else todo_there,
    )

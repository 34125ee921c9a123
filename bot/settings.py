"""The settings: read once from the environment and ``.env``, every fault named at once, no secret shown."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any, Literal
from urllib.parse import urlsplit

from pydantic import Field, SecretStr, ValidationError, ValidationInfo, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from bot.errors import SettingsError

#: What ``web`` and ``scheduler`` can't do without.
NEEDED = (
    "WECHAT_TOKEN",
    "WECHAT_APP_ID",
    "WECHAT_APP_SECRET",
    "WECHAT_AES_KEY",
    "IDENTITY_KEY",
    "SECRET_KEY",
    "REDIS_URL",
    "BASE_URL",
    "CAMPAIGN",
)


class Settings(BaseSettings):
    """One attribute a setting; its name in the environment is the same in capitals."""

    model_config = SettingsConfigDict(
        env_file=".env", extra="ignore", frozen=True, hide_input_in_errors=True, str_strip_whitespace=True
    )

    wechat_token: SecretStr = SecretStr("")
    wechat_app_id: str = ""
    wechat_app_secret: SecretStr = SecretStr("")
    wechat_aes_key: SecretStr = SecretStr("")
    wechat_mode: Literal["plain", "compatible", "safe"] = "safe"
    wechat_api_base: str = "https://api.weixin.qq.com"
    wechat_open_base: str = "https://open.weixin.qq.com"
    wechat_mp_base: str = "https://mp.weixin.qq.com"
    wechat_templates: str = ""  # JSON: {"reminder": {"id": …, "fields": {"matter": "thing1", …}}}
    database_url: str = ""
    identity_database_url: str = ""
    identity_key: SecretStr = SecretStr("")
    redis_url: str = ""
    data_dir: Path = Path("data")
    campaign: str = ""
    base_url: str = ""
    host: str = "127.0.0.1"
    port: int = Field(default=8000, ge=1, le=65535)
    simulator_port: int = Field(default=8001, ge=1, le=65535)
    web_workers: int = Field(default=1, ge=1, le=64)
    send_rate: float = Field(default=20.0, ge=0, le=1000)  # a second; 0 is as fast as it goes
    send_lease: int = Field(default=120, ge=5, le=900)  # seconds; longer than a channel's timeouts together
    secret_key: SecretStr = SecretStr("")
    smtp_url: SecretStr = SecretStr("")
    mail_from: str = Field(default="", validate_default=True)
    log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = "INFO"
    font_file: str = ""  # for certificates and posters; else a Chinese font is looked for
    demo_key: SecretStr = SecretStr("")
    metrics_token: SecretStr = SecretStr("")
    trusted_proxies: int = Field(default=0, ge=0, le=5)  # how many stand before us and say who calls

    @field_validator("wechat_token")
    @classmethod
    def _token(cls, value: SecretStr) -> SecretStr:
        if value.get_secret_value() and not re.fullmatch(r"[A-Za-z0-9]{3,32}", value.get_secret_value()):
            raise ValueError("3 到 32 个字母或数字")
        return value

    @field_validator("wechat_aes_key")
    @classmethod
    def _aes_key(cls, value: SecretStr) -> SecretStr:
        if value.get_secret_value() and not re.fullmatch(r"[A-Za-z0-9]{43}", value.get_secret_value()):
            raise ValueError("43 个字母或数字，和公众号后台的 EncodingAESKey 一样")
        return value

    @field_validator("identity_key", "secret_key")
    @classmethod
    def _long_enough(cls, value: SecretStr) -> SecretStr:
        if value.get_secret_value() and len(value.get_secret_value()) < 32:
            raise ValueError("至少 32 个字符的随机文字")
        return value

    @field_validator("metrics_token")
    @classmethod
    def _metrics_token(cls, value: SecretStr) -> SecretStr:
        if value.get_secret_value() and not re.fullmatch(r"[!-~]{16,}", value.get_secret_value()):
            raise ValueError("至少 16 个字符的随机文字，没有空格")
        return value

    @field_validator("base_url", "wechat_api_base", "wechat_open_base", "wechat_mp_base")
    @classmethod
    def _address(cls, value: str) -> str:
        if value and not re.match(r"https?://[^\s/]+", value):
            raise ValueError("以 http:// 或 https:// 开头的网址")
        return value.rstrip("/")

    @field_validator("redis_url")
    @classmethod
    def _redis(cls, value: str) -> str:
        if value and not _is_url(value, r"rediss?://[^\s/]|unix://\S*/[^\s/]"):
            raise ValueError("以 redis://、rediss:// 或 unix:// 开头的地址，比如 redis://127.0.0.1:6379/0")
        return value

    @field_validator("database_url", "identity_database_url")
    @classmethod
    def _database(cls, value: str) -> str:
        if value and not _is_url(value, r"sqlite:///[^\s?:]|postgresql\+psycopg://\S"):
            raise ValueError("应为 sqlite:///文件 或 postgresql+psycopg://用户:密码@主机/库名")
        return value

    @field_validator("smtp_url")
    @classmethod
    def _smtp(cls, value: SecretStr) -> SecretStr:
        if value.get_secret_value() and not _is_url(value.get_secret_value(), r"smtps?://(\S*@)?[^\s/:@]"):
            raise ValueError("以 smtp:// 或 smtps:// 开头的地址，比如 smtp://用户:密码@主机:587")
        return value

    @field_validator("mail_from")
    @classmethod
    def _sender(cls, value: str, others: ValidationInfo) -> str:
        smtp = others.data.get("smtp_url")
        if smtp and smtp.get_secret_value() and "@" not in value:
            raise ValueError("设置了 SMTP_URL，就要写发件地址，比如 安全月助手 <bot@example.com>")
        return value

    @property
    def case_url(self) -> str:
        return self.database_url or f"sqlite:///{self.data_dir.resolve()}/case.db"

    @property
    def identity_url(self) -> str:
        return self.identity_database_url or f"sqlite:///{self.data_dir.resolve()}/identity.db"

    @property
    def demo(self) -> bool:
        """May campaign time be moved? Only under ``run``."""
        return bool(self.demo_key.get_secret_value())

    def missing(self) -> tuple[str, ...]:
        """The settings that production can't do without and that are not there."""
        return tuple(name for name in NEEDED if not self._value(name))

    def _value(self, name: str) -> str:
        value = getattr(self, name.lower())
        return value.get_secret_value() if isinstance(value, SecretStr) else str(value)


def load_settings() -> Settings:
    """Read the settings, or raise ``SettingsError`` with every fault in one text."""
    try:
        return Settings()
    except ValidationError as wrong:
        faults = [f"{'.'.join(map(str, fault['loc'])).upper()}：{_plain(fault)}" for fault in wrong.errors()]
        raise SettingsError("设置有误：\n" + "\n".join(faults)) from None


def _is_url(value: str, begins: str) -> bool:
    """Does an address begin as it should, and is its port a number?"""
    try:
        return bool(re.match(begins, value)) and (urlsplit(value).port or 1) > 0
    except ValueError:
        return False


def _plain(fault: Any) -> str:
    if fault["type"] == "literal_error":
        return f"应为 {fault['ctx']['expected']} 之一".replace("'", "").replace(" or ", "、")
    if fault["type"].startswith(("int", "float")):
        return "应为数字"
    if fault["type"].startswith(("greater", "less")):
        return "数字超出范围"
    return str(fault["msg"]).removeprefix("Value error, ")

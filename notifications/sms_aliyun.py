"""Text messages through Aliyun (阿里云短信服务), which sends approved templates only.

Imported only where `SMS_SENDER` names `notifications.sms_aliyun.AliyunSmsSender`; the package is an optional extra
(`requirements-aliyun.txt`). What the settings lack is said at the start (`config.environment`).
"""

from __future__ import annotations

import json
import logging
import re
from typing import Final
from urllib.parse import urlsplit

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

from notifications.failures import ChannelDown, Refused, SendFailed, reason_of
from notifications.sms_templates import filled
from notifications.sources import Source

try:
    from alibabacloud_dysmsapi20170525.client import Client
    from alibabacloud_dysmsapi20170525.models import SendSmsRequest
    from alibabacloud_tea_openapi.exceptions import AlibabaCloudException
    from alibabacloud_tea_openapi.utils_models import Config
    from darabonba.exceptions import RetryError
    from darabonba.runtime import RuntimeOptions
    from Tea.exceptions import TeaException, UnretryableException
except ImportError as error:  # the start says it too; this is for whoever imports the file by hand
    raise ImproperlyConfigured(
        "Text messages by Aliyun need its package: pip install -r requirements-aliyun.txt"
    ) from error

CONNECT_MS: Final = 5_000
READ_MS: Final = 10_000
CHINA: Final = "cn-hangzhou"
SAFE: Final = re.compile(r"[A-Za-z0-9._-]{1,80}")

REFUSED: Final = frozenset(
    {
        "isv.MOBILE_NUMBER_ILLEGAL",
        "isv.MOBILE_COUNT_OVER_LIMIT",
        "isv.BLACK_KEY_CONTROL_LIMIT",
        "isv.PARAM_LENGTH_LIMIT",
        "isv.PARAM_NOT_SUPPORT_URL",
        "isv.INVALID_JSON_PARAM",
        "isv.INVALID_PARAMETERS",
        "isv.TEMPLATE_MISSING_PARAMETERS",
        "isv.TEMPLATE_PARAMS_ILLEGAL",
        "MOBILE_IN_BLACK",
        "MOBILE_NOT_ON_SERVICE",
    }
)
"""About this number or this text: trying again cannot help."""
NOBODY: Final = frozenset(
    {
        "isv.OUT_OF_SERVICE",
        "isv.AMOUNT_NOT_ENOUGH",
        "isv.ACCOUNT_NOT_EXISTS",
        "isv.ACCOUNT_ABNORMAL",
        "isv.PRODUCT_UN_SUBSCRIPT",
        "isv.PRODUCT_UNSUBSCRIBE",
        "isp.RAM_PERMISSION_DENY",
        "isv.RAM_CHECK_FAILED",
        "isv.DENY_IP_RANGE",
        "InvalidAccessKeyId.NotFound",
        "InvalidAccessKeyId.Inactive",
        "SignatureDoesNotMatch",
        "Forbidden.RAM",
    }
)
"""About the account: no message goes out until a person has acted, so the others of the batch need not be tried."""


def _nothing(_record: logging.LogRecord) -> bool:
    """A filter that lets no record pass. Unlike `disabled` it outlives a later configuration of the logs."""
    return False


# The SDK writes requests to handlers of its own, and urllib3 their addresses at level DEBUG: the number stands in them.
for _name in ("darabonba-core", "alibabacloud-tea", "Tea"):
    logging.getLogger(_name).addFilter(_nothing)
logging.getLogger("urllib3.connectionpool").setLevel(logging.INFO)


class AliyunSmsSender:
    """Text messages by Aliyun's SendSms. Made anew for every batch; connections are kept by the SDK."""

    def __init__(self) -> None:
        env = settings.ENV
        endpoint = urlsplit(env.ALIYUN_SMS_ENDPOINT)
        self.client = Client(
            Config(
                access_key_id=env.ALIYUN_SMS_ACCESS_KEY_ID,
                access_key_secret=env.ALIYUN_SMS_ACCESS_KEY_SECRET,
                region_id=CHINA,
                protocol=endpoint.scheme,
                endpoint=endpoint.netloc,
                connect_timeout=CONNECT_MS,
                read_timeout=READ_MS,
            )
        )

    def send_template(self, *, to: str, source: Source, key: str) -> str:
        """Send the approved template of the message to the number `to`; the provider's id (BizId).

        `key` travels as OutId: it comes back in the provider's reports, by which a repeat is recognised; the provider
        does not refuse one. Raises Refused, SendFailed, ChannelDown.
        """
        chosen = filled(settings.ENV.ALIYUN_SMS_TEMPLATES, source.template, source.language, source.context)
        if chosen is None:
            raise Refused("no approved template has all its parameters")
        request = SendSmsRequest(
            phone_numbers=to,
            sign_name=settings.ENV.ALIYUN_SMS_SIGN_NAME,
            template_code=chosen.code,
            template_param=json.dumps(chosen.parameters, ensure_ascii=False) if chosen.parameters else None,
            out_id=key,
        )
        try:
            answer = self.client.send_sms_with_options(request, RuntimeOptions()).body
        except AlibabaCloudException as error:  # an answer of 4xx or 5xx
            raise failure_of(error.code) from None
        except UnretryableException as error:
            raise unanswered(error.inner_exception) from None
        except TeaException as error:
            raise SendFailed(reason_of(error)) from None
        if answer.code != "OK":
            raise failure_of(answer.code)
        return str(answer.biz_id or "")


def failure_of(code: object) -> SendFailed:
    """What a code of the provider means for a message. Throttling (`BUSINESS_LIMIT_CONTROL`) is tried again later."""
    known = str(code)
    reason = known if SAFE.fullmatch(known) else "an answer without a code"
    if known in REFUSED:
        return Refused(reason)
    return ChannelDown(reason) if known in NOBODY else SendFailed(reason)


def unanswered(error: BaseException) -> SendFailed:
    """What it means that no answer came, or none that can be read."""
    if isinstance(error, RetryError):  # the SDK's name for every error of the network
        return ChannelDown("no answer")
    return SendFailed(reason_of(error))

"""How often one address, or the holder of one key, may ask for the same thing."""

import hashlib
from datetime import datetime
from ipaddress import IPv6Network, ip_address

from allauth.account.adapter import get_adapter
from django.core.cache import cache
from django.http import HttpRequest


def is_throttled(request: HttpRequest, action: str, *, limit: int, seconds: int, now: datetime) -> bool:
    """Count this request and say whether its sender has done `action` more than `limit` times in these `seconds`.

    The sender is the client's address behind the trusted proxies; of IPv6 the first 64 bits, since a household has
    that many addresses of its own.
    """
    sender = _network(get_adapter().get_client_ip(request))
    return is_too_often(sender, action, limit=limit, seconds=seconds, now=now)


def is_too_often(who: str, action: str, *, limit: int, seconds: int, now: datetime) -> bool:
    """Count and say whether `who` has done `action` more than `limit` times in these `seconds`.

    `who`, an address or a key, is kept as a hash for twice that time.
    """
    window = int(now.timestamp()) // seconds
    key = f"throttle:{action}:{window}:{hashlib.sha256(who.encode()).hexdigest()}"
    cache.add(key, 0, timeout=2 * seconds)
    try:
        return cache.incr(key) > limit
    except ValueError:  # the cache was emptied meanwhile
        return False


def _network(address: str) -> str:
    if ip_address(address).version == 6:
        return str(IPv6Network(f"{address}/64", strict=False))
    return address

"""Certificates for tests, made by trustme: one CA that the tests trust, and servers that deserve it or do not."""

import ssl
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path

import trustme

NAMES = ("localhost", "127.0.0.1")


@cache
def authority(name: str = "trusted") -> trustme.CA:
    return trustme.CA(organization_name=f"{name} test authority")


def _server(leaf: trustme.LeafCert) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    leaf.configure_cert(context)
    return context


@cache
def good() -> ssl.SSLContext:
    return _server(authority().issue_cert(*NAMES))


@cache
def wrong_host() -> ssl.SSLContext:
    return _server(authority().issue_cert("elsewhere.example"))


@cache
def expired() -> ssl.SSLContext:
    now = datetime.now(UTC)
    return _server(
        authority().issue_cert(*NAMES, not_before=now - timedelta(days=9), not_after=now - timedelta(days=1))
    )


@cache
def untrusted() -> ssl.SSLContext:
    return _server(authority("stranger").issue_cert(*NAMES))


@cache
def client() -> ssl.SSLContext:
    """A client's context that trusts the test authority and nobody else."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    authority().configure_trust(context)
    return context


def write_authority(folder: Path) -> Path:
    path = folder / "authority.pem"
    authority().cert_pem.write_to_path(str(path))
    return path


def write_good(folder: Path) -> Path:
    """The key and the certificates of `good`, for a server in a process of its own."""
    path = folder / "server.pem"
    authority().issue_cert(*NAMES).private_key_and_cert_chain_pem.write_to_path(str(path))
    return path

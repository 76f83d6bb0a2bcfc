"""Whom TLS trusts, and what a failed handshake means in a trader's words. Knows nothing of HTTP."""

import ssl
import sys
from pathlib import Path
from typing import Final

import truststore

# Where systems keep their bundle when OpenSSL's own places are empty, as in a frozen build made on another system.
_BUNDLES: Final = (
    Path("/etc/ssl/certs/ca-certificates.crt"),
    Path("/etc/pki/ca-trust/extracted/pem/tls-ca-bundle.pem"),
    Path("/etc/pki/tls/certs/ca-bundle.crt"),
    Path("/etc/ssl/cert.pem"),
    Path("/etc/ssl/ca-bundle.pem"),
)
_SELF_SIGNED: Final = (18, 19)
_NO_ISSUER: Final = (2, 20, 21)
_NAME_MISMATCH: Final = (62, 63, 64)

# OpenSSL's verify codes (man 1 openssl-verification-options); the operating systems of truststore use others.
_WORDS: Final = {
    9: "The server's certificate is not valid yet. Is this computer's clock right?",
    10: "The server's certificate has expired. Is this computer's clock right?",
    23: "The server's certificate was withdrawn.",
    **dict.fromkeys(_SELF_SIGNED, "The server's certificate is signed by nobody this computer trusts."),
    **dict.fromkeys(_NO_ISSUER, "The server's certificate is signed by nobody this computer trusts."),
    **dict.fromkeys(_NAME_MISMATCH, "The server's certificate is for another name than the webhook address."),
}


def trusted_context() -> ssl.SSLContext:
    """Gives a context that trusts the system's store, checks the host name and speaks TLS 1.2 or newer.

    Blocks about 20 ms while certificates load: call it in a thread. Never raises for what the store lacks: with nothing
    to trust, each handshake fails, which is the safe end. On Linux SSL_CERT_FILE and SSL_CERT_DIR are honoured.
    """
    context = _operating_system() if sys.platform in ("win32", "darwin") else _openssl()
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    return context


def _operating_system() -> ssl.SSLContext:
    return truststore.SSLContext(ssl.PROTOCOL_TLS_CLIENT)


def _openssl() -> ssl.SSLContext:
    # truststore does the same here, but again for each new connection: 21 ms each time (measured).
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.set_default_verify_paths()
    found = ssl.get_default_verify_paths()
    if not found.cafile and not _holds_certificates(found.capath):
        bundle = next((path for path in _BUNDLES if path.is_file()), None)
        if bundle:
            context.load_verify_locations(bundle)
    return context


def _holds_certificates(folder: str | None) -> bool:
    return folder is not None and any(Path(folder).glob("*.[0-9]"))


def tls_words(error: ssl.SSLError) -> str:
    """Says why the encrypted connection failed. Quotes nothing of the error itself."""
    if isinstance(error, ssl.SSLCertVerificationError):
        return _WORDS.get(error.verify_code, "This computer does not trust the server's certificate.")
    return "The encrypted connection could not be set up: the two sides did not agree."

"""A time stamp service on this machine (RFC 3161), which answers over HTTP as a real one does."""

import io
import threading
import warnings
from contextlib import contextmanager
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer

from asn1crypto import keys, tsp
from asn1crypto import x509 as asn1
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import ExtendedKeyUsageOID
from django.utils import timezone
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.sign.signers import PdfTimeStamper

from tests.credentials.trust.certificate_files import certificate, rsa_key, subject

with warnings.catch_warnings():
    warnings.simplefilter("ignore")
    from pyhanko.sign.timestamps.dummy_client import DummyTimeStamper

KEY = rsa_key()
FOR_STAMPS = (x509.ExtendedKeyUsage([ExtendedKeyUsageOID.TIME_STAMPING]), True)


def authority(extra=FOR_STAMPS):
    """The certificate of the service, which vouches for itself."""
    start = timezone.now() - timedelta(days=30)
    return certificate(KEY, subject("Clock Trust", "VATDE-9"), start=start, extra=extra)


def answering(query: bytes, own=None, at=None) -> bytes:
    """The answer of the service to a request."""
    return _stamper(own, at).request_tsa_response(tsp.TimeStampReq.load(query)).dump()


def stamped(data: bytes) -> bytes:
    """A PDF with a time stamp of the whole document behind it (`DocTimeStamp`)."""
    writer = IncrementalPdfFileWriter(io.BytesIO(data))
    return PdfTimeStamper(_stamper()).timestamp_pdf(writer, "sha256").getvalue()


def _stamper(own=None, at=None):
    der = (own or authority()).public_bytes(Encoding.DER)
    raw = KEY.private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption())
    return DummyTimeStamper(
        asn1.Certificate.load(der),
        keys.PrivateKeyInfo.load(raw),
        fixed_dt=at or timezone.now().replace(microsecond=0),
    )


@contextmanager
def service(answer=answering):
    """A running service; yields its address and a list of the media types that it was sent."""
    asked = []

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self):
            asked.append(self.headers["Content-Type"])
            query = self.rfile.read(int(self.headers["Content-Length"]))
            data = answer(query)
            self.send_response(200 if data else 503)
            self.send_header("Content-Type", "application/timestamp-reply")
            self.send_header("Content-Length", str(len(data)))
            self.end_headers()
            self.wfile.write(data)

        def log_message(self, *args):
            pass

    server = HTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/tsr", asked
    finally:
        server.shutdown()
        thread.join()
        server.server_close()

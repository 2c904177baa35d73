"""A token endpoint, with nothing but Python: POST /token answers {"token":"..."}.

    HMAC_SECRET=... python token_endpoint.py [PORT]

The secret is the nodes' `tokens.hmac-secret`; PORT is 8080.
"""

import base64
import hashlib
import hmac
import json
import os
import sys
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

SECRET = os.environ["HMAC_SECRET"].encode()
SECONDS = 300  # short: SDKs fetch the next one by themselves, and one that leaked is soon worth nothing


def part(data):
    return base64.urlsafe_b64encode(data).rstrip(b"=")


def token(user):
    claims = {"sub": user, "exp": int(time.time()) + SECONDS}
    body = part(b'{"alg":"HS256","typ":"JWT"}') + b"." + part(json.dumps(claims).encode())
    return (body + b"." + part(hmac.digest(SECRET, body, hashlib.sha256))).decode()


class Endpoint(BaseHTTPRequestHandler):
    def do_POST(self):
        if self.path != "/token":
            return self.send_error(404)
        user = "ann"  # your session says who it is; answer 401 where nobody is logged in
        answer = json.dumps({"token": token(user)}).encode()
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(answer)))
        self.end_headers()
        self.wfile.write(answer)


server = ThreadingHTTPServer(("127.0.0.1", int(sys.argv[1]) if len(sys.argv) > 1 else 8080), Endpoint)
print(f"http://127.0.0.1:{server.server_port}/", flush=True)
server.serve_forever()

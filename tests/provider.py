"""An OpenID provider on loopback for tests: a real listener, real keys, tokens of any content."""

import json
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs

import jwt
from cryptography.hazmat.primitives.asymmetric import rsa


class Provider:
    """Serves its configuration and keys, hands out tokens, exchanges the codes it was told of."""

    def __init__(self) -> None:
        self.keys: dict[str, rsa.RSAPrivateKey] = {}
        self.requests: list[str] = []
        self.codes: dict[str, str] = {}
        self.exchanged: list[dict[str, str]] = []
        self.is_down = False
        self.says: dict[str, Any] = {}  # by path, in place of what is right
        self.add_key("first")
        provider = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                provider.requests.append(self.path)
                self.answer(provider.document(self.path))

            def do_POST(self) -> None:
                provider.requests.append(self.path)
                body = self.rfile.read(int(self.headers["Content-Length"])).decode()
                form = {name: values[0] for name, values in parse_qs(body).items()}
                provider.exchanged.append(form)
                token = provider.codes.pop(form["code"], None)
                self.answer({"id_token": token} if token else {"error": "invalid_grant"})

            def answer(self, document: Any) -> None:
                if provider.is_down:
                    self.send_error(503)
                    return
                body = json.dumps(document).encode()
                self.send_response(200 if document else 404)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *args: Any) -> None:
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        threading.Thread(target=self._server.serve_forever, daemon=True).start()
        self.issuer = f"http://127.0.0.1:{self._server.server_address[1]}"

    def document(self, path: str) -> Any:
        """What is served at a path."""
        if path in self.says:
            return self.says[path]
        if path == "/.well-known/openid-configuration":
            return {
                "issuer": self.issuer,
                "authorization_endpoint": f"{self.issuer}/authorize",
                "token_endpoint": f"{self.issuer}/token",
                "jwks_uri": f"{self.issuer}/keys",
            }
        if path == "/keys":
            return {"keys": [self._public(key_id) for key_id in self.keys]}
        return None

    def add_key(self, key_id: str) -> None:
        """A further signing key."""
        self.keys[key_id] = rsa.generate_private_key(public_exponent=65537, key_size=2048)

    def token(
        self,
        email: str,
        /,
        *,
        key_id: str = "first",
        headers: dict[str, Any] | None = None,
        **claims: Any,
    ) -> str:
        """An ID token for the person with this address, with these claims changed; None takes one out."""
        now = int(time.time())
        whole = {
            "iss": self.issuer,
            "aud": "earshot-test",
            "sub": email,
            "email": email,
            "email_verified": True,
            "name": email.partition("@")[0].title(),
            "iat": now,
            "exp": now + 3600,
        } | claims
        return jwt.encode(
            {name: value for name, value in whole.items() if value is not None},
            self.keys[key_id],
            algorithm="RS256",
            headers={"kid": key_id} | (headers or {}),
        )

    def _public(self, key_id: str) -> dict[str, Any]:
        public = self.keys[key_id].public_key()
        document: dict[str, Any] = json.loads(jwt.algorithms.RSAAlgorithm.to_jwk(public))
        return document | {"kid": key_id, "use": "sig", "alg": "RS256"}

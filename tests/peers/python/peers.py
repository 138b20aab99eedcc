"""openvc-core and openbadgeslib, one JSON object a line.

    python peers.py openvc|openbadgeslib verify RESOURCES FILE...
    python peers.py openvc|openbadgeslib issue CONTEXTS FOLDER FILE...

RESOURCES and CONTEXTS are maps of address to file, as `skillpass verify --resources` takes them; nothing is fetched.
"""
import hashlib
import json
import pathlib
import sys

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey


def resources(path):
    folder = pathlib.Path(path).parent
    return {url: json.loads((folder / file).read_text()) for url, file in json.loads(pathlib.Path(path).read_text()).items()}


def private_key(peer):
    """A key known to all, from a seed."""
    return Ed25519PrivateKey.from_private_bytes(hashlib.sha256(f'skillpass peer: {peer}'.encode()).digest())


class OpenVc:
    def __init__(self, files):
        from openvc.did.base import DidResolverRegistry
        from openvc.did.did_key import DidKeyResolver
        from openvc.did.did_web import DidWebResolver
        self.files = files
        self.resolver = DidResolverRegistry([DidKeyResolver(), DidWebResolver(self.fetch)])

    def fetch(self, url):
        if url not in self.files:
            raise ValueError(f'not in the resource map: {url}')
        return self.files[url]

    def status_list(self, url):
        """Refuses a list that does not hold, as this peer asks of whoever brings one."""
        from openvc.verify import verify_credential
        return verify_credential(self.fetch(url), resolver=self.resolver, extra_contexts=self.files).credential

    def verify(self, credential):
        from openvc.verify import VerificationPolicy, verify_credential
        entries = credential.get('credentialStatus') or []
        lists = [entry['statusListCredential'] for entry in (entries if isinstance(entries, list) else [entries])]
        # A list that is not in the map leaves the question open: this peer is told not to ask it.
        has_lists = all(url in self.files for url in lists)
        verify_credential(
            credential, resolver=self.resolver, extra_contexts=self.files,
            policy=VerificationPolicy(require_status=has_lists), resolve_status_list=self.status_list if has_lists else None)

    def issue(self, credential):
        from openvc.keys import Ed25519SigningKey
        from openvc.multibase import encode_multibase
        from openvc.proof.data_integrity import DataIntegrityProofSuite
        key = Ed25519SigningKey(private_key('openvc'), kid='_')
        multikey = encode_multibase(bytes([0xED, 0x01]) + key.public_key_raw())
        credential['issuer']['id'] = f'did:key:{multikey}'
        return DataIntegrityProofSuite().add_proof(
            credential, signing_key=key, verification_method=f'did:key:{multikey}#{multikey}', extra_contexts=self.files)


class OpenBadgesLib:
    def __init__(self, files):
        self.files = files

    def fetch(self, url, *_, **__):
        if url not in self.files:
            raise ValueError(f'not in the resource map: {url}')
        return json.dumps(self.files[url]).encode()

    def verify(self, credential):
        from openbadgeslib.ob3 import OB3LdpVerifier
        entries = credential.get('credentialStatus') or []
        lists = [entry['statusListCredential'] for entry in (entries if isinstance(entries, list) else [entries])]
        OB3LdpVerifier().verify(credential, check_status=bool(lists) and all(url in self.files for url in lists), download=self.fetch)

    def issue(self, credential):
        from openbadgeslib.ob3 import add_data_integrity_proof, did_key_from_pem
        key = private_key('openbadgeslib')
        pem = key.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
        public = key.public_key().public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo)
        did = did_key_from_pem(public)
        credential['issuer']['id'] = did
        return add_data_integrity_proof(credential, pem, f"{did}#{did.removeprefix('did:key:')}", extra_contexts=self.files)


def main():
    name, command, files, *rest = sys.argv[1:]
    peer = {'openvc': OpenVc, 'openbadgeslib': OpenBadgesLib}[name](resources(files))
    folder = pathlib.Path(rest.pop(0)) if command == 'issue' else None
    for path in rest:
        answer = {'file': path, 'accepted': True, 'reason': ''}
        try:
            credential = json.loads(pathlib.Path(path).read_text())
            if folder:
                folder.mkdir(parents=True, exist_ok=True)
                answer['file'] = str(folder / pathlib.Path(path).name)
                pathlib.Path(answer['file']).write_text(json.dumps(peer.issue(credential), indent=1, ensure_ascii=False))
            else:
                peer.verify(credential)
        except Exception as error:  # what a peer throws is what it says
            answer.update(accepted=False, reason=f'{type(error).__name__}: {error}')
        print(json.dumps(answer), flush=True)


main()

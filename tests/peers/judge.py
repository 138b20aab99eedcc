"""Judges with peers, both ways, and compares with expected.json. Called by `run`, which installs them.

    judge.py FOLDER SKILLPASS OURS SSI PYTHON JSON-OUT [SHARED]

Markdown on standard output. Exit code 1 when a cell is not as expected, also when it is better.
"""
import fnmatch
import json
import os
import pathlib
import re
import shutil
import subprocess
import sys

HERE = pathlib.Path(__file__).resolve().parent
FOLDER, SKILLPASS, OURS, SSI, PYTHON, OUT = sys.argv[1:7]
SHARED = sys.argv[7] if len(sys.argv) > 7 else ''
FOLDER = pathlib.Path(FOLDER).resolve()
NODE = FOLDER / 'node'
# The keys here are known to all and guard nothing.
ENVIRONMENT = {**os.environ, 'SKILLPASS_PASSPHRASE': 'peers peers peers', 'XDG_DATA_HOME': str(FOLDER / 'home'), 'HOME': str(FOLDER / 'home')}

READERS = {
    '@digitalbazaar/vc, rdfc': ['node', 'digitalbazaar.mjs', 'verify', 'rdfc', 'MAP'],
    '@digitalbazaar/vc, jcs': ['node', 'digitalbazaar.mjs', 'verify', 'jcs', 'MAP'],
    '@digitalbazaar/vc, both': ['node', 'digitalbazaar.mjs', 'verify', 'both', 'MAP'],
    '@digitalcredentials/verifier-core': ['node', 'verifier-core.mjs', 'verify'],
    'openvc-core': [PYTHON, str(HERE / 'python/peers.py'), 'openvc', 'verify', 'MAP'],
    'openbadgeslib': [PYTHON, str(HERE / 'python/peers.py'), 'openbadgeslib', 'verify', 'MAP'],
    'ssi': [SSI, 'verify', 'MAP'],
}
ISSUERS = {
    '@digitalbazaar/vc, rdfc': ['node', 'digitalbazaar.mjs', 'issue', 'rdfc'],
    '@digitalbazaar/vc, jcs': ['node', 'digitalbazaar.mjs', 'issue', 'jcs'],
    '@digitalbazaar/vc, both': ['node', 'digitalbazaar.mjs', 'issue', 'both'],
    'openvc-core': [PYTHON, str(HERE / 'python/peers.py'), 'openvc', 'issue', 'MAP'],
    'openbadgeslib': [PYTHON, str(HERE / 'python/peers.py'), 'openbadgeslib', 'issue', 'MAP'],
    'ssi': [SSI, 'issue', 'MAP'],
}


def call(command, fails=False):
    done = subprocess.run([str(part) for part in command], cwd=NODE, env=ENVIRONMENT, capture_output=True, text=True, timeout=600)
    if done.returncode and not fails:
        raise SystemExit(f'{" ".join(map(str, command[:4]))}: {done.stderr[-2000:] or done.stdout[-2000:]}')
    return done.stdout


def answers(command):
    lines = [json.loads(line) for line in call(command).splitlines() if line.startswith('{')]
    return {pathlib.Path(line['file']).stem: (line['accepted'], line['reason']) for line in lines}


def twin(text):
    """One byte less in a date that is signed: a year earlier."""
    changed, count = re.subn(r'("validFrom":\s*"\d{3})(\d)', lambda year: year[1] + str(int(year[2]) - 1), text, count=1)
    assert count == 1 and len(changed) == len(text)
    return changed


def with_twins(folder):
    twins = folder.parent / f'{folder.name}-twins'
    twins.mkdir(exist_ok=True)
    for file in sorted(folder.glob('*.json')):
        (twins / file.name).write_text(twin(file.read_text()))
    return [(False, folder), (True, twins)]


def ours():
    """What we issue: from the library one of each kind, from the command line a register's certificate and the list it names."""
    documents = FOLDER / 'documents'
    shutil.rmtree(documents, ignore_errors=True)
    call([OURS, 'documents', documents])
    signed, centro = documents / 'signed', FOLDER / 'centro'
    shutil.rmtree(centro, ignore_errors=True)
    call([SKILLPASS, 'init', centro, '--name', 'Centro Formar', '--country', 'CO', '--verify-host', 'check.example.org'])
    register = FOLDER / 'register.csv'
    register.write_text('Nombre completo;Año de nacimiento;Fecha de certificación;Horas;Modalidad\n' + ''.join(
        f'{name};1990;{today()};20;Presencial\n' for name in ('Ana Pérez Roa', 'Luis Rojas Peña')))
    issued = FOLDER / 'issued'
    shutil.rmtree(issued, ignore_errors=True)
    call([SKILLPASS, 'issue', '--institution', centro, '--register', register, '--achievement', 'GIN', '--out', issued])
    certificate, revoked = sorted(file for file in issued.rglob('*.json') if 'credentialSubject' in file.read_text())
    call([SKILLPASS, 'revoke', revoked.stem, '--institution', centro, '--reason', 'error'])
    call([SKILLPASS, 'publish', '--institution', centro])
    shutil.copy(certificate, signed / 'from-a-register.json')
    shutil.copy(revoked, signed / 'revoked.json')
    names = json.loads(certificate.read_text())['credentialStatus']
    names = {entry['statusListCredential'] for entry in (names if isinstance(names, list) else [names])}
    resources = json.loads((FOLDER / 'contexts/map.json').read_text())
    resources = {url: f'contexts/{file}' for url, file in resources.items()}
    for file in centro.rglob('*.json'):
        document = json.loads(file.read_text())
        if isinstance(document, dict) and document.get('id') in names:
            shutil.copy(file, signed / 'status-list.json')
            resources[document['id']] = 'documents/signed/status-list.json'
    for name in ('did-web', 'from-a-register', 'full', 'revoked'):
        call([SKILLPASS, 'export', signed / f'{name}.json', '--form', 'rdfc', '--out', signed / f'{name}-rdfc-only.json'])
    did = json.loads((documents / 'did.json').read_text())['id']
    resources[f'https://{did.removeprefix("did:web:")}/.well-known/did.json'] = 'documents/did.json'
    (FOLDER / 'map.json').write_text(json.dumps(resources))
    return signed


def today():
    import datetime
    return datetime.date.today().isoformat()


def we_read(file):
    """Accepted: the signature holds, whoever it is. Whose it is, only a trust pack says."""
    text = call([SKILLPASS, 'verify', '--json', '--lang', 'en', '--resources', FOLDER / 'map.json', file], fails=True)
    answer = json.loads(text)['verdicts'][0]['answers'][0]
    return answer['reason'] == 'intact-only', answer['text']


def cells():
    signed = ours()
    map_file = FOLDER / 'map.json'
    for changed, folder in with_twins(signed):
        files = sorted(folder.glob('*.json'))
        for peer, command in READERS.items():
            got = answers([map_file if part == 'MAP' else part for part in command] + files)
            for file in files:
                accepted, reason = got.get(file.stem, (False, 'no answer'))
                yield {'peer': peer, 'way': 'reads ours', 'document': file.stem, 'twin': changed, 'accepted': accepted, 'reason': reason}
    unsigned = sorted((FOLDER / 'documents/unsigned').glob('*.json'))
    unsigned = [file for file in unsigned if file.stem not in ('did-web',)]
    for peer, command in ISSUERS.items():
        theirs = FOLDER / ('by ' + re.sub(r'\W+', ' ', peer).strip()).replace(' ', '-')
        shutil.rmtree(theirs, ignore_errors=True)
        got = answers([map_file if part == 'MAP' else part for part in command] + [theirs] + unsigned)
        for name, (accepted, reason) in got.items():
            assert accepted, (peer, name, reason)
        for changed, folder in with_twins(theirs):
            for file in sorted(folder.glob('*.json')):
                accepted, reason = we_read(file)
                yield {'peer': peer, 'way': 'read by us', 'document': file.stem, 'twin': changed, 'accepted': accepted, 'reason': reason}
    large = sorted(signed.glob('full*.json')) + sorted(pathlib.Path(SHARED, 'vectors/ob3-schema/ref').glob('*.json') if SHARED else [])
    digests = [[json.loads(line) for line in call(command + large).splitlines()]
               for command in (['node', 'digitalbazaar.mjs', 'canonical'], [OURS, 'canonical'])]
    for theirs, mine in zip(*digests):
        yield {'peer': 'jsonld.js', 'way': 'same canonical RDF', 'document': pathlib.Path(mine['file']).stem, 'twin': False,
               'accepted': theirs['digest'] == mine['digest'], 'reason': '' if theirs['digest'] == mine['digest'] else str((theirs, mine))}


def expectation(cell, rules):
    """A changed one is refused, any other accepted, but for the rules."""
    for rule in rules:
        if cell['way'] == rule['way'] and fnmatch.fnmatch(cell['peer'], rule['peer']) and not cell['twin'] and any(
                fnmatch.fnmatch(cell['document'], pattern) for pattern in rule['documents']):
            return False, rule['because']
    return not cell['twin'], ''


def versions():
    modules = {name: json.loads((NODE / f'node_modules/{name}/package.json').read_text())['version']
               for name in ('@digitalbazaar/vc', '@digitalcredentials/verifier-core', 'jsonld')}
    for line in (HERE / 'python/requirements.txt').read_text().splitlines():
        name, version = line.split('==')
        modules[name.split('[')[0]] = version
    modules['ssi'] = re.search(r'name = "ssi"\nversion = "([^"]+)"', (HERE / 'ssi/Cargo.lock').read_text())[1]
    return modules


def table(rows, way):
    mine = [row for row in rows if row['way'] == way]
    peers = list(dict.fromkeys(row['peer'] for row in mine))
    print('| document | ' + ' | '.join(peers) + ' |\n|---|' + '---|' * len(peers))
    for document in dict.fromkeys(row['document'] for row in mine):
        line = []
        for peer in peers:
            both = [row for row in mine if (row['peer'], row['document']) == (peer, document)]
            mark = ' '.join(('accepted' if row['accepted'] else 'refused') for row in both if not row['twin'])
            if any(row['twin'] and row['accepted'] for row in both):
                mark += ', **changed: accepted**'
            if any(row['expected'] != row['accepted'] for row in both):
                mark += ' (**not as expected**)'
            line.append(mark)
        print(f'| {document} | ' + ' | '.join(line) + ' |')
    print()


def main():
    rules = json.loads((HERE / 'expected.json').read_text())['refused']
    rows = []
    for cell in cells():
        cell['expected'], cell['because'] = expectation(cell, rules)
        rows.append(cell)
    pathlib.Path(OUT).write_text(json.dumps({'versions': versions(), 'cells': rows}, indent=1, ensure_ascii=False))
    names = ', '.join(f'{name} {version}' for name, version in versions().items())
    print(f'Peers: {names}.\n')
    held = {(row['peer'], row['way'], row['document']) for row in rows if row['accepted'] and not row['twin']}
    changed = [row for row in rows if row['twin'] and (row['peer'], row['way'], row['document']) in held]
    print(f'{len(rows)} answers. Of {len(changed)} documents that were accepted, and then had one byte changed, '
          f'{sum(not row["accepted"] for row in changed)} were refused.\n')
    print('### What they say of ours\n')
    table(rows, 'reads ours')
    print('### What we say of theirs\n')
    table(rows, 'read by us')
    print('### The same canonical RDF\n')
    table(rows, 'same canonical RDF')
    print('### Refusals\n')
    seen = {}
    for row in rows:
        if not row['accepted'] and not row['twin']:
            seen.setdefault((row['peer'], row['way'], row['because'] or 'not expected', row['reason']), []).append(row['document'])
    for (peer, way, because, reason), documents in seen.items():
        print(f'- **{peer}** ({way}: {", ".join(documents)}). {because} It says: "{reason[:200]}".')
    wrong = [row for row in rows if row['expected'] != row['accepted']]
    for row in wrong:
        print(f'\nNOT AS EXPECTED: {row}', file=sys.stderr)
    sys.exit(bool(wrong))


main()

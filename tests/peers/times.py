"""Times of the same documents by us and by peers, as one Markdown table. Called by `run --times`, which installs them.

    times.py FOLDER OURS SSI AFFINIDI
"""
import json
import pathlib
import subprocess
import sys

FOLDER, OURS, SSI, AFFINIDI = sys.argv[1:]
FOLDER = pathlib.Path(FOLDER).resolve()
DOCUMENTS = {'typical': 'module-completion', 'full': 'full'}
FILES = [str(FOLDER / f'documents/signed/{name}.json') for name in DOCUMENTS.values()]
CONTEXTS = str(FOLDER / 'contexts/map.json')
# Rounds: about a second of work for each.
COMMANDS = {
    'skillpass': [OURS, 'time', '3000', *FILES],
    'affinidi-data-integrity': [AFFINIDI, 'time', '300', CONTEXTS, *FILES],
    'ssi': [SSI, 'time', '100', CONTEXTS, *FILES],
    '@digitalbazaar/vc': ['node', 'digitalbazaar.mjs', 'time', '200', *FILES],
}


def main():
    times = {}
    for peer, command in COMMANDS.items():
        # The best of three runs: what else the machine does only adds.
        runs = [json.loads(subprocess.run(command, cwd=FOLDER / 'node', capture_output=True, text=True, check=True).stdout)
                for _ in range(3)]
        times[peer] = {row: {what: min(run[row][what] for run in runs) for what in runs[0][row]} for row in runs[0]}
    bare = times['skillpass']['bare']
    print(f'Bare Ed25519 over 64 bytes, in the same run: sign {bare["sign"]:.0f} µs, verify {bare["verify"]:.0f} µs. '
          'Each cell: µs (times the bare operation).\n')
    print('| document | suite | | ' + ' | '.join(times) + ' |\n|---|---|---|' + '---:|' * len(times))
    for title, name in DOCUMENTS.items():
        for suite in ('jcs', 'rdfc', 'set'):
            for what in ('sign', 'verify'):
                cells = []
                for peer in times:
                    row = times[peer].get(f'{name} {suite}')
                    cells.append(f'{row[what]:,.0f} ({row[what] / bare[what]:.1f})' if row and what in row else '–')
                print(f'| {title} | {suite} | {what} | ' + ' | '.join(cells) + ' |')
    (FOLDER / 'times.json').write_text(json.dumps(times, indent=1))


main()

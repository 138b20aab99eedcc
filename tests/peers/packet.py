#!/usr/bin/env python3
"""Reads packets by the words of `src/carry/mod.rs` alone, with nothing of this project but the dictionary.

    pip install pyppmd base58
    tests/peers/packet.py            reads tests/vectors/packet-known-answers.json and says how many came out as they should

A second implementation: what it needs beside the documentation is a PPMd7 (variant H) decoder, which 7-Zip, libarchive and pyppmd have.
"""
import base64
import datetime
import hashlib
import json
import pathlib
import sys
import uuid
import zlib

import base58
import pyppmd

ROOT = pathlib.Path(__file__).resolve().parents[2]
DICTIONARY = (ROOT / "src/carry/dictionary/d1.bin").read_bytes()
ORDER, MEMORY = 16, 1 << 20
WIDTH = [0, 3, 5, 8, 10, 13, 15, 17]  # digits of 0 to 7 bytes


def payload(digits):
    """Step 2: seventeen digits are seven bytes, big-endian; a shorter last group is fewer."""
    groups = [digits[at:at + 17] for at in range(0, len(digits), 17)]
    return b"".join(int(group).to_bytes(WIDTH.index(len(group)), "big") for group in groups)


def leb128(data):
    number = shift = used = 0
    while True:
        byte = data[used]
        number |= (byte & 0x7F) << shift
        used, shift = used + 1, shift + 7
        if byte < 0x80:
            return number, used


def prefix():
    """Step 4: what every stream of dictionary and text begins with, whatever the text: it is left out of the packet."""
    streams = []
    for symbol in range(256):
        encoder = pyppmd.Ppmd7Encoder(ORDER, MEMORY)
        streams.append(encoder.encode(DICTIONARY + bytes([symbol, symbol ^ 0x55, symbol])) + encoder.flush())
    first, last = min(streams), max(streams)
    same = next(at for at in range(len(first)) if first[at] != last[at])
    return first[:same]


def text_of(codec, stream, head):
    """Step 4: the slot text, without the zero byte that ends it."""
    if codec == 9:
        inflater = zlib.decompressobj(-15, zdict=DICTIONARY)
        return inflater.decompress(stream).split(b"\0")[0]
    decoder = pyppmd.Ppmd7Decoder(ORDER, MEMORY)
    plain = b""
    wanted = len(DICTIONARY) + 1
    data = head + stream + bytes(8)
    while not plain.endswith(b"\0") or len(plain) < wanted:
        plain += decoder.decode(data, 1 if len(plain) >= len(DICTIONARY) else len(DICTIONARY) - len(plain))
        data = b""
    return plain[len(DICTIONARY):-1]


def time(seconds):
    return (datetime.datetime(1970, 1, 1) + datetime.timedelta(seconds=seconds)).strftime("%Y-%m-%dT%H:%M:%SZ")


def unfold(text, blob):
    """Step 5: what the slots stand for."""
    out, at, last_uuid, last_key, entry = "", 0, None, None, None
    raw = bytearray()

    def take(count):
        nonlocal at
        at += count
        return blob[at - count:at]

    for byte in text:
        if byte >= 0x20:
            raw.append(byte)
            continue
        if byte == 0x01:
            last_uuid = str(uuid.UUID(bytes=take(16)))
            said = last_uuid
        elif byte == 0x02:
            last_key = "z" + base58.b58encode(b"\xed\x01" + take(32)).decode()
            said = last_key
        elif byte == 0x03:
            said = "z" + base58.b58encode(take(64)).decode()
        elif byte == 0x04:
            said = "u" + base64.urlsafe_b64encode(b"\x12\x20" + take(32)).decode().rstrip("=")
        elif byte == 0x05:
            said = time(int.from_bytes(take(2), "big") * 86400)
        elif byte == 0x06:
            said = time(int.from_bytes(take(4), "big"))
        elif byte == 0x07:
            number, used = leb128(blob[at:])
            take(used)
            said = str(number)
        elif byte == 0x08:
            said = last_uuid
        elif byte == 0x09:
            said = last_key
        elif byte == 0x0A:
            entry, said = len(raw), ""
        else:
            raise ValueError(f"slot {byte:02x}")
        raw += said.encode()
    if entry is not None:
        status = json.loads("{" + raw[entry:].decode().split("}")[0] + "}")
        raw[entry:entry] = f'"id":"{status["statusListCredential"]}#{status["statusListIndex"]}",'.encode()
    assert at == len(blob)
    return raw.decode()


def unpack(digits, head):
    data = payload(digits)
    assert data[0] >> 4 == 1, "format"
    length, used = leb128(data[1:])
    blob, stream = data[1 + used:1 + used + length], data[1 + used + length:]
    return unfold(text_of(data[0] & 15, stream, head), blob)


def main():
    head = prefix()
    answers = json.loads((ROOT / "tests/vectors/packet-known-answers.json").read_text())
    wrong = [at for at, answer in enumerate(answers) if unpack(answer["digits"], head) != answer["document"]]
    print(f"dictionary {hashlib.sha256(DICTIONARY).hexdigest()[:16]}…, prefix of {len(head)} bytes")
    print(f"{len(answers) - len(wrong)} of {len(answers)} known answers read")
    sys.exit(1 if wrong or not answers else 0)


if __name__ == "__main__":
    main()

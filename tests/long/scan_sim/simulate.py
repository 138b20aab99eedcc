#!/usr/bin/env python3
"""Photographs of printed codes, simulated: frames for the decode rates in the README beside this file.

    simulate.py FOLDER [--scenes A_good,B_cheap,...] [--versions 10,12,16] [--scans 50] [--frames 6] [--seed 1]

A *scan* is one printed code under one light with one damage; its *frames* differ by the jitter of a hand. The same scan number
draws the same severity for every version, so versions compare pairwise. Written to FOLDER:
    SCENE-vVERSION-sSCAN.txt           the text of the code
    SCENE-vVERSION-sSCAN-fFRAME.jpg    one grey photograph
The chain: raster at 300 dpi with edges snapped to dots, ink spread, missing toner -> fold or crack -> perspective and rotation ->
uneven light -> defocus and motion -> sensor noise -> JPEG.
"""
import argparse
import math
from pathlib import Path

import cv2
import numpy as np
import segno
from segno.consts import MODE_BYTE, MODE_NUMERIC

PREFIX = "https://skillpass.invalid/#"
ERROR_CORRECTION = "m"
QUIET_ZONE = 4  # modules (ISO/IEC 18004 §9.1)
DOTS_PER_INCH = 300
RASTER_SCALE = 3  # pixels of our raster for one printed dot
MM_PER_INCH = 25.4

# px: width of the symbol in the frame; blur: sigma in px; motion: px; tilt, turn: degrees; noise: of 255; quality: of the JPEG;
# ink, paper: reflectance; spread: dot gain; light: unevenness; toner: depth of faded bands; mm: printed width of the symbol.
PLAIN = dict(size=720, mm=35, toner=0, fold=False, crack=False, glare=False)
SCENES = {
    "A_good": PLAIN | dict(px=(380, 480), blur=(.4, 1.1), motion=(0, 2), tilt=(0, 15), turn=20, noise=(2, 6), quality=(80, 92),
                           ink=(.08, .2), paper=(.8, .92), spread=(0, .08), light=.15),
    "B_cheap": PLAIN | dict(px=(300, 420), blur=(.7, 1.6), motion=(0, 3), tilt=(5, 28), turn=45, noise=(6, 13), quality=(60, 80),
                            ink=(.3, .45), paper=(.65, .8), spread=(-.05, .15), light=.45, toner=.5),
    "C_fold": PLAIN | dict(px=(320, 440), blur=(.6, 1.4), motion=(0, 2.5), tilt=(0, 22), turn=30, noise=(4, 9), quality=(65, 85),
                           ink=(.15, .3), paper=(.7, .85), spread=(-.03, .1), light=.3, toner=.25, fold=True),
    "D_crack": PLAIN | dict(px=(360, 480), blur=(.5, 1.2), motion=(0, 2), tilt=(0, 20), turn=25, noise=(3, 8), quality=(70, 88),
                            ink=(.05, .12), paper=(.7, 1.0), spread=(0, 0), light=.2, mm=50, crack=True, glare=True),
}
SCENES["B_50mm"] = SCENES["B_cheap"] | dict(size=960, px=(430, 600), mm=50)
SCENES["C_50mm"] = SCENES["C_fold"] | dict(size=960, px=(430, 600), mm=50)


def main():
    words = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    words.add_argument("folder", type=Path)
    words.add_argument("--scenes", default="A_good,B_cheap,C_fold,B_50mm,C_50mm")
    words.add_argument("--versions", default="10,12,16")
    words.add_argument("--scans", type=int, default=50)
    words.add_argument("--frames", type=int, default=6)
    words.add_argument("--seed", type=int, default=1)
    said = words.parse_args()
    said.folder.mkdir(parents=True, exist_ok=True)
    for name in said.scenes.split(","):
        for version in map(int, said.versions.split(",")):
            for scan in range(said.scans):
                photograph(said.folder, name, version, scan, said.frames, said.seed)


def photograph(folder, name, version, scan, frames, seed):
    """One scan: its text and its frames."""
    scene = SCENES[name]
    rng = np.random.default_rng([seed, number_of(name), scan])
    severity = severity_of(scene, rng)
    text, modules = symbol(version, rng)
    (folder / f"{name}-v{version:02}-s{scan:03}.txt").write_text(text)
    paper, px_per_mm = printed(modules, scene, severity, rng)
    if scene["fold"]:
        paper = folded(paper, px_per_mm, rng)
    if scene["crack"]:
        paper = cracked(paper, px_per_mm, rng)
    for frame in range(frames):
        rng = np.random.default_rng([seed, number_of(name), scan, version, frame])
        jpeg = taken(paper.astype(np.float32), px_per_mm, scene, severity, rng)
        (folder / f"{name}-v{version:02}-s{scan:03}-f{frame}.jpg").write_bytes(jpeg)


def number_of(name):
    return sum(ord(letter) * 31**place for place, letter in enumerate(name)) % 100_003


def within(rng, bounds):
    return rng.uniform(*bounds)


def severity_of(scene, rng):
    """How bad this scan is, drawn once for all its frames."""
    return dict(
        px=within(rng, scene["px"]), tilt=within(rng, scene["tilt"]), axis=rng.uniform(0, 2 * math.pi),
        turn=rng.uniform(-scene["turn"], scene["turn"]), blur=within(rng, scene["blur"]), noise=within(rng, scene["noise"]),
        quality=within(rng, scene["quality"]), ink=within(rng, scene["ink"]), paper=within(rng, scene["paper"]),
        spread=within(rng, scene["spread"]), light_from=rng.uniform(0, 2 * math.pi), table=rng.uniform(.3, .9),
        glare=rng.uniform(0, .6) * (rng.random() < .5), glare_x=rng.uniform(-.3, .3), glare_y=rng.uniform(-.3, .3),
        exposure=rng.uniform(.75, 1.1))


FULL = {}  # version -> the most digits that still fit beside the prefix


def symbol(version, rng):
    """A full symbol of our kind: a byte segment with the address, a numeric segment with the digits."""
    def made(digits):
        segments = [(PREFIX, MODE_BYTE), (digits, MODE_NUMERIC)]
        return segno.make(segments, version=version, error=ERROR_CORRECTION, boost_error=False, micro=False)

    if version not in FULL:
        low, high = 1, 7_089  # digits in the largest symbol there is
        while low < high:
            middle = (low + high + 1) // 2
            try:
                made("8" * middle)
                low = middle
            except segno.DataOverflowError:
                high = middle - 1
        FULL[version] = low
    digits = "".join(map(str, rng.integers(0, 10, FULL[version])))
    return PREFIX + digits, np.array([[1 if dark else 0 for dark in row] for row in made(digits).matrix], np.uint8)


def printed(modules, scene, severity, rng):
    """Reflectance of the print with its quiet zone, and its pixels per millimetre."""
    side = modules.shape[0]
    whole = np.pad(modules, QUIET_ZONE)
    dots = scene["mm"] / MM_PER_INCH * DOTS_PER_INCH / side
    edges = np.round(np.arange(whole.shape[0] + 1) * dots).astype(int)
    dot_of = np.repeat(np.arange(whole.shape[0]), np.diff(edges))
    raster = whole[np.ix_(dot_of, dot_of)].astype(np.float32)
    raster = cv2.resize(raster, None, fx=RASTER_SCALE, fy=RASTER_SCALE, interpolation=cv2.INTER_NEAREST)
    height = raster.shape[0]
    wet = cv2.GaussianBlur(raster, (0, 0), 1.6)  # about 0.05 mm of ink spread
    grain = cv2.resize(rng.standard_normal((height // 4 + 1,) * 2).astype(np.float32), raster.shape[::-1],
                       interpolation=cv2.INTER_LINEAR)
    ink = np.clip((wet - (.5 - severity["spread"]) + .06 * grain) * 6 + .5, 0, 1)
    toner = scene["toner"] * rng.random()
    if toner > 0:
        bands = np.clip(rng.standard_normal(height // 40 + 2), -2, 2).reshape(-1, 1).astype(np.float32)
        ink = ink * (1 - toner * np.clip(cv2.resize(bands, (1, height), interpolation=cv2.INTER_LINEAR), 0, 1))
    return severity["paper"] - (severity["paper"] - severity["ink"]) * ink + .012 * grain, DOTS_PER_INCH * RASTER_SCALE / MM_PER_INCH


def folded(paper, px_per_mm, rng):
    """A crease lifts the paper, turns half of it from the light, and has lost its ink here and there."""
    lying = rng.random() < .5
    paper = paper.T.copy() if lying else paper
    height, width = paper.shape
    at = rng.uniform(.2, .8) * width
    lift, reach = rng.uniform(.2, .7) * px_per_mm, rng.uniform(2, 5) * px_per_mm
    xs = np.arange(width, dtype=np.float32)
    shift = (lift * rng.choice([-1, 1]) * np.exp(-np.abs(xs - at) / reach)).astype(np.float32)
    ys = np.tile(np.arange(height, dtype=np.float32)[:, None], (1, width))
    out = cv2.remap(paper.astype(np.float32), np.tile(xs + shift, (height, 1)), ys, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
    shade = rng.uniform(.75, .95)
    out[:, int(at):] *= shade if rng.random() < .5 else 1 / shade * .95
    line = rng.uniform(.2, .8) * px_per_mm
    wander = np.cumsum(rng.standard_normal(height)) * .15
    distance = np.abs(xs[None, :] - (at + wander - wander.mean())[:, None])
    worn = np.clip(np.repeat(rng.uniform(.2, 1, height // 12 + 1), 12)[:height], 0, 1)[:, None]
    bare = np.clip(1.2 - distance / (line / 2), 0, 1) * worn
    out = out * (1 - bare) + out.max() * bare * .95
    return out.T if lying else out


def cracked(screen, px_per_mm, rng):
    """Cracks from one point; each shard of glass shifts what is seen through it."""
    height, width = screen.shape
    x, y = rng.uniform(-.1, 1.1) * width, rng.uniform(-.1, 1.1) * height
    directions = np.sort(rng.uniform(0, 2 * np.pi, rng.integers(3, 7)))
    rows, columns = np.mgrid[0:height, 0:width].astype(np.float32)
    shard = np.digitize(np.mod(np.arctan2(rows - y, columns - x), 2 * np.pi), directions)
    for number in range(len(directions) + 1):
        shift = rng.uniform(-.25, .25, 2) * px_per_mm
        columns[shard == number] += shift[0]
        rows[shard == number] += shift[1]
    out = cv2.remap(screen.astype(np.float32), columns, rows, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
    for direction in directions:
        point, path = np.array([x, y]), [np.array([x, y])]
        for _ in range(12):
            direction = direction + rng.normal(0, .12)
            point = point + np.array([math.cos(direction), math.sin(direction)]) * width / 7
            path.append(point)
        thick = max(1, int(rng.uniform(.12, .5) * px_per_mm))
        cv2.polylines(out, [np.array(path, np.int32)], False, float(rng.choice([.05, .9, 1.0])), thick, cv2.LINE_AA)
    return out


def taken(paper, px_per_mm, scene, severity, rng):
    """One frame of the camera, as JPEG bytes."""
    size, (height, width) = scene["size"], paper.shape
    scale = severity["px"] * rng.uniform(.94, 1.06) / (scene["mm"] * px_per_mm)
    flat = np.array([[0, 0], [width, 0], [width, height], [0, height]], np.float64)
    seen = seen_from(flat - [width / 2, height / 2], scale, size, severity, rng)
    view = cv2.getPerspectiveTransform(flat.astype(np.float32), seen.astype(np.float32))
    frame = cv2.warpPerspective(cv2.GaussianBlur(paper, (0, 0), max(.3, .45 / scale)), view, (size, size), flags=cv2.INTER_LINEAR,
                                borderMode=cv2.BORDER_CONSTANT, borderValue=float(severity["table"]))
    ys, xs = np.mgrid[0:size, 0:size] / size - .5
    light = 1 + scene["light"] * (xs * math.cos(severity["light_from"]) + ys * math.sin(severity["light_from"]))
    frame = frame * light * (1 - .25 * (xs**2 + ys**2))
    if scene["glare"] and severity["glare"]:
        frame = frame + severity["glare"] * np.exp(-(((xs - severity["glare_x"]) / .09)**2 + ((ys - severity["glare_y"]) / .09)**2))
    frame = cv2.GaussianBlur(frame.astype(np.float32), (0, 0), max(.2, severity["blur"] * rng.uniform(.8, 1.3)))
    frame = moved(frame, within(rng, scene["motion"]), rng) * 255 * severity["exposure"]
    frame = frame + rng.standard_normal(frame.shape) * severity["noise"] * np.sqrt(.4 + .6 * np.clip(frame, 0, 255) / 255)
    frame = np.clip(frame, 0, 255).astype(np.uint8)
    return cv2.imencode(".jpg", frame, [cv2.IMWRITE_JPEG_QUALITY, int(severity["quality"])])[1].tobytes()


def seen_from(corners, scale, size, severity, rng):
    """Where the corners of the paper, given from its middle, lie in the frame."""
    tilt = math.radians(max(0, severity["tilt"] + rng.normal(0, 2)))
    turn = math.radians(severity["turn"] + rng.normal(0, 2))
    turned = corners * scale @ np.array([[math.cos(turn), -math.sin(turn)], [math.sin(turn), math.cos(turn)]]).T
    axis = np.array([math.cos(severity["axis"]), math.sin(severity["axis"])])
    along = turned @ axis
    tilted = turned - np.outer(along * (1 - math.cos(tilt)), axis)
    focal = size * 1.3
    near = (focal / (focal + along * math.sin(tilt)))[:, None]
    return tilted * near + [size / 2 + rng.normal(0, 12), size / 2 + rng.normal(0, 12)]


def moved(frame, length, rng):
    """Motion blur of `length` px in a random direction."""
    if length <= .5:
        return frame
    side = 2 * int(math.ceil(length)) + 3
    kernel, direction = np.zeros((side, side), np.float32), rng.uniform(0, math.pi)
    for step in np.linspace(-length / 2, length / 2, 31):
        x, y = side // 2 + step * math.cos(direction), side // 2 + step * math.sin(direction)
        left, top = int(x), int(y)
        right, below = x - left, y - top
        kernel[top, left] += (1 - right) * (1 - below)
        kernel[top, left + 1] += right * (1 - below)
        kernel[top + 1, left] += (1 - right) * below
        kernel[top + 1, left + 1] += right * below
    return cv2.filter2D(frame, -1, kernel / kernel.sum())


if __name__ == "__main__":
    main()

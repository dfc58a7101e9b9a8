"""Draw and encode the three demonstration clips that the sample leaflets show.

Run from the top of the project, with the development requirements installed:

    .venv/bin/python leaflets/content/draw_clips.py

For each clip in clip_captions.toml it writes media/NAME.mp4, NAME.vtt (captions) and NAME.jpg (poster). The same
libraries give the same bytes on every run. Nobody was filmed, and nothing here is clinical advice.
"""

import math
import tomllib
from cmath import phase, rect
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

import av
from PIL import Image, ImageDraw, ImageFont

CAPTIONS = Path(__file__).with_name("clip_captions.toml")
MEDIA = Path(__file__).with_name("media")
WIDTH, HEIGHT, RATE, SECONDS = 640, 360, 25, 15
INTRO, REPETITION = 2.4, 4.2
FINE = 4  # Drawn this many times larger, then shrunk, which smooths the edges.
FLOOR = 290  # Leaves room below the figure for two lines of captions.
ZOOM = 1.16 * FINE  # From the lengths below to drawn pixels.

SPINE, THIGH, SHIN, FOOT, UPPER_ARM, FOREARM, NECK, HEAD = 140, 116, 112, 32, 74, 62, 51, 26
WALL, GROUND, MAT, CUSHION, INK = "#f0f4f5", "#d8dde0", "#00786c", "#aeb7bd", "#212b32"
SKIN, SHIRT, SLEEVE, TROUSERS, HAIR = "#b5764c", "#005eb8", "#00438a", "#231f57", "#3d2b1f"
FAR_SKIN, FAR_SLEEVE, FAR_TROUSERS = "#8f5b3a", "#003a75", "#5c5a8c"

# Across from the middle of the frame and up from the mat: complex numbers turn and add like vectors.
Point = complex


@dataclass(frozen=True)
class Figure:
    """A person seen from the side; pairs hold the far limb and then the near one."""

    spine: list[Point]  # From the hip to the shoulder.
    neck: float
    face: int  # 1 looks a quarter turn anticlockwise of the neck, -1 clockwise.
    ankles: tuple[Point, Point]
    toes: tuple[float, float]
    wrists: tuple[Point, Point]
    fingers: float | None = None  # None continues the line of the forearm.


def eased(keys: list[tuple[float, float]], time: float) -> float:
    """The value at a time between keyframes of (time, value), starting and stopping gently."""
    for (start, before), (end, after) in pairwise(keys):
        if time <= end:
            return before + (after - before) * (1 - math.cos(math.pi * (time - start) / (end - start))) / 2
    return keys[-1][1]


def repetition(time: float) -> tuple[int, float]:
    """Which repetition a time falls in, and how far into it."""
    count, within = divmod(max(time - INTRO, 0), REPETITION)
    return int(count), within


def lift(within: float) -> float:
    return eased([(0, 0), (1.4, 1), (2.2, 1), (3.6, 0)], within)


def middle_joint(start: Point, end: Point, first: float, second: float, side: int) -> Point:
    """The knee or elbow between two ends, so that both bones keep their length."""
    reach = abs(end - start)
    along = (first**2 - second**2 + reach**2) / (2 * reach)
    return start + (end - start) / reach * complex(along, side * math.sqrt(first**2 - along**2))


def curved_spine(hip: Point, heading: float, curl: float) -> list[Point]:
    """A spine of constant length that turns evenly by curl from the hip to the shoulder."""
    points, pieces = [hip], 60
    for piece in range(pieces):
        points.append(points[-1] + rect(SPINE / pieces, heading + curl * ((piece + 0.5) / pieces - 0.5)))
    return points


def lying_wrists(shoulder: Point, hug: float) -> tuple[Point, Point]:
    """Arms that rest beside the body, or reach for a knee; turned so that no elbow enters the floor."""
    reach, angle = 135.6 - 17 * hug, -0.1 + 0.87 * hug
    return shoulder + rect(reach, angle + 0.03), shoulder + rect(reach, angle)


def knee_hug(time: float) -> Figure:
    count, within = repetition(time)
    raised = lift(within)
    hip, moving = 30 + 23j, 1 - count % 2
    ankles, toes = [hip + 118 - 12j, hip + 102 - 12j], [-0.12, -0.12]
    ankles[moving] += raised * (hip + 30 + 82j - ankles[moving])
    toes[moving] += raised * 1.2
    wrists = lying_wrists(hip - SPINE, raised)
    return Figure(curved_spine(hip, math.pi, 0), 2.9, -1, tuple(ankles), tuple(toes), wrists)


def bridge(time: float) -> Figure:
    shoulder, slope = -110 + 23j, 0.4 * lift(repetition(time)[1])
    spine = curved_spine(shoulder + rect(SPINE, slope), math.pi + slope, 0)
    return Figure(spine, 2.9, -1, (140 + 11j, 124 + 11j), (-0.12, -0.12), lying_wrists(shoulder, 0))


def cat_cow(time: float) -> Figure:
    bend = eased([(0, 0), (1.2, 1), (1.8, 1), (3.1, -1), (3.5, -1), (4.2, 0)], repetition(time)[1])
    curl = bend * (1.35 if bend > 0 else 1.0)
    knee, hand = 35 + 15j, -110 + 8j
    chord = abs(curved_spine(0, 0, curl)[-1])
    # As the back bends its ends draw together: half of that shows at the hip, half at the shoulder.
    hip = knee + rect(THIGH, math.pi / 2 + math.asin((SPINE - chord) / 2 / THIGH))
    spine = curved_spine(hip, math.pi - 0.085, curl)
    neck = math.pi + 0.05 + curl / 2 + 0.1 * bend
    ankles = (knee + SHIN - 4j + 5, knee + SHIN - 4j)
    return Figure(spine, neck, 1, ankles, (-0.12, -0.12), (hand - 4, hand), math.pi)


class Canvas:
    """A frame, enlarged, with its floor and its words; takes the lengths and points of the figure."""

    def __init__(self):
        self.image = Image.new("RGB", (WIDTH * FINE, HEIGHT * FINE), WALL)
        self.draw = ImageDraw.Draw(self.image)
        self.draw.rectangle((0, (FLOOR + 6) * FINE, WIDTH * FINE, HEIGHT * FINE), GROUND)
        self.draw.text((20 * FINE, 14 * FINE), "Demonstration clip", INK, ImageFont.load_default(22 * FINE))
        self.bone(-225 - 5j, 225 - 5j, (5, 5), MAT)

    def box(self, centre: Point, radius: float) -> tuple[float, ...]:
        x, y, size = WIDTH / 2 * FINE + centre.real * ZOOM, FLOOR * FINE - centre.imag * ZOOM, radius * ZOOM
        return x - size, y - size, x + size, y + size

    def disc(self, centre: Point, radius: float, colour: str) -> None:
        self.draw.ellipse(self.box(centre, radius), fill=colour)

    def bone(self, start: Point, end: Point, radii: tuple[float, float], colour: str) -> None:
        """A rounded limb that tapers from one radius to the other."""
        steps = math.ceil(abs(end - start))
        for step in range(steps + 1):
            part = step / steps
            self.disc(start + part * (end - start), radii[0] + part * (radii[1] - radii[0]), colour)

    def leg(self, figure: Figure, near: int) -> None:
        hip, ankle, colour = figure.spine[0], figure.ankles[near], (FAR_TROUSERS, TROUSERS)[near]
        knee = middle_joint(hip, ankle, THIGH, SHIN, -figure.face)
        self.bone(ankle, ankle + rect(FOOT, figure.toes[near]), (11, 7), (FAR_SKIN, SKIN)[near])
        self.bone(hip, knee, (23, 15), colour)
        self.bone(knee, ankle + 0.1 * (knee - ankle), (15, 11), colour)

    def arm(self, figure: Figure, near: int) -> None:
        shoulder, wrist, colour = figure.spine[-1], figure.wrists[near], (FAR_SKIN, SKIN)[near]
        elbow = middle_joint(shoulder, wrist, UPPER_ARM, FOREARM, figure.face)
        fingers = phase(wrist - elbow) if figure.fingers is None else figure.fingers
        self.bone(shoulder, elbow, (11, 9), colour)
        self.bone(elbow, wrist, (9, 7), colour)
        self.bone(wrist, wrist + rect(13, fingers), (8, 6), colour)
        self.bone(shoulder, shoulder + 0.55 * (elbow - shoulder), (14, 12), (FAR_SLEEVE, SLEEVE)[near])

    def head(self, figure: Figure) -> None:
        centre = figure.spine[-1] + rect(NECK, figure.neck)
        gaze = figure.neck + figure.face * math.pi / 2
        self.bone(figure.spine[-1], centre, (14, 12), SKIN)
        self.disc(centre + rect(HEAD - 1, gaze), 5, SKIN)
        self.disc(centre, HEAD, SKIN)
        self.disc(centre + rect(16, gaze) + rect(5, figure.neck), 2.5, INK)
        hair = -math.degrees(figure.neck - figure.face * 0.9)
        self.draw.chord(self.box(centre, HEAD + 1.5), hair - 85, hair + 85, fill=HAIR)

    def figure(self, figure: Figure) -> None:
        if figure.face < 0:  # Lying down.
            self.bone(-194 + 5j, -134 + 5j, (5, 5), CUSHION)
        self.arm(figure, 0)
        self.leg(figure, 0)
        self.head(figure)
        for number, point in reversed(list(enumerate(figure.spine))):
            waist = 3 * math.sin(math.pi * number / len(figure.spine))
            self.disc(point, 23 - waist, TROUSERS if number < 5 else SHIRT)
        self.leg(figure, 1)
        self.arm(figure, 1)


POSES = {"beginner": knee_hug, "progressive": bridge, "general": cat_cow}


def draw_frame(pose: Callable[[float], Figure], time: float) -> Image.Image:
    canvas = Canvas()
    canvas.figure(pose(time))
    return canvas.image.reduce(FINE)


def encode(frames: Iterable[Image.Image], path: Path) -> None:
    # Baseline and faststart let old phones play it; one thread and bitexact keep the bytes the same.
    settings = {"profile": "baseline", "level": "3.0", "preset": "veryslow", "crf": "26", "refs": "3"}
    settings |= {"threads": "1", "g": str(5 * RATE)}
    with av.open(path, "w", options={"movflags": "+faststart", "fflags": "+bitexact"}) as output:
        stream = output.add_stream("libx264", rate=RATE, options=settings)
        stream.width, stream.height, stream.pix_fmt = WIDTH, HEIGHT, "yuv420p"
        for frame in frames:
            output.mux(stream.encode(av.VideoFrame.from_image(frame)))
        output.mux(stream.encode())


def webvtt(captions: list[tuple[float, str]]) -> str:
    cues = pairwise([*captions, (SECONDS, "")])
    return "WEBVTT\n" + "".join(
        f"\n00:{start:06.3f} --> 00:{end:06.3f}\n{text}\n" for (start, text), (end, _) in cues
    )


def main() -> None:
    MEDIA.mkdir(exist_ok=True)
    captions = tomllib.loads(CAPTIONS.read_text(encoding="utf-8"))
    for name, pose in POSES.items():
        encode((draw_frame(pose, number / RATE) for number in range(SECONDS * RATE)), MEDIA / f"{name}.mp4")
        draw_frame(pose, INTRO + 1.6).save(MEDIA / f"{name}.jpg", quality=85, optimize=True)
        (MEDIA / f"{name}.vtt").write_text(webvtt(captions[name]), encoding="utf-8")


if __name__ == "__main__":
    main()

"""Takes the picture in the README: run `make run`, then .venv/bin/python docs/screenshot.py"""

from io import BytesIO
from pathlib import Path

from PIL import Image
from playwright.sync_api import sync_playwright

SITE = "http://127.0.0.1:8000/lower-back/"
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
]
HEIGHT = 844

with sync_playwright() as playwright:
    browser = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=FLAGS)
    shots = []
    for width in (390, 1000):
        page = browser.new_page(viewport={"width": width, "height": HEIGHT})
        page.goto(SITE)
        shots.append(Image.open(BytesIO(page.screenshot())))
    browser.close()

picture = Image.new("RGB", (sum(shot.width for shot in shots) + 30, HEIGHT), "white")
picture.paste(shots[0], (0, 0))
picture.paste(shots[1], (shots[0].width + 30, 0))
picture.quantize(64).save(Path(__file__).with_name("leaflet.png"), optimize=True)

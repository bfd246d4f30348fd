"""Makes a picture of each of the console's views, on a wide and a narrow screen, light and dark:

    console_pictures.py TAILRACE_EXECUTABLE FOLDER [VIEW]...
"""

import sys
from pathlib import Path

import console_contents
import devtools

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from local_services import Tailrace

SIZES = ((1280, 900), (390, 844))
THEMES = ("light", "dark")


def main():
    if len(sys.argv) < 3:
        raise SystemExit(__doc__)
    folder = Path(sys.argv[2])
    folder.mkdir(parents=True, exist_ok=True)
    chosen = sys.argv[3:] or list(console_contents.VIEWS)
    server = Tailrace(sys.argv[1], options=console_contents.OPTIONS)
    try:
        dynamodb = server.client()
        console_contents.make_cruddur(dynamodb, 40)
        console_contents.make_music(dynamodb)
        console_contents.make_failure(server)
        with devtools.Browser() as browser:
            for width, height in SIZES:
                for theme in THEMES:
                    for name in chosen:
                        address, text = console_contents.VIEWS[name]
                        page = browser.page(width, height, theme)
                        page.open(f"{server.endpoint}/_tailrace/console{address}")
                        page.wait_for(text)
                        page.screenshot(folder / f"{name.replace(' ', '-')}-{width}-{theme}.png")
                        page.close()
    finally:
        server.stop()


if __name__ == "__main__":
    main()

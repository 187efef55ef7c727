"""Pictures as cameras write them, and what others read of the files that are served.

`readers.py make FOLDER` writes the pictures; `readers.py read` answers paths on standard input, one a line, with one JSON object a line.
"""

import json
import struct
import sys

import mutagen
from PIL import Image, ImageSequence
from PIL.PngImagePlugin import PngInfo
from pymediainfo import MediaInfo

SECRET = "SECRETPLACE"
XMP = f'<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"><rdf:Description xmlns:exif="http://ns.adobe.com/exif/1.0/" exif:GPSLatitude="48,51.46N" exif:UserComment="{SECRET}"/></rdf:RDF></x:xmpmeta>'.encode()


def exif(orientation):
    """What a phone says: which way up, where, whose, and a maker's own notes."""
    tags = Image.Exif()
    tags[0x0112] = orientation
    tags[0x010F] = SECRET
    tags[0x8825] = {1: "N", 2: (48.0, 51.0, 27.7), 3: "E", 4: (2.0, 17.0, 42.0), 27: SECRET.encode()}
    tags[0x8769] = {0x927C: SECRET.encode(), 0x9286: SECRET.encode(), 0x9003: "2026:01:01 12:00:00"}
    return tags


def iptc():
    """A caption as news agencies write it, in Photoshop's segment."""
    caption = b"\x1c\x02\x78" + struct.pack(">H", len(SECRET)) + SECRET.encode()
    resource = b"8BIM\x04\x04\0\0" + struct.pack(">I", len(caption)) + caption + b"\0" * (len(caption) % 2)
    body = b"Photoshop 3.0\0" + resource
    return b"\xff\xed" + struct.pack(">H", len(body) + 2) + body


def make(folder):
    # Red at the upper left, blue at the upper right, as it is to be seen.
    upright = Image.new("RGB", (300, 200), "white")
    upright.paste("red", (0, 0, 100, 80))
    upright.paste("blue", (220, 0, 300, 80))
    for orientation in range(1, 9):
        # The inverse of each: two of them are each other's.
        ways = [None, 0, 3, 1, 5, 2, 6, 4]
        way = ways[orientation - 1]
        stored = upright if way is None else upright.transpose(Image.Transpose(way))
        stored.save(f"{folder}/{orientation}.webp", exif=exif(orientation), xmp=XMP, quality=95)
        stored.save(f"{folder}/{orientation}.avif", exif=exif(orientation), xmp=XMP, quality=95)
        text = PngInfo()
        text.add_text("Comment", SECRET)
        text.add_itxt("XML:com.adobe.xmp", XMP.decode())
        stored.save(f"{folder}/{orientation}.png", exif=exif(orientation), pnginfo=text)
        path = f"{folder}/{orientation}.jpg"
        stored.save(path, exif=exif(orientation), xmp=XMP, comment=SECRET, quality=95, subsampling=0)
        with open(path, "r+b") as file:
            written = file.read()
            file.seek(2)
            file.write(iptc() + written[2:])
    frames = [upright, upright.transpose(Image.Transpose.FLIP_LEFT_RIGHT)]
    frames[0].save(f"{folder}/moving.gif", save_all=True, append_images=frames[1:], duration=200, comment=SECRET)
    tags = exif(1)
    frames[0].save(f"{folder}/moving.webp", save_all=True, append_images=frames[1:], duration=200, exif=tags, xmp=XMP)
    frames[0].save(f"{folder}/moving.png", save_all=True, append_images=frames[1:], duration=200, exif=tags, pnginfo=text)


# What pictures may say beside their pixels: how they move, and what every JPEG begins with.
HARMLESS = {
    "jfif", "jfif_version", "jfif_unit", "jfif_density", "dpi", "loop", "duration", "background", "transparency", "version",
    "extension", "timestamp", "bbox", "default_image", "disposal", "blend",
}  # fmt: skip


def picture(path):
    with Image.open(path) as image:
        found = [name for name in image.info if name not in HARMLESS]
        found += [f"EXIF {tag}" for tag in image.getexif()]
        found += [name for name, _ in getattr(image, "applist", []) if name not in ("APP0", "APP14")]
        found += list(getattr(image, "text", {}))
        size, shown = image.size, image.convert("RGB")
        frames = sum(1 for _ in ImageSequence.Iterator(image))

    def color(x, y):
        red, green, blue = shown.getpixel((int(x * (size[0] - 1)), int(y * (size[1] - 1))))
        return "red" if red > green + 80 else "blue" if blue > green + 80 else "other"

    corners = [color(x, y) for x, y in ((0.08, 0.1), (0.92, 0.1), (0.08, 0.9), (0.92, 0.9))]
    return {"width": size[0], "height": size[1], "corners": corners, "frames": frames, "found": found}


# Names under which MediaInfo shows what somebody, or a device, said of a recording. Which program encoded sound is in the sound.
SAID = (
    "title", "movie_name", "album", "performer", "author", "comment", "description", "copyright", "genre", "cover", "recorded",
    "encoded_date", "tagged_date", "encoded_by", "performed", "xyz", "location", "com_", "com.", "gps",
    "make", "model", "origin", "attachment", "lyrics", "track_name",
)  # fmt: skip


def recording(path):
    found, streams = [], []
    for track in MediaInfo.parse(path).tracks:
        if track.track_type != "General":
            streams.append(track.track_type)
        said = SAID + ("writing_library",) if track.track_type == "Video" else SAID
        found += [f"{track.track_type}: {name}" for name in track.to_data() if name.lower().startswith(said)]
    tagged = mutagen.File(path)
    if tagged is not None:
        found += [str(name) for name in (tagged.tags or {}).keys()]
        found += ["a picture" for _ in getattr(tagged, "pictures", [])]
    return {"streams": sorted(streams), "found": found}


if sys.argv[1] == "make":
    make(sys.argv[2])
else:
    for line in sys.stdin:
        path, kind = line.rstrip("\n").split("\t")
        print(json.dumps(picture(path) if kind.startswith("image/") else recording(path)))

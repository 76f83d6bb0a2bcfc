"""The program's icon in the containers of Windows and macOS holds the picture in every size."""

import struct

from PySide6.QtGui import QImage, QImageReader

from crosstrade_desk.resources import resources
from support.scripts import script

icons = script("pyinstaller/icons.py")
# As Apple names them: the side in pixels of the PNG that each type holds.
APPLE = {b"icp4": 16, b"icp5": 32, b"icp6": 64, b"ic07": 128, b"ic08": 256, b"ic09": 512, b"ic10": 1024}


def test_the_windows_icon_holds_every_size_as_another_reader_sees_it(qapp, tmp_path):
    path = icons["ico"](resources() / "icons", tmp_path)
    reader = QImageReader(str(path))
    sizes = []
    for number in range(reader.imageCount()):
        reader.jumpToImage(number)
        picture = reader.read()
        assert picture.pixelColor(picture.width() // 2, picture.height() // 2).alpha() == 255
        sizes.append(picture.width())
    assert tuple(sizes) == icons["ICO_SIZES"]
    entries = [path.read_bytes()[place : place + 2] for place in range(6, 6 + 16 * len(sizes), 16)]
    assert entries == [bytes((size, size)) if size < 256 else b"\0\0" for size in sizes]


def test_the_apple_icon_is_as_long_as_it_says_and_each_type_has_its_size(qapp, tmp_path):
    content = icons["icns"](resources() / "icons", tmp_path).read_bytes()
    assert content[:4] == b"icns"
    assert struct.unpack(">I", content[4:8])[0] == len(content)
    found, place = {}, 8
    while place < len(content):
        kind, length = struct.unpack(">4sI", content[place : place + 8])
        found[kind] = QImage.fromData(content[place + 8 : place + length], "PNG").width()
        place += length
    assert found == APPLE

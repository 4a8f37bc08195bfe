"""How long a frame of MP3 or AMR is, by its own first bytes.

These two have no container that says where the sound ends: whatever is glued to the file would be copied along as if
it were sound. Only bytes that are whole frames are copied.
"""

from __future__ import annotations

from collections.abc import Callable

BITRATES = {
    # (version 1?, layer) → kbit/s by index 1–14 (ISO/IEC 11172-3 table 2.4.2.3, ISO/IEC 13818-3 table 2.4.2.3)
    (True, 1): (32, 64, 96, 128, 160, 192, 224, 256, 288, 320, 352, 384, 416, 448),
    (True, 2): (32, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320, 384),
    (True, 3): (32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320),
    (False, 1): (32, 48, 56, 64, 80, 96, 112, 128, 144, 160, 176, 192, 224, 256),
    (False, 2): (8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160),
    (False, 3): (8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160),
}
SAMPLE_RATES = (44100, 48000, 32000)
RATE_SHIFT = {3: 0, 2: 1, 0: 2}
"""MPEG version bits → how often the sample rate is halved; version bits 1 are reserved."""
AMR_NARROW = (12, 13, 15, 17, 19, 20, 26, 31, 5, None, None, None, None, None, None, 0)
"""Bytes of speech by frame type (RFC 4867 section 5.3); None: reserved."""
AMR_WIDE = (17, 23, 32, 36, 40, 46, 50, 58, 60, 5, None, None, None, None, 0, 0)


def mp3_frame(data: bytes) -> int:
    """Bytes of the MPEG audio frame that `data` begins with; 0 where none begins."""
    if len(data) < 4 or data[0] != 0xFF or data[1] & 0xE0 != 0xE0:
        return 0
    version, layer = data[1] >> 3 & 3, 4 - (data[1] >> 1 & 3)
    bitrate_index, rate_index, padding = data[2] >> 4, data[2] >> 2 & 3, data[2] >> 1 & 1
    if version not in RATE_SHIFT or layer == 4 or bitrate_index in {0, 15} or rate_index == 3:
        return 0
    bitrate = BITRATES[version == 3, layer][bitrate_index - 1] * 1000
    rate = SAMPLE_RATES[rate_index] >> RATE_SHIFT[version]
    if layer == 1:
        return (12 * bitrate // rate + padding) * 4
    slots = 72 if layer == 3 and version != 3 else 144
    return slots * bitrate // rate + padding


def amr_frame(data: bytes, sizes: tuple[int | None, ...] = AMR_NARROW) -> int:
    """Bytes of the AMR frame that `data` begins with; 0 where none begins."""
    if not data or data[0] & 0x83:
        return 0  # the first bit and the two padding bits are always zero in a file
    size = sizes[data[0] >> 3 & 15]
    return 0 if size is None else 1 + size


def amr_wide_frame(data: bytes) -> int:
    """The same for AMR-WB."""
    return amr_frame(data, AMR_WIDE)


FRAMES: dict[str, Callable[[bytes], int]] = {"mp3": mp3_frame, "amr_nb": amr_frame, "amr_wb": amr_wide_frame}
"""Codec → the length of its frame."""


def whole_frames(codec: str, data: bytes) -> int:
    """How many bytes of `data`, from its start, are whole frames of `codec`."""
    frame_at = FRAMES[codec]
    end = 0
    while (length := frame_at(data[end:])) and end + length <= len(data):
        end += length
    return end

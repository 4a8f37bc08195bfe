"""Sound and film: the streams are copied, unchanged, into a new container that holds nothing else.

Left behind: titles, places, dates, chapters, subtitles, data tracks (where cameras keep GPS), attached pictures,
whatever is glued to the file, and the free-form messages (SEI) inside H.264 and HEVC, where dash cameras put
positions too. Runs as a child program and needs no Django.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import av
from av.bitstream import BitStreamFilterContext
from av.container import InputContainer, OutputContainer
from av.packet import Packet
from av.stream import Disposition

from evidence.child import serve
from evidence.frames import FRAMES, whole_frames
from evidence.job import CLEAN, DAMAGED, Job, Outcome, Unfit

DEMUXERS = {
    "video/mp4": "mov",
    "video/quicktime": "mov",
    "video/3gpp": "mov",
    "audio/mp4": "mov",
    "video/webm": "matroska",
    "audio/mpeg": "mp3",
    "audio/aac": "aac",
    "audio/amr": "amr",
    "audio/ogg": "ogg",
    "audio/wav": "wav",
}
"""The one reader tried for each type: guessing would let a playlist make it open other files."""
READ_OPTIONS = {"protocol_whitelist": "file", "enable_drefs": "0"}
SOUND_ONLY_NAMES = {
    "video/mp4": "audio/mp4",
    "video/quicktime": "audio/mp4",
    "video/3gpp": "audio/3gpp",
    "video/webm": "audio/webm",
}
MESSAGE_UNITS = {
    "h264": "filter_units=remove_types=6",
    "hevc": "filter_units=remove_types=39-40",
    "av1": "filter_units=remove_types=5",
}
"""Supplemental enhancement information (ITU-T H.264 clause 7.4.1, type 6; H.265 clause 7.4.2.2, types 39 and 40)
and AV1's metadata units (AV1 specification 6.2.2, type 5)."""


@dataclass(frozen=True)
class Wrapping:
    """A container that can carry these codecs."""

    muxer: str
    content_type: str
    video: frozenset[str]
    audio: frozenset[str]
    options: tuple[tuple[str, str], ...] = ()


def codecs(names: str) -> frozenset[str]:
    """A set of codec names from words."""
    return frozenset(names.split())


PCM = "pcm_s16le pcm_u8 pcm_s24le pcm_s32le pcm_f32le pcm_alaw pcm_mulaw"
HEVC_MESSAGES = {39, 40}
UNIT_START = b"\x00\x00\x01"
INDEX_FIRST = (("movflags", "faststart"),)
"""The index before the sound and film, so that a player need not fetch the end first."""
FILMS = (
    Wrapping("mp4", "video/mp4", codecs("h264 hevc mpeg4 av1"), codecs("aac mp3 alac opus"), INDEX_FIRST),
    Wrapping("webm", "video/webm", codecs("vp8 vp9 av1"), codecs("opus")),
    Wrapping("3gp", "video/3gpp", codecs("h263 h264 mpeg4"), codecs("amr_nb amr_wb aac")),
    Wrapping("mov", "video/quicktime", codecs("h264 hevc mpeg4 mjpeg"), codecs("aac mp3 alac opus pcm_s16be " + PCM)),
)
SOUNDS = (
    Wrapping("mp3", "audio/mpeg", codecs(""), codecs("mp3"), (("id3v2_version", "0"),)),
    Wrapping("ipod", "audio/mp4", codecs(""), codecs("aac alac"), INDEX_FIRST),
    Wrapping("amr", "audio/amr", codecs(""), codecs("amr_nb amr_wb")),
    Wrapping("ogg", "audio/ogg", codecs(""), codecs("opus vorbis")),
    Wrapping("wav", "audio/wav", codecs(""), codecs(PCM)),
)


@dataclass
class Track:
    """One stream on its way from the old container to the new one."""

    codec: str
    target: Any
    message_filter: BitStreamFilterContext | None
    end: float = 0.0
    """Seconds at which the last packet so far ends."""
    is_over: bool = False
    """What follows is no sound any more."""


def clean_media(job: Job) -> Outcome:
    """Write the remuxed copy of `job`.

    Raises Unfit (`unsupported-type`, `too-many-pixels`, `too-long`, `damaged`), or what FFmpeg raises.
    """
    demuxer = DEMUXERS[job.content_type]
    with av.open(job.source, format=demuxer, options=READ_OPTIONS, metadata_errors="replace") as probed:
        streams = kept_streams(probed)
        width, height = first_frames(probed, streams, job.max_pixels)
    with av.open(job.source, format=demuxer, options=READ_OPTIONS, metadata_errors="replace") as source:
        streams = kept_streams(source)
        wrapping = fitting(streams)
        options = {"fflags": "+bitexact", **dict(wrapping.options)}
        with av.open(job.target, "w", format=wrapping.muxer, options=options) as target:
            duration = copy_streams(source, streams, target, job.max_seconds)
    if width:
        return Outcome(CLEAN, "video", job.content_type, wrapping.content_type, width, height, duration)
    name = SOUND_ONLY_NAMES.get(job.content_type, job.content_type)
    return Outcome(CLEAN, "audio", name, wrapping.content_type, duration=duration)


def kept_streams(container: InputContainer) -> list[Any]:
    """The film and the sound of a recording: at most one of each. Raises Unfit where there is neither."""
    films = [s for s in container.streams.video if not s.disposition & Disposition.attached_pic]
    streams = [*films[:1], *container.streams.audio[:1]]
    if not streams:
        raise Unfit("unsupported-type")
    return streams


def fitting(streams: list[Any]) -> Wrapping:
    """The first container that carries all these streams. Raises Unfit where none does."""
    film = next((codec_of(s) for s in streams if s.type == "video"), None)
    sound = next((codec_of(s) for s in streams if s.type == "audio"), None)
    for wrapping in FILMS if film else SOUNDS:
        if (film is None or film in wrapping.video) and (sound is None or sound in wrapping.audio):
            return wrapping
    raise Unfit("unsupported-type")


def codec_of(stream: Any) -> str:
    """The codec's own name, whichever decoder reads it."""
    name: str = stream.codec_context.codec.canonical_name
    return name


def first_frames(container: InputContainer, streams: list[Any], max_pixels: int) -> tuple[int | None, int | None]:
    """Decode one frame of each stream, as proof that it is one; the film's upright size in pixels.

    Raises Unfit (`too-many-pixels`, `damaged`).
    """
    size: tuple[int | None, int | None] = (None, None)
    for stream in streams:
        context = stream.codec_context
        context.thread_count = 1
        if stream.type == "video" and context.width * context.height > max_pixels:
            raise Unfit("too-many-pixels", limit=max_pixels // 1_000_000)
        container.seek(0)
        frame = next(container.decode(stream), None)
        if frame is None:
            raise Unfit(DAMAGED)
        if stream.type == "video":
            lies = frame.rotation % 180 != 0
            size = (frame.height, frame.width) if lies else (frame.width, frame.height)
    return size


def copy_streams(source: InputContainer, streams: list[Any], target: OutputContainer, max_seconds: int) -> float:
    """Copy every packet of `streams`; the length in seconds, counted and not read from the header.

    Raises Unfit (`too-long`, `damaged`).
    """
    tracks = {stream.index: track_of(stream, target) for stream in streams}
    for packet in source.demux(streams):
        if packet.dts is None and packet.size == 0:
            continue  # the demuxer's sign that a stream has ended
        track = tracks[packet.stream_index]
        for kept in cleaned(track, packet):
            if kept.pts is not None and kept.time_base is not None:
                track.end = max(track.end, float((kept.pts + (kept.duration or 0)) * kept.time_base))
            if track.end > max_seconds:
                raise Unfit("too-long", limit=max_seconds // 60)
            kept.stream = track.target
            target.mux(kept)
    duration = max(track.end for track in tracks.values())
    if duration <= 0:
        raise Unfit(DAMAGED)
    return round(duration, 2)


def track_of(stream: Any, target: OutputContainer) -> Track:
    """The place of `stream` in the new container, without its words and tags."""
    codec = codec_of(stream)
    copied = target.add_stream_from_template(stream, opaque=True)
    wanted = MESSAGE_UNITS.get(codec)
    # The filter is given the new stream too: it changes how pictures are framed, and the codec's header must agree.
    message_filter = BitStreamFilterContext(wanted, stream, copied) if wanted else None
    if codec == "hevc" and copied.codec_context.extradata:
        copied.codec_context.extradata = header_without_messages(copied.codec_context.extradata)
    return Track(codec, copied, message_filter)


def header_without_messages(header: bytes) -> bytes:
    """An HEVC header (byte stream format, H.265 annex B) without SEI units, which the filter leaves in it."""
    units = [unit.rstrip(b"\x00") for unit in header.split(UNIT_START)]
    return b"".join(UNIT_START + unit for unit in units if unit and unit[0] >> 1 & 63 not in HEVC_MESSAGES)


def cleaned(track: Track, packet: Packet[Any]) -> Iterator[Packet[Any]]:
    """The packet without hidden messages and glued-on bytes; nothing where it held only those."""
    if track.is_over:
        return
    if track.message_filter is not None:
        yield from track.message_filter.filter(packet)
    elif track.codec in FRAMES and packet.size != (length := whole_frames(track.codec, bytes(packet))):
        # AMR frames carry no mark to find the next one by: after the first false one all is chance. MP3 has a mark,
        # and tags may stand between its frames.
        track.is_over = track.codec != "mp3"
        if length:
            yield shortened(packet, length)
    else:
        yield packet


def shortened(packet: Packet[Any], length: int) -> Packet[Any]:
    """The first `length` bytes of a packet, at the same place in time."""
    short: Packet[Any] = Packet(bytes(packet)[:length])
    short.pts, short.dts, short.duration = packet.pts, packet.dts, packet.duration
    short.time_base, short.is_keyframe = packet.time_base, packet.is_keyframe
    return short


if __name__ == "__main__":
    serve(clean_media)

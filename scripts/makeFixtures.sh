#!/bin/sh
# Makes test/fixtures/audio anew. Needs ffmpeg with libmp3lame, libvorbis and libopus; the tests do not.
set -eu
cd "$(dirname "$0")/.."
out=test/fixtures/audio
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
mkdir -p "$out"
node --import tsx test/fixtures/writeSources.ts "$work"

make() { # SOURCE NAME OPTIONS…
  source=$1 name=$2
  shift 2
  ffmpeg -v error -y -i "$work/$source.wav" -map_metadata -1 -bitexact -fflags +bitexact "$@" "$out/$name"
}
make tone tone.flac -c:a flac
make tone tone24.flac -c:a flac -sample_fmt s32 -bits_per_raw_sample 24
make tone toneOgg.oga -c:a flac -page_duration 100000
# Written by LAME: delay and padding stand in its tag.
make tone tone.mp3 -c:a libmp3lame -b:a 128k
make tone toneVbr.mp3 -c:a libmp3lame -q:a 5
make tone toneNoTag.mp3 -c:a libmp3lame -b:a 128k -write_xing 0
make tone toneMono22.mp3 -c:a libmp3lame -b:a 64k -ac 1 -ar 22050
# Short pages, so that a file can be cut between them.
make tone tone.ogg -c:a libvorbis -q:a 6 -page_duration 100000
make tone tone.opus -c:a libopus -b:a 128k -page_duration 100000
# moov behind mdat, as written; and in front, as for the web
make tone tone.m4a -c:a aac -b:a 160k
make tone toneFast.m4a -c:a aac -b:a 160k -movflags +faststart
make tone toneAlac.m4a -c:a alac
make tone toneFragmented.m4a -c:a aac -b:a 160k -movflags frag_keyframe+empty_moov
make tone tone.aac -c:a aac -b:a 160k
# Long enough to be decoded in several pieces; without noise substitution, which is random by design.
make sweep sweep.m4a -c:a aac -b:a 40k -aac_pns 0
make surround surround.flac -c:a flac
make surround surround.ogg -c:a libvorbis -q:a 6
make surround surround.opus -c:a libopus -b:a 256k
ls -l "$out"

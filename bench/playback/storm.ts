/** Random intentions, one a second, through a network: every frame that a player without a browser hands to its
 *  sink is judged. Beside it a plain player with the same kind of clicks. */
import type { Preset } from "#engine/protocol/variant.ts";
import { intendAnything } from "../../test/host/intentionStorm.ts";
import { openListeningRig, rate, type ListeningRig } from "../../test/host/listeningRig.ts";
import { linkProfiles, type LinkProfile } from "../../test/host/packetSchedule.ts";
import { SeededRandom } from "../../test/simulation/world/seededRandom.ts";
import type { Print } from "../host/openBench.ts";
import { PlainPlayer, type Place } from "../plainPlayer.ts";
import { round, summarise } from "../statistics.ts";

const presets: readonly Preset[] = ["adaptive", "warm"];
const everyMs = 1000;
/** s of every track */
const seconds = 60;

/** @param minutes of play on each link */
export async function storm(minutes: number, print: Print): Promise<void> {
  for (const profile of [linkProfiles.good, linkProfiles.poor]) {
    const rig = await openListeningRig({ seconds, presets, profile, isCold: true });
    try {
      await listen(rig, profile, minutes, print);
    } finally {
      await rig.close();
    }
  }
}

async function listen(
  rig: ListeningRig,
  profile: LinkProfile,
  minutes: number,
  print: Print,
): Promise<void> {
  const random = new SeededRandom(1);
  const done: string[] = [];
  let stuck = 0;
  rig.choose(0);
  await rig.untilHeard();
  const before = { ...rig.link.carried };
  const heardBefore = rig.judge.heard.right;
  const untilMs = performance.now() + minutes * 60_000;
  for (let atMs = performance.now(); atMs < untilMs; atMs += everyMs) {
    done.push(intendAnything(rig, random, presets));
    await new Promise((next) => setTimeout(next, Math.max(0, atMs + everyMs - performance.now())));
    // whatever is pending after a minute of clicks has to come when they stop
    if (done.length % 60 === 0) stuck += await countStuck(rig);
  }
  stuck += await countStuck(rig);
  const { toSoundMs, toMixerMs, right, faded, missing, standIns } = rig.judge.heard;
  print({
    figure: "random intentions, one a second",
    link: profile.name,
    goal: "0 wrong frames, 0 clicks, 0 stuck",
    minutes,
    intentions: done.length,
    heard: toMixerMs.length,
    wrong: rig.judge.complaints.length,
    complaints: rig.judge.complaints.slice(0, 3),
    stuck,
    toMixerMs: summarise(toMixerMs),
    toSinkMs: summarise(toSoundMs),
    framesRight: right,
    framesFaded: faded,
    missingSeconds: round(missing / rate),
    standIns,
    bytesPerByteHeard: round(
      (rig.link.carried.down - before.down) / Math.max(1, 4 * (right - heardBefore)),
    ),
    note: "wrong: neither the right frame nor within a fade of 15 ms, which is what a click would be",
  });
}

/** Whether what is meant is not heard though nobody clicks any more. */
async function countStuck(rig: ListeningRig): Promise<number> {
  try {
    await rig.untilHeard();
    return 0;
  } catch {
    return 1;
  }
}

/** The same clicks at the same host, as far as a plain player has them. */
export async function plain(minutes: number, print: Print): Promise<void> {
  for (const profile of [linkProfiles.good, linkProfiles.poor]) {
    const rig = await openListeningRig({ seconds, presets: [], profile });
    const tracks = rig.view().tracks.map(({ id }) => id);
    const player = new PlainPlayer(rig.link.url);
    const random = new SeededRandom(1);
    const before = rig.link.carried.down;
    const found: number[] = [];
    let place: Place = { track: tracks[0]!, query: "variant=original", seconds: 0 };
    let wrong = 0;
    let clicks = 0;
    let open = 0;
    const untilMs = performance.now() + minutes * 60_000;
    for (let atMs = performance.now(); atMs < untilMs; atMs += everyMs) {
      place = another(place, tracks, random);
      clicks++;
      const meant = place;
      open++;
      void player.hear(meant).then((heard) => {
        open--;
        if (!heard) return;
        found.push(heard.ms);
        if (meant !== place) wrong++;
      });
      await new Promise((next) => setTimeout(next, atMs + everyMs - performance.now()));
    }
    while (open > 0) await new Promise((next) => setTimeout(next, 100));
    print({
      figure: "a plain player under random intentions, one a second",
      link: profile.name,
      minutes,
      intentions: clicks,
      toSoundMs: summarise(found),
      heardThoughLeft: wrong,
      endsInWhatIsMeant: player.isHeard(place),
      timedOut: player.failures,
      megabytes: round((rig.link.carried.down - before) / 1e6),
    });
    await rig.close();
  }
}

function another(place: Place, tracks: readonly string[], random: SeededRandom): Place {
  const draw = random.uniform();
  if (draw < 0.5) return { ...place, seconds: random.between(0, seconds - 12) };
  if (draw < 0.8) {
    const isOn = place.query !== "variant=original";
    return {
      ...place,
      query: isOn ? "variant=original" : `variant=enhanced&preset=${random.pick(presets)}`,
    };
  }
  return { ...place, track: random.pick(tracks), seconds: 0 };
}

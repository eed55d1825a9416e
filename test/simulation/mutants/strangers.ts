/** Defects by somebody who knew the engine and had not seen the simulator. */
import type { Mutant } from "./mutant.ts";

export const strangers: readonly Mutant[] = [
  {
    name: "credit-forgets-slice-headers",
    what: "The player counts received slices without their 48-byte headers when it grants credit, while the host spends credit for whole frames, so every slice loses 48 bytes of credit for good. On one unbroken connection the bulk lane and then the urgent lane run dry after some thousand slices (minutes of play, sooner with small slices): buffering sets in and never ends until the link breaks and resumes.",
    guard: "DESIGN §9.5 liveness; §4 credit (bytes of the whole frame); RACES LINK-7",
    planting: {
      by: "source",
      file: "src/actors/pageWorker/linkActor.ts",
      find: "this.bytes[report.slice.lane] += report.bytes;",
      replace: "this.bytes[report.slice.lane] += report.slice.samples.byteLength;",
    },
  },
  {
    name: "settling-forgets-newer-lane",
    what: "When the mixer reports a commit, every other lane is forgotten, not only the older ones. A second seek or switch into data that is already held opens its lane before the report of the first one's commit comes in; the new lane is then no longer fed, sounds for the 2.5 s it was given and goes silent for ever (or never ends at the track's end).",
    guard: "DESIGN §9.5 liveness; RACES SEEK-6, INTENT-1",
    planting: {
      by: "source",
      file: "src/actors/pageWorker/laneFeeder.ts",
      find: "for (const old of this.lanes.keys()) if (old < generation) this.lanes.delete(old);",
      replace:
        "for (const old of this.lanes.keys()) if (old !== generation) this.lanes.delete(old);",
    },
  },
  {
    name: "mixer-opens-stale-lane",
    what: "The mixer compares a new lane only with the lane that sounds, not with the newest intention it heard of, so an older lane lowers the newest generation and may be committed. Next, next: the page's word of the second click reaches the mixer before the worker's open and commit for the first one, and the intermediate track (or the old seek target) is heard until the newer lane is ready.",
    guard: "DESIGN §9.1 no wrong audio; RACES INTENT-7, INTENT-8, SEEK-6",
    planting: {
      by: "source",
      file: "src/audio/laneMixer.ts",
      find: "if (generation < this.newest || generation <= (this.current?.generation ?? -1)) return;",
      replace: "if (generation <= (this.current?.generation ?? -1)) return;",
    },
  },
  {
    name: "second-switch-aligns-to-pending",
    what: "A variant chosen while another switch in place is still pending aligns itself to that pending generation instead of to the one that sounds. Preset A to B to C (or a dragged intensity slider) before B was committed: C begins at the frame where B was clicked, so the music jumps back by the time that has passed since, with a seek's crossfade instead of a switch in place.",
    guard: "DESIGN §2/§3 atomic intentions, §9.1 (right frame); RACES INTENT-2, INTENT-11",
    planting: {
      by: "source",
      file: "src/machines/playerContext.ts",
      find: "return { ...target, variant, alignTo: target.alignTo ?? generation };",
      replace: "return { ...target, variant, alignTo: generation };",
    },
  },
  {
    name: "prepared-past-the-end",
    what: "What has to be there before a commit is not cut at the end of the track. A seek, or a variant switch, within the last 100 ms of a track (or a track shorter than that) waits for frames that do not exist: the page stays at seeking and the track neither plays out nor ends.",
    guard: "DESIGN §9.5 liveness; RACES SEEK-11, CACHE-13",
    planting: {
      by: "source",
      file: "src/actors/pageWorker/supply.ts",
      find: "const until = Math.min(end, from + needFrames);",
      replace: "const until = from + needFrames;",
    },
  },
  {
    name: "demand-rounds-up-beyond-window",
    what: "The far end of a bulk want is rounded up to the grid, beyond what the window keeps ahead. While a track plays with a full window on a fast link, slices beyond the window are trimmed as they come and demanded again a second later: nearly every second of audio crosses the wire twice, for as long as it plays.",
    guard:
      "DESIGN §4 (neither sends what the other holds); RACES CACHE-8 (no evict/refetch loop), LINK-1 (nothing valid fetched twice)",
    planting: {
      by: "source",
      file: "src/machines/planDemand.ts",
      find: "const far = Math.floor((need.from + need.aheadFrames) / grid) * grid;",
      replace: "const far = Math.ceil((need.from + need.aheadFrames) / grid) * grid;",
    },
  },
  {
    name: "new-mixer-not-told-to-play",
    what: "When a new output exists, what was told of the transport to the one before counts as told to it as well. The context is closed or frozen while playing, or Play is clicked before the first context exists: the new mixer never hears that it should play, the lane is committed, the page says playing and nothing sounds until pause and play are clicked.",
    guard: "DESIGN §9.5 liveness; RACES OUT-1, OUT-3, OUT-4",
    planting: {
      by: "source",
      file: "src/actors/page.ts",
      find: "          this.transport.forget();\n          const countedAt",
      replace: "          const countedAt",
    },
  },
  {
    name: "late-fingerprint-answer-starts-nothing",
    what: "When the search for a stored fingerprint answers 'absent' only after decoding has finished, the analysis is never started. A short track, a slow disk, or a track that an earlier run decoded but did not analyse: the original plays and 'analysing…' stays for ever, enhanced never takes over.",
    guard: "DESIGN §9.5 liveness, §9.7 every waiter has one live job",
    planting: {
      by: "source",
      file: "src/machines/trackProcessor.machine.ts",
      find: '[{ type: "noteSought", params: ({ event }) => event.isKnown }, "analyse"]',
      replace: '[{ type: "noteSought", params: ({ event }) => event.isKnown }]',
    },
  },
  {
    name: "retry-finds-a-fresh-plan",
    what: "The timer that ends a failed segment's rest wakes the pump, but does not mark its asks as stale, so the segment is not asked for again. A render fails once with a retryable fault while the first play or a seek is being prepared (so that no other demand follows): the player waits for ever although the cause is gone after a moment.",
    guard: "DESIGN §9.5 liveness, §9.7 every waiter has one live job; RACES CACHE-11",
    planting: {
      by: "source",
      file: "src/actors/host/sessionPump.ts",
      find: "      this.#timers.delete(timer);\n      this.#isStale = true;",
      replace: "      this.#timers.delete(timer);",
    },
  },
  {
    name: "failed-write-keeps-its-lease",
    what: "A disk write that failed or was refused keeps its lease on the segment in memory. The disk is full or read-only while listeners play on: every rendered segment stays pinned in memory, until the memory tier holds nothing that may leave and renders are refused, so playback stops although it should go on from memory.",
    guard: "DESIGN §9.4 books, §9.6 no leaks; RACES CACHE-6",
    planting: {
      by: "source",
      file: "src/machines/diskWrites.ts",
      find: "    this.#memory.release(id);\n    if (isDone) {",
      replace: "    if (isDone) this.#memory.release(id);\n    if (isDone) {",
    },
  },
  {
    name: "busy-worker-deadline-not-restarted",
    what: "A sign of life no longer re-enters the working state, so the deadline for silence becomes a deadline for the whole job. Any job that takes longer than the silence limit though it reports steadily (analysis or measurement of a long track, a render on a slow machine) has its worker terminated, twice, and then fails with worker-lost: a long track is never enhanced.",
    guard: "DESIGN §9.5 liveness, §4 (a timeout cancels nobody else's work); RACES CACHE-11",
    planting: {
      by: "source",
      file: "src/machines/workerSlot.machine.ts",
      find: '"job.reported": { target: "working", reenter: true },',
      replace: '"job.reported": { target: "working" },',
    },
  },
  {
    name: "lost-source-is-final",
    what: "The fault that a source has to be opened anew is declared as one that trying again cannot help. The decoded audio of a playing track is evicted or found damaged in mid-play: the track is decoded again to the same render key, but the session has put the segment that failed to rest for ever, and playback stops at it until the connection is made anew.",
    guard: "DESIGN §9.5 liveness; RACES CACHE-5, CACHE-7",
    planting: {
      by: "source",
      file: "src/protocol/faults.ts",
      find: '  "source-changed": {\n    retryable: true,',
      replace: '  "source-changed": {\n    retryable: false,',
    },
  },
];

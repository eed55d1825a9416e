import { fork, spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { lockFolder } from "../../apps/node-host/lockFolder.ts";
import type { TakerNews, TakerOrder } from "./lockTaker.ts";

const entry = fileURLToPath(new URL("./lockTaker.ts", import.meta.url));

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "segue-lock-"));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

describe("a data folder", () => {
  it("has one host at a time, and another one after it", async () => {
    const unlock = await lockFolder(folder);
    expect(unlock).toBeDefined();
    expect(await lockFolder(folder)).toBeUndefined();
    await unlock!();
    const again = await lockFolder(folder);
    expect(again).toBeDefined();
    await again!();
    expect(await readdir(folder)).toEqual([]);
  });

  it("is taken over from a host that was killed", async () => {
    const child = spawn(process.execPath, ["-e", ""]);
    await once(child, "exit");
    await writeFile(join(folder, "host.lock"), `${child.pid} 12345\n`);
    const unlock = await lockFolder(folder);
    expect(unlock).toBeDefined();
    await unlock!();
  });

  it("is taken over when the process id of the killed host was given to somebody else", async () => {
    await writeFile(join(folder, "host.lock"), `${process.pid} 1\n`);
    const unlock = await lockFolder(folder);
    expect(unlock).toBeDefined();
    await unlock!();
  });

  it("that was deleted is its host's all the same, two seconds later", async () => {
    const unlock = await lockFolder(folder);
    await rm(folder, { recursive: true });
    await expect.poll(() => existsSync(join(folder, "host.lock")), { timeout: 10_000 }).toBe(true);
    expect(await lockFolder(folder)).toBeUndefined();
    await unlock!();
    expect(await readdir(folder)).toEqual([]);
  });

  it("that was deleted and taken by another host is not taken from that one on leaving", async () => {
    const unlock = await lockFolder(folder);
    await rm(folder, { recursive: true });
    const other = await lockFolder(folder);
    expect(other).toBeDefined();
    await unlock!();
    expect(await lockFolder(folder)).toBeUndefined();
    await other!();
  });

  it("goes to exactly one of many that ask at once", async () => {
    for (let round = 0; round < 50; round++) {
      const one = join(folder, String(round));
      await writeStale(one, round);
      const asked = await Promise.all(Array.from({ length: 8 }, () => lockFolder(one)));
      expect(asked.filter(Boolean)).toHaveLength(1);
      await asked.find(Boolean)!();
    }
  });
});

/** What a host leaves that was killed, in one of its shapes. */
async function writeStale(place: string, round: number): Promise<void> {
  const unlock = await lockFolder(place);
  await unlock!();
  const left = ["", "torn", "4194304 12345\n", `4194304 12345 ${round}\n`][round % 5];
  if (left !== undefined) await writeFile(join(place, "host.lock"), left);
}

describe("hosts that start in the same instant", () => {
  const takers: ChildProcess[] = [];
  const told = (taker: ChildProcess): Promise<TakerNews["type"]> =>
    once(taker, "message").then(([news]) => (news as TakerNews).type);
  const order = (taker: ChildProcess, what: TakerOrder): Promise<TakerNews["type"]> => {
    const news = told(taker);
    taker.send(what);
    return news;
  };
  const begin = async (): Promise<ChildProcess> => {
    const taker = fork(entry, { execArgv: ["--import", "tsx"] });
    await told(taker);
    return taker;
  };
  beforeAll(async () => {
    takers.push(...(await Promise.all(Array.from({ length: 8 }, begin))));
  });
  afterAll(() => {
    for (const taker of takers) taker.kill();
  });

  it("find one among them that gets the folder, a hundred times over, whatever was left there", async () => {
    for (let round = 0; round < 100; round++) {
      const place = join(folder, String(round));
      await writeStale(place, round);
      const news = await Promise.all(
        takers.map((taker) => order(taker, { type: "take", folder: place })),
      );
      expect({ round, news: news.toSorted() }).toEqual({
        round,
        news: [...Array.from({ length: 7 }, () => "refused"), "taken"],
      });
      await order(takers[news.indexOf("taken")]!, { type: "give" });
      expect(await readdir(place)).toEqual([]);
    }
  });

  it("find one among them after each kill of the one that had it, and no litter in the end", async () => {
    for (let round = 0; round < 8; round++) {
      const news = await Promise.all(takers.map((taker) => order(taker, { type: "take", folder })));
      expect(news.filter((each) => each === "taken")).toHaveLength(1);
      const at = news.indexOf("taken");
      const [owner] = takers.splice(at, 1);
      owner!.kill("SIGKILL");
      await once(owner!, "exit");
      takers.push(await begin());
    }
    const unlock = await lockFolder(folder);
    expect(await readdir(folder)).toEqual(["host.lock"]);
    await unlock!();
  });

  it("and are killed in the middle of it leave the folder to the next one", async () => {
    for (let round = 0; round < 12; round++) {
      await writeStale(folder, 3);
      const killed = takers.splice(0, 2);
      for (const taker of killed) taker.send({ type: "take", folder } satisfies TakerOrder);
      // from before its first step to behind its last one
      const until = performance.now() + round / 4;
      while (performance.now() < until);
      for (const taker of killed) taker.kill("SIGKILL");
      await Promise.all(killed.map((taker) => once(taker, "exit")));
      takers.push(...(await Promise.all(killed.map(begin))));
      const unlock = await lockFolder(folder);
      expect(unlock).toBeDefined();
      expect(await readdir(folder)).toEqual(["host.lock"]);
      await unlock!();
    }
  });
});

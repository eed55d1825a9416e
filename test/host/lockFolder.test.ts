import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { lockFolder } from "../../apps/node-host/lockFolder.ts";

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
    expect(await lockFolder(folder)).toBeDefined();
  });

  it("is taken over when the process id of the killed host was given to somebody else", async () => {
    await writeFile(join(folder, "host.lock"), `${process.pid} 1\n`);
    expect(await lockFolder(folder)).toBeDefined();
  });

  it("goes to exactly one of many that ask at once", async () => {
    await writeFile(join(folder, "host.lock"), "torn");
    const asked = await Promise.all(Array.from({ length: 8 }, () => lockFolder(folder)));
    expect(asked.filter(Boolean)).toHaveLength(1);
  });
});

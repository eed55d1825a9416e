/** npm run build:engine: writes src/audio/engineBinary.ts. */
import { writeFile } from "node:fs/promises";
import { compileEngine } from "./compileEngine.ts";

const text = await compileEngine();
await writeFile(new URL("../src/audio/engineBinary.ts", import.meta.url), text);
console.log(`src/audio/engineBinary.ts: ${text.length} characters`);

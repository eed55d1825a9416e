/** Compiles the mastering engine from assembly/ to WebAssembly: AssemblyScript, from npm like everything else. */
import { existsSync, readFileSync } from "node:fs";
import asc from "assemblyscript/asc";

const root = new URL("../", import.meta.url);

/** @returns text of src/audio/engineBinary.ts: the same for the same sources, on any machine
 *  @throws Error with what the compiler says. Cost some seconds. */
export async function compileEngine(): Promise<string> {
  let binary = new Uint8Array();
  const said: string[] = [];
  const { error } = await asc.main(
    [
      "assembly/chain.ts",
      "--outFile=chain.wasm",
      "--optimizeLevel=3",
      "--converge",
      "--enable=simd",
      "--noAssert",
      "--runtime=stub",
      "--use=abort=",
      "--disableWarning=112",
    ],
    {
      readFile: (name) =>
        existsSync(new URL(name, root)) ? readFileSync(new URL(name, root), "utf8") : null,
      writeFile: (_, contents) => {
        if (typeof contents !== "string") binary = contents.slice();
      },
      listFiles: () => [],
      stderr: { write: (chunk) => void said.push(String(chunk)) },
    },
  );
  if (error) throw new Error(`${error.message}\n${said.join("")}`);
  const base64 = Buffer.from(binary).toString("base64");
  return `/** The mastering engine, compiled from assembly/ by \`npm run build:engine\`. Do not edit. */
export const engineBinary =
  "${base64}";
`;
}

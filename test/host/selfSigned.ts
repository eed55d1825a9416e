/** A certificate for this machine's own names, signed by its own key: Node reads X.509, but makes none. */
import { generateKeyPairSync, sign, type KeyObject } from "node:crypto";

export type SelfSigned = { readonly cert: string; readonly key: string };

/** @returns PEM texts; the certificate names `localhost`, 127.0.0.1 and `names`, from yesterday to tomorrow */
export function selfSigned(names: readonly string[] = []): SelfSigned {
  const { publicKey, privateKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
  const key = privateKey.export({ type: "pkcs8", format: "pem" }).toString();
  return { cert: certificateOf(publicKey, privateKey, ["localhost", ...names]), key };
}

/** RFC 5280 §4.1, DER (X.690). */
function certificateOf(
  subjectKey: KeyObject,
  issuerKey: KeyObject,
  names: readonly string[],
): string {
  // ecdsa-with-SHA256; commonName; subjectAltName; basicConstraints
  const algorithm = sequence(oid("2a8648ce3d040302"));
  const name = sequence(set(sequence(oid("550403"), node(0x0c, Buffer.from("Segue's test")))));
  const alternatives = sequence(
    ...names.map((each) => node(0x82, Buffer.from(each))),
    node(0x87, Buffer.from([127, 0, 0, 1])),
  );
  const extensions = sequence(
    sequence(oid("551d11"), octets(alternatives)),
    sequence(
      oid("551d13"),
      node(0x01, Buffer.from([0xff])),
      octets(sequence(node(0x01, Buffer.from([0xff])))),
    ),
  );
  const dayMs = 86_400_000;
  const toBeSigned = sequence(
    node(0xa0, integer(2)),
    integer(1),
    algorithm,
    name,
    sequence(time(Date.now() - dayMs), time(Date.now() + dayMs)),
    name,
    subjectKey.export({ type: "spki", format: "der" }),
    node(0xa3, extensions),
  );
  const signature = sign("sha256", toBeSigned, issuerKey);
  const der = sequence(toBeSigned, algorithm, node(0x03, Buffer.concat([Buffer.of(0), signature])));
  const lines = der.toString("base64").match(/.{1,64}/g)!;
  return ["-----BEGIN CERTIFICATE-----", ...lines, "-----END CERTIFICATE-----", ""].join("\n");
}

function node(tag: number, body: Buffer): Buffer {
  const { length } = body;
  const size =
    length < 0x80 ? [length] : length < 0x100 ? [0x81, length] : [0x82, length >> 8, length & 0xff];
  return Buffer.concat([Buffer.from([tag, ...size]), body]);
}

const sequence = (...parts: Buffer[]): Buffer => node(0x30, Buffer.concat(parts));
const set = (part: Buffer): Buffer => node(0x31, part);
const octets = (body: Buffer): Buffer => node(0x04, body);
const oid = (hex: string): Buffer => node(0x06, Buffer.from(hex, "hex"));
const integer = (value: number): Buffer => node(0x02, Buffer.from([value]));

/** UTCTime, to the second. */
function time(ms: number): Buffer {
  const text = new Date(ms)
    .toISOString()
    .replace(/[-:T]|\.\d+/g, "")
    .slice(2);
  return node(0x17, Buffer.from(text));
}

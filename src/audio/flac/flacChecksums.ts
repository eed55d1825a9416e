/** The two checksums of a FLAC frame (RFC 9639, §9.1.8 and §9.3). */

const table8 = tableOf(8, 0x07);
const table16 = tableOf(16, 0x8005);

/** Of a frame's header. */
export function crc8(bytes: Uint8Array): number {
  let crc = 0;
  for (const byte of bytes) crc = table8[crc ^ byte]!;
  return crc;
}

/** Of a whole frame. */
export function crc16(bytes: Uint8Array): number {
  let crc = 0;
  for (const byte of bytes) crc = ((crc << 8) & 0xffff) ^ table16[(crc >> 8) ^ byte]!;
  return crc;
}

function tableOf(bits: number, polynomial: number): Uint16Array {
  const top = 1 << (bits - 1);
  const mask = 2 ** bits - 1;
  return Uint16Array.from({ length: 256 }, (_, byte) => {
    let crc = byte << (bits - 8);
    for (let k = 0; k < 8; k++)
      crc = ((crc & top ? (crc << 1) ^ polynomial : crc << 1) & mask) >>> 0;
    return crc;
  });
}

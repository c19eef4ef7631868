const SLOTS = 16_384;

/** The slot of a Cluster in which Redis keeps a key, or sends a channel's messages. */
export function slotOf(key: string): number {
  return checksum(Buffer.from(tagOf(key))) % SLOTS;
}

/** What stands between the first brace and the next that closes, unless that is nothing; else the whole key. */
function tagOf(key: string): string {
  const open = key.indexOf('{');
  const close = open === -1 ? -1 : key.indexOf('}', open);
  return close > open + 1 ? key.slice(open + 1, close) : key;
}

/** CRC16 as in XMODEM. */
function checksum(bytes: Uint8Array): number {
  let sum = 0;
  for (const byte of bytes) sum = ((sum << 8) ^ (TABLE[(sum >> 8) ^ byte] ?? 0)) & 0xffff;
  return sum;
}

const TABLE = Uint16Array.from({ length: 256 }, (_, byte) => {
  let sum = byte << 8;
  for (let bit = 0; bit < 8; bit++) sum = sum & 0x8000 ? (sum << 1) ^ 0x1021 : sum << 1;
  return sum;
});

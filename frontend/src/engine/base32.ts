const DIGITS = 'abcdefghijklmnopqrstuvwxyz234567';

/** Bytes as base32 in lower case, without padding: five bits a digit, the highest first. https://www.rfc-editor.org/rfc/rfc4648#section-6 */
export function base32(bytes: Uint8Array): string {
  let digits = '';
  let bits = 0;
  let held = 0;
  for (const byte of bytes) {
    held = (held << 8) | byte;
    for (bits += 8; bits >= 5; bits -= 5) digits += DIGITS[(held >> (bits - 5)) & 31];
    held &= (1 << bits) - 1;
  }
  return bits > 0 ? digits + DIGITS[(held << (5 - bits)) & 31] : digits;
}
